"""The same rows written through the SDK and through the RESTful API are the same rows.

Random schemas and rows, from a fixed seed that a failure prints: what one way writes, the other way
reads back alike, and both find the same.
"""

import base64
import json
import random

import numpy
from pymilvus import MilvusClient

from restful import Rest
from support import arguments, equal, finish, step

ROUNDS = 6
ROWS = 12
DIMENSION = 8
SCALARS = ["Bool", "Int8", "Int16", "Int32", "Int64", "Float", "Double", "VarChar", "JSON"]
ELEMENTS = ["Bool", "Int8", "Int16", "Int32", "Int64", "Float", "Double", "VarChar"]
VECTORS = ["FloatVector", "SparseFloatVector", "BinaryVector", "Float16Vector", "BFloat16Vector",
           "Int8Vector"]
BITS = {"Int8": 7, "Int16": 15, "Int32": 31, "Int64": 63}


def schemas(pick, vectors):
    """A random schema as the RESTful API writes it."""
    fields = [{"fieldName": "pk", "dataType": pick.choice(["Int64", "VarChar"]), "isPrimary": True}]
    for number, kind in enumerate(pick.sample(SCALARS, pick.randint(2, len(SCALARS)))):
        nullable = kind != "JSON" and pick.random() < 0.4
        fields.append({"fieldName": f"s{number}", "dataType": kind, "nullable": nullable})
    for number, kind in enumerate(pick.sample(ELEMENTS, pick.randint(0, 3))):
        fields.append({"fieldName": f"a{number}", "dataType": "Array", "elementDataType": kind})
    for number, kind in enumerate(pick.sample(vectors, pick.randint(1, min(3, len(vectors))))):
        fields.append({"fieldName": f"v{number}", "dataType": kind})
    for field in fields:
        params = {}
        if "VarChar" in (field["dataType"], field.get("elementDataType")):
            params["max_length"] = 100
        if field["dataType"] == "Array":
            params["max_capacity"] = 5
        if field["dataType"].endswith("Vector") and "Sparse" not in field["dataType"]:
            params["dim"] = DIMENSION
        field["elementTypeParams"] = params
    return {"fields": fields, "enableDynamicField": pick.random() < 0.5}


def scalar(pick, kind):
    """A random value that both ways write alike."""
    if kind == "Bool":
        return pick.random() < 0.5
    if kind in BITS:
        return pick.choice([0, -(2 ** BITS[kind]), 2 ** BITS[kind] - 1, pick.randint(-99, 99)])
    if kind == "Float":
        return float(numpy.float32(pick.uniform(-1e6, 1e6)))
    if kind == "Double":
        return pick.uniform(-1e300, 1e300)
    if kind == "VarChar":
        return "".join(pick.choices("ab\"\\\n\u00e9\u4e2d\U0001f600 ", k=pick.randint(0, 12)))
    return pick.choice([{"a": [1, None, {"b": "\u00e9"}]}, [1, 2.5, "x"], {"n": 2**53 + 1}])


