"""Many threads on one client, and many clients: every answer is its own."""

from concurrent.futures import ThreadPoolExecutor

from pymilvus import MilvusClient

from support import DIMENSION, arguments, equal, finish, holds, step, vector

NAME = "threads_books"
THREADS = 32
CALLS = 20


def searches(client, offset):
    """Searches for rows of one's own; every hit must be the row asked for."""
    for number in range(offset, offset + CALLS):
        hit = client.search(NAME, data=[vector(number)], limit=1)[0][0]["id"]
        holds(hit == number, f"asked for {number}, got {hit}: answers were mixed up")
    return CALLS


def main():
    """Shared client, then a client a thread, then writers beside readers."""
    given = arguments("uri", "token")

    def connect():
        # Clients of one process share a connection unless they ask for their own.
        return MilvusClient(uri=given.uri, token=given.token, timeout=60, dedicated=True)

    client = connect()
    client.create_collection(
        NAME, dimension=DIMENSION, metric_type="L2", consistency_level="Strong"
    )
    client.insert(NAME, [{"id": n, "vector": vector(n)} for n in range(THREADS + CALLS)])
    with ThreadPoolExecutor(THREADS) as pool:
        with step(f"{THREADS} threads on one client"):
            done = sum(pool.map(lambda n: searches(client, n), range(THREADS)))
            equal(done, THREADS * CALLS)
        with step(f"{THREADS} threads with a client each"):
            done = sum(pool.map(lambda n: searches(connect(), n), range(THREADS)))
            equal(done, THREADS * CALLS)
        with step("writers beside readers"):
            row = lambda n: {"id": 1000 + n, "vector": vector(1000 + n)}  # noqa: E731
            writes = [pool.submit(client.insert, NAME, [row(n)]) for n in range(100)]
            reads = [pool.submit(searches, client, n) for n in range(8)]
            equal(sum(write.result()["insert_count"] for write in writes), 100)
            equal(sum(read.result() for read in reads), 8 * CALLS)
            equal(len(client.get(NAME, ids=list(range(1000, 1100)))), 100)
    client.drop_collection(NAME)
    finish()


main()
