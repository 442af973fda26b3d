"""Every route of the RESTful API on one engine, with the bodies of its own description.

What works is compared with the page of routes: a route may not work where the page says that it
does, nor fail to where it says that it does not. `--engine` is a column of that page.
"""

import json
import os
import urllib.request

from restful import PREFIX, Rest
from support import arguments, equal, finish, holds, step, until

PAGE = os.path.join(os.path.dirname(__file__), "../../../docs/REST.md")
# In this order each finds what it needs; dropping comes last.
FIRST = [
    "databases/create", "collections/create", "indexes/create", "collections/load",
    "partitions/create", "aliases/create", "entities/insert", "collections/flush",
    "users/create", "roles/create", "privilege_groups/create", "resource_groups/create",
    "users/grant_role", "roles/grant_privilege", "roles/grant_privilege_v2",
    "jobs/import/create",
]
LAST = [
    "users/revoke_role", "roles/revoke_privilege", "roles/revoke_privilege_v2", "users/drop",
    "roles/drop", "privilege_groups/drop", "resource_groups/drop", "partitions/release",
    "collections/release", "partitions/drop", "aliases/drop", "indexes/drop",
    "collections/truncate", "databases/drop", "collections/drop",
]
# Done before a route, so that it finds what it needs.
BEFORE = {"indexes/create": ["collections/release", "indexes/drop"]}


def described(control):
    """The paths of the document, with the bodies of each."""
    with urllib.request.urlopen(control + PREFIX + "openapi.json") as answer:
        paths = json.load(answer)["paths"]
    bodies = {}
    for path, item in paths.items():
        body = item["post"]["requestBody"]["content"]["application/json"]
        bodies[path.removeprefix(PREFIX)] = [one["value"] for one in body["examples"].values()]
    return bodies


def page(engine):
    """Of each route, what the page says of this engine."""
    said = {}
    with open(PAGE, encoding="utf-8") as file:
        rows = [line.strip().strip("|").split("|") for line in file if line.startswith("| ")]
    column = None
    for cells in (list(map(str.strip, row)) for row in rows):
        if cells[0] == "route":
            column = cells.index(engine)
        elif column is not None and cells[0].startswith("`" + PREFIX):
            said[cells[0].strip("`").removeprefix(PREFIX)] = cells[column]
    return said


def outcome(rest, route, bodies):
    """`yes` if a body works; else what is lacking."""
    told = []
    for body in bodies:
        status, answer = rest.send(route, body, **{"Request-Timeout": "60"})
        # 502: what an old engine answers to some of its own calls cannot be read.
        holds(status in (200, 409, 502), f"{route}: {status} {answer}")
        if status == 200 and answer["code"] == 0:
            return "yes", answer
        told.append(answer)
    return "no", told


def main():
    given = arguments("uri", "token", "control", "engine")
    rest = Rest(given.uri, given.token)
    with step("the page has every route"):
        bodies, said = described(given.control), page(given.engine)
        equal(sorted(said), sorted(bodies))
    middle = [route for route in bodies if route not in FIRST + LAST]
    differs, job = [], None
    for route in [*FIRST, *middle, *LAST]:
        with step(route):
            for first in BEFORE.get(route, []):
                rest.send(first, bodies[first][0])
            if route == "collections/load":
                loaded = {"loadState": "LoadStateLoaded", "loadProgress": 100}
                name = bodies[route][0]
                rest.ask(route, name)
                until(lambda: rest.ask("collections/get_load_state", name) == loaded, "loaded")
            if job and route.startswith("jobs/import/") and "jobId" in bodies[route][0]:
                bodies[route] = [{"jobId": job}]
            got, answer = outcome(rest, route, bodies[route])
            if route == "jobs/import/create" and got == "yes":
                job = answer["data"]["jobId"]
            if route == "collections/create":
                # Each of its bodies makes another collection.
                for body in bodies[route]:
                    rest.send(route, body)
            if got != said[route]:
                differs.append((route, got, said[route], answer))
                print(f"{got}, but the page says {said[route]}: {answer} ", end="", flush=True)
    holds(not differs, "the page is not true of:\n" + "\n".join(map(str, differs)))
    finish()


main()
