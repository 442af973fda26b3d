"""Large messages in both directions."""

import random
import time

from pymilvus import DataType, MilvusClient

from support import arguments, equal, finish, holds, step

NAME = "bulk_books"
DIMENSION = 1536
ROWS = {8: 1365, 30: 5120}


def rows(start, count):
    """Rows of about 6 KiB each on the wire."""
    source = random.Random(start)
    return [
        {"id": number, "embedding": [source.random() for _ in range(DIMENSION)]}
        for number in range(start, start + count)
    ]


def main():
    """Inserts 8 and 30 MiB in one call each, and reads 30 MiB in one call."""
    given = arguments("uri", "token")
    client = MilvusClient(uri=given.uri, token=given.token, timeout=60)
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("embedding", DataType.FLOAT_VECTOR, dim=DIMENSION)
    params = client.prepare_index_params()
    params.add_index(field_name="embedding", index_type="FLAT", metric_type="L2")
    client.create_collection(NAME, schema=schema, index_params=params, consistency_level="Strong")
    start, first = 0, None
    for mebibytes, count in ROWS.items():
        batch = rows(start, count)
        first = first or batch[0]
        with step(f"insert {mebibytes} MiB in one call"):
            started = time.monotonic()
            equal(client.insert(NAME, batch)["insert_count"], count)
            holds(time.monotonic() - started < 60, "that took a minute")
        start += count
    with step("every row is there"):
        equal(client.query(NAME, filter="", output_fields=["count(*)"])[0]["count(*)"], start)
    with step("read 30 MiB in one call"):
        got = client.query(
            NAME, filter=f"id < {ROWS[30]}", output_fields=["embedding"], limit=ROWS[30]
        )
        equal(len(got), ROWS[30])
        mine = next(row for row in got if row["id"] == 0)["embedding"]
        holds(
            max(abs(a - b) for a, b in zip(mine, first["embedding"], strict=True)) < 1e-6,
            "the vector that came back is not the one that went in",
        )
    client.drop_collection(NAME)
    finish()


main()
