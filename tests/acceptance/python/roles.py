"""What keys of each role may do, and that nobody manages users through the gateway."""

import grpc
from pymilvus import MilvusClient

from control import Control
from support import DIMENSION, arguments, equal, finish, holds, refused, step, vector

PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED
NAME = "roles_books"


def read_only(writer, reader, key_id):
    """Reads work, writes are refused in Milvus' words, and nothing changes."""
    with step("Read-Only: reads"):
        equal(reader.search(NAME, data=[vector(3)], limit=1)[0][0]["id"], 3)
        equal(reader.query(NAME, filter="id == 4", output_fields=["id"])[0]["id"], 4)
        equal(reader.get(NAME, ids=[5])[0]["id"], 5)
        equal(reader.describe_collection(NAME)["collection_name"], NAME)
        holds(NAME in reader.list_collections(), "the collection is not listed")
        holds(reader.has_collection(NAME), "the collection is not there")
        reader.get_collection_stats(NAME)
        reader.get_load_state(NAME)
        reader.list_partitions(NAME)
        reader.list_indexes(NAME)
    row = {"id": 100, "vector": vector(100)}
    for privilege, call in [
        ("PrivilegeInsert", lambda: reader.insert(NAME, [row])),
        ("PrivilegeUpsert", lambda: reader.upsert(NAME, [row])),
        ("PrivilegeDelete", lambda: reader.delete(NAME, ids=[1])),
        ("PrivilegeFlush", lambda: reader.flush(NAME)),
        ("PrivilegeCreatePartition", lambda: reader.create_partition(NAME, "other")),
        ("PrivilegeCreateAlias", lambda: reader.create_alias(NAME, "other_name")),
        ("PrivilegeDropIndex", lambda: reader.drop_index(NAME, "vector")),
        ("PrivilegeRelease", lambda: reader.release_collection(NAME)),
        ("PrivilegeRenameCollection", lambda: reader.rename_collection(NAME, "other_name")),
        ("PrivilegeCreateDatabase", lambda: reader.create_database("other")),
        ("PrivilegeDropCollection", lambda: reader.drop_collection(NAME)),
        ("PrivilegeCreateCollection", lambda: reader.create_collection("other", dimension=4)),
    ]:
        with step(f"Read-Only: refused, {privilege}"):
            refused(
                call,
                PERMISSION_DENIED,
                f"{privilege}: permission deny to",
                key_id,
                "`default` database",
            )
    with step("nothing was changed"):
        equal(writer.query(NAME, filter="", output_fields=["count(*)"])[0]["count(*)"], 10)
        equal(writer.list_partitions(NAME), ["_default"])


def no_users_here(client):
    """Users, roles and privileges are refused with a text that says so."""
    for name, call in [
        ("create_user", lambda: client.create_user("ada", "Password1!")),
        ("update_password", lambda: client.update_password("root", "Milvus", "Password1!")),
        ("drop_user", lambda: client.drop_user("ada")),
        ("list_users", lambda: client.list_users()),
        ("describe_user", lambda: client.describe_user("root")),
        ("create_role", lambda: client.create_role("librarian")),
        ("drop_role", lambda: client.drop_role("librarian")),
        ("list_roles", lambda: client.list_roles()),
        ("grant_role", lambda: client.grant_role("ada", "librarian")),
        ("grant_privilege", lambda: client.grant_privilege("librarian", "Global", "*", "*")),
        ("grant_privilege_v2", lambda: client.grant_privilege_v2("librarian", "Search", "*", "*")),
        ("describe_role", lambda: client.describe_role("librarian")),
        ("create_privilege_group", lambda: client.create_privilege_group("readers")),
        ("list_privilege_groups", lambda: client.list_privilege_groups()),
    ]:
        with step(f"refused: {name}"):
            said = refused(call, PERMISSION_DENIED)
            holds(len(said) > 20, f"not a clear text: {said!r}")


def main():
    """Makes the keys, tries them, removes what it made."""
    given = arguments("uri", "control", "personal", "project")
    control = Control(given.control, given.personal)
    with step("make a key of each role"):
        reader_id, reader_key = control.create_key("acceptance-reader", given.project, "Read-Only")
        writer_id, writer_key = control.create_key("acceptance-writer", given.project, "Read-Write")
    writer = MilvusClient(uri=given.uri, token=writer_key, timeout=30)
    reader = MilvusClient(uri=given.uri, token=reader_key, timeout=30)
    with step("Read-Write: collections, indexes and rows"):
        writer.create_collection(
            NAME, dimension=DIMENSION, metric_type="L2", consistency_level="Strong"
        )
        writer.insert(NAME, [{"id": n, "vector": vector(n)} for n in range(10)])
    read_only(writer, reader, reader_id)
    no_users_here(writer)
    with step("a project key may not manage keys"):
        status, answer = Control(given.control, writer_key).call(
            "DELETE", f"/v2/apiKeys/{reader_id}"
        )
        holds(status in (403, 404) and answer["code"] != 0, f"{status} {answer}")
    with step("the key still works after that"):
        equal(reader.search(NAME, data=[vector(3)], limit=1)[0][0]["id"], 3)
    writer.drop_collection(NAME)
    for key_id in (reader_id, writer_id):
        control.delete_key(key_id)
    finish()


main()