def row(pick, number, schema):
    """A row as both ways take it; vectors of bytes are lists of numbers here."""
    made = {}
    for field in schema["fields"]:
        name, kind = field["fieldName"], field["dataType"]
        if name == "pk":
            made[name] = 2**53 + number if kind == "Int64" else f"k\"{number}\\"
        elif field.get("nullable") and pick.random() < 0.3:
            made[name] = None
        elif kind == "Array":
            items = range(pick.randint(0, 5))
            made[name] = [scalar(pick, field["elementDataType"]) for _ in items]
        elif kind == "SparseFloatVector":
            made[name] = {pick.randint(0, 1000): float(numpy.float32(pick.random())) for _ in "abc"}
        elif kind == "BinaryVector":
            made[name] = [pick.randint(0, 255) for _ in range(DIMENSION // 8)]
        elif kind == "Int8Vector":
            made[name] = [pick.randint(-128, 127) for _ in range(DIMENSION)]
        elif kind.endswith("Vector"):
            # Numbers that sixteen bits of either form can hold.
            made[name] = [pick.randint(-64, 64) / 8 for _ in range(DIMENSION)]
        else:
            made[name] = scalar(pick, kind)
    if schema["enableDynamicField"]:
        made.update({f"d{place}": scalar(pick, "JSON") for place in range(pick.randint(0, 2))})
    return made


def bytes_of(kind, numbers):
    """The bytes of a vector, as an engine keeps them."""
    if kind == "BinaryVector":
        return bytes(numbers)
    if kind == "Float16Vector":
        return numpy.array(numbers, dtype="<f2").tobytes()
    # The upper half of a float of 32 bits.
    return numpy.array(numbers, dtype="<f4").view("<u2")[1::2].tobytes()


def for_sdk(made, kinds):
    """The row as the SDK takes it."""
    taken = dict(made)
    for name, kind in kinds.items():
        if kind in ("BinaryVector", "Float16Vector", "BFloat16Vector"):
            taken[name] = bytes_of(kind, made[name])
        elif kind == "Int8Vector":
            taken[name] = numpy.array(made[name], dtype="i1")
    return taken


def for_rest(made, kinds):
    """The row as the RESTful API takes it."""
    taken = dict(made)
    for name, kind in kinds.items():
        if kind == "SparseFloatVector":
            taken[name] = {str(index): value for index, value in made[name].items()}
    return taken


def shown(made, kinds):
    """The row as the RESTful API shows it."""
    told = for_rest(made, kinds)
    for name, kind in kinds.items():
        if made.get(name) is None:
            continue
        if kind == "JSON":
            told[name] = made[name]
        elif kind in ("BinaryVector", "Float16Vector", "BFloat16Vector"):
            told[name] = base64.b64encode(bytes_of(kind, made[name])).decode()
    return told


def plain(answer, kinds):
    """An answer of the RESTful API, without the forms that Milvus gives some values."""
    told = dict(answer)
    for name, kind in kinds.items():
        if told.get(name) is None:
            continue
        if kind == "JSON":
            told[name] = json.loads(told[name])
        elif kind == "Array":
            ((form, inner),) = told[name]["Data"].items()
            told[name] = inner["data"]
            if form == "FloatData":
                told[name] = [single(item) for item in told[name]]
        elif kind == "Float":
            told[name] = single(told[name])
        elif kind == "SparseFloatVector":
            told[name] = {index: single(value) for index, value in told[name].items()}
    return told


def single(number):
    """The float of 32 bits that a text with as few digits as it needs stands for."""
    return float(numpy.float32(number))


def of_sdk(entity, kinds):
    """An answer of the SDK in the same form as [`plain`] gives."""
    told = {}
    for name, value in entity.items():
        kind = kinds.get(name)
        if value is None:
            told[name] = None
        elif kind == "SparseFloatVector":
            told[name] = {str(index): weight for index, weight in value.items()}
        elif kind in ("BinaryVector", "Float16Vector", "BFloat16Vector"):
            raw = value[0] if isinstance(value, list) else value
            raw = raw.tobytes() if isinstance(raw, numpy.ndarray) else raw
            told[name] = base64.b64encode(raw).decode()
        elif kind == "Int8Vector":
            raw = value[0] if isinstance(value, list) and len(value) == 1 else value
            told[name] = numpy.frombuffer(raw, dtype="i1").tolist() if isinstance(raw, bytes) else (
                [int(number) for number in raw])
        elif kind in ("Array", "FloatVector"):
            told[name] = list(value)
        else:
            told[name] = value
    return told


def same(way, got, expected):
    """Fails with the first field that differs."""
    got, expected = ({one["pk"]: one for one in rows} for rows in (got, expected))
    equal(sorted(got), sorted(expected))
    for key, one in expected.items():
        equal((way, key, sorted(got[key])), (way, key, sorted(one)))
        for name, value in one.items():
            equal((way, key, name, got[key][name]), (way, key, name, value))


def compare(pick, number, rest, sdk, vectors):
    """Writes the same rows both ways and reads both ways what both wrote."""
    schema = schemas(pick, vectors)
    kinds = {field["fieldName"]: field["dataType"] for field in schema["fields"]}
    indexes = []
    for name, kind in kinds.items():
        if kind.endswith("Vector"):
            metric = {"SparseFloatVector": "IP", "BinaryVector": "HAMMING"}.get(kind, "L2")
            index = {"SparseFloatVector": "SPARSE_INVERTED_INDEX", "BinaryVector": "BIN_FLAT"}
            indexes.append({"fieldName": name, "indexName": name, "metricType": metric,
                            "indexType": index.get(kind, "FLAT")})
    names = [f"sdk{number}", f"rest{number}"]
    for name in names:
        rest.ask("collections/create",
                 {"collectionName": name, "schema": schema, "indexParams": indexes})
    rows = [row(pick, place, schema) for place in range(ROWS)]
    sdk.insert(names[0], [for_sdk(made, kinds) for made in rows])
    told = rest.ask("entities/insert", {"collectionName": names[1],
                                        "data": [for_rest(made, kinds) for made in rows]})
    equal(told["insertIds"], [made["pk"] for made in rows])
    expected = [shown(made, kinds) for made in rows]
    for name in names:
        got = rest.ask("entities/query", {"collectionName": name, "filter": "", "limit": 100})
        same(f"{name} over REST", [plain(one, kinds) for one in got], expected)
        got = sdk.query(name, filter="", limit=100, output_fields=["*"])
        same(f"{name} over the SDK", [of_sdk(one, kinds) for one in got], expected)
    # Each pair of ways to search the same collection finds the same, as near.
    for name, kind in kinds.items():
        if kind not in ("FloatVector", "SparseFloatVector"):
            continue
        wanted = rows[pick.randrange(ROWS)]
        asked = {"collectionName": names[0], "annsField": name, "limit": 5,
                 "data": [for_rest(wanted, kinds)[name]], "outputFields": ["pk"]}
        mine = rest.ask("entities/search", asked)
        theirs = sdk.search(names[0], data=[wanted[name]], anns_field=name, limit=5)[0]
        equal([(one["id"], single(one["distance"])) for one in mine],
              [(one["pk"], single(one["distance"])) for one in theirs])
    for name in names:
        rest.ask("collections/drop", {"collectionName": name})


def works(rest, kind):
    """Whether the engine has this type of vectors."""
    params = {} if "Sparse" in kind else {"dim": DIMENSION}
    fields = [{"fieldName": "pk", "dataType": "Int64", "isPrimary": True},
              {"fieldName": "v", "dataType": kind, "elementTypeParams": params}]
    name = {"collectionName": "probe"}
    _, answer = rest.send("collections/create", {**name, "schema": {"fields": fields}})
    rest.send("collections/drop", name)
    return answer["code"] == 0


def main():
    given = arguments("uri", "token")
    rest = Rest(given.uri, given.token)
    sdk = MilvusClient(uri=given.uri, token=given.token)
    vectors = [kind for kind in VECTORS if works(rest, kind)]
    print(f"types of vectors: {', '.join(vectors)}", flush=True)
    for seed in range(ROUNDS):
        with step(f"a random collection (seed {seed})"):
            compare(random.Random(seed), seed, rest, sdk, vectors)
    finish()


main()
