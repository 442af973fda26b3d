"""What an application does over Milvus' RESTful API v2, on an engine that has none."""

import base64
import json

from pymilvus import MilvusClient

from restful import Rest
from support import arguments, equal, finish, holds, step

BIG = 2**53 + 1


def collections(rest):
    with step("a collection is made from a few words"):
        equal(rest.ask("collections/list"), [])
        equal(rest.ask("collections/has", {"collectionName": "quick"}), {"has": False})
        equal(rest.ask("collections/create", {"collectionName": "quick", "dimension": 4}), {})
        equal(rest.ask("collections/list"), ["quick"])
        equal(rest.ask("collections/has", {"collectionName": "quick"}), {"has": True})
    with step("it is described"):
        told = rest.ask("collections/describe", {"collectionName": "quick"})
        equal(told["collectionName"], "quick")
        equal([field["type"] for field in told["fields"]], ["Int64", "FloatVector"])
        equal([field["name"] for field in told["fields"]], ["id", "vector"])
        equal(told["enableDynamicField"], True)
        equal(told["indexes"][0]["metricType"], "COSINE")
        equal(told["load"], "LoadStateLoaded")
    with step("it is released, loaded, renamed and dropped"):
        name = {"collectionName": "quick"}
        equal(rest.ask("collections/release", name), {})
        equal(rest.ask("collections/get_load_state", name)["loadState"], "LoadStateNotLoad")
        equal(rest.ask("collections/load", name), {})
        equal(rest.ask("collections/get_load_state", name)["loadState"], "LoadStateLoaded")
        equal(rest.ask("collections/get_stats", name), {"rowCount": 0})
        rest.ask("collections/rename", {**name, "newCollectionName": "renamed"})
        equal(rest.ask("collections/list"), ["renamed"])
        rest.ask("collections/drop", {"collectionName": "renamed"})
        equal(rest.ask("collections/list"), [])
        rest.fails("collections/describe", name, 100)


def schema():
    def field(name, kind, **more):
        return {"fieldName": name, "dataType": kind, **more}

    text, dim = {"max_length": 64}, {"dim": 8}
    return {
        "autoId": False,
        "enableDynamicField": True,
        "fields": [
            field("pk", "Int64", isPrimary=True),
            field("flag", "Bool"),
            field("tiny", "Int8"),
            field("small", "Int16"),
            field("plain", "Int32"),
            field("large", "Int64"),
            field("float", "Float"),
            field("double", "Double"),
            field("text", "VarChar", elementTypeParams=text),
            field("maybe", "VarChar", elementTypeParams=text, nullable=True),
            field("json", "JSON"),
            field("list", "Array", elementDataType="Int64", elementTypeParams={"max_capacity": 9}),
            field("dense", "FloatVector", elementTypeParams=dim),
            field("sparse", "SparseFloatVector"),
        ],
    }


def row(number):
    return {
        "pk": BIG + number,
        "flag": number % 2 == 0,
        "tiny": number % 100 - 50,
        "small": number * 7,
        "plain": number * 1000,
        "large": -BIG - number,
        "float": number + 0.5,
        "double": number + 0.1,
        "text": f"row \"{number}\" \u00e9",
        "maybe": None if number % 3 == 0 else f"maybe {number}",
        "json": {"number": number, "deep": [{"a": None}]},
        "list": list(range(number % 4)),
        "dense": [float(number), *([0.25] * 7)],
        "sparse": {"1": 0.5, str(100 + number): 1.5},
        "extra": {"of": number},
    }


