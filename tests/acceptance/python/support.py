"""What the acceptance programs share: arguments, steps, and what a refusal looks like.

A program states a step before it takes it, so that a failure names what it was doing. It must never
print a key. Add a helper here only when two programs need it.
"""

import argparse
import sys
import time
from contextlib import contextmanager

import grpc
from pymilvus import MilvusException

DIMENSION = 8
DEADLINE_S = 60


def arguments(*names):
    """Reads `--name VALUE` pairs; every one is required."""
    parser = argparse.ArgumentParser()
    for name in names:
        parser.add_argument(f"--{name}", required=True)
    return parser.parse_args()


@contextmanager
def step(title):
    """Announces what is about to be tried and says how long it took."""
    print(f"- {title} ... ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("FAILED", flush=True)
        raise
    print(f"{(time.monotonic() - started) * 1000:.0f} ms", flush=True)


def equal(got, expected):
    """Like `assert ==`, but shows both sides and survives `python -O`."""
    if got != expected:
        raise AssertionError(f"expected {expected!r}, got {got!r}")


def holds(condition, otherwise):
    """Fails with a sentence unless the condition holds."""
    if not condition:
        raise AssertionError(otherwise)


def vector(seed):
    """A vector that only its own seed makes: the seed is its nearest neighbour under L2."""
    return [float((seed * 31 + place * 7) % 97) + seed * 0.001 for place in range(DIMENSION)]


def refused(call, code, *fragments):
    """Runs a call that must be refused with this gRPC code (`None`: any); returns the text."""
    started = time.monotonic()
    try:
        call()
    except grpc.RpcError as error:
        got, text = error.code(), error.details()
    except MilvusException as error:
        got, text = grpc_code_of(error), f"{error.message}"
    else:
        raise AssertionError(f"nothing refused this call; expected {code}")
    holds(code is None or got is None or got == code, f"expected {code}, got {got}: {text}")
    for fragment in fragments:
        holds(fragment in text, f"the refusal does not say {fragment!r}: {text!r}")
    took = time.monotonic() - started
    holds(took < 10, f"the refusal took {took:.1f} s: the SDK must have retried it")
    return text


def grpc_code_of(error):
    """The gRPC code behind an SDK exception, where the SDK kept it."""
    cause, seen = error, set()
    # The SDK raises errors from themselves.
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, grpc.RpcError):
            return cause.code()
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return None


def until(condition, what, deadline_s=DEADLINE_S):
    """Asks again until the condition holds; returns what it returned."""
    limit = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        holds(time.monotonic() < limit, f"after {deadline_s} s still not: {what}")
        time.sleep(0.05)


def finish():
    """The last line of every program: the driver looks for it."""
    print("all steps passed", flush=True)
    sys.exit(0)
