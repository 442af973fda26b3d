//! Clusters behind TLS: trusted ones are served, others are not talked to.

use crate::house::{House, call};
use gateway::Roots;
use model::Change;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use testkit::message::framed;
use testkit::upstream::{Answer, Plan, Upstream};

/// A relay that speaks TLS in front of an upstream, and its certificate.
fn relay(upstream: SocketAddr, name: &str) -> (SocketAddr, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let certificate = made.cert.der().to_vec();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone().into()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().take(4).flatten() {
            let session = ServerConnection::new(config.clone()).unwrap();
            pump(StreamOwned::new(session, client), TcpStream::connect(upstream).unwrap());
        }
    });
    (address, certificate)
}

/// Carries bytes both ways until one side ends.
fn pump(mut tls: StreamOwned<ServerConnection, TcpStream>, mut plain: TcpStream) {
    let patience = Some(Duration::from_millis(2));
    tls.sock.set_read_timeout(patience).unwrap();
    plain.set_read_timeout(patience).unwrap();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        for inward in [true, false] {
            let read = if inward { tls.read(&mut buffer) } else { plain.read(&mut buffer) };
            let written = match read {
                Ok(0) => return,
                Ok(got) if inward => plain.write_all(&buffer[..got]),
                Ok(got) => tls.write_all(&buffer[..got]),
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(()),
                Err(_) => return,
            };
            if written.is_err() {
                return;
            }
        }
    }
}

#[test]
fn a_trusted_cluster_is_served_over_tls() {
    let plan =
        Plan { answers: vec![("Query".into(), Answer::Message(300_000))], ..Plan::default() };
    let upstream = Upstream::start(plan).unwrap();
    let (address, certificate) = relay(upstream.address(), "localhost");
    let house = House::with(|config| config.roots = Roots::Only(vec![certificate]));
    let uri = format!("https://localhost:{}", address.port());
    house.apply(&[Change::ClusterPut(house.route(&uri, None))]);
    let key = house.add_key();
    let mut client = house.client();
    let body = framed(&vec![3; 600_000]);
    let answer = client.unary(&call("Query", &key).raw_body(body.clone())).unwrap();
    assert_eq!(answer.code(), Some(0), "{}", answer.text());
    assert!(answer.messages()[0].len().abs_diff(300_000) < 64);
    assert_eq!(upstream.seen().bytes(), body.len() as u64);
}

#[test]
fn a_cluster_with_the_wrong_certificate_gets_nothing() {
    let upstream = Upstream::start(Plan::default()).unwrap();
    let (address, certificate) = relay(upstream.address(), "other.example.com");
    let (stranger, _) = relay(upstream.address(), "localhost");
    let house = House::with(|config| config.roots = Roots::Only(vec![certificate]));
    let key = house.add_key();
    for port in [address.port(), stranger.port()] {
        let route = house.route(&format!("https://localhost:{port}"), None);
        let id = route.id;
        house.apply(&[Change::ClusterPut(route)]);
        let answer = house.client().unary(&call("Search", &key)).unwrap();
        assert_eq!(answer.code(), Some(14));
        assert!(answer.text().contains("certificate"), "{}", answer.text());
        house.apply(&[Change::ClusterGone(id)]);
    }
    assert_eq!(upstream.seen().calls(), 0);
}
