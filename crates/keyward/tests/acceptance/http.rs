//! The gateway's port, spoken to by hand: HTTP/1, half-spoken HTTP/2, and noise.

use crate::support::Keyward;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

/// Longer than the gateway waits for a client to say what it speaks.
const PATIENCE: Duration = Duration::from_secs(20);
const COLLECTIONS: &str = "/v2/vectordb/collections/list";

fn connect(keyward: &Keyward) -> TcpStream {
    let stream = TcpStream::connect(keyward.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Everything the gateway says until it closes the connection.
#[track_caller]
fn exchange(keyward: &Keyward, sent: &[u8]) -> Vec<u8> {
    let mut stream = connect(keyward);
    // The gateway may have refused and closed before everything is written.
    let _ = stream.write_all(sent);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the connection was not closed: {error}"),
    }
    answer
}

/// Status and body of an HTTP/1 exchange.
#[track_caller]
fn ask(keyward: &Keyward, sent: &str) -> (u16, String) {
    let answer = String::from_utf8(exchange(keyward, sent.as_bytes())).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let Some((_, body)) = answer.split_once("\r\n\r\n") else {
        panic!("not an HTTP answer: {answer:?}");
    };
    (status.expect("a status"), body.to_owned())
}

fn post(authorization: &str) -> String {
    format!(
        "POST {COLLECTIONS} HTTP/1.1\r\nHost: localhost\r\n{authorization}Content-Type: \
         application/json\r\nContent-Length: 2\r\n\r\n{{}}"
    )
}

#[test]
fn rest_without_a_good_key_is_refused_as_milvus_does() {
    let keyward = Keyward::start();
    let unauthenticated =
        (401, r#"{"code":1800,"message":"user hasn't authenticated"}"#.to_owned());
    for authorization in [
        "",
        "Authorization: Bearer garbage\r\n",
        "Authorization: Bearer nobody:Password1!\r\n",
        "Authorization: Basic cm9vdDpNaWx2dXM=\r\n",
        "Authorization: Bearer \r\n",
        "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
    ] {
        assert_eq!(ask(&keyward, &post(authorization)), unauthenticated, "{authorization:?}");
    }
    let key = keyward.said("apiKey");
    let twice = format!("Authorization: Bearer {key}\r\nAuthorization: Bearer {key}\r\n");
    assert_eq!(ask(&keyward, &post(&twice)), unauthenticated);

    let good = format!("Authorization: Bearer {key}\r\nConnection: close\r\n");
    let (status, body) = ask(&keyward, &post(&good));
    assert_eq!((status, body.as_str()), (200, r#"{"code":0,"data":[]}"#));
}

#[test]
fn the_health_route_needs_no_key() {
    let keyward = Keyward::start();
    let healthy = (200, "OK".to_owned());
    for version in ["1.0", "1.1"] {
        let sent = format!("GET /healthz HTTP/{version}\r\nHost: localhost\r\n\r\n");
        assert_eq!(ask(&keyward, &sent), healthy, "HTTP/{version}");
    }
    let (status, body) = ask(&keyward, "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!((status, body.as_str()), (200, ""));
    for path in ["/healthz/", "/healthz/../x", "//healthz", "/HEALTHZ", "/metrics", "/"] {
        let (status, _) = ask(&keyward, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!(status, 401, "{path}");
    }
}

#[test]
fn noise_and_silence_end_the_connection_and_harm_nobody() {
    let keyward = &Keyward::start();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let broken = [preface.as_slice(), b"\xff\xff\xff\x04\x00\x00\x00\x00\x00"].concat();
    let noise: Vec<u8> =
        (1..=4096u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let long_line = vec![b'A'; 1 << 20];
    thread::scope(|scope| {
        for (what, sent) in [
            ("nothing", &b""[..]),
            ("noise", &noise),
            ("half a preface", &preface[..12]),
            ("half a request", b"GET /healthz HT"),
            ("a line without end", &long_line),
            ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
            ("a preface and no SETTINGS", preface),
            ("a preface and a broken frame", &broken),
        ] {
            scope.spawn(move || {
                // Waits for the end of the connection, or fails.
                let answer = exchange(keyward, sent);
                assert!(answer.len() < 2048, "{what}: {} bytes of answer", answer.len());
            });
        }
    });
    let sent = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(ask(keyward, sent).0, 200, "others are served as before");
}

#[test]
fn large_request_heads_are_refused() {
    let keyward = Keyward::start();
    let large = format!("X-Large: {}\r\n", "x".repeat(100_000));
    let many = "X-Many: 1\r\n".repeat(5000);
    for fields in [large, many] {
        let sent = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");
        let answer = exchange(&keyward, sent.as_bytes());
        // The refusal may be lost when the connection is closed under a writer.
        let text = String::from_utf8_lossy(&answer);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 431 "), "{text}");
    }
}
