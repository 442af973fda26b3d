"""What an old Milvus makes of rows for a schema that its collection no longer has.

Rows are written by a remembered schema on engines that compare nothing only if they refuse such
rows anyhow. Here the engine itself is given rows as the RESTful API makes them, for collections of
every other kind; and collections are made anew behind the gateway's back, right before rows come
through it.
"""

import base64

import grpc
from pymilvus.grpc_gen import common_pb2, milvus_pb2, milvus_pb2_grpc, schema_pb2

from restful import Rest
from support import arguments, equal, finish, holds, step

TYPE = schema_pb2.DataType
NAME = "memory"
OF = {"collectionName": NAME}
DIM = 4
VECTOR = [0.5] * DIM


class Engine:
    """The engine itself, as somebody reaches it who does not come through the gateway."""

    def __init__(self, address, credential):
        token = base64.b64encode(credential.encode()).decode()
        self.metadata = [("authorization", token)]
        self.stub = milvus_pb2_grpc.MilvusServiceStub(grpc.insecure_channel(address))

    def make(self, *fields, dynamic=False):
        """Makes the collection anew."""
        drop = milvus_pb2.DropCollectionRequest(collection_name=NAME)
        self.stub.DropCollection(drop, metadata=self.metadata)
        schema = schema_pb2.CollectionSchema(
            name=NAME, fields=fields, enable_dynamic_field=dynamic
        )
        create = milvus_pb2.CreateCollectionRequest(
            collection_name=NAME, schema=schema.SerializeToString(), shards_num=1
        )
        status = self.stub.CreateCollection(create, metadata=self.metadata)
        equal((status.error_code, status.reason), (0, ""))

    def insert(self, columns, upsert=False):
        """The codes of an answer to one row: of old engines and of new ones."""
        kind = milvus_pb2.UpsertRequest if upsert else milvus_pb2.InsertRequest
        call = self.stub.Upsert if upsert else self.stub.Insert
        request = kind(collection_name=NAME, fields_data=columns, num_rows=1)
        status = call(request, metadata=self.metadata).status
        return status.error_code, status.code


def field(name, kind, key=False, chosen=False, **params):
    pairs = [common_pb2.KeyValuePair(key=key_, value=str(value)) for key_, value in params.items()]
    return schema_pb2.FieldSchema(
        name=name, data_type=kind, is_primary_key=key, autoID=chosen, type_params=pairs
    )


def key(**more):
    return field("pk", TYPE.Int64, key=True, **more)


def vector(name="v", dim=DIM):
    return field(name, TYPE.FloatVector, dim=dim)


def text(name, **more):
    return field(name, TYPE.VarChar, max_length=20, **more)


def scalars(name, kind, **data):
    return schema_pb2.FieldData(
        type=kind, field_name=name, scalars=schema_pb2.ScalarField(**data)
    )


def key_column():
    return scalars("pk", TYPE.Int64, long_data=schema_pb2.LongArray(data=[7]))


def vector_column():
    floats = schema_pb2.FloatArray(data=VECTOR)
    vectors = schema_pb2.VectorField(dim=DIM, float_vector=floats)
    return schema_pb2.FieldData(type=TYPE.FloatVector, field_name="v", vectors=vectors)


def dynamic_column(json):
    column = scalars("$meta", TYPE.JSON, json_data=schema_pb2.JSONArray(data=[json]))
    column.is_dynamic = True
    return column


