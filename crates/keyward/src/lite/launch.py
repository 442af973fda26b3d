"""Runs one Milvus Lite for Keyward, on a loopback port of its own.

The caller writes one JSON line to standard input: {"data_dir", "token"}. This script answers with
one JSON line on standard output as soon as the server accepts calls: {"port", "pid"}. It serves
until standard input ends, which happens when the caller closes it and also when the caller dies in
any way, so that no engine outlives its Keyward.

Every call must present the token as Keyward's gateway does (base64 in `authorization`), so that
other accounts of this machine cannot pass the gateway by.
"""

import base64
import hmac
import json
import os
import signal
import sys
import threading
from concurrent import futures

import grpc

# What a client may send to Milvus, and the pings that SDKs and gateways send on idle connections.
MESSAGE_BYTES_MAX = 256 * 1024 * 1024
WORKERS = 10
DRAIN_SECONDS = 4
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


def main():
    # The caller decides when to stop; Ctrl-C in a terminal reaches the caller too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(sys.stdin.buffer.readline())
    # Anything the engine prints belongs in the log, not between the lines of this protocol.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    from milvus_lite.adapter.grpc.servicer import MilvusServicer
    from milvus_lite.db import MilvusLite
    from pymilvus.grpc_gen import milvus_pb2_grpc

    database = MilvusLite(settings["data_dir"])
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=WORKERS),
        interceptors=[RequireToken(settings["token"])],
        options=SERVER_OPTIONS,
    )
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(database), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop.set()), daemon=True).start()
    answers.write(json.dumps({"port": port, "pid": os.getpid()}) + "\n")
    answers.close()

    stop.wait()
    server.stop(grace=DRAIN_SECONDS).wait()
    database.close()
    sys.stderr.flush()
    # Threads of libraries must not keep an engine alive that has closed its database.
    os._exit(0)


main()
