"""A key is deleted while applications use it in every way an SDK offers.

After the delete's answer no call that starts succeeds, every user of the key is told why, and users
of another key notice nothing.
"""

import asyncio
import threading
import time

import grpc
from pymilvus import AsyncMilvusClient, MilvusClient, MilvusException

import wire
from control import Control
from support import (
    DIMENSION,
    arguments,
    equal,
    finish,
    grpc_code_of,
    holds,
    refused,
    step,
    until,
    vector,
)

NAME = "revoke_books"
ROWS = 500
SEARCHERS = 8
WARM_CALLS = 10
UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
REFUSED = "auth check failure, please check api key is correct"


class User:
    """Something that uses a key until it is refused."""

    def __init__(self, title):
        self.title = title
        self.started = []
        self.refusal = None

    def run(self, call):
        """Calls again and again; remembers when each successful call had started."""
        while self.refusal is None and not self.stopped():
            before = time.monotonic()
            try:
                call()
            except (grpc.RpcError, MilvusException) as error:
                self.refusal = error
            else:
                self.started.append(before)

    stop = threading.Event()

    def stopped(self):
        """Whether the story is over."""
        return User.stop.is_set()


def connect(uri, token):
    """A client with a connection of its own: those of one process share one otherwise."""
    return MilvusClient(uri=uri, token=token, timeout=30, dedicated=True)


def searcher(client):
    """One search."""
    return lambda: equal(client.search(NAME, data=[vector(3)], limit=1)[0][0]["id"], 3)


def pager(client):
    """One page of an iterator that starts over when it has shown everything."""
    pages = None

    def page():
        nonlocal pages
        if pages is None or not pages.next():
            pages = client.query_iterator(
                NAME, batch_size=5, filter="id >= 0", output_fields=["id"]
            )

    return page


def writer(client):
    """One row written again."""
    return lambda: client.upsert(NAME, [{"id": 1, "vector": vector(1)}])


def run_async(user, uri, token):
    """The asyncio client, in a loop of its own."""

    async def use():
        client = AsyncMilvusClient(uri=uri, token=token, timeout=30)
        while user.refusal is None and not user.stopped():
            before = time.monotonic()
            try:
                await client.search(NAME, data=[vector(3)], limit=1)
            except (grpc.RpcError, MilvusException) as error:
                user.refusal = error
            else:
                user.started.append(before)
        await client.close()

    asyncio.run(use())


def start(uri, token, kinds):
    """One thread for each way to use the key; returns `(user, thread)` pairs."""
    running = []
    for title, kind in kinds:
        user = User(title)
        if kind is run_async:
            thread = threading.Thread(target=run_async, args=(user, uri, token), daemon=True)
        else:
            client = connect(uri, token)
            thread = threading.Thread(target=user.run, args=(kind(client),), daemon=True)
        thread.start()
        running.append((user, thread))
    return running


def told(user, key_id):
    """A user saw that the key is wrong by now, or that it went while the call was running."""
    holds(user.refusal is not None, f"{user.title}: was never refused")
    code, text = grpc_code_of(user.refusal), str(user.refusal)
    holds(code in (None, UNAUTHENTICATED), f"{user.title}: {code}: {text}")
    cut = f"auth check failure, {key_id} was deleted or changed while this call was running"
    holds(REFUSED in text or cut in text, f"{user.title}: {text}")


def receipt(deleted, key_id):
    """What the answer to a delete says of where the key is dead, and since when."""
    equal(deleted["apiKeyId"], key_id)
    revocation = deleted["revocation"]
    holds(revocation["settled"] is True, f"not settled: {revocation}")
    holds(revocation["revision"] > 0, f"no revision: {revocation}")
    holds(len(revocation["gateways"]) == 1, f"one gateway must have confirmed: {revocation}")
    gateway = revocation["gateways"][0]
    equal(gateway["confirmedBy"], "applied")
    holds(gateway["gatewayId"] and gateway["confirmedAt"], f"not all is said: {gateway}")


def afterwards(given, victim, victim_id, connected, users):
    """No door is open to the deleted key: known connections, new ones, and those in use."""
    idle, late = connected
    with step("nothing that starts after the answer succeeds"):
        sent = wire.metadata(victim)
        equal(refused(lambda: wire.list_collections(idle, sent), UNAUTHENTICATED), REFUSED)
        refused(lambda: late.list_collections(), UNAUTHENTICATED, REFUSED)
        equal(refused(lambda: connect(given.uri, victim), UNAUTHENTICATED), REFUSED)
    with step("everybody was told why"):
        for user, thread in users:
            thread.join(30)
            holds(not thread.is_alive(), f"{user.title}: still retrying after 30 s")
            told(user, victim_id)


def main():
    """The story."""
    given = arguments("uri", "control", "personal", "project")
    control = Control(given.control, given.personal)
    with step("make two keys"):
        victim_id, victim = control.create_key("acceptance-victim", given.project, "Read-Write")
        other_id, other = control.create_key("acceptance-bystander", given.project, "Read-Write")
    setup = connect(given.uri, other)
    setup.create_collection(NAME, dimension=DIMENSION, metric_type="L2", consistency_level="Strong")
    setup.insert(NAME, [{"id": n, "vector": vector(n)} for n in range(ROWS)])

    kinds = [(f"search {n}", searcher) for n in range(SEARCHERS)]
    kinds += [("iterator", pager), ("upsert", writer), ("asyncio", run_async)]
    with step("use both keys in every way"):
        users = start(given.uri, victim, kinds)
        bystanders = start(given.uri, other, [("bystander", searcher)])
        late, idle = connect(given.uri, victim), wire.channel(given.uri)
        wire.list_collections(idle, wire.metadata(victim))
        every = [user for user, _ in users + bystanders]
        until(lambda: all(len(user.started) >= WARM_CALLS for user in every), "everybody warm")
    with step("delete one key"):
        deleted = control.delete_key(victim_id)
        answered = time.monotonic()
    with step("the answer carries the receipt"):
        receipt(deleted, victim_id)
    afterwards(given, victim, victim_id, (idle, late), users)
    with step("no call that began after the answer succeeded"):
        for user, _ in users:
            holds(user.started[-1] < answered, f"{user.title}: a call after the answer succeeded")
    with step("the other key works on, and the deleted one is gone from the list"):
        user, thread = bystanders[0]
        seen = len(user.started)
        until(lambda: len(user.started) > seen + WARM_CALLS, "the bystander goes on")
        User.stop.set()
        thread.join(10)
        equal(user.refusal, None)
        listed = control.data("GET", "/v2/apiKeys?pageSize=100&currentPage=1")["apiKeys"]
        ids = [key["apiKeyId"] for key in listed]
        holds(victim_id not in ids and other_id in ids, f"wrong list: {ids}")
    with step("deleting it again says that it is gone"):
        status, answer = control.call("DELETE", f"/v2/apiKeys/{victim_id}")
        equal((status, answer["code"]), (200, 404))
    idle.close()
    setup.drop_collection(NAME)
    control.delete_key(other_id)
    finish()


main()