# What is written by a remembered schema: columns, and whether as an upsert.
ROWS = {
    "a vector whose key is chosen": ([vector_column], False),
    "an upsert of a key and a vector": ([key_column, vector_column], True),
}
# Collections that they do not fit, as others may have made them since.
OTHERS = {
    "another dimension": [key(), vector(dim=2 * DIM)],
    "half the dimension": [key(), vector(dim=DIM // 2)],
    "binary vectors": [key(), field("v", TYPE.BinaryVector, dim=32 * DIM)],
    "texts as keys": [text("pk", key=True), vector()],
    "the names changed over": [field("v", TYPE.Int64, key=True), vector("pk")],
    "one field more": [key(), vector(), field("x", TYPE.Int64)],
    "a small field more": [key(), vector(), field("x", TYPE.Int8)],
    "another name of the vector": [key(), vector("w")],
    "another name of the key": [field("id", TYPE.Int64, key=True), vector()],
    "the key as a text beside a chosen one": [
        field("id", TYPE.Int64, key=True, chosen=True), vector(), text("pk")],
    "the key as a small number beside a chosen one": [
        field("id", TYPE.Int64, key=True, chosen=True), vector(), field("pk", TYPE.Int8)],
    "the key as a number beside a chosen one": [
        field("id", TYPE.Int64, key=True, chosen=True), vector(), field("pk", TYPE.Double)],
}


def refusals(engine):
    for what, fields in OTHERS.items():
        with step(f"the engine refuses rows that were made for another: {what}"):
            for dynamic in (False, True):
                engine.make(*fields, dynamic=dynamic)
                for row, (columns, upsert) in ROWS.items():
                    for json in (None, b"{}", b'{"x":1,"y":2}'):
                        made = [column() for column in columns]
                        made += [dynamic_column(json)] if json else []
                        old, code = engine.insert(made, upsert)
                        holds(old != 0 or code != 0, f"{what}: {row}, {json}")
    with step("it refuses a key that it chooses itself, and the lack of one that it does not"):
        for dynamic in (False, True):
            engine.make(key(chosen=True), vector(), dynamic=dynamic)
            holds(engine.insert([key_column(), vector_column()], True)[0] != 0, "chosen")
            engine.make(key(), vector(), dynamic=dynamic)
            holds(engine.insert([vector_column()])[0] != 0, "not chosen")
        engine.make(key(), vector())
        more = [key_column(), vector_column(), dynamic_column(b"{}")]
        holds(engine.insert(more)[0] != 0, "$meta")
    with step("rows that still fit are taken as what they say"):
        engine.make(key(), vector(), dynamic=True)
        equal(engine.insert([key_column(), vector_column()], True), (0, 0))
        engine.make(key(chosen=True), vector(), dynamic=True)
        equal(engine.insert([vector_column()]), (0, 0))


def written(rest, row, how="insert"):
    """Writes a row, so that what the collection looks like is remembered."""
    told = rest.ask(f"entities/{how}", {**OF, "data": row})
    equal(told[f"{how}Count"], 1)


def behind_the_back(rest, engine):
    plain = {"pk": 7, "v": VECTOR}
    with step("rows go by the present schema, however fast it was changed on the engine itself"):
        for row, how, chosen in (({"v": VECTOR}, "insert", True), (plain, "upsert", False)):
            for _ in range(5):
                engine.make(key(chosen=chosen), vector())
                written(rest, row, how)
                engine.make(key(chosen=chosen), vector(dim=2 * DIM))
                # By heart the engine refuses it; if it is asked, it is not sent.
                status, answer = rest.send(f"entities/{how}", {**OF, "data": row})
                holds(status == 200 and answer["code"] != 0, str(answer))
                written(rest, {**row, "v": VECTOR * 2}, how)
                engine.make(key(chosen=chosen), vector(), text("x"))
                written(rest, {**row, "x": "a"}, how)
                engine.make(key(chosen=chosen), vector(), dynamic=True)
                written(rest, {**row, "x": "a"}, how)
                engine.make(key(), vector())
                written(rest, plain, how)
    with step("a field of another type gets values of that, or is not written"):
        engine.make(key(), vector(), text("x"))
        written(rest, {**plain, "x": "a"})
        for kind, good, bad in (
            (TYPE.Int64, 5, "a"), (TYPE.Double, 0.5, "a"), (TYPE.Bool, True, 1),
            (TYPE.Int8, 1, 300), (TYPE.JSON, {"a": 1}, None),
        ):
            engine.make(key(), vector(), field("x", kind))
            rest.fails("entities/insert", {**OF, "data": {**plain, "x": bad}}, 1804)
            written(rest, {**plain, "x": good})
            engine.make(key(), vector(), text("x"))
            rest.fails("entities/insert", {**OF, "data": {**plain, "x": good}}, 1804)
            written(rest, {**plain, "x": "a"})


def why_it_is_asked(engine):
    """Last, because the engine may end of it."""
    with step("a column of texts is taken for a field of numbers"):
        engine.make(key(), vector(), field("x", TYPE.Int64))
        texts = scalars("x", TYPE.VarChar, string_data=schema_pb2.StringArray(data=["a"]))
        equal(engine.insert([key_column(), vector_column(), texts]), (0, 0))


def main():
    given = arguments("uri", "token", "engine", "credential")
    engine = Engine(given.engine, given.credential)
    rest = Rest(given.uri, given.token)
    refusals(engine)
    behind_the_back(rest, engine)
    why_it_is_asked(engine)
    finish()


main()
