"""The rules of users and roles as Milvus has them: names, passwords, repetition, what is built in.

Answers are compared with what Milvus says, because programs match on it.
"""

from pymilvus import MilvusClient, MilvusException
from pymilvus.grpc_gen import milvus_pb2, milvus_pb2_grpc

import wire
from support import arguments, equal, finish, holds, step

PASSWORD = "Lovelace-1815"
NO_ROLE = "not found the role, maybe the role isn't existed or internal system error"
NO_USER = "not found the user, maybe the user isn't existed or internal system error"


def failed(call, code, *fragments):
    """Runs a call whose answer must say this number and these words."""
    try:
        call()
    except MilvusException as error:
        equal((error.code, None), (code, None))
        for fragment in fragments:
            holds(fragment in error.message, f"does not say {fragment!r}: {error.message!r}")
    else:
        raise AssertionError(f"nothing refused this call; expected {code}")


def users(admin):
    """Names and passwords."""
    with step("names of users"):
        for name, said in [
            ("0", "the first character must be a letter"),
            ("n@me", "username must contain only numbers, letters"),
            ("h h", "username must contain only numbers, letters"),
            ("u" * 33, "the length of username must be less than 32"),
        ]:
            failed(lambda name=name: admin.create_user(name, PASSWORD), 1100, said,
                   "invalid parameter")
    with step("passwords"):
        for password in ["0", "p@ss", "h h", "longbutweak", "x" * 65, "A1-" * 22]:
            failed(lambda password=password: admin.create_user("ada", password), 1100,
                   "invalid password")
    with step("a name is taken once"):
        admin.create_user("ada", PASSWORD)
        failed(lambda: admin.create_user("ada", PASSWORD), 65535, "user already exists: ada")
        failed(lambda: admin.create_user("db_admin", PASSWORD), 65535, "user already exists")
    with step("changing a password asks for the old one, and for an existing user alike"):
        for name in ["ada", "nobody"]:
            failed(lambda name=name: admin.update_password(name, "Wrong-0ne", "Another-1"), 1400,
                   f"old password not correct for {name}: not authenticated")
        failed(lambda: admin.update_password("ada", PASSWORD, "weak"), 1100, "invalid password")
        admin.update_password("ada", PASSWORD, PASSWORD)
    with step("who is not there is nobody, and may be dropped"):
        equal(admin.describe_user("nobody"), {})
        admin.drop_user("nobody")
        failed(lambda: admin.drop_user("db_admin"), 1401, "cannot be deleted",
               "privilege not permitted")


def roles(admin):
    """Roles that people make, and those that are there."""
    with step("names of roles"):
        for name in ["9", "a-b", "a b", "r" * 256]:
            failed(lambda name=name: admin.create_role(name), 1100, "role name",
                   "invalid parameter")
    with step("a role is made once"):
        admin.create_role("readers", description="they read")
        failed(lambda: admin.create_role("readers"), 65535,
               'role [name:"readers"', "already exists")
        equal(admin.describe_role("readers"),
              {"role": "readers", "description": "they read", "privileges": []})
        admin.alter_role("readers", "they read books")
        equal(admin.describe_role("readers")["description"], "they read books")
    with step("roles that are always there"):
        holds({"admin", "public"} <= set(admin.list_roles()), f"{admin.list_roles()}")
        for name in ["admin", "public"]:
            failed(lambda name=name: admin.drop_role(name), 1401,
                   f"the role[{name}] is a default role, which can't be dropped")
            failed(lambda name=name: admin.create_role(name), 65535, "already exists")
    with step("giving and taking a role, again and again"):
        for _ in range(2):
            admin.grant_role("ada", "readers")
        equal(admin.describe_user("ada")["roles"], ("readers",))
        for _ in range(2):
            admin.revoke_role("ada", "readers")
        equal(admin.describe_user("ada")["roles"], ())
        for name in ["public", "admin"]:
            admin.grant_role("ada", name)
            holds(len(admin.describe_user("ada")["roles"]) == 1, f"{name} is not there")
            admin.revoke_role("ada", name)
        admin.revoke_role("nobody", "readers")
    with step("who or what is not there"):
        failed(lambda: admin.grant_role("nobody", "readers"), 65535, NO_USER)
        failed(lambda: admin.grant_role("ada", "nothing"), 65535, NO_ROLE)
        failed(lambda: admin.revoke_role("ada", "nothing"), 65535, NO_ROLE)
        failed(lambda: admin.drop_role("nothing"), 65535, NO_ROLE)
        failed(lambda: admin.describe_role("nothing"), 65535, NO_ROLE)


