"""The engine dies under a client: a clear answer, then service and data again by itself.

`--engine-pid` is the process to kill; `0` means that there is nothing to kill and the rows must be
there from an earlier run.
"""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from pymilvus import MilvusClient
from pymilvus.client.types import LoadState

import wire
from support import DIMENSION, arguments, equal, finish, holds, step, until, vector

NAME = "recovery_books"
RELEASED = "recovery_released"
ROWS = 1000
CALLERS = 8


def write(uri, token):
    """Rows whose insert was acknowledged."""
    client = MilvusClient(uri=uri, token=token, timeout=30)
    client.create_collection(
        NAME, dimension=DIMENSION, metric_type="L2", consistency_level="Strong"
    )
    for start in range(0, ROWS, 100):
        rows = [{"id": n, "vector": vector(n)} for n in range(start, start + 100)]
        equal(client.insert(NAME, rows)["insert_count"], 100)
    client.create_collection(RELEASED, dimension=DIMENSION)
    client.release_collection(RELEASED)
    client.close()


def read(uri, token):
    """Every row, and a search: what was loaded before is loaded again, and nothing else."""
    client = MilvusClient(uri=uri, token=token, timeout=30)
    equal(client.query(NAME, filter="", output_fields=["count(*)"])[0]["count(*)"], ROWS)
    equal(client.search(NAME, data=[vector(777)], limit=1)[0][0]["id"], 777)
    equal(client.get_load_state(RELEASED)["state"], LoadState.NotLoad)
    client.close()


def keep_calling(given, seen, done):
    """Calls until somebody says that it is enough, on a connection of its own."""
    sent = wire.metadata(given.token)
    with wire.channel(given.uri) as to:
        while not done.is_set():
            started = time.monotonic()
            try:
                wire.list_collections(to, sent)
            except grpc.RpcError as error:
                seen.append((error.code(), error.details(), time.monotonic() - started))


def kill_and_watch(given):
    """What callers see between the death and the return."""
    sent, seen, done = wire.metadata(given.token), [], threading.Event()
    with ThreadPoolExecutor(CALLERS) as pool, wire.channel(given.uri) as to:
        callers = [pool.submit(keep_calling, given, seen, done) for _ in range(CALLERS)]
        try:
            wire.list_collections(to, sent)
            os.kill(int(given.engine_pid), signal.SIGKILL)
            until(lambda: seen, "somebody noticed")
            until(lambda: answers(to, sent), "served again")
        finally:
            done.set()
        for caller in callers:
            caller.result()
    others = {(code, text) for code, text, _ in seen if code is not grpc.StatusCode.UNAVAILABLE}
    equal(others, set())
    longest = max(took for *_, took in seen)
    holds(longest < 5, f"a caller waited {longest:.1f} s for a dead engine")
    print(f"({len(seen)} calls refused: {seen[-1][1]}) ", end="")


def answers(to, sent):
    """Whether a call is served."""
    try:
        wire.list_collections(to, sent)
    except grpc.RpcError:
        return False
    return True


def main():
    """Writes, kills, waits, reads."""
    given = arguments("uri", "token", "engine-pid")
    if given.engine_pid != "0":
        with step("write rows"):
            write(given.uri, given.token)
        with step("kill the engine: UNAVAILABLE, then served again"):
            kill_and_watch(given)
    with step("the rows are there"):
        read(given.uri, given.token)
    finish()


main()