def entities(rest, uri, token):
    name = {"collectionName": "everything"}
    with step("a collection of every type is made with its indexes"):
        indexes = [
            {"fieldName": "dense", "indexName": "dense", "metricType": "L2"},
            {
                "fieldName": "sparse",
                "indexName": "sparse",
                "metricType": "IP",
                "indexType": "SPARSE_INVERTED_INDEX",
            },
        ]
        rest.ask("collections/create", {**name, "schema": schema(), "indexParams": indexes})
        equal(sorted(rest.ask("indexes/list", name)), ["dense", "sparse"])
        told = rest.ask("indexes/describe", {**name, "indexName": "dense"})
        equal((told[0]["fieldName"], told[0]["metricType"]), ("dense", "L2"))
    with step("rows are inserted, and an SDK finds the same"):
        told = rest.ask("entities/insert", {**name, "data": [row(n) for n in range(10)]})
        equal((told["insertCount"], told["insertIds"][0]), (10, BIG))
        sdk = MilvusClient(uri=uri, token=token)
        found = sdk.query("everything", ids=[BIG + 4], output_fields=["*"])[0]
        for key, value in row(4).items():
            if key == "sparse":
                equal({str(k): v for k, v in found[key].items()}, value)
            else:
                equal(list(found[key]) if key in ("list", "dense") else found[key], value)
    with step("they are got by their keys, as numbers or as texts"):
        got = rest.ask("entities/get", {**name, "id": [BIG + 3, str(BIG + 5)]})
        equal(sorted(one["pk"] for one in got), [BIG + 3, BIG + 5])
        three = next(one for one in got if one["pk"] == BIG + 3)
        equal((three["maybe"], three["large"], three["extra"]), (None, -BIG - 3, {"of": 3}))
        equal(json.loads(three["json"]), row(3)["json"])
        equal(three["list"], {"Data": {"LongData": {"data": [0, 1, 2]}}})
        equal(three["sparse"], {"1": 0.5, "103": 1.5})
        asked = {**name, "id": BIG + 3, "outputFields": ["pk"]}
        texts = rest.ask("entities/get", asked, **{"Accept-Type-Allow-Int64": "false"})
        equal(texts, [{"pk": str(BIG + 3)}])
    with step("filters, pages and counts work"):
        asked = {**name, "filter": "plain < 5000"}
        got = rest.ask("entities/query", {**asked, "outputFields": ["pk", "text"], "limit": 3})
        equal(len(got), 3)
        equal(set(got[0]), {"pk", "text"})
        got = rest.ask("entities/query", {**name, "filter": "", "outputFields": ["count(*)"]})
        equal(got, [{"count(*)": 10}])
    with step("searches find the nearest"):
        asked = {**name, "annsField": "dense", "limit": 2, "outputFields": ["text", "extra"]}
        got = rest.ask("entities/search", {**asked, "data": [row(7)["dense"]]})
        equal((got[0]["id"], got[0]["distance"]), (BIG + 7, 0.0))
        equal((got[0]["text"], got[0]["extra"]), (row(7)["text"], {"of": 7}))
        many = [row(2)["dense"], row(9)["dense"]]
        got = rest.ask("entities/search", {**asked, "data": many, "filter": "pk > 0"})
        equal([one["id"] for one in got][::2], [BIG + 2, BIG + 9])
        ranged = {"metric_type": "L2", "params": {"radius": 2.0, "range_filter": 0.5}}
        asked = {**asked, "limit": 9, "data": [row(5)["dense"]], "searchParams": ranged}
        equal({one["id"] for one in rest.ask("entities/search", asked)}, {BIG + 4, BIG + 6})
    with step("several fields are searched at once"):
        dense = {"annsField": "dense", "data": [row(6)["dense"]], "limit": 4}
        sparse = {"annsField": "sparse", "data": [row(6)["sparse"]], "limit": 4}
        asked = {**name, "search": [dense, sparse], "limit": 3, "outputFields": ["text"]}
        for rerank in ({}, {"strategy": "rrf", "params": {"k": 10}},
                       {"strategy": "weighted", "params": {"weights": [0.5, 0.5]}}):
            for route in ("hybrid_search", "advanced_search"):
                got = rest.ask(f"entities/{route}", {**asked, "rerank": rerank})
                equal((len(got), got[0]["id"], got[0]["text"]), (3, BIG + 6, row(6)["text"]))
    with step("functions are run over what was found"):
        by_plain = {
            "op": "map",
            "outputs": ["$score"],
            "expr": {
                "name": "num_combine",
                "args": [{"column": "$score"}, {"column": "plain"}],
                "params": {"mode": "sum"},
            },
        }
        sort = {"op": "sort", "inputs": ["$score"], "params": {"column": "$score", "desc": True}}
        chain = {"stage": "FunctionChainStageL2Rerank", "ops": [by_plain, sort]}
        asked = {**name, "annsField": "dense", "data": [row(5)["dense"]], "limit": 10,
                 "outputFields": ["plain"]}
        got = rest.ask("entities/search", {**asked, "functionChains": [chain]})
        equal([one["plain"] for one in got], [number * 1000 for number in reversed(range(10))])
        limit = {"op": "limit", "params": {"limit": 2}}
        chain = {**chain, "ops": [by_plain, sort, limit]}
        got = rest.ask("entities/search", {**asked, "functionChains": [chain]})
        equal([one["id"] for one in got], [BIG + 9, BIG + 8])
        told = rest.fails("entities/search", {**asked, "functionChains": [{"stage": "x"}]}, 1100)
        holds("functionChains[0]" in told, told)
    with step("what this engine drops unread is refused, and not answered as if it were done"):
        buckets = {**asked, "searchAggregation": {"fields": ["plain"], "size": 3}}
        told = rest.fails("entities/search", buckets, 1100)
        holds("searchAggregation" in told, told)
    with step("rows are replaced and deleted"):
        changed = {**row(1), "text": "changed"}
        equal(rest.ask("entities/upsert", {**name, "data": changed})["upsertCount"], 1)
        got = rest.ask("entities/get", {**name, "id": BIG + 1, "outputFields": ["text"]})
        equal(got[0]["text"], "changed")
        rest.ask("entities/delete", {**name, "filter": f"pk in [{BIG + 1}, {BIG + 2}]"})
        got = rest.ask("entities/query", {**name, "filter": "", "outputFields": ["count(*)"]})
        equal(got, [{"count(*)": 8}])