def shown(admin, role, database=""):
    """What a role is granted, as the SDK shows it."""
    found = admin.describe_role(role, db_name=database)["privileges"]
    key = lambda one: (one["object_type"], one["object_name"], one["privilege"], one["db_name"])
    return sorted(key(one) for one in found)


def grants(admin):
    """Both generations of calls, and what they show."""
    with step("the older calls"):
        for _ in range(2):
            admin.grant_privilege("readers", "Collection", "Search", "books")
            admin.grant_privilege("readers", "Global", "CreateCollection", "*")
            admin.grant_privilege("readers", "Collection", "*", "films", db_name="library")
        equal(shown(admin, "readers"), [("Collection", "books", "Search", "default"),
                                        ("Global", "*", "CreateCollection", "default")])
        equal(shown(admin, "readers", "library"), [("Collection", "films", "*", "library")])
        equal(len(shown(admin, "readers", "*")), 3)
        grantor = admin.describe_role("readers")["privileges"][0]["grantor_name"]
        equal(grantor, "db_admin")
    with step("what the older calls refuse"):
        call = admin.grant_privilege
        failed(lambda: call("readers", "Table", "Search", "books"), 65535, "object entity")
        failed(lambda: call("readers", "Global", "Search", "*"), 65535,
               "not found the privilege name[Search] in object[Global]")
        failed(lambda: call("readers", "Global", "ClusterAdmin", "*"), 65535,
               "can not operate the built-in privilege group [ClusterAdmin]")
        failed(lambda: call("nothing", "Collection", "Search", "books"), 65535, NO_ROLE)
        failed(lambda: call("readers", "Collection", "Search", "b b"), 1100, "invalid parameter")
    with step("what is granted together is shown together"):
        admin.grant_privilege("readers", "Collection", "Load", "tapes")
        equal([one[2] for one in shown(admin, "readers") if one[1] == "tapes"],
              ["GetLoadState", "GetLoadingProgress", "Load"])
        admin.revoke_privilege("readers", "Collection", "Load", "tapes")
        equal([one for one in shown(admin, "readers") if one[1] == "tapes"], [])
    with step("revoking, again and again"):
        for _ in range(2):
            admin.revoke_privilege("readers", "Collection", "Search", "books")
            admin.revoke_privilege("readers", "Collection", "*", "films", db_name="library")
        equal(shown(admin, "readers", "*"), [("Global", "*", "CreateCollection", "default")])
    with step("the newer calls"):
        for _ in range(2):
            admin.grant_privilege_v2("readers", "Search", "books", "library")
            admin.grant_privilege_v2("readers", "ClusterReadOnly", "*", "*")
            admin.grant_privilege_v2("readers", "CreateCollection", "*", "default")
        equal(shown(admin, "readers", "library"), [
            ("Collection", "books", "Search", "library"),
            ("Global", "*", "ClusterReadOnly", "*"),
        ])
    with step("what the newer calls refuse"):
        call = admin.grant_privilege_v2
        failed(lambda: call("readers", "Nonsense", "*", "*"), 65535,
               "not found the privilege name[Nonsense]")
        failed(lambda: call("readers", "ClusterAdmin", "*", "library"), 1100,
               "should be * for the cluster level privilege: ClusterAdmin")
        failed(lambda: call("readers", "DatabaseAdmin", "books", "library"), 1100,
               "collectionName should be * for the database level privilege: DatabaseAdmin")
        failed(lambda: call("readers", "CollectionAdmin", "books", "*"), 1100,
               "please specify database name for the collection level privilege")
        failed(lambda: call("nothing", "Search", "*", "*"), 65535, NO_ROLE)
    with step("a role that holds something is not dropped by accident"):
        failed(lambda: admin.drop_role("readers"), 65535,
               "fail to drop the role that it has privileges")
        admin.drop_role("readers", force_drop=True)
        holds("readers" not in admin.list_roles(), "it is still there")


