//! Starting, sharing and changing: what an operator and an owner do with several processes.

use super::process::{Process, admits, bring_master_key, refused, serve};
use super::{Stage, until_admitted};
use crate::support::until;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

#[test]
fn who_does_not_go_together_is_refused_with_what_to_do() {
    let stage = Stage::set();
    let address = stage.database.address();
    // A gateway makes no master key.
    let sentence = refused(serve(&stage.folder("bare"), "gateway", &address));
    assert!(sentence.contains("copy the file from the data folder"), "{sentence}");
    assert!(!stage.folder("bare").join("master.key").exists());
    // Nobody is alone on a database that others share.
    bring_master_key(&stage.folder("alone"), &stage.control.data);
    let sentence = refused(serve(&stage.folder("alone"), "all", &address));
    assert!(sentence.contains("--role control and --role gateway"), "{sentence}");
    // Nobody shares a file.
    for role in ["control", "gateway"] {
        let mut command = serve(&stage.folder("file"), role, "");
        command.env_remove("KEYWARD_DATABASE");
        let sentence = refused(command);
        assert!(sentence.contains("needs a PostgreSQL one"), "{sentence}");
    }
    let mut command = serve(&stage.folder("alone"), "gateway", &address);
    let sentence = refused({
        command.args(["--lease", "31"]);
        command
    });
    assert!(sentence.contains("--lease"), "{sentence}");
    // And nobody joins one who is alone.
    let alone = tempfile::tempdir().unwrap();
    let database = testkit::postgres::Server::shared().database();
    let all = Process::start(&alone.path().join("all"), "all", &database.address());
    bring_master_key(&alone.path().join("two"), &all.data);
    let sentence = refused(serve(&alone.path().join("two"), "gateway", &database.address()));
    assert!(sentence.contains("shares its database with nobody"), "{sentence}");
}

#[test]
fn one_that_is_alone_again_waits_until_the_leases_of_others_are_over() {
    let stage = Stage::set();
    let gateway = stage.gateway("one");
    let key = stage.key();
    until_admitted(&gateway, &key);
    gateway.signal(rustix::process::Signal::STOP);
    let (address, data) = (stage.database.address(), stage.control.data.clone());
    let Stage { control, database, place, .. } = stage;
    control.stop();
    // The server has to notice that the gateway's connection is gone before anybody else may serve.
    let end = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
               WHERE datname = current_database()  AND application_name LIKE 'keyward serve %'";
    assert_eq!(database.query(end), "1");
    let all = Process::start(&data, "all", &address);
    assert_eq!(database.query("SELECT count(*) FROM keyward.gateways"), "0");
    gateway.signal(rustix::process::Signal::CONT);
    assert!(!admits(gateway.door(), &key), "it woke up with the door open");
    assert!(admits(all.door(), &key));
    drop((gateway, place));
}

#[test]
fn a_change_made_on_one_control_plane_or_gateway_holds_everywhere() {
    let stage = Stage::set();
    let gateways = ["one", "two"].map(|name| stage.gateway(name));
    let folder = stage.folder("control-2");
    bring_master_key(&folder, &stage.control.data);
    fs::copy(stage.control.data.join("admin.json"), folder.join("admin.json")).unwrap();
    let second = Process::start(&folder, "control", &stage.database.address());
    let key = stage.key();
    for gateway in &gateways {
        assert!(admits(gateway.door(), &key), "a new key opens every gateway at once");
    }
    // `admin.json` of the second has no key of its own: the first one's owner asks there.
    let owner = second.owner_with(&stage.control.owner());
    assert_eq!(owner.delete(&key), (true, vec!["applied".to_owned(); 2]));
    for gateway in &gateways {
        assert!(!admits(gateway.door(), &key));
    }

    // A user of the cluster, made through one gateway, opens the other when the answer is here.
    let manager = stage.owner.create(&stage.project, &json!({ "manageKeys": true }));
    let body = json!({ "userName": "ada", "password": "Secret-word-1" });
    let made = rest(&gateways[0], "users/create", &manager.text, &body);
    assert_eq!(made["code"], json!(0), "{made}");
    let listed = rest(&gateways[1], "databases/list", "ada:Secret-word-1", &json!({}));
    assert_ne!(listed["code"], json!(1800), "{listed}");
    let wrong = rest(&gateways[1], "databases/list", "ada:Another-word-2", &json!({}));
    assert_eq!(wrong["code"], json!(1800), "{wrong}");
}

#[test]
fn a_gateway_that_was_taken_off_the_list_enters_itself_again() {
    let stage = Stage::set();
    let gateway = stage.gateway("one");
    let key = stage.key();
    stage.database.query("DELETE FROM keyward.gateways");
    let listed = "SELECT count(*) FROM keyward.gateways WHERE applied > 0 AND stopped = 0";
    until("it is listed", || (stage.database.query(listed) == "1").then_some(()));
    assert!(admits(gateway.door(), &key));
    assert_eq!(stage.owner.delete(&key), (true, vec!["applied".to_owned()]));
    assert!(!admits(gateway.door(), &key));
}

#[test]
fn milvus_lite_is_for_a_process_that_is_alone() {
    let stage = Stage::set();
    let body = json!({ "projectId": stage.project, "clusterName": "lite" });
    let (status, answer) = stage.owner.post("/v2/clusters/createFree", &body);
    assert_eq!(status, 409, "{answer}");
    assert!(answer["message"].as_str().unwrap().contains("attach a Milvus"), "{answer}");
}

#[test]
fn what_keys_did_on_every_gateway_is_added_up_and_calls_are_explained_without_one() {
    let stage = Stage::set();
    let key = stage.key();
    for name in ["one", "two"] {
        let gateway = stage.gateway(name);
        assert!(admits(gateway.door(), &key));
        gateway.stop();
    }
    let counted = "SELECT coalesce(sum(calls), 0) FROM keyward.usage_hours";
    until("both are counted", || (stage.database.query(counted) == "2").then_some(()));
    let question = json!({ "apiKeyId": key.id, "rpc": "Search", "collection": "c" });
    let path = format!("/v2/clusters/{}/explain", stage.cluster);
    let (status, answer) = stage.owner.post(&path, &question);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["data"]["allowed"], json!(true), "{answer}");
}

fn rest(gateway: &Process, route: &str, token: &str, body: &Value) -> Value {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_mins(1)))
        .http_status_as_error(false)
        .build();
    let agent: ureq::Agent = agent.into();
    let request = agent.post(format!("http://{}/v2/vectordb/{route}", gateway.door()));
    let sent = request.header("authorization", format!("Bearer {token}")).send_json(body);
    sent.unwrap().body_mut().read_json().unwrap()
}
