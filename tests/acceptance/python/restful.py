"""Milvus' RESTful API on the gateway's port: what the shared client of the REST programs does."""

import http.client
import json
from urllib.parse import urlsplit

from support import holds

PREFIX = "/v2/vectordb/"


class Rest:
    """A connection that is kept; answers are parsed, codes are checked."""

    def __init__(self, uri, token, **headers):
        self.connection = http.client.HTTPConnection(urlsplit(uri).netloc, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.headers.update(headers)

    def raw(self, path, body, method="POST", **headers):
        """Status and text of an exchange; the body goes out as it is."""
        if isinstance(body, str):
            body = body.encode()
        self.connection.request(method, PREFIX + path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def send(self, path, body, **headers):
        """Status and JSON of an exchange."""
        status, text = self.raw(path, json.dumps(body), **headers)
        return status, json.loads(text)

    def ask(self, path, body=None, **headers):
        """The data of an answer that must be good."""
        status, answer = self.send(path, body or {}, **headers)
        good = status == 200 and answer["code"] == 0
        holds(good, f"{path}: {status} {answer}")
        return answer["data"]

    def fails(self, path, body, code, status=200, **headers):
        """The message of an answer that must have this code."""
        got, answer = self.send(path, body, **headers)
        same = (got, answer["code"]) == (status, code)
        holds(same, f"{path}: expected {status} and code {code}, got {got} {answer}")
        holds("data" not in answer, f"{path}: an error has data: {answer}")
        return answer["message"]
