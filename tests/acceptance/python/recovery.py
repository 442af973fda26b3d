"""The engine dies under a client: a clear answer, then service and data again by itself.

`--engine-pid` is the process to kill; `0` means that there is nothing to kill and the rows must be
there from an earlier run.
"""

import os
import signal
import time

import grpc
from pymilvus import MilvusClient

import wire
from support import DIMENSION, arguments, equal, finish, holds, step, until, vector

NAME = "recovery_books"
ROWS = 1000


def write(uri, token):
    """Rows whose insert was acknowledged."""
    client = MilvusClient(uri=uri, token=token, timeout=30)
    client.create_collection(
        NAME, dimension=DIMENSION, metric_type="L2", consistency_level="Strong"
    )
    for start in range(0, ROWS, 100):
        rows = [{"id": n, "vector": vector(n)} for n in range(start, start + 100)]
        equal(client.insert(NAME, rows)["insert_count"], 100)
    client.close()


def read(uri, token):
    """Every row, and a search, after loading again: an engine forgets what was loaded."""
    client = MilvusClient(uri=uri, token=token, timeout=30)
    client.load_collection(NAME)
    equal(client.query(NAME, filter="", output_fields=["count(*)"])[0]["count(*)"], ROWS)
    equal(client.search(NAME, data=[vector(777)], limit=1)[0][0]["id"], 777)
    client.close()


def kill_and_watch(given):
    """What a caller sees between the death and the return."""
    sent, seen = wire.metadata(given.token), []
    with wire.channel(given.uri) as to:
        wire.list_collections(to, sent)
        os.kill(int(given.engine_pid), signal.SIGKILL)

        def answered():
            started = time.monotonic()
            try:
                wire.list_collections(to, sent)
            except grpc.RpcError as error:
                seen.append((error.code(), error.details()))
                took = time.monotonic() - started
                holds(took < 5, f"a caller waited {took:.1f} s for a dead engine")
                return False
            return bool(seen)

        until(answered, "served again")
    codes = {code for code, _ in seen}
    equal(codes, {grpc.StatusCode.UNAVAILABLE})
    print(f"({len(seen)} calls refused: {seen[-1][1]}) ", end="")


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
