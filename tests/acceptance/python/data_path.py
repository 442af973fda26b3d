"""Everything an application does with Milvus, through one client and one API key.

Runs unchanged against Milvus Lite and against Milvus 2.3.5; `--engine` names which, because the two
do not have the same calls.
"""

from pymilvus import AnnSearchRequest, DataType, MilvusClient, RRFRanker

from support import DIMENSION, arguments, equal, finish, holds, step, until, vector

QUICK = "quick_books"
FULL = "full_books"
HYBRID = "hybrid_books"
ROWS = 200


def rows(start, count):
    """Rows of the full schema."""
    return [
        {
            "id": number,
            "title": f"title {number}",
            "year": 1900 + number % 100,
            "embedding": vector(number),
        }
        for number in range(start, start + count)
    ]


def full_schema(client):
    """A schema of typed fields."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("title", DataType.VARCHAR, max_length=64)
    schema.add_field("year", DataType.INT64)
    schema.add_field("embedding", DataType.FLOAT_VECTOR, dim=DIMENSION)
    return schema


def index(client, *fields):
    """Exact indexes, so that results are certain; Lite knows an index by its field's name only."""
    params = client.prepare_index_params()
    for field in fields:
        params.add_index(field_name=field, index_name=field, index_type="FLAT", metric_type="L2")
    return params


def quick_collection(client):
    """The two-argument way in."""
    with step("create a collection the quick way"):
        client.create_collection(
            QUICK, dimension=DIMENSION, metric_type="L2", consistency_level="Strong"
        )
        holds(client.has_collection(QUICK), "the new collection is not there")
        holds(QUICK in client.list_collections(), "the new collection is not listed")
    with step("insert, search and delete in it"):
        inserted = client.insert(
            QUICK, [{"id": n, "vector": vector(n), "colour": "red"} for n in range(20)]
        )
        equal(inserted["insert_count"], 20)
        found = client.search(QUICK, data=[vector(7)], limit=3, output_fields=["colour"])
        equal(found[0][0]["id"], 7)
        equal(found[0][0]["entity"]["colour"], "red")
        client.delete(QUICK, ids=[7])
        found = client.search(QUICK, data=[vector(7)], limit=3)
        holds(7 not in [hit["id"] for hit in found[0]], "a deleted row was found")


def full_collection(client):
    """Schema, index and load by hand."""
    with step("create a collection with a schema and an index"):
        client.create_collection(
            FULL,
            schema=full_schema(client),
            index_params=index(client, "embedding"),
            consistency_level="Strong",
        )
        described = client.describe_collection(FULL)
        equal(
            [field["name"] for field in described["fields"]], ["id", "title", "year", "embedding"]
        )
    with step("indexes"):
        equal(client.list_indexes(FULL), ["embedding"])
        equal(client.describe_index(FULL, "embedding")["index_type"], "FLAT")
        client.release_collection(FULL)
        client.drop_index(FULL, "embedding")
        equal(client.list_indexes(FULL), [])
        client.create_index(FULL, index(client, "embedding"))
    with step("release and load"):
        client.release_collection(FULL)
        equal(client.get_load_state(FULL)["state"].name, "NotLoad")
        client.load_collection(FULL)
        equal(client.get_load_state(FULL)["state"].name, "Loaded")


def writes_and_reads(client):
    """Rows in, rows out."""
    with step("insert"):
        equal(client.insert(FULL, rows(0, ROWS))["insert_count"], ROWS)
    with step("upsert"):
        changed = rows(3, 1)[0] | {"title": "changed"}
        equal(client.upsert(FULL, [changed])["upsert_count"], 1)
        equal(client.get(FULL, ids=[3])[0]["title"], "changed")
    with step("get"):
        equal(sorted(row["id"] for row in client.get(FULL, ids=[1, 2, 5000])), [1, 2])
    with step("query with a filter"):
        got = client.query(FULL, filter="year < 1905 and id < 100", output_fields=["id"])
        equal(sorted(row["id"] for row in got), [0, 1, 2, 3, 4])
        counted = client.query(FULL, filter="", output_fields=["count(*)"])
        equal(counted[0]["count(*)"], ROWS)
    with step("search with a filter, several vectors at once"):
        found = client.search(
            FULL, data=[vector(10), vector(11)], limit=5, filter="id >= 11", output_fields=["title"]
        )
        equal(len(found), 2)
        equal(found[1][0]["id"], 11)
        holds(all(hit["id"] >= 11 for hits in found for hit in hits), "the filter was ignored")
    with step("delete by filter"):
        client.delete(FULL, filter="id in [190, 191]")
        equal(client.get(FULL, ids=[190, 191]), [])
        client.insert(FULL, rows(190, 2))


def iterators(client):
    """Results page by page."""
    with step("query iterator"):
        pages = client.query_iterator(FULL, batch_size=30, filter="id >= 0", output_fields=["id"])
        equal(sorted(drain(pages, "id")), list(range(ROWS)))
    with step("search iterator"):
        pages = client.search_iterator(
            FULL,
            data=[vector(5)],
            batch_size=20,
            limit=60,
            output_fields=["id"],
            search_params={"metric_type": "L2"},
        )
        got = drain(pages, "id")
        equal((len(got), len(set(got)), got[0]), (60, 60, 5))