def left_out(rest):
    with step("what is left out, or null, is the field's own value, or none"):
        name = {"collectionName": "defaults"}

        def field(kind, value=None, **more):
            more = {"fieldName": kind, "dataType": kind, "nullable": True, **more}
            return more if value is None else {**more, "defaultValue": value}

        text = {"elementTypeParams": {"max_length": 9}}
        given = {"Bool": True, "Int8": -7, "Int64": BIG, "Double": 2.5, "VarChar": "usual"}
        fields = [
            {"fieldName": "pk", "dataType": "Int64", "isPrimary": True},
            {"fieldName": "v", "dataType": "FloatVector", "elementTypeParams": {"dim": 2}},
            *(field(kind, value, **(text if kind == "VarChar" else {}))
              for kind, value in given.items()),
            field("Int32"),
            field("JSON"),
        ]
        index = {"fieldName": "v", "metricType": "L2"}
        schema = {"fields": fields}
        rest.ask("collections/create", {**name, "schema": schema, "indexParams": [index]})
        told = {one["name"]: one for one in rest.ask("collections/describe", name)["fields"]}
        equal(told["Int64"]["defaultValue"], {"Data": {"LongData": BIG}})
        equal(told["VarChar"]["defaultValue"], {"Data": {"StringData": "usual"}})
        nothing = dict.fromkeys([*given, "Int32", "JSON"])
        # A text may hold a list, as in Milvus, and no header field has to say that a body is JSON.
        rows = [{"pk": 1, "v": [1, 2]}, {"pk": 2, "v": "[1, 2]", **nothing}]
        plain = {"Content-Type": "text/plain"}
        told = rest.send("entities/insert", {**name, "data": rows}, **plain)
        equal((told[0], told[1]["data"]["insertCount"]), (200, 2))
        for row in rest.ask("entities/get", {**name, "id": [1, 2]}):
            expected = {**nothing, **given, "pk": row["pk"], "v": [1.0, 2.0]}
            equal(row, expected)
        rest.ask("collections/drop", name)


def partitions(rest):
    with step("partitions are made, listed and dropped"):
        part = {"collectionName": "everything", "partitionName": "part"}
        rest.ask("partitions/create", part)
        equal(rest.ask("partitions/has", part), {"has": True})
        equal(sorted(rest.ask("partitions/list", part)), ["_default", "part"])
        rest.ask("entities/insert", {**part, "data": row(50)})
        got = rest.ask("entities/query", {**part, "partitionNames": ["part"], "filter": "pk > 0"})
        equal([one["pk"] for one in got], [BIG + 50])
        names = {"collectionName": "everything", "partitionNames": ["part"]}
        told = rest.fails("partitions/release", names, 65535)
        holds("Unimplemented" in told, f"what Milvus Lite lacks: {told}")
        rest.ask("partitions/drop", part)
        equal(rest.ask("partitions/list", part), ["_default"])


