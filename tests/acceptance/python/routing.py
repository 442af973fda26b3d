"""Clusters behind one gateway: which one a call reaches, and which ones a key reaches.

`--first`, `--second` and `--third` are cluster ids; the first has the gateway's bare address,
`--port-uri` is the second's own port. The third is the second's engine under another name, with the
port `--third-uri` that it was given.
"""

import grpc
from pymilvus import MilvusClient

import wire
from control import Control
from support import DIMENSION, arguments, equal, finish, refused, step

INVALID_ARGUMENT = grpc.StatusCode.INVALID_ARGUMENT
PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED


SEVERAL = ["this key opens several clusters", "port", "host name"]
NOT_THIS = "this key does not open the cluster at this address, or there is none"


def closed(to, sent):
    """The cluster asked for is not for this key; whether there is one is not said."""
    equal(refused(lambda: wire.list_collections(to, sent), PERMISSION_DENIED), NOT_THIS)


def connect(uri, token):
    """A client with a connection of its own."""
    return MilvusClient(uri=uri, token=token, timeout=30, dedicated=True)


def named(uri, host):
    """A channel that asks for a cluster by its host name."""
    return wire.channel(uri, ("grpc.default_authority", host))


def by_name_and_port(given):
    """Every way to name a cluster reaches that cluster."""
    sent = wire.metadata(given.token)
    for host, expected in [
        (f"{given.first}.localhost", ["in_first"]),
        (f"{given.second}.localhost", ["in_second"]),
        (f"{given.second}.localhost:19530", ["in_second"]),
        (f"{given.second.upper()}.LOCALHOST", ["in_second"]),
        (f"{given.second}.eu.vectors.example.com", ["in_second"]),
    ]:
        with step(f"host name {host}"):
            with named(given.uri, host) as to:
                equal(wire.list_collections(to, sent), expected)
    with step("a port of its own"):
        with wire.channel(given.port_uri) as to:
            equal(wire.list_collections(to, sent), ["in_second"])
    with step("the SDK on that port"):
        client = connect(given.port_uri, given.token)
        equal(client.list_collections(), ["in_second"])
        client.close()
    with step("a host name counts more than the port"):
        with named(given.port_uri, f"{given.first}.localhost") as to:
            equal(wire.list_collections(to, sent), ["in_first"])


def without_a_name(given, control):
    """The gateway's bare address is the first cluster's; a key that does not open it must say."""
    with step("no name: the cluster without a port of its own"):
        client = connect(given.uri, given.token)
        equal(client.list_collections(), ["in_first"])
        client.close()
    with step("a cluster attached without a port was given one"):
        client = connect(given.third_uri, given.token)
        equal(client.list_collections(), ["in_second"])
        client.close()
    ported = [given.second, given.third]
    key_id, key = control.create_key("acceptance-ported", given.project, "Read-Write", ported)
    with step("no name and no choice: the text says what to do"), wire.channel(given.uri) as to:
        sent = wire.metadata(key)
        refused(lambda: wire.list_collections(to, sent), INVALID_ARGUMENT, *SEVERAL)
    with step("no name and no choice, through the SDK"):
        refused(lambda: connect(given.uri, key), None, *SEVERAL)
    control.delete_key(key_id)
    sent = wire.metadata(given.token)
    with step("a cluster that does not exist"):
        for label in ["in01-000000000000000", "in01-nonsense"]:
            with named(given.uri, f"{label}.localhost") as to:
                closed(to, sent)


def scoped(given, control):
    """A key for one cluster needs no name, and opens no other."""
    key_id, key = control.create_key(
        "acceptance-scoped", given.project, "Read-Write", [given.second]
    )
    sent = wire.metadata(key)
    with step("a key for one cluster needs no name"):
        client = connect(given.uri, key)
        equal(client.list_collections(), ["in_second"])
        client.close()
    with step("a key for one cluster is refused by another"):
        for label in [given.first, "in01-000000000000000", "in01-nonsense"]:
            with named(given.uri, f"{label}.localhost") as to:
                closed(to, sent)
    with step("narrowing a key moves it at once"):
        body = {
            "name": "acceptance-scoped",
            "orgRole": "Member",
            "projects": [
                {
                    "projectId": given.project,
                    "role": "Read-Write",
                    "allCluster": False,
                    "clusterIds": [given.first],
                }
            ],
        }
        control.data("PUT", f"/v2/apiKeys/{key_id}", body)
        with named(given.uri, f"{given.second}.localhost") as to:
            closed(to, sent)
        with named(given.uri, f"{given.first}.localhost") as to:
            equal(wire.list_collections(to, sent), ["in_first"])
    control.delete_key(key_id)


def main():
    """Marks each cluster with a collection of its own, then asks for them."""
    clusters = ["first", "second", "third"]
    given = arguments(
        "uri", "port-uri", "third-uri", "token", "control", "personal", "project", *clusters
    )
    control = Control(given.control, given.personal)
    for cluster, name in [(given.first, "in_first"), (given.second, "in_second")]:
        key_id, key = control.create_key(
            f"acceptance-mark-{name[3:]}", given.project, "Admin", [cluster]
        )
        with step(f"make {name} through a key for that cluster alone"):
            client = connect(given.uri, key)
            client.create_collection(name, dimension=DIMENSION)
            client.close()
        control.delete_key(key_id)
    by_name_and_port(given)
    without_a_name(given, control)
    scoped(given, control)
    finish()


main()
