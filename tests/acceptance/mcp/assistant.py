"""What the programs that drive the managed cloud's MCP server share."""

import json
import os
import subprocess
import sys
import time

START_SECONDS = 60
RUNNING_SECONDS = 180


class Server:
    """The MCP server as a child process, spoken to in JSON-RPC over its standard streams."""

    def __init__(self, url, key):
        folder = os.path.dirname(sys.executable)
        self._process = subprocess.Popen(
            [os.path.join(folder, "zilliz-mcp-server"), "--transport", "stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONUNBUFFERED": "1",
                "PYTHONIOENCODING": "utf-8",
                "ZILLIZ_CLOUD_URI": url,
                "ZILLIZ_CLOUD_TOKEN": key,
                "ZILLIZ_CLOUD_FREE_CLUSTER_REGION": "self-hosted",
            },
        )
        self._number = 0
        about = {"name": "acceptance", "version": "1"}
        self.ask(
            "initialize",
            {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": about},
        )
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def ask(self, method, parameters):
        """One request and its result."""
        self._number += 1
        request = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": parameters}
        self._send(request)
        for line in self._process.stdout:
            # It greets people on the same stream.
            if not line.startswith(b"{"):
                continue
            answer = json.loads(line)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
        raise AssertionError("the MCP server ended")

    def tool(self, name, **arguments):
        """What a tool answers, or its error."""
        result = self.ask("tools/call", {"name": name, "arguments": arguments})
        text = result["content"][0]["text"]
        if result.get("isError"):
            return None, text
        return json.loads(text), None

    def _send(self, message):
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def stop(self):
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait(START_SECONDS)


def done(answered):
    """The answer of a tool that must succeed."""
    answer, error = answered
    assert error is None, error
    return answer


def await_running(server, cluster):
    deadline = time.monotonic() + RUNNING_SECONDS
    while True:
        seen = done(server.tool("describe_cluster", cluster_id=cluster))
        if seen["status"] == "RUNNING":
            return seen
        assert time.monotonic() < deadline, seen
        time.sleep(0.5)
