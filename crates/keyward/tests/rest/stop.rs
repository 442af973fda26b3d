//! A gateway that stops answers what it has begun to work on, and keeps no connection for more.

use crate::client::Client;
use crate::engine::Engine;
use crate::system::{self, System};
use serde_json::json;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

#[test]
fn an_answer_under_way_ends_before_the_gateway_does() {
    let (arrives, arrived) = channel();
    let (answer, held) = channel::<()>();
    let (arrives, held) = (Mutex::new(arrives), Mutex::new(held));
    let engine = Engine::play(move |rpc, _| {
        if rpc == "ShowCollections" {
            arrives.lock().unwrap().send(()).unwrap();
            held.lock().unwrap().recv().unwrap();
        }
        Some(Vec::new())
    });
    let system = System::before(engine.address, system::waiting_fence());
    let (_, key) = system.owner().create();
    let [mut busy, mut idle] = [(); 2].map(|()| Client::connect(system.gateway));
    let done = (200, json!({ "code": 0, "data": [] }));
    assert_eq!(idle.ask(&key, "databases/list", &json!({})), done);
    busy.send(&key, "collections/list", &json!({}));
    arrived.recv().unwrap();
    // Long enough for the test to fail by itself if a connection is waited for.
    let stopping = thread::spawn(move || system.stop_within(Duration::from_mins(5)));
    assert_eq!(idle.read_to_the_end(), 0, "who asks for nothing is let go");
    answer.send(()).unwrap();
    assert_eq!(busy.answer(), done);
    assert_eq!(busy.read_to_the_end(), 0);
    stopping.join().unwrap();
}
