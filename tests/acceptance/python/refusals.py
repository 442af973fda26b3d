"""What callers without a good credential are told, below the SDK and through it."""

import string
import zlib

import grpc
from pymilvus import MilvusClient

import wire
from support import arguments, equal, finish, holds, refused, step

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED
NO_CREDENTIAL = "missing authorization in header"
NOT_BASE64 = "invalid token format"
WRONG_KEY = "auth check failure, please check api key is correct"
WRONG_PASSWORD = "auth check failure, please check username and password are correct"

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def never_issued():
    """A key in the published format with a right checksum that nobody ever made."""
    body = "kw_" + "0" * 17 + "1" + "Z" * 27
    checksum, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        checksum, digit = divmod(checksum, 62)
        digits = BASE62[digit] + digits
    return body + digits


def other_secret(key):
    """The same key id with other random characters."""
    body = key[:21] + key[21:48][::-1]
    checksum, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        checksum, digit = divmod(checksum, 62)
        digits = BASE62[digit] + digits
    return body + digits


def below_the_sdk(to, key):
    """Exact codes and texts."""
    flipped = key[:-1] + ("0" if key[-1] != "0" else "1")
    for title, sent, text in [
        ("no credential", [], NO_CREDENTIAL),
        ("a credential that is not base64", [("authorization", "~~~")], NOT_BASE64),
        ("an API key in plain text", [("authorization", key)], NOT_BASE64),
        ("garbage", wire.metadata("garbage"), WRONG_KEY),
        ("an empty credential", wire.metadata(""), NO_CREDENTIAL),
        ("a key with one character changed", wire.metadata(flipped), WRONG_KEY),
        ("a key in lower case", wire.metadata(key.lower()), WRONG_KEY),
        ("a well-formed key that was never issued", wire.metadata(never_issued()), WRONG_KEY),
        ("a known key id with another secret", wire.metadata(other_secret(key)), WRONG_KEY),
        ("a key and a trailing line break", wire.metadata(key + "\n"), WRONG_KEY),
        ("a user that does not exist", wire.metadata("nobody:Password1!"), WRONG_PASSWORD),
        ("the engine's root user", wire.metadata("root:Milvus"), WRONG_PASSWORD),
        ("two credentials, the first good", wire.metadata(key) + wire.metadata("garbage"), None),
        ("two credentials, the second good", wire.metadata("garbage") + wire.metadata(key), None),
    ]:
        with step(f"below the SDK: {title}"):
            said = refused(lambda sent=sent: wire.list_collections(to, sent), UNAUTHENTICATED)
            holds(key[21:48] not in said, "the refusal repeats the key")
            if text is not None:
                equal(said, text)
    with step("the same connection serves the good key"):
        wire.list_collections(to, wire.metadata(key))


def methods(to, key):
    """Methods nobody may call."""
    with step("a method that does not exist"):
        refused_with(to, key, "Nonsense", {grpc.StatusCode.UNIMPLEMENTED, PERMISSION_DENIED})
    with step("a method that does not exist, without a key"):
        refused(lambda: wire.unary(to, "Nonsense", []), UNAUTHENTICATED)
    for method in ["DumpMessages", "CreateReplicateStream", "ReplicateMessage"]:
        with step(f"{method}, which reaches past Milvus' own checks"):
            refused_with(to, key, method, {PERMISSION_DENIED})


def refused_with(to, key, method, codes):
    """Refused with one of these codes and with a text."""
    try:
        wire.unary(to, method, wire.metadata(key))
    except grpc.RpcError as error:
        holds(error.code() in codes, f"{method}: {error.code()}: {error.details()}")
        holds(len(error.details()) > 10, f"{method}: refused without a clear text")
    else:
        raise AssertionError(f"nothing refused {method}")


def through_the_sdk(uri):
    """The SDK gives up at once, with a text, and does not retry for minutes."""
    for title, credential, text in [
        ("no key", {}, NO_CREDENTIAL),
        ("a wrong key", {"token": "garbage"}, WRONG_KEY),
        ("a key that was never issued", {"token": never_issued()}, WRONG_KEY),
        ("a user and password", {"user": "nobody", "password": "Password1!"}, WRONG_PASSWORD),
    ]:
        with step(f"pymilvus with {title}"):

            def connect(credential=credential):
                MilvusClient(uri=uri, timeout=30, **credential)

            equal(refused(connect, UNAUTHENTICATED), text)


def main():
    """Every refusal."""
    given = arguments("uri", "token")
    to = wire.channel(given.uri)
    below_the_sdk(to, given.token)
    methods(to, given.token)
    to.close()
    through_the_sdk(given.uri)
    finish()


main()
