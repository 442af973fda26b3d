"""An engine that refuses Keyward itself: the caller hears that its key is not at fault."""

import grpc

import wire
from support import arguments, finish, refused, step


def main():
    """One call is enough."""
    given = arguments("uri", "token")
    with step("an engine that refuses Keyward's credential"), wire.channel(given.uri) as to:
        sent = wire.metadata(given.token)
        denied = grpc.StatusCode.PERMISSION_DENIED
        refused(
            lambda: wire.list_collections(to, sent),
            denied,
            "the cluster refuses the credential Keyward signs in with",
        )
    finish()


main()
