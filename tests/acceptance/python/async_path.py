"""The asyncio client: the essentials, and many calls at once on one connection."""

import asyncio

from pymilvus import AnnSearchRequest, AsyncMilvusClient, MilvusClient, RRFRanker

from support import DIMENSION, arguments, equal, finish, holds, step, vector

NAME = "async_books"
AT_ONCE = 200


def collection(given):
    """Made by the other client: asyncio's waits for an index with a call that Lite has not."""
    with step("create a collection"):
        client = MilvusClient(uri=given.uri, token=given.token, timeout=60)
        client.create_collection(
            NAME, dimension=DIMENSION, metric_type="L2", consistency_level="Strong"
        )
        client.close()


async def story(client):
    """Rows, reads, upkeep."""
    with step("insert and upsert"):
        holds(await client.has_collection(NAME), "the new collection is not there")
        rows = [{"id": n, "vector": vector(n)} for n in range(AT_ONCE)]
        equal((await client.insert(NAME, rows))["insert_count"], AT_ONCE)
        equal((await client.upsert(NAME, rows[:1]))["upsert_count"], 1)
    with step(f"{AT_ONCE} searches at once"):
        answers = await asyncio.gather(
            *(client.search(NAME, data=[vector(n)], limit=1) for n in range(AT_ONCE))
        )
        equal([answer[0][0]["id"] for answer in answers], list(range(AT_ONCE)))
    with step("query, get, hybrid search, delete"):
        equal(len(await client.query(NAME, filter="id < 10", output_fields=["id"])), 10)
        equal((await client.get(NAME, ids=[4]))[0]["id"], 4)
        asked = [AnnSearchRequest([vector(9)], "vector", {"metric_type": "L2"}, limit=5)]
        equal((await client.hybrid_search(NAME, asked, RRFRanker(), limit=1))[0][0]["id"], 9)
        await client.delete(NAME, ids=[9])
        equal(await client.get(NAME, ids=[9]), [])
    with step("describe, flush, statistics, drop"):
        equal((await client.describe_collection(NAME))["collection_name"], NAME)
        await client.flush(NAME)
        holds(int((await client.get_collection_stats(NAME))["row_count"]) > 0, "no rows counted")
        await client.release_collection(NAME)
        await client.load_collection(NAME)
        await client.drop_collection(NAME)
        holds(NAME not in await client.list_collections(), "a dropped collection is listed")


async def main():
    """One client, closed at the end."""
    given = arguments("uri", "token")
    collection(given)
    client = AsyncMilvusClient(uri=given.uri, token=given.token, timeout=60)
    await story(client)
    await client.close()


asyncio.run(main())
finish()