def groups(admin):
    """Privilege groups."""
    with step("names of groups"):
        for name in ["n%$#@!", "test-role", "ff ff"]:
            failed(lambda name=name: admin.create_privilege_group(name), 1100,
                   f"privilege group name {name} can only contain numbers, letters")
        failed(lambda: admin.create_privilege_group("Search"), 1100, "is defined by built in")
    with step("a group is made once and filled"):
        admin.create_privilege_group("lookers")
        failed(lambda: admin.create_privilege_group("lookers"), 1100,
               "privilege group name [lookers] is defined by users")
        for _ in range(2):
            admin.add_privileges_to_group("lookers", ["Query", "Search"])
        listed = {one["privilege_group"]: one["privileges"] for one in
                  admin.list_privilege_groups()}
        equal(sorted(listed["lookers"]), ["Query", "Search"])
        holds("Insert" in listed["CollectionReadWrite"], "the built-in groups are not listed")
        equal(len(listed), 10)
    with step("privileges that do not fit"):
        add = admin.add_privileges_to_group
        failed(lambda: add("nothing", ["Query"]), 1100,
               "there is no privilege group name [nothing] defined in system")
        failed(lambda: add("lookers", ["Nonsense"]), 1100,
               "there is no privilege name or privilege group name [Nonsense] defined")
        failed(lambda: add("lookers", ["CreateDatabase"]), 1100,
               "privileges are not the same privilege level")
        failed(lambda: admin.add_privileges_to_group("CollectionReadOnly", ["Insert"]), 1100)
    with step("a group in use is not dropped"):
        admin.create_role("guests")
        admin.grant_privilege_v2("guests", "lookers", "*", "*")
        failed(lambda: admin.drop_privilege_group("lookers"), 1100,
               "privilege group [lookers] is used by role [guests]")
        admin.revoke_privilege_v2("guests", "lookers", "*", "*")
        for _ in range(2):
            admin.remove_privileges_from_group("lookers", ["Query"])
        admin.drop_privilege_group("lookers")
        admin.drop_privilege_group("lookers")
        admin.drop_role("guests")


def backup(given, admin):
    """Everything out and in again, passwords included."""
    to = wire.channel(given.uri)
    stub, sent = milvus_pb2_grpc.MilvusServiceStub(to), wire.metadata(given.admin)
    with step("a backup holds what was made, and no password"):
        admin.create_role("readers")
        admin.create_privilege_group("lookers")
        admin.add_privileges_to_group("lookers", ["Query"])
        admin.grant_privilege_v2("readers", "lookers", "books", "library")
        admin.grant_role("ada", "readers")
        answer = stub.BackupRBAC(milvus_pb2.BackupRBACMetaRequest(), metadata=sent, timeout=20)
        equal(answer.status.code, 0)
        meta = answer.RBAC_meta
        equal([user.user for user in meta.users if user.user != "db_admin"], ["ada"])
        holds(PASSWORD.encode() not in meta.SerializeToString(), "the password is in the backup")
    with step("it is refused where its names are taken"):
        request = milvus_pb2.RestoreRBACMetaRequest(RBAC_meta=meta)
        status = stub.RestoreRBAC(request, metadata=sent, timeout=20)
        holds(status.code != 0 and "already exists" in status.reason, f"{status}")
    with step("and makes everything again where they are not"):
        admin.drop_user("ada")
        admin.drop_role("readers", force_drop=True)
        admin.drop_privilege_group("lookers")
        mine = [user for user in meta.users if user.user == "db_admin"]
        for user in mine:
            meta.users.remove(user)
        request = milvus_pb2.RestoreRBACMetaRequest(RBAC_meta=meta)
        status = stub.RestoreRBAC(request, metadata=sent, timeout=20)
        equal((status.code, status.reason), (0, ""))
        equal(admin.describe_user("ada")["roles"], ("readers",))
        equal(shown(admin, "readers", "*"), [("Global", "books", "lookers", "library")])
        ada = MilvusClient(uri=given.uri, token=f"ada:{PASSWORD}", timeout=30, dedicated=True)
        equal(ada.list_collections(), [])
    to.close()


def main():
    """Every rule."""
    given = arguments("uri", "admin")
    admin = MilvusClient(uri=given.uri, token=given.admin, timeout=30, dedicated=True)
    users(admin)
    roles(admin)
    grants(admin)
    groups(admin)
    backup(given, admin)
    finish()


main()
