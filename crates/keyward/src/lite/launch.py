"""Runs one Milvus Lite for Keyward, on a loopback port of its own.

The caller writes one JSON line to standard input: {"data_dir", "token"}. This script answers with
one JSON line on standard output as soon as the server accepts calls: {"port", "pid"}. It serves
until standard input ends, which happens when the caller closes it and also when the caller dies in
any way, so that no engine outlives its Keyward.

Milvus Lite keeps collections and indexes over a restart, but not which collections were loaded, and
it refuses searches in those that are not. So what was not released is loaded before the port is
announced: applications go on where they were, as they do on other Milvus.

Every call must present the token as Keyward's gateway does (base64 in `authorization`), so that
other accounts of this machine cannot pass the gateway by.
"""

import base64
import hmac
import json
import logging
import os
import signal
import sys
import threading
import time
from concurrent import futures

import grpc

# What a client may send to Milvus, and the pings that SDKs and gateways send on idle connections.
MESSAGE_BYTES_MAX = 256 * 1024 * 1024
WORKERS = 10
DRAIN_SECONDS = 4
# Well below the time that the caller gives an engine to start.
LOAD_SECONDS = 60
# Lies in the folder of a collection that somebody released.
RELEASED = "keyward.released"
SERVER_OPTIONS = [
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
    # Without this a second server could bind the same port and take half of the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.http2.max_ping_strikes", 0),
]


class RequireToken(grpc.ServerInterceptor):
    """Refuses every call that does not carry the token."""

    def __init__(self, token):
        self._expected = base64.b64encode(token.encode()).decode()

        def refuse(_request, context):
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "this engine answers Keyward only")

        self._refusal = grpc.unary_unary_rpc_method_handler(refuse)

    def intercept_service(self, continuation, call):
        for name, value in call.invocation_metadata:
            if name == "authorization" and hmac.compare_digest(value, self._expected):
                return continuation(call)
        return self._refusal


def remember_releases(collection_class):
    """Lets every collection keep a mark in its folder for as long as it is released."""

    def remembering(method):
        def call(collection, *args, **named):
            answer = method(collection, *args, **named)
            mark = mark_of(collection)
            if collection.load_state == "released":
                with open(mark, "w", encoding="utf-8"):
                    pass
            elif os.path.exists(mark):
                os.remove(mark)
            return answer

        return call

    # These are what changes the state of an open collection.
    for name in ("load", "release", "drop_index"):
        setattr(collection_class, name, remembering(getattr(collection_class, name)))


def mark_of(collection):
    return os.path.join(collection.data_dir, RELEASED)


def load_all(database, stop):
    """Loads what was loaded when the engine ended, for as long as there is time.

    Nothing here ends the engine: what cannot be loaded is logged, and clients may load it.
    """
    deadline = time.monotonic() + LOAD_SECONDS
    # One thread, which is left behind with a collection that takes too long.
    loader = futures.ThreadPoolExecutor(max_workers=1)
    for database_name, name in everything(database):
        remaining = deadline - time.monotonic()
        if stop.is_set():
            return
        if remaining <= 0:
            break
        try:
            # Opened by this thread alone, because the database must not open one twice.
            collection = database.get_collection(name, database_name=database_name)
            if os.path.exists(mark_of(collection)):
                continue
            loading = loader.submit(collection.load)
            if futures.wait([loading], timeout=remaining).not_done:
                break
            loading.result()
        except Exception:
            logging.exception("cannot load collection %s of database %s", name, database_name)
    else:
        return
    logging.error("not everything was loaded in %s s: clients must load the rest", LOAD_SECONDS)


def everything(database):
    """The names of all databases and collections."""
    for database_name in database.list_databases():
        try:
            names = database.list_collections(database_name=database_name)
        except Exception:
            logging.exception("cannot list the collections of database %s", database_name)
            continue
        for name in names:
            yield database_name, name


def main():
    # The caller decides when to stop; Ctrl-C in a terminal reaches the caller too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(sys.stdin.buffer.readline())
    # Anything the engine prints belongs in the log, not between the lines of this protocol.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    from milvus_lite.adapter.grpc.servicer import MilvusServicer
    from milvus_lite.db import MilvusLite
    from milvus_lite.engine.collection import Collection
    from pymilvus.grpc_gen import milvus_pb2_grpc

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop.set()), daemon=True).start()
    remember_releases(Collection)
    database = MilvusLite(settings["data_dir"])
    load_all(database, stop)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=WORKERS),
        interceptors=[RequireToken(settings["token"])],
        options=SERVER_OPTIONS,
    )
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(database), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    answers.write(json.dumps({"port": port, "pid": os.getpid()}) + "\n")
    answers.close()

    stop.wait()
    server.stop(grace=DRAIN_SECONDS).wait()
    database.close()
    sys.stderr.flush()
    # Threads of libraries must not keep an engine alive that has closed its database.
    os._exit(0)


main()
