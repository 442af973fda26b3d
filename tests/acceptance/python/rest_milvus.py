"""The RESTful API on a real Milvus of an older version: what it has works, all types both ways."""

import json

from pymilvus import MilvusClient

from restful import Rest
from support import arguments, equal, finish, holds, step

BIG = 2**53 + 1
NAME = {"collectionName": "real_rest"}
STRONG = {"consistencyLevel": "Strong"}


def schema():
    def field(name, kind, **more):
        return {"fieldName": name, "dataType": kind, **more}

    return {
        "enableDynamicField": True,
        "fields": [
            field("pk", "Int64", isPrimary=True),
            field("flag", "Bool"),
            field("tiny", "Int8"),
            field("small", "Int16"),
            field("plain", "Int32"),
            field("float", "Float"),
            field("double", "Double"),
            field("text", "VarChar", elementTypeParams={"max_length": 64}),
            field("json", "JSON"),
            field("list", "Array", elementDataType="Int64", elementTypeParams={"max_capacity": 9}),
            field("dense", "FloatVector", elementTypeParams={"dim": 8}),
        ],
    }


def row(number):
    return {
        "pk": BIG + number,
        "flag": number % 2 == 0,
        "tiny": number - 50,
        "small": number * 7,
        "plain": number * 1000,
        "float": number + 0.5,
        "double": number + 0.1,
        "text": f"row \"{number}\" \u00e9",
        "json": {"number": number, "deep": [{"a": None}]},
        "list": list(range(number % 4)),
        "dense": [float(number), *([0.25] * 7)],
        "extra": {"of": number},
    }


def rows(rest, sdk):
    with step("a collection is made, indexed and loaded"):
        index = {"fieldName": "dense", "indexName": "dense", "metricType": "L2",
                 "indexType": "HNSW", "params": {"M": 8, "efConstruction": 64}}
        rest.ask("collections/create", {**NAME, "schema": schema(), "indexParams": [index]})
        told = rest.ask("collections/describe", NAME)
        equal([field["type"] for field in told["fields"]][:3], ["Int64", "Bool", "Int8"])
        equal(rest.ask("indexes/list", NAME), ["dense"])
        told = rest.ask("indexes/describe", {**NAME, "indexName": "dense"})[0]
        equal((told["indexType"], told["metricType"]), ("HNSW", "L2"))
    with step("rows are inserted, and an SDK reads the same"):
        made = [row(number) for number in range(20)]
        told = rest.ask("entities/insert", {**NAME, "data": made})
        equal((told["insertCount"], told["insertIds"][3]), (20, BIG + 3))
        found = sdk.query("real_rest", ids=[BIG + 4], output_fields=["*"],
                          consistency_level="Strong")[0]
        for key, value in row(4).items():
            equal((key, list(found[key]) if key in ("list", "dense") else found[key]), (key, value))
    with step("they are read, by keys and by filters"):
        got = rest.ask("entities/get", {**NAME, **STRONG, "id": [BIG + 3, str(BIG + 5)]})
        equal(sorted(one["pk"] for one in got), [BIG + 3, BIG + 5])
        three = next(one for one in got if one["pk"] == BIG + 3)
        equal((three["double"], three["text"], three["extra"]), (3.1, row(3)["text"], {"of": 3}))
        equal(json.loads(three["json"]), row(3)["json"])
        asked = {**NAME, **STRONG, "filter": "plain < 5000 and flag == true", "limit": 9,
                 "outputFields": ["pk"]}
        got = rest.ask("entities/query", asked)
        equal(sorted(one["pk"] for one in got), [BIG, BIG + 2, BIG + 4])
        counted = {**NAME, **STRONG, "filter": "", "outputFields": ["count(*)"]}
        equal(rest.ask("entities/query", counted), [{"count(*)": 20}])
    with step("the nearest are found"):
        asked = {**NAME, **STRONG, "annsField": "dense", "limit": 2, "outputFields": ["text"]}
        got = rest.ask("entities/search", {**asked, "data": [row(7)["dense"]]})
        equal((got[0]["id"], got[0]["distance"], got[0]["text"]), (BIG + 7, 0.0, row(7)["text"]))
        many = [row(2)["dense"], row(9)["dense"]]
        got = rest.ask("entities/search", {**asked, "data": many, "filter": "pk > 0"})
        equal([one["id"] for one in got][::2], [BIG + 2, BIG + 9])
    with step("what this version would drop unread is refused with the version"):
        limit = {"op": "limit", "params": {"limit": 1}}
        chain = {"stage": "FunctionChainStageL2Rerank", "ops": [limit]}
        score = {"functions": [{"name": "f", "type": "Rerank", "params": {"reranker": "boost"}}]}
        buckets = {"fields": ["plain"], "size": 1}
        for member, value, part in (("functionChains", [chain], "2.3.5"),
                                    ("functionScore", score, "2.3.5"),
                                    ("searchAggregation", buckets, "does not know")):
            refused = {**asked, "data": many, member: value}
            told = rest.fails("entities/search", refused, 1100)
            holds(member in told and part in told, told)
        outside = {"collectionName": "outside", "schema": schema(), "externalSource": "s3://a/b"}
        told = rest.fails("collections/create", outside, 1100)
        holds("externalSource" in told and "2.3.5" in told, told)
        equal(rest.ask("collections/has", {"collectionName": "outside"}), {"has": False})
    with step("rows are replaced and deleted"):
        changed = {**row(1), "text": "changed"}
        equal(rest.ask("entities/upsert", {**NAME, "data": changed})["upsertCount"], 1)
        got = rest.ask("entities/get", {**NAME, **STRONG, "id": BIG + 1, "outputFields": ["text"]})
        equal(got[0]["text"], "changed")
        rest.ask("entities/delete", {**NAME, "filter": f"pk in [{BIG + 1}, {BIG + 2}]"})
        equal(rest.ask("entities/query", counted), [{"count(*)": 18}])


def around(rest):
    with step("partitions are made, filled, loaded and released"):
        part = {**NAME, "partitionName": "part"}
        parts = {**NAME, "partitionNames": ["part"]}
        rest.ask("collections/release", NAME)
        rest.ask("partitions/create", part)
        rest.ask("partitions/load", parts)
        rest.ask("entities/insert", {**part, "data": row(50)})
        got = rest.ask("entities/query", {**parts, **STRONG, "filter": "pk > 0"})
        equal([one["pk"] for one in got], [BIG + 50])
        rest.ask("partitions/release", parts)
        rest.ask("partitions/drop", part)
        rest.ask("collections/load", NAME)
    with step("rows are written down and put in order"):
        rest.ask("collections/flush", NAME, **{"Request-Timeout": "120"})
        job = rest.ask("collections/compact", NAME)["compactionID"]
        told = rest.ask("collections/get_compaction_state", {"jobID": job})
        equal((told["compactionID"], told["timeoutPlanNumber"]), (job, 0))
    with step("what this version does not have is said by the engine, not by a broken connection"):
        search = {"annsField": "dense", "data": [row(1)["dense"]], "limit": 1}
        told = rest.fails("entities/hybrid_search", {**NAME, "search": [search, search]}, 65535)
        holds("Unimplemented" in told, told)
        equal(rest.ask("collections/has", NAME), {"has": True})


def main():
    given = arguments("uri", "token")
    rest = Rest(given.uri, given.token)
    rows(rest, MilvusClient(uri=given.uri, token=given.token))
    around(rest)
    rest.ask("collections/drop", NAME)
    finish()


main()
