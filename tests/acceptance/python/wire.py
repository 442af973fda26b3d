"""Calls below the SDK: raw gRPC with exactly the metadata a test wants.

For what an SDK never sends (no credential, two credentials, an unknown method) and for the exact
status code and text, which the SDK hides on its first call.
"""

import base64
from urllib.parse import urlsplit

import grpc
from pymilvus.grpc_gen import milvus_pb2, milvus_pb2_grpc

SERVICE = "/milvus.proto.milvus.MilvusService/"


def encoded(credential):
    """A credential as SDKs put it on the wire."""
    return base64.b64encode(credential.encode()).decode()


def metadata(credential):
    """The metadata of a call with this credential."""
    return [("authorization", encoded(credential))]


def channel(uri, *options):
    """A channel to `http://host:port`."""
    return grpc.insecure_channel(urlsplit(uri).netloc, options=list(options))


def list_collections(to, sent, timeout=20):
    """ShowCollections: needs a credential and no names; returns the names it was told."""
    stub = milvus_pb2_grpc.MilvusServiceStub(to)
    answer = stub.ShowCollections(
        milvus_pb2.ShowCollectionsRequest(), metadata=sent, timeout=timeout
    )
    return list(answer.collection_names)


def unary(to, method, sent, body=b"", timeout=20):
    """Any unary method by name, with raw bytes in and out."""
    call = to.unary_unary(SERVICE + method, request_serializer=bytes, response_deserializer=bytes)
    return call(body, metadata=sent, timeout=timeout)