def drain(pages, key):
    """All values of one key, page after page."""
    got = []
    while True:
        page = pages.next()
        if not page:
            break
        got += [row[key] for row in page]
    pages.close()
    return got


def hybrid(client):
    """Two vector fields, one ranked answer."""
    with step("hybrid search"):
        schema = client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("text", DataType.FLOAT_VECTOR, dim=DIMENSION)
        schema.add_field("image", DataType.FLOAT_VECTOR, dim=DIMENSION)
        params = index(client, "text", "image")
        client.create_collection(
            HYBRID, schema=schema, index_params=params, consistency_level="Strong"
        )
        client.insert(
            HYBRID, [{"id": n, "text": vector(n), "image": vector(n + 1000)} for n in range(50)]
        )
        requests = [
            AnnSearchRequest([vector(9)], "text", {"metric_type": "L2"}, limit=10),
            AnnSearchRequest([vector(1009)], "image", {"metric_type": "L2"}, limit=10),
        ]
        found = client.hybrid_search(HYBRID, requests, RRFRanker(), limit=3)
        equal(found[0][0]["id"], 9)
        client.drop_collection(HYBRID)


def partitions(client):
    """A collection in parts."""
    with step("partitions"):
        client.create_partition(FULL, "archive")
        holds(client.has_partition(FULL, "archive"), "the new partition is not there")
        equal(sorted(client.list_partitions(FULL)), ["_default", "archive"])
        client.insert(FULL, rows(1000, 10), partition_name="archive")
        found = client.search(FULL, data=[vector(1004)], limit=20, partition_names=["archive"])
        equal(sorted(hit["id"] for hit in found[0]), list(range(1000, 1010)))
        client.flush(FULL)
        equal(int(client.get_partition_stats(FULL, "archive")["row_count"]), 10)
        client.release_collection(FULL)
        client.drop_partition(FULL, "archive")
        equal(client.list_partitions(FULL), ["_default"])
        client.load_collection(FULL)


def aliases(client):
    """Other names of a collection."""
    with step("aliases"):
        client.create_alias(FULL, "books_alias")
        equal(client.list_aliases(FULL)["aliases"], ["books_alias"])
        equal(client.describe_alias("books_alias")["collection_name"], FULL)
        equal(client.get("books_alias", ids=[1])[0]["title"], "title 1")
        client.alter_alias(QUICK, "books_alias")
        equal(client.describe_alias("books_alias")["collection_name"], QUICK)
        client.drop_alias("books_alias")


def upkeep(client):
    """What keeps a collection in shape."""
    with step("flush, statistics, compaction"):
        client.flush(FULL)
        until(lambda: int(client.get_collection_stats(FULL)["row_count"]) >= ROWS, "row count")
        job = client.compact(FULL)
        holds(client.get_compaction_state(job) != "", "a compaction without a state")
    with step("server version"):
        holds(client.get_server_version() != "", "no version")


def databases(client, given):
    """A namespace of its own for the same names."""
    with step("databases"):
        client.create_database("library")
        holds("library" in client.list_databases(), "the new database is not listed")
        other = MilvusClient(uri=given.uri, token=given.token, db_name="library", timeout=30)
        equal(other.list_collections(), [])
        other.create_collection(QUICK, dimension=DIMENSION)
        equal(other.list_collections(), [QUICK])
        other.insert(QUICK, [{"id": 1, "vector": vector(1)}])
        holds(FULL in client.list_collections(), "one database shows in another")
        other.drop_collection(QUICK)
        other.close()
    if given.engine == "lite":
        with step("switch the database of a client"):
            equal(client.describe_database("library")["name"], "library")
            client.use_database("library")
            equal(client.list_collections(), [])
            client.use_database("default")
    with step("drop a database"):
        client.drop_database("library")
        holds("library" not in client.list_databases(), "a dropped database is listed")


def rename_and_drop(client, engine):
    """The end of the story leaves nothing behind."""
    with step("rename"):
        client.rename_collection(QUICK, "renamed")
        holds(
            client.has_collection("renamed") and not client.has_collection(QUICK),
            "the rename did nothing",
        )
    if engine == "lite":
        with step("truncate"):
            client.truncate_collection("renamed")
            equal(client.query("renamed", filter="", output_fields=["count(*)"])[0]["count(*)"], 0)
    with step("drop"):
        client.drop_collection("renamed")
        client.release_collection(FULL)
        client.drop_collection(FULL)
        equal(client.list_collections(), [])


def main():
    """The whole story."""
    given = arguments("uri", "token", "engine")
    with step("connect"):
        client = MilvusClient(uri=given.uri, token=given.token, timeout=30)
    quick_collection(client)
    full_collection(client)
    writes_and_reads(client)
    iterators(client)
    if given.engine == "lite":
        hybrid(client)
    partitions(client)
    aliases(client)
    upkeep(client)
    databases(client, given)
    rename_and_drop(client, given.engine)
    client.close()
    finish()


main()
