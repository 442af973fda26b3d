//! Bodies of every size, under windows of every size.

use crate::house::{House, call};
use std::time::Duration;
use testkit::client::Call;
use testkit::message::framed;
use testkit::upstream::{Answer, Plan};

#[test]
fn large_requests_and_answers_pass_whole() {
    let plan =
        Plan { answers: vec![("Query".into(), Answer::Message(20 << 20))], ..Plan::default() };
    let (house, upstream, key) = House::standard(plan);
    let mut client = house.client();
    client.set_patience(Duration::from_mins(1)).unwrap();
    let body = framed(&vec![7u8; 40 << 20]);
    let request = call("Insert", &key).raw_body(body.clone());
    assert_eq!(client.unary(&request).unwrap().code(), Some(0));
    assert_eq!(upstream.seen().bytes(), body.len() as u64);
    let answer = client.unary(&call("Query", &key)).unwrap();
    assert_eq!(answer.code(), Some(0));
    assert!(answer.messages()[0].len().abs_diff(20 << 20) < 64);
}

#[test]
fn many_large_calls_at_once_share_the_windows() {
    let plan =
        Plan { answers: vec![("Query".into(), Answer::Message(3 << 20))], ..Plan::default() };
    let (house, _upstream, key) = House::standard(plan);
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let mut client = house.client();
            client.set_patience(Duration::from_mins(1)).unwrap();
            let key = key.clone();
            std::thread::spawn(move || {
                let body = framed(&vec![7u8; 2 << 20]);
                let streams: Vec<u32> = (0..8)
                    .map(|_| client.send(&call("Query", &key).raw_body(body.clone())).unwrap())
                    .collect();
                for stream in streams {
                    let answer = client.finish(stream).unwrap();
                    assert_eq!(answer.code(), Some(0), "{}", answer.text());
                    assert!(answer.messages()[0].len().abs_diff(3 << 20) < 64);
                }
            })
        })
        .collect();
    for client in clients {
        client.join().unwrap();
    }
}

#[test]
fn a_request_in_pieces_is_one_request() {
    let (house, upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    let body = framed(&[1; 1000]);
    let stream = client.open(&call("Insert", &key).raw_body(Vec::new())).unwrap();
    for piece in body.chunks(7) {
        client.push(stream, piece, false).unwrap();
    }
    client.push(stream, &[], true).unwrap();
    assert_eq!(client.finish(stream).unwrap().code(), Some(0));
    assert_eq!(upstream.seen().bytes(), body.len() as u64);
}

#[test]
fn the_rest_of_a_refused_request_is_not_wanted() {
    let (house, upstream, _) = House::standard(Plan::default());
    let mut client = house.client();
    let stream = client.open(&Call::milvus("Insert").token("kw_no").raw_body(vec![0; 10])).unwrap();
    let answer = client.finish(stream).unwrap();
    assert_eq!(answer.code(), Some(16));
    // What is on its way still does not harm the connection.
    let _ = client.push(stream, &[0; 60_000], false);
    let again = client.unary(&Call::milvus("Search").token("kw_no")).unwrap();
    assert_eq!(again.code(), Some(16));
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn a_client_that_gives_up_frees_the_engine() {
    let plan = Plan { answers: vec![("Search".into(), Answer::Hold)], ..Plan::default() };
    let (house, upstream, key) = House::standard(plan);
    let mut client = house.client();
    let stream = client.send(&call("Search", &key)).unwrap();
    crate::house::until("the call is upstream", || upstream.seen().calls() == 1);
    client.reset(stream).unwrap();
    crate::house::until("the engine is told", || upstream.seen().resets() == 1);
    let second = client.send(&call("Search", &key)).unwrap();
    crate::house::until("the second call is upstream", || upstream.seen().calls() == 2);
    assert!(!client.is_over(second));
    drop(client);
    crate::house::until("the engine is told again", || upstream.seen().resets() == 2);
}

#[test]
fn a_call_past_its_deadline_is_ended() {
    let plan = Plan { answers: vec![("Search".into(), Answer::Hold)], ..Plan::default() };
    let (house, upstream, key) = House::standard(plan);
    let mut client = house.client();
    let answer = client.unary(&call("Search", &key).field("grpc-timeout", b"10m")).unwrap();
    assert_eq!(answer.code(), Some(4), "{}", answer.text());
    crate::house::until("the engine is told", || upstream.seen().resets() == 1);
}
