"""Two users, three roles and two databases: each user sees exactly its own world, at once.

Everything about users and roles is done with the unmodified SDK, as with Milvus itself.
"""

import threading

import grpc
from pymilvus import MilvusClient

import wire
from support import DIMENSION, arguments, equal, finish, holds, refused, step, until, vector

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED
WRONG_PASSWORD = "auth check failure, please check username and password are correct"
PASSWORDS = {"ada": "Lovelace-1815", "bob": "Builder-1998"}


def client(uri, token, database=""):
    """A client with a connection of its own: those of one process share one otherwise."""
    return MilvusClient(uri=uri, token=token, db_name=database, timeout=30, dedicated=True)


def sign_in(given, name, database=""):
    """A user's client."""
    return client(given.uri, f"{name}:{PASSWORDS[name]}", database)


def fill(to, name):
    """A collection with ten rows."""
    to.create_collection(name, dimension=DIMENSION, metric_type="L2", consistency_level="Strong")
    to.insert(name, [{"id": n, "vector": vector(n)} for n in range(10)])


def finds(to, name):
    """Searches, and finds what is there."""
    equal(to.search(name, data=[vector(3)], limit=1)[0][0]["id"], 3)


def denied(call, privilege, user, database):
    """Refused in Milvus' words."""
    refused(
        call,
        PERMISSION_DENIED,
        f"{privilege}: permission deny to {user} in the `{database}` database",
    )


def prepare(given, admin):
    """Databases, collections, users, roles and grants."""
    with step("two databases with two collections each"):
        for database, names in [("library", ["books", "secrets"]), ("archive", ["papers", "maps"])]:
            admin.create_database(database)
            inside = client(given.uri, given.admin, database)
            for name in names:
                fill(inside, name)
            inside.close()
    with step("two users"):
        for name, password in PASSWORDS.items():
            admin.create_user(name, password)
        equal(sorted(admin.list_users()), ["ada", "bob", "db_admin"])
    with step("three roles, granted privileges and groups"):
        for role in ["readers", "keepers", "guests"]:
            admin.create_role(role)
        admin.grant_privilege_v2("readers", "CollectionReadOnly", "books", "library")
        admin.grant_privilege_v2("keepers", "CollectionReadWrite", "*", "archive")
        admin.grant_privilege_v2("keepers", "DatabaseAdmin", "*", "archive")
        admin.create_privilege_group("lookers")
        admin.add_privileges_to_group("lookers", ["Query", "Search"])
        admin.grant_privilege_v2("guests", "lookers", "*", "archive")
    with step("who has which"):
        admin.grant_role("ada", "readers")
        admin.grant_role("bob", "keepers")
        equal(admin.describe_user("ada")["roles"], ("readers",))
        holds({"readers", "keepers", "guests"} <= set(admin.list_roles()), "a role is missing")


def worlds(given):
    """Each user in its world, and outside."""
    ada, bob = sign_in(given, "ada", "library"), sign_in(given, "bob", "archive")
    with step("ada reads books and sees nothing else"):
        finds(ada, "books")
        equal(ada.query("books", filter="id == 4", output_fields=["id"])[0]["id"], 4)
        equal(ada.list_collections(), ["books"])
        equal(ada.list_databases(), ["library"])
        denied(lambda: ada.search("secrets", data=[vector(3)], limit=1), "PrivilegeSearch",
               "ada", "library")
        denied(lambda: ada.insert("books", [{"id": 50, "vector": vector(50)}]),
               "PrivilegeInsert", "ada", "library")
        denied(lambda: ada.drop_collection("books"), "PrivilegeDropCollection", "ada", "library")
        denied(lambda: ada.create_database("mine"), "PrivilegeCreateDatabase", "ada", "library")
    with step("ada is a stranger elsewhere"):
        for database in ["archive", "default"]:
            abroad = sign_in(given, "ada", database)
            equal(abroad.list_collections(), [])
            denied(lambda abroad=abroad: abroad.query("papers", filter="id > 0"),
                   "PrivilegeQuery", "ada", database)
            abroad.close()
    with step("bob does everything in the archive and nothing in the library"):
        equal(sorted(bob.list_collections()), ["maps", "papers"])
        equal(bob.list_databases(), ["archive"])
        fill(bob, "letters")
        finds(bob, "letters")
        bob.drop_collection("letters")
        abroad = sign_in(given, "bob", "library")
        denied(lambda: abroad.search("books", data=[vector(3)], limit=1), "PrivilegeSearch",
               "bob", "library")
        abroad.close()
    with step("neither manages users"):
        for who, name, database in [(ada, "ada", "library"), (bob, "bob", "archive")]:
            for privilege, call in [
                ("CreateOwnership", lambda who=who: who.create_user("eve", "Password-1")),
                ("DropOwnership", lambda who=who: who.drop_user("ada")),
                ("ManageOwnership", lambda who=who: who.grant_role("ada", "admin")),
                ("SelectOwnership", lambda who=who: who.list_users()),
                ("ListPrivilegeGroups", lambda who=who: who.list_privilege_groups()),
            ]:
                denied(call, f"Privilege{privilege}", name, database)
    with step("each may look at itself"):
        equal(ada.describe_user("ada")["roles"], ("readers",))
        refused(
            lambda: ada.describe_user("bob"),
            PERMISSION_DENIED,
            "PrivilegeSelectUser: permission deny to ada",
        )
    return ada, bob


