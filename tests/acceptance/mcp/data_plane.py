"""The managed cloud's MCP server, unmodified: its tools for a cluster's data."""

import argparse

from assistant import Server, await_running, done

NAME = "remembered"


def main():
    parser = argparse.ArgumentParser()
    for name in ("control", "personal", "project", "cluster"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    server = Server(arguments.control, arguments.personal)
    seen = await_running(server, arguments.cluster)
    where = {
        "cluster_id": arguments.cluster,
        "region_id": "self-hosted",
        "endpoint": seen["connect_address"],
    }

    def tool(name, **more):
        return server.tool(name, **where, **more)

    assert done(tool("list_databases")) == ["default"]
    assert done(tool("list_collections")) == []
    done(tool("create_collection", collection_name=NAME, dimension=4, auto_id=False))
    assert done(tool("list_collections")) == [NAME]
    told = done(tool("describe_collection", collection_name=NAME))
    fields = told.get("data", told)["fields"]
    assert [field["name"] for field in fields] == ["id", "vector"], told

    notes = [
        {"id": 1, "vector": [1.0, 0.0, 0.0, 0.0], "text": "the sea", "year": 1951},
        {"id": 2, "vector": [0.0, 1.0, 0.0, 0.0], "text": "mountains", "year": 1977},
        {"id": 3, "vector": [0.7, 0.7, 0.0, 0.0], "text": "both", "year": 2003},
    ]
    answer = done(tool("insert_entities", collection_name=NAME, data=notes))
    assert answer["data"]["insertCount"] == 3, answer
    named = {"collection_name": NAME, "output_fields": ["text"]}
    found = done(tool("query", filter="year > 1960", **named))["data"]
    assert sorted(row["text"] for row in found) == ["both", "mountains"], found
    near = {"data": [[1.0, 0.1, 0.0, 0.0]], "anns_field": "vector", "metric_type": "COSINE"}
    found = done(tool("search", **near, limit=2, filter="year < 2000", **named))["data"]
    assert [row["text"] for row in found] == ["the sea", "mountains"], found
    searches = [
        {"data": [[1.0, 0.0, 0.0, 0.0]], "annsField": "vector", "limit": 3},
        {"data": [[0.0, 1.0, 0.0, 0.0]], "annsField": "vector", "limit": 3},
    ]
    ranked = {"search_requests": searches, "rerank_strategy": "rrf", "rerank_params": {"k": 10}}
    found = done(tool("hybrid_search", **ranked, limit=3, **named))["data"]
    assert len(found) == 3 and found[0]["text"], found
    done(tool("delete_entities", collection_name=NAME, filter="id in [1]"))
    found = done(tool("query", filter="id > 0", **named))["data"]
    assert sorted(row["text"] for row in found) == ["both", "mountains"], found

    answer, error = tool("query", collection_name="nothing", filter="")
    assert answer is None and "nothing" in error, error
    server.stop()

    stranger = Server(arguments.control, "not-a-key")
    answer, error = stranger.tool("list_collections", **where)
    assert answer is None and "401" in error, error
    stranger.stop()
    print("all steps passed")


main()
