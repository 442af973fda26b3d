"""What a key does that is narrowed to collections, with the unmodified SDK on a real engine."""

import grpc
from pymilvus import AnnSearchRequest, MilvusClient, RRFRanker
from pymilvus.grpc_gen import milvus_pb2, schema_pb2
from wire import channel, metadata, unary

from support import DIMENSION, arguments, equal, finish, holds, refused, step, vector

PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED
OTHERS = "it is narrowed to other collections"


def fill(client, name):
    """A collection with ten rows."""
    client.create_collection(
        name, dimension=DIMENSION, metric_type="L2", consistency_level="Strong"
    )
    client.insert(name, [{"id": n, "vector": vector(n)} for n in range(10)])


def count(client, name):
    """How many rows a collection has."""
    return client.query(name, filter="", output_fields=["count(*)"])[0]["count(*)"]


def own(team):
    """All that an application does, on the collections the key is for."""
    with step("its own: collections, indexes, rows"):
        fill(team, "team_a")
        fill(team, "team_b")
        holds(team.has_collection("team_a"), "it is not there")
        equal(team.describe_collection("team_a")["collection_name"], "team_a")
        team.load_collection("team_a")
        team.get_load_state("team_a")
        team.upsert("team_a", [{"id": 100, "vector": vector(100)}])
        team.delete("team_a", ids=[100])
        team.flush("team_a")
        team.list_indexes("team_a")
        team.create_partition("team_a", "part")
        equal(sorted(team.list_partitions("team_a")), ["_default", "part"])
        equal(count(team, "team_a"), 10)
    with step("its own: search, hybrid search, query, iterator"):
        equal(team.search("team_a", data=[vector(3)], limit=1)[0][0]["id"], 3)
        ask = AnnSearchRequest([vector(4)], "vector", {"metric_type": "L2"}, limit=3)
        found = team.hybrid_search("team_a", [ask, ask], RRFRanker(), limit=1)
        equal(found[0][0]["id"], 4)
        equal(team.get("team_a", ids=[5])[0]["id"], 5)
        equal(len(team.query_iterator("team_a", batch_size=20, filter="id >= 0").next()), 10)
    with step("its own: aliases and a new name"):
        team.create_alias("team_a", "team_alias")
        equal(team.search("team_alias", data=[vector(3)], limit=1)[0][0]["id"], 3)
        team.alter_alias("team_b", "team_alias")
        equal(team.describe_alias("team_alias")["collection_name"], "team_b")
        team.drop_alias("team_alias")
        team.rename_collection("team_b", "team_c")
        team.rename_collection("team_c", "team_b")


def strangers(whole, team):
    """What is not the key's is refused, and nothing happens to it."""
    rows = [{"id": 100, "vector": vector(100)}]
    ask = AnnSearchRequest([vector(4)], "vector", {"metric_type": "L2"}, limit=3)
    for name, call in [
        ("create", lambda: team.create_collection("another", dimension=DIMENSION)),
        ("insert", lambda: team.insert("other", rows)),
        ("upsert", lambda: team.upsert("other", rows)),
        ("delete", lambda: team.delete("other", ids=[1])),
        ("search", lambda: team.search("other", data=[vector(3)], limit=1)),
        ("hybrid search", lambda: team.hybrid_search("other", [ask, ask], RRFRanker(), limit=1)),
        ("query", lambda: team.query("other", filter="id > 0")),
        ("describe", lambda: team.describe_collection("other")),
        ("has", lambda: team.has_collection("other")),
        ("flush", lambda: team.flush("other")),
        ("load", lambda: team.load_collection("other")),
        ("release", lambda: team.release_collection("other")),
        ("alias to it", lambda: team.create_alias("other", "team_alias")),
        ("alias of another name", lambda: team.create_alias("team_a", "alias")),
        ("rename away", lambda: team.rename_collection("team_a", "away")),
        ("rename", lambda: team.rename_collection("other", "team_x")),
        ("drop", lambda: team.drop_collection("other")),
    ]:
        with step(f"refused: {name}"):
            refused(call, PERMISSION_DENIED, OTHERS)
    with step("nothing was changed"):
        equal(count(whole, "other"), 10)
        holds(not whole.has_collection("another"), "it was made")


def below(given, whole):
    """An insert whose name comes after more data than the gateway waits for has no effect."""
    rows = 4000
    ids = schema_pb2.FieldData(field_name="id", type=schema_pb2.DataType.Int64)
    ids.scalars.long_data.data.extend(range(1000, 1000 + rows))
    vectors = schema_pb2.FieldData(field_name="vector", type=schema_pb2.DataType.FloatVector)
    vectors.vectors.dim = DIMENSION
    for row in range(rows):
        vectors.vectors.float_vector.data.extend(vector(row))
    data = milvus_pb2.InsertRequest(fields_data=[ids, vectors], num_rows=rows).SerializeToString()
    holds(len(data) > 100_000, "too short to be passed on before its end")
    to = channel(given.uri)
    for name, key, code in [
        ("other", given.narrowed, PERMISSION_DENIED),
        ("team_a", given.narrowed, None),
    ]:
        named = data + milvus_pb2.InsertRequest(collection_name=name).SerializeToString()
        before = count(whole, name)
        with step(f"an insert into {name} that names it last"):
            try:
                unary(to, "Insert", metadata(key), named)
                holds(code is None, "it was let through")
                equal(count(whole, name), before + rows)
            except grpc.RpcError as error:
                equal(error.code(), code)
                equal(count(whole, name), before)


def main():
    """Both keys, side by side."""
    given = arguments("uri", "whole", "narrowed")
    whole = MilvusClient(uri=given.uri, token=given.whole, timeout=30)
    team = MilvusClient(uri=given.uri, token=given.narrowed, timeout=30)
    with step("somebody else's collection"):
        fill(whole, "other")
        whole.create_alias("other", "other_alias")
    own(team)
    strangers(whole, team)
    below(given, whole)
    with step("lists show what is its own"):
        equal(sorted(team.list_collections()), ["team_a", "team_b"])
        equal(sorted(whole.list_collections()), ["other", "team_a", "team_b"])
        team.create_alias("team_a", "team_alias")
        equal(team.list_aliases("team_a")["aliases"], ["team_alias"])
        refused(lambda: team.list_aliases("other"), PERMISSION_DENIED, OTHERS)
    with step("an alias that leads outside is not shown where it leads"):
        whole.create_alias("other", "team_trap")
        refused(lambda: team.describe_alias("team_trap"), PERMISSION_DENIED)
    finish()


main()
