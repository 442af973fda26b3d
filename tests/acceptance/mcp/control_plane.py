"""The managed cloud's MCP server, unmodified, against Keyward: what an assistant asks it.

What it asks of a cluster's data is in `data_plane.py`.
"""

import argparse

from assistant import Server, await_running, done


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
