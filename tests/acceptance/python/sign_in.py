"""Whether a user of a cluster may sign in, and what it then sees."""

import grpc
from pymilvus import MilvusClient

from support import arguments, equal, finish, refused, step

WRONG_PASSWORD = "auth check failure, please check username and password are correct"


def main():
    """Signs in, or is refused."""
    given = arguments("uri", "token", "outcome")

    def sign_in():
        return MilvusClient(uri=given.uri, token=given.token, timeout=30).list_collections()

    with step(f"signing in: {given.outcome}"):
        if given.outcome == "welcome":
            equal(sign_in(), [])
        else:
            refused(sign_in, grpc.StatusCode.UNAUTHENTICATED, WRONG_PASSWORD)
    finish()


main()
