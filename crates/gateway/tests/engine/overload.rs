//! What waits in the gateway has a bound, and whoever holds the most of it pays for that.

use crate::attack::{Order, shut, stalled};
use crate::house::{House, call, until};
use model::Change;
use std::time::Duration;
use testkit::client::Client;
use testkit::upstream::{Answer, Plan, Upstream};

/// What may wait in the gateway.
const ROOM: usize = 2 << 20;
/// What a client may send on a connection before it is given more.
const WINDOW: usize = 2 << 20;
/// What one call of many sends.
const PART: usize = 100_000;
/// The status of a call that was ended for want of room.
const UNAVAILABLE: Option<u32> = Some(14);

fn house() -> House {
    House::with(|config| {
        config.workers = 1;
        config.limits.upstream_connections = 1;
        config.limits.buffered_bytes = ROOM;
    })
}

/// The value of one of the gateway's own metrics.
fn metric(house: &House, name: &str) -> usize {
    let text = house.gateway().metrics();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("keyward_gateway_{name} ")));
    line.unwrap().parse().unwrap()
}

#[test]
fn requests_that_no_engine_takes_wait_within_bounds() {
    let engine = stalled();
    let house = house();
    house.apply(&[Change::ClusterPut(house.route(&engine.address.to_string(), None))]);
    let key = house.add_key();
    // All are admitted while nothing waits.
    let mut clients: Vec<(Client, Vec<u32>)> = Vec::new();
    for _ in 0..3 {
        let mut client = house.client();
        client.set_patience(Duration::from_secs(10)).unwrap();
        let streams = (0..12).map(|_| client.open(&call("Insert", &key)).unwrap()).collect();
        clients.push((client, streams));
    }
    for (client, streams) in &mut clients {
        for &stream in &*streams {
            client.push(stream, &[b'x'; 200_000], false).unwrap();
        }
    }
    until("the largest were ended", || {
        metric(&house, "relieved_total") > 0 && metric(&house, "waiting_bytes") <= ROOM
    });
    let mut ended = 0;
    for (client, streams) in &mut clients {
        let _ = client.read_for(Duration::from_millis(100));
        for &stream in streams.iter().filter(|&&stream| client.is_over(stream)).collect::<Vec<_>>()
        {
            assert_eq!(client.finish(stream).unwrap().code(), UNAVAILABLE);
            ended += 1;
        }
    }
    assert!(ended > 0 && ended < 36, "{ended} of 36 calls were ended");
    // Others are let in again, and those that stayed reach the engine.
    let mut other = house.client();
    let late = other.send(&call("Search", &key)).unwrap();
    let _ = other.read_for(Duration::from_millis(100));
    assert!(!other.is_over(late), "there is room, and a call is refused");
    engine.orders.send(Order::Read).unwrap();
    let (got, over) = engine.read.recv().unwrap();
    assert!(!over && got.len() > 500_000, "{} bytes, over: {over}", got.len());
}

#[test]
fn answers_that_no_client_takes_wait_within_bounds() {
    let house = house();
    let large = vec![("Search".into(), Answer::Message(200_000))];
    let upstream = Upstream::start(Plan { answers: large, ..Plan::default() }).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key();
    // More than the system's own buffers take on the way.
    let mut slow = house.client();
    let streams: Vec<u32> = (0..100).map(|_| slow.send(&call("Search", &key)).unwrap()).collect();
    until("the largest were ended", || metric(&house, "relieved_total") > 0);
    until("there is room again", || metric(&house, "waiting_bytes") <= ROOM);
    let mut other = house.client();
    assert_eq!(other.unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
    // Those that were not ended are answered whole once they are read.
    let codes = streams.iter().map(|&stream| slow.finish(stream).unwrap().code());
    let (mut whole, mut ended) = (0, 0);
    for code in codes {
        match code {
            Some(0) => whole += 1,
            code => {
                assert_eq!(code, UNAVAILABLE);
                ended += 1;
            }
        }
    }
    assert!(whole > 0 && ended > 0, "{whole} were answered, {ended} were ended");
}

#[test]
fn a_client_gets_no_window_while_there_is_no_room() {
    let engine = shut();
    let house = house();
    house.apply(&[Change::ClusterPut(house.route(&engine.address.to_string(), None))]);
    let key = house.add_key();
    let mut client = house.client();
    client.set_patience(Duration::from_secs(10)).unwrap();
    let streams: Vec<u32> = (0..60).map(|_| client.open(&call("Insert", &key)).unwrap()).collect();
    let mut pushed = 0;
    for &stream in &streams {
        // Waits for the window once the first one is used up: until the largest calls were ended.
        client.push(stream, &[b'x'; PART], false).unwrap();
        pushed += PART;
        if metric(&house, "relieved_total") > 0 {
            break;
        }
    }
    // What fills the room, the window that was still open then, and what was under way.
    let most = ROOM + WINDOW + PART;
    assert!(pushed <= most, "{pushed} bytes were taken although there was room for {ROOM}");
    let open = streams.iter().copied().find(|&stream| !client.is_over(stream)).unwrap();
    client.push(open, &[b'x'; PART], false).unwrap();
}