def names(rest):
    name = {"collectionName": "everything"}
    with step("aliases stand for collections"):
        rest.ask("aliases/create", {**name, "aliasName": "other"})
        equal(rest.ask("aliases/list", name), ["other"])
        equal(rest.ask("aliases/describe", {"aliasName": "other"})["collectionName"], "everything")
        got = rest.ask("entities/get", {"collectionName": "other", "id": BIG, "outputFields": []})
        equal(got[0]["pk"], BIG)
        rest.ask("aliases/alter", {**name, "aliasName": "other"})
        rest.ask("aliases/drop", {"aliasName": "other"})
        equal(rest.ask("aliases/list", name), [])
    with step("databases keep their collections apart"):
        rest.ask("databases/create", {"dbName": "apart"})
        equal(sorted(rest.ask("databases/list")), ["apart", "default"])
        equal(rest.ask("databases/describe", {"dbName": "apart"})["dbName"], "apart")
        for within in ({}, {"dbName": "apart"}):
            headers = {} if within else {"DB-Name": "apart"}
            quick = {**within, "collectionName": "inside", "dimension": 4}
            rest.ask("collections/create", quick, **headers)
            equal(rest.ask("collections/list", within, **headers), ["inside"])
            equal(rest.ask("collections/list"), ["everything"])
            rest.ask("collections/drop", {**within, "collectionName": "inside"}, **headers)
        rest.ask("databases/drop", {"dbName": "apart"})
        equal(rest.ask("databases/list"), ["default"])


def bad_input(rest, uri):
    name = {"collectionName": "everything"}
    with step("bad input is told what is wrong with it"):
        for body, code in [
            ("", 1801),
            ("{", 1801),
            ("[]", 1801),
            ('{"collectionName":1}', 1801),
            ('{"collectionName":"a","collectionName":"everything"}', 1801),
            ('{"collectionName":"a","COLLECTIONNAME":"everything"}', 1801),
            ('{"collectionName":NaN}', 1801),
            ("{}", 1802),
        ]:
            status, text = rest.raw("collections/describe", body)
            equal((status, json.loads(text)["code"]), (200, code))
        rest.fails("entities/insert", {**name, "data": []}, 1802)
        rest.fails("entities/insert", {**name, "data": {**row(1), "dense": [1.0]}}, 1804)
        rest.fails("entities/insert", {**name, "data": {**row(1), "tiny": 128}}, 1804)
        rest.fails("entities/insert", {**name, "data": {**row(1), "plain": "x"}}, 1804)
        missing = {key: value for key, value in row(1).items() if key != "text"}
        rest.fails("entities/insert", {**name, "data": missing}, 1804)
        rest.fails("entities/search", {**name, "data": [[1.0]], "annsField": "dense"}, 1801)
        rest.fails("entities/search", {**name, "data": [[1.0] * 8]}, 1801)
        rest.fails("entities/get", {**name, "id": "1 or pk > 0"}, 1806)
        rest.fails("entities/query", {**name, "filter": "", "consistencyLevel": "No"}, 1100)
        rest.fails("collections/create", {"collectionName": "x"}, 1100)
        deep = "[" * 10_000 + "]" * 10_000
        text = '{"collectionName":"everything","data":[{"pk":1,"extra":' + deep + "}]}"
        status, text = rest.raw("entities/insert", text)
        equal((status, json.loads(text)["code"]), (200, 1804))
        huge = 'collectionName":"everything","data":[{"pk":1e999}]}'
        equal(json.loads(rest.raw("entities/insert", '{"' + huge)[1])["code"], 1804)
    with step("what does not exist is not found"):
        equal(rest.raw("collections/nothing", "{}")[0], 404)
        equal(rest.raw("collections/list", None, method="GET")[0], 404)
        rest.fails("entities/query", {"collectionName": "nothing", "filter": ""}, 100)
    with step("who is not known is not heard"):
        for header in ("Bearer nobody", "Basic bm9ib2R5OnBhc3N3b3Jk", "Digest x", "x"):
            stranger = Rest(uri, "")
            stranger.headers["Authorization"] = header
            stranger.fails("collections/list", {}, 1800, status=401)
        equal(rest.ask("collections/list"), ["everything"])


def main():
    given = arguments("uri", "token")
    rest = Rest(given.uri, given.token)
    collections(rest)
    entities(rest, given.uri, given.token)
    left_out(rest)
    partitions(rest)
    names(rest)
    bad_input(rest, given.uri)
    finish()


main()
