//! Clients that send slowly: they hold their own place, and nobody else's.
//!
//! That such a client is ended when its time is over is tested where the clock can be put forward,
//! in the façade itself.

use crate::client::{Client, head};
use crate::engine::Engine;
use crate::system::{self, System};
use serde_json::json;
use std::io::{Read, Write};

/// The largest body.
const MOST: usize = 64 << 20;
/// More than a connection may hold of a body without asking for room.
const MUCH: usize = (64 << 10) + 1;
/// More than there is room for, if each got what it says it needs.
const CLIENTS: usize = 50;

/// A client that has sent the head of a request for a large body, and whose body is being read.
fn slow(system: &System, key: &str) -> Client {
    let mut client = Client::connect(system.gateway);
    let fields = format!("Content-Length: {MOST}\r\nExpect: 100-continue\r\n");
    let begun = head(key, "collections/drop", &fields) + "\r\n";
    client.socket.write_all(begun.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    client.socket.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    client
}

#[test]
fn many_who_send_slowly_keep_nobody_out() {
    let engine = Engine::play(|_, _| Some(Vec::new()));
    let system = System::before(engine.address, system::waiting_fence());
    let (_, key) = system.owner().create();
    let mut slow: Vec<Client> = (0..CLIENTS).map(|_| slow(&system, &key)).collect();
    let mut honest = Client::connect(system.gateway);
    let done = (200, json!({ "code": 0, "data": [] }));
    for client in &mut slow {
        client.socket.write_all(b"{").unwrap();
        assert_eq!(honest.ask(&key, "collections/list", &json!({})), done);
    }
    let much = vec![b' '; MUCH];
    for client in &mut slow {
        client.socket.write_all(&much).unwrap();
        assert_eq!(honest.ask(&key, "collections/list", &json!({})), done);
    }
    assert_eq!(engine.count("ShowCollections"), 2 * CLIENTS);
    assert_eq!(engine.count("DropCollection"), 0, "nothing is done before a body has come");
    // Who has gone has left its room to others: a large body is read at once.
    drop(slow);
    let large = json!({ "collectionName": "c", "description": "x".repeat(MOST / 2) });
    let (status, answer) = honest.ask(&key, "collections/drop", &large);
    assert_eq!((status, &answer["code"]), (200, &json!(0)), "{answer}");
    system.stop();
}
