//! Over a real socket: what a test that calls the router cannot see.

use crate::harness::{Machine, Who, until};
use control::ServeLimits;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

async fn serve(machine: &Machine, limits: ServeLimits) -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let router = machine.router.clone();
    tokio::spawn(control::serve(listener, router, limits, async {
        let _ = stopped.await;
    }));
    (address, stop)
}

async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn the_clients_address_is_recorded() {
    let machine = Machine::new();
    let (address, _stop) = serve(&machine, ServeLimits::default()).await;
    let key = machine.key("doomed");
    let credential = machine.credential(Who::OwnerKey).unwrap();
    let request = format!(
        "DELETE /v2/apiKeys/{key} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         authorization: Bearer {credential}\r\n\r\n"
    );
    let answer = exchange(address, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let data = machine.get(Who::OwnerKey, &format!("/v2/audit?resource={key}")).await.data();
    assert_eq!(data["audits"][0]["address"], "127.0.0.1");
    assert_eq!(data["audits"][0]["outcome"], "done");
}

#[tokio::test]
async fn a_body_that_lies_about_its_length_is_refused() {
    let machine = Machine::new();
    let (address, _stop) = serve(&machine, ServeLimits::default()).await;
    let credential = machine.credential(Who::OwnerKey).unwrap();
    let head = format!(
        "POST /v2/apiKeys HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: application/json\r\nauthorization: Bearer {credential}\r\n"
    );
    let declared = format!("{head}content-length: 99999999\r\n\r\n{{}}");
    let answer = exchange(address, declared.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    // Chunks that never say how many they will be.
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(1 << 16));
    let endless = format!("{head}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(17));
    let answer = exchange(address, endless.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn health_and_metrics_need_no_credential() {
    let machine = Machine::new();
    let reply = machine.get(Who::Anonymous, "/healthz").await;
    assert_eq!(reply.text, r#"{"code":0,"data":{"status":"ok"}}"#);
    let reply = machine.get(Who::Anonymous, "/metrics").await;
    assert_eq!(reply.text, "keyward_up 1\n");
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4");
}

#[tokio::test]
async fn a_client_that_says_nothing_is_given_up_on() {
    let machine = Machine::new();
    let limits =
        ServeLimits { connections: 1, head: Duration::from_millis(100), ..ServeLimits::default() };
    let (address, _stop) = serve(&machine, limits).await;
    // Each holds the only place, until its time is up.
    for said in
        ["", "GET /healthz HTTP/1.1\r\nhost: x\r\n", "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"]
    {
        let silent = exchange(address, said.as_bytes());
        let answer = tokio::time::timeout(Duration::from_secs(10), silent).await;
        assert_eq!(answer.unwrap().contains("200 OK"), said.ends_with("\r\n\r\n"), "{said}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let machine = Machine::new();
    let (address, _stop) = serve(&machine, ServeLimits::default()).await;
    let head = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: {}", "a".repeat(70_000));
    let answer = exchange(address, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn stopping_lets_the_last_request_end() {
    let machine = Machine::new();
    let (address, stop) = serve(&machine, ServeLimits::default()).await;
    let key = machine.key("doomed");
    let credential = machine.credential(Who::OwnerKey).unwrap();
    let request = format!(
        "DELETE /v2/apiKeys/{key} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {credential}\r\n\r\n"
    );
    let held = machine.fence.gate.lock().await;
    let mut last = Box::pin(exchange(address, request.as_bytes()));
    until(&mut last, || !machine.fence.asked().is_empty()).await;
    stop.send(()).unwrap();
    // New clients are turned away, and the old one still waits for its answer.
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(address).await.is_ok() {
        assert!(tokio::time::Instant::now() < deadline, "still accepting");
    }
    drop(held);
    let answer = last.await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn a_key_deleted_while_its_request_is_under_way_does_nothing_more() {
    let machine = Machine::new();
    let (address, _stop) = serve(&machine, ServeLimits::default()).await;
    let credential = machine.credential(Who::OwnerKey).unwrap();
    let body = r#"{"projectName":"afterwards"}"#;
    let head = format!(
        "POST /v2/projects HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\
         authorization: Bearer {credential}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The body is asked for once the key has been accepted.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    let key = model::ApiKey::parse(credential.as_bytes()).unwrap().id();
    let path = format!("/v2/apiKeys/{key}");
    assert_eq!(machine.delete(Who::OwnerSession, &path).await.status, 200);
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(answer.contains("revoked before the request was carried out"), "{answer}");
    let projects = machine.get(Who::OwnerSession, "/v2/projects").await;
    assert!(!projects.text.contains("afterwards"));
}
