"""An idle connection that pings every five seconds stays open and usable."""

import threading
import time

import grpc

import wire
from support import arguments, finish, holds, step

IDLE_S = 21


def main():
    """Connects, waits for four pings, calls again on the same connection."""
    given = arguments("uri", "token")
    states, ready = [], threading.Event()

    def note(state):
        states.append(state)
        if state is grpc.ChannelConnectivity.READY:
            ready.set()

    to = wire.channel(
        given.uri,
        ("grpc.keepalive_time_ms", 5000),
        ("grpc.keepalive_timeout_ms", 3000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    )
    to.subscribe(note, try_to_connect=True)
    try:
        with step("call"):
            wire.list_collections(to, wire.metadata(given.token))
            holds(ready.wait(10), "the channel never became ready")
        with step(f"stay idle for {IDLE_S} s"):
            time.sleep(IDLE_S)
        with step("call again on the same connection"):
            wire.list_collections(to, wire.metadata(given.token))
            after = states[states.index(grpc.ChannelConnectivity.READY) + 1 :]
            holds(not after, f"the connection did not stay open: {after}")
    finally:
        to.close()
    finish()


main()
