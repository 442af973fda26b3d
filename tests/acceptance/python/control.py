"""The control API as a script would use it: plain HTTP with the owner's personal key."""

import json
import urllib.error
import urllib.request


class Control:
    """One signed-in caller of the control API."""

    def __init__(self, url, key):
        self._url = url.rstrip("/")
        self._key = key

    def call(self, method, path, body=None):
        """Returns `(HTTP status, answer)`."""
        request = urllib.request.Request(
            f"{self._url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def data(self, method, path, body=None):
        """The `data` of a call that must succeed."""
        status, answer = self.call(method, path, body)
        if answer.get("code") != 0:
            raise AssertionError(f"{method} {path} answered {status}: {answer}")
        return answer["data"]

    def create_key(self, name, project, role, clusters=None):
        """Makes a project key; returns `(id, key)`."""
        grant = {"projectId": project, "role": role, "allCluster": clusters is None}
        if clusters is not None:
            grant["clusterIds"] = clusters
        made = self.data(
            "POST", "/v2/apiKeys", {"name": name, "orgRole": "Member", "projects": [grant]}
        )
        return made["apiKeyId"], made["apiKey"]

    def delete_key(self, key_id):
        """Deletes a key; returns the answer's data."""
        return self.data("DELETE", f"/v2/apiKeys/{key_id}")