def at_once(given, admin, ada):
    """Grants and roles hold when the call that changed them has returned."""
    abroad = sign_in(given, "ada", "archive")
    look = lambda: abroad.query("papers", filter="id == 4", output_fields=["id"])
    with step("a role, given and taken, twenty times"):
        for _ in range(20):
            denied(look, "PrivilegeQuery", "ada", "archive")
            admin.grant_role("ada", "guests")
            equal(look()[0]["id"], 4)
            admin.revoke_role("ada", "guests")
        admin.grant_role("ada", "guests")
    with step("a grant of a role, by the older calls too"):
        admin.revoke_privilege_v2("guests", "lookers", "*", "archive")
        denied(look, "PrivilegeQuery", "ada", "archive")
        admin.grant_privilege("guests", "Collection", "Query", "papers", db_name="archive")
        equal(look()[0]["id"], 4)
        admin.revoke_privilege("guests", "Collection", "Query", "papers", db_name="archive")
        denied(look, "PrivilegeQuery", "ada", "archive")
        admin.grant_privilege_v2("guests", "lookers", "*", "archive")
    with step("what a group holds"):
        equal(look()[0]["id"], 4)
        admin.remove_privileges_from_group("lookers", ["Query"])
        denied(look, "PrivilegeQuery", "ada", "archive")
        admin.add_privileges_to_group("lookers", ["Query"])
        equal(look()[0]["id"], 4)
    with step("a role that is dropped"):
        admin.drop_role("guests", force_drop=True)
        denied(look, "PrivilegeQuery", "ada", "archive")
        finds(ada, "books")
    abroad.close()


def passwords(given, admin, ada):
    """Wrong ones are refused, changed ones at once."""
    for title, token in [
        ("a wrong password", "ada:Lovelace-1816"),
        ("no password", "ada:"),
        ("a user that does not exist", "eve:Lovelace-1815"),
        ("another user's password", f"bob:{PASSWORDS['ada']}"),
    ]:
        with step(f"refused: {title}"):
            equal(refused(lambda token=token: client(given.uri, token), UNAUTHENTICATED),
                  WRONG_PASSWORD)
    with step("ada changes her password: the old one is dead when the call returns"):
        old, new = PASSWORDS["ada"], "Analytical-Engine-1"
        ada.update_password("ada", old, new)
        refused(lambda: finds(ada, "books"), UNAUTHENTICATED, WRONG_PASSWORD)
        refused(lambda: client(given.uri, f"ada:{old}"), UNAUTHENTICATED, WRONG_PASSWORD)
        PASSWORDS["ada"] = new
        again = sign_in(given, "ada", "library")
        finds(again, "books")
    with step("an administrator cannot without the old one"):
        said = refused(lambda: admin.update_password("ada", "wrong", "Analytical-Engine-2"), None)
        holds("old password not correct for ada: not authenticated" in said, said)
        finds(again, "books")
    return again


def iterating(admin, bob):
    """An iterator ends in the middle, with what its user may."""
    with step("bob reads page by page, and his role is taken"):
        pages = bob.query_iterator("papers", batch_size=2, filter="id >= 0", output_fields=["id"])
        equal([row["id"] for row in pages.next()], [0, 1])
        equal([row["id"] for row in pages.next()], [2, 3])
        admin.revoke_role("bob", "keepers")
        denied(pages.next, "PrivilegeQuery", "bob", "archive")
        admin.grant_role("bob", "keepers")
        equal([row["id"] for row in pages.next()], [4, 5])
        pages.close()


def dropping(given, admin, bob):
    """A dropped user's connection is dead, in the middle of what it does."""
    refusal = []

    def use():
        while not refusal:
            try:
                finds(bob, "papers")
            except Exception as error:
                refusal.append(error)

    with step("bob searches without end, and is dropped"):
        user = threading.Thread(target=use, daemon=True)
        user.start()
        finds(sign_in(given, "bob", "archive"), "papers")
        admin.drop_user("bob")
        user.join(20)
        holds(refusal and not user.is_alive(), "bob goes on after he was dropped")
        text = str(refusal[0])
        cut = "bob was deleted or changed while this call was running"
        holds(WRONG_PASSWORD in text or cut in text, text)
    with step("nothing of his works afterwards"):
        refused(lambda: finds(bob, "papers"), UNAUTHENTICATED, WRONG_PASSWORD)
        refused(lambda: sign_in(given, "bob"), UNAUTHENTICATED, WRONG_PASSWORD)
        equal(sorted(admin.list_users()), ["ada", "db_admin"])
    with step("a new user of that name inherits nothing"):
        admin.create_user("bob", PASSWORDS["bob"])
        heir = sign_in(given, "bob", "archive")
        equal(heir.list_collections(), [])
        denied(lambda: finds(heir, "papers"), "PrivilegeSearch", "bob", "archive")


def keys(given):
    """Keys work next to users, and are no users."""
    with step("the key of the project works on, on every database"):
        for database, name in [("library", "secrets"), ("archive", "maps")]:
            key = client(given.uri, given.token, database)
            finds(key, name)
            key.close()
    with step("a key that may not manage keys manages no users either"):
        key = client(given.uri, given.token)
        for call in [key.list_users, key.list_roles, lambda: key.create_user("eve", "Password-1")]:
            refused(call, PERMISSION_DENIED, "permission deny to")
        key.close()
    with step("a user and a key in one call are refused"):
        sent = wire.metadata(given.token) + wire.metadata(given.admin)
        refused(lambda: wire.list_collections(wire.channel(given.uri), sent), UNAUTHENTICATED)


def main():
    """The story."""
    given = arguments("uri", "admin", "token")
    admin = client(given.uri, given.admin)
    prepare(given, admin)
    ada, bob = worlds(given)
    at_once(given, admin, ada)
    ada = passwords(given, admin, ada)
    keys(given)
    iterating(admin, bob)
    dropping(given, admin, bob)
    with step("ada was not touched by any of it"):
        until(lambda: ada.list_collections() == ["books"], "ada's list")
        finds(ada, "books")
    finish()


main()
