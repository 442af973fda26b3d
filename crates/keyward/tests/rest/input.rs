//! Requests that are not what they seem: each is answered once or refused, and nothing of it is
//! taken for a request of its own.

use crate::client::{Client, head};
use crate::engine::Engine;
use crate::system::{self, System};
use serde_json::{Value, json};
use std::io::{Read, Write};

/// The largest body.
const MOST: usize = 64 << 20;

/// A system whose engine takes everything, and a key.
struct Stage {
    engine: Engine,
    system: System,
    key: String,
}

impl Stage {
    fn new() -> Self {
        let engine = Engine::play(|_, _| Some(Vec::new()));
        let system = System::before(engine.address, system::waiting_fence());
        let (_, key) = system.owner().create();
        Self { engine, system, key }
    }

    fn client(&self) -> Client {
        Client::connect(self.system.gateway)
    }

    /// Sends these bytes and reads until the connection ends.
    fn exchange(&self, sent: &str) -> String {
        let mut client = self.client();
        client.socket.write_all(sent.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A refusal may come with a reset.
        let _ = client.socket.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    fn drops(&self) -> usize {
        self.engine.count("DropCollection")
    }
}

fn lists(key: &str, more: &str) -> String {
    head(key, "collections/list", more)
}

/// A request that must never be taken for one.
fn hidden(key: &str) -> String {
    let body = r#"{"collectionName":"books"}"#;
    let length = format!("Content-Length: {}\r\n", body.len());
    format!("{}\r\n{body}", head(key, "collections/drop", &length))
}

#[test]
fn requests_one_after_the_other_are_answered_in_their_order() {
    let stage = Stage::new();
    let mut client = stage.client();
    let empty = lists(&stage.key, "Content-Length: 2\r\n") + "\r\n{}";
    let has = r#"{"collectionName":"books"}"#;
    let chunks = format!("5\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n", &has[..5], has.len() - 5, &has[5..]);
    let chunked = head(&stage.key, "collections/drop", "Transfer-Encoding: chunked\r\n");
    let all = format!("{empty}{chunked}\r\n{chunks}{empty}");
    client.socket.write_all(all.as_bytes()).unwrap();
    let data = [json!([]), json!({}), json!([])];
    for data in data {
        assert_eq!(client.answer(), (200, json!({ "code": 0, "data": data })));
    }
    assert_eq!((stage.engine.count("ShowCollections"), stage.drops()), (2, 1));
    stage.system.stop();
}

#[test]
fn what_hides_in_a_body_is_no_request() {
    let stage = Stage::new();
    let (key, inside) = (&stage.key, hidden(&stage.key));
    let length = inside.len();
    for fields in [
        // Two ways to say where the body ends.
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n".to_owned(),
        format!("Content-Length: 2\r\nContent-Length: {length}\r\n"),
        format!("Content-Length: 2, {length}\r\n"),
        "Content-Length: +2\r\n".to_owned(),
        "Content-Length: 0x2\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding:\tchunked\r\nTransfer-Encoding: identity\r\n".to_owned(),
        // A name that some take for another.
        format!("Content-Length : {length}\r\n"),
        format!("X: y\r\n Content-Length: {length}\r\n"),
        // Where to, twice.
        format!("Host: elsewhere\r\nContent-Length: {length}\r\n"),
    ] {
        let sent = format!("{}\r\n{inside}", lists(key, &fields));
        let answer = stage.exchange(&sent);
        let statuses = answer.matches("HTTP/1.1 ").count();
        assert!(statuses <= 1, "{fields:?}: {answer}");
        assert!(!answer.contains("\"data\":{}"), "{fields:?}: {answer}");
        assert_eq!(stage.drops(), 0, "{fields:?}: {answer}");
    }
    stage.system.stop();
}

#[test]
fn a_field_that_can_be_taken_in_two_ways_is_not_taken_at_all() {
    let stage = Stage::new();
    let body = r#"{"collectionName":"books"}"#;
    for fields in [
        "DB-Name: one\r\nDB-Name: two\r\n",
        "DB-Name: one\r\ndb-name: one\r\n",
        // Not the usual database because its name cannot be read.
        "DB-Name: b\u{fc}cher\r\n",
        "Host: elsewhere\r\n",
        "Request-Timeout: 5\r\nRequest-Timeout: 6\r\n",
        "Request-Timeout: soon\r\n",
        "Request-Timeout: -1\r\n",
        "Request-Timeout: 99999999999999999999\r\n",
    ] {
        let length = format!("{fields}Content-Length: {}\r\n", body.len());
        let mut client = stage.client();
        let sent = format!("{}\r\n{body}", head(&stage.key, "collections/drop", &length));
        client.socket.write_all(sent.as_bytes()).unwrap();
        let (status, answer) = client.answer();
        assert!([200, 400].contains(&status), "{fields:?}: {status}");
        assert_eq!(answer["code"], 1100, "{fields:?}: {answer}");
    }
    assert_eq!(stage.drops(), 0);
    stage.system.stop();
}

#[test]
fn a_body_that_breaks_off_or_is_too_large_is_not_acted_on() {
    let stage = Stage::new();
    let key = &stage.key;
    let body = r#"{"collectionName":"books"}"#;
    let drop = |fields: &str| head(key, "collections/drop", fields);
    for broken in [
        format!("{}\r\nzz\r\n{body}\r\n0\r\n\r\n", drop("Transfer-Encoding: chunked\r\n")),
        format!("{}\r\nffffffffffffffffff\r\n{body}", drop("Transfer-Encoding: chunked\r\n")),
        format!("{}\r\n-1\r\n{body}", drop("Transfer-Encoding: chunked\r\n")),
        format!("{}\r\n{body}", drop("Content-Encoding: gzip\r\nContent-Length: 26\r\n")),
        format!("{}\r\n{body}", drop(&format!("Content-Length: {}\r\n", MOST + 1))),
    ] {
        let answer = stage.exchange(&broken);
        assert!(answer.is_empty() || !answer.contains("\"code\":0"), "{answer}");
        assert_eq!(stage.drops(), 0);
    }
    // Larger than it may be, without saying so.
    let mut client = stage.client();
    let head = drop("Transfer-Encoding: chunked\r\n") + "\r\n";
    client.socket.write_all(head.as_bytes()).unwrap();
    let piece = format!("100000\r\n{}\r\n", " ".repeat(1 << 20));
    let written = (0..=MOST >> 20).try_for_each(|_| client.socket.write_all(piece.as_bytes()));
    if written.is_ok() {
        let (status, answer) = client.answer();
        assert_eq!((status, &answer["code"]), (413, &json!(1100)));
    }
    assert_eq!(stage.drops(), 0);
    stage.system.stop();
}

#[test]
fn who_waits_to_be_asked_for_the_body_is_known_first() {
    let stage = Stage::new();
    let body = r#"{"collectionName":"books"}"#;
    let fields = format!("Expect: 100-continue\r\nContent-Length: {}\r\n", body.len());
    let mut client = stage.client();
    let head_of = |key: &str| head(key, "collections/drop", &fields) + "\r\n";
    client.socket.write_all(head_of(&stage.key).as_bytes()).unwrap();
    assert_eq!(client.head(), (100, 0));
    client.socket.write_all(body.as_bytes()).unwrap();
    assert_eq!(client.answer(), (200, json!({ "code": 0, "data": {} })));
    // Who is not known is answered without having sent it.
    let mut stranger = stage.client();
    stranger.socket.write_all(head_of(&format!("{}x", stage.key)).as_bytes()).unwrap();
    assert_eq!(stranger.answer().0, 401);
    assert_eq!(stage.drops(), 1);
    stage.system.stop();
}

#[test]
fn what_is_no_request_of_this_api_reaches_no_engine() {
    let stage = Stage::new();
    let mut client = stage.client();
    let name = json!({ "collectionName": "books" });
    for route in ["collections/drop/", "collections//drop", "collections/%64rop", "../v2/x", ""] {
        let (status, answer) = client.ask(&stage.key, route, &name);
        assert_eq!((status, &answer["code"]), (404, &json!(65535)), "{route}");
        client = stage.client();
    }
    let deep = format!("{{\"collectionName\":{}1{}}}", "[".repeat(99_999), "]".repeat(99_999));
    for body in [
        r#"{"collectionName":"books","collectionname":"others"}"#,
        r#"{"collectionName":"books"}{"collectionName":"others"}"#,
        "{\"collectionName\":\"books\"}\0",
        "\u{feff}{\"collectionName\":\"books\"}",
        r#"{"collectionName":["books"]}"#,
        r#"{"collectionName":1e999}"#,
        r#"{"collectionName":"\ud800"}"#,
        "{\"collectionName\":\"a\nb\"}",
        deep.as_str(),
    ] {
        let head =
            head(&stage.key, "collections/drop", &format!("Content-Length: {}\r\n", body.len()));
        client.socket.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
        let (status, answer): (u16, Value) = client.answer();
        assert_eq!((status, &answer["code"]), (200, &json!(1801)), "{body:.60}");
    }
    assert_eq!(stage.drops(), 0);
    stage.system.stop();
}
