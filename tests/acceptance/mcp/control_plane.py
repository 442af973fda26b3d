"""The managed cloud's MCP server, unmodified, against Keyward: what an assistant asks it.

Its data-plane tools need Milvus's REST API and are not asked here.
"""

import argparse
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


def main():
    parser = argparse.ArgumentParser()
    for name in ("control", "personal", "project", "cluster"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    server = Server(arguments.control, arguments.personal)

    tools = {tool["name"] for tool in server.ask("tools/list", {})["tools"]}
    assert {"list_projects", "list_clusters", "describe_cluster"} <= tools, tools

    projects = done(server.tool("list_projects"))
    assert [project["project_id"] for project in projects] == [arguments.project], projects
    assert projects[0]["instance_count"] == 1, projects

    clusters = done(server.tool("list_clusters"))
    assert [cluster["cluster_id"] for cluster in clusters] == [arguments.cluster], clusters
    assert clusters[0]["connect_address"].startswith("http://"), clusters
    assert clusters[0]["region_id"] == "self-hosted", clusters
    assert done(server.tool("list_clusters", page_size=100, current_page=2)) == []
    assert server.tool("list_clusters", page_size=1)[1], "a page has at least five items"

    seen = await_running(server, arguments.cluster)
    assert seen["project_id"] == arguments.project, seen

    made = done(
        server.tool("create_free_cluster", cluster_name="by-mcp", project_id=arguments.project)
    )
    assert "API key" in made["prompt"], made
    second = await_running(server, made["cluster_id"])
    assert second["connect_address"] != seen["connect_address"], second

    done(server.tool("suspend_cluster", cluster_id=made["cluster_id"]))
    status = done(server.tool("describe_cluster", cluster_id=made["cluster_id"]))["status"]
    assert status in ("SUSPENDING", "SUSPENDED"), status
    assert server.tool("suspend_cluster", cluster_id=made["cluster_id"])[1], "it is suspended"
    done(server.tool("resume_cluster", cluster_id=made["cluster_id"]))
    await_running(server, made["cluster_id"])
    server.stop()

    stranger = Server(arguments.control, "not-a-key")
    answer, error = stranger.tool("list_projects")
    assert answer is None and "401" in error, error
    stranger.stop()
    print("all steps passed")


main()
