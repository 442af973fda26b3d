//! `keyward cluster`: attached clusters. Those on Milvus Lite are in the acceptance tests.

use crate::support::{Served, answer, as_json, done, names, printed, refused};

#[test]
fn a_cluster_is_attached_shown_changed_and_detached() {
    let server = Served::start();
    server.cluster("prod");
    assert_eq!(
        names(&answer(&server.run(&["cluster", "list", "--json"])), "clusters", "clusterName"),
        ["prod"]
    );
    let shown = answer(&server.run(&["cluster", "show", "prod", "--json"]));
    let id = shown["clusterId"].as_str().unwrap();
    assert!(printed(&server.run(&["cluster", "show", id])).contains("prod"));
    let connect = printed(&server.run(&["cluster", "connect", "prod", "--sdk", "python"]));
    assert!(connect.contains("MilvusClient"), "{connect}");

    let update = ["cluster", "update", "prod", "--name", "live", "--description", "big"];
    done(&server.run(&update));
    let shown = answer(&server.run(&["cluster", "show", "live", "--json"]));
    assert_eq!((&shown["clusterId"], &shown["description"]), (&id.into(), &"big".into()));
    done(&server.run(&["cluster", "set-port", "live", "--free"]));
    let port = answer(&server.run(&["cluster", "show", "live", "--json"]))["port"].clone();
    assert!(port.is_u64(), "{port}");
    done(&server.run(&["cluster", "set-port", "live", "--none"]));

    let unasked = refused(&server.run(&["cluster", "suspend", "live"]), 2);
    assert!(unasked.contains("--yes"), "{unasked}");
    done(&server.run(&["cluster", "suspend", "live", "--yes"]));
    let shown = answer(&server.run(&["cluster", "show", "live", "--json"]));
    assert_eq!(shown["status"], "SUSPENDED");
    done(&server.run(&["cluster", "resume", "live"]));
    refused(&server.run(&["cluster", "detach", "live"]), 2);
    done(&server.run(&["cluster", "detach", "live", "--yes"]));
    assert_eq!(as_json(&server.run(&["cluster", "show", id, "--json"]), 4)["kind"], "notFound");
}

#[test]
fn a_token_is_read_from_a_file_and_shown_nowhere() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let ada = server.member("ada@example.com", None);
    let file = ada.file("token", "root:Milvus-very-secret");
    let line = ["cluster", "attach", "prod", "--uri", "http://127.0.0.1:1", "--token-file", &file];
    let output = server.run(&line);
    let said = done(&output) + &printed(&output);
    assert!(said.contains("warning: the cluster is attached"), "{said}");
    let shown = printed(&server.run(&["cluster", "show", "prod", "--json"]));
    assert!(!said.contains("very-secret") && !shown.contains("very-secret"), "{shown}");
    refused(&server.run(&["cluster", "attach", "prod", "--uri", "http://127.0.0.1:2"]), 5);
}

#[test]
fn members_connect_to_a_cluster_and_change_nothing() {
    let server = Served::start();
    server.cluster("prod");
    let ada = server.member("ada@example.com", Some("web"));
    done(&ada.run(&["cluster", "show", "prod"], ""));
    done(&ada.run(&["cluster", "connect", "prod"], ""));
    for line in [
        &["cluster", "attach", "mine", "--uri", "http://127.0.0.1:1"][..],
        &["cluster", "create", "mine", "--no-wait"],
        &["cluster", "update", "prod", "--name", "mine"],
        &["cluster", "set-port", "prod", "--free"],
        &["cluster", "suspend", "prod", "--yes"],
        &["cluster", "resume", "prod"],
        &["cluster", "detach", "prod", "--yes"],
    ] {
        let said = refused(&ada.run(line, ""), 3);
        assert!(!said.is_empty(), "{line:?}");
    }
    let bob = server.member("bob@example.com", None);
    refused(&bob.run(&["cluster", "show", "prod"], ""), 4);
}
