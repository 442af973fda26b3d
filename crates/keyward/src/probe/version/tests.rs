//! Tests of [`super`]: every answer an engine can give.

use super::*;
use axum::http::Response;
use testkit::message::framed;
use testkit::upstream::{Answer, Plan, Upstream};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const CREDENTIAL: &str = "root:Milvus";
/// base64 of it, as Milvus reads it.
const AUTHORIZATION: &str = "cm9vdDpNaWx2dXM=";
/// A `GetVersionResponse` with an empty status and "v2.3.5".
const ANSWER: &[u8] = b"\x0a\x00\x12\x06v2.3.5";

async fn version(address: &str, credential: Option<&str>) -> Result<Version, String> {
    asked(&Prober::new(Roots::default()), address, credential).await
}

async fn asked(prober: &Prober, uri: &str, credential: Option<&str>) -> Result<Version, String> {
    let credential = credential.map(|text| SecretText::new(text.to_owned()));
    prober.version(&UpstreamAddress::parse(uri).unwrap(), credential.as_ref()).await
}

/// Serves one connection: every call that is what a Milvus expects gets the answer.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, answer: Vec<u8>, status: u16) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        assert_eq!(request.uri().path(), PATH);
        assert!(request.uri().authority().is_some(), "{}", request.uri());
        let authorization = request.headers().get("authorization").unwrap();
        assert_eq!(authorization.as_bytes(), AUTHORIZATION.as_bytes());
        let head = Response::builder().header("content-type", "application/grpc");
        let mut body = respond.send_response(head.body(()).unwrap(), false).unwrap();
        body.send_data(framed(&answer).into(), false).unwrap();
        let mut end = HeaderMap::new();
        end.insert("grpc-status", status.into());
        end.insert("grpc-message", "a%20reason".parse().unwrap());
        body.send_trailers(end).unwrap();
    }
}

async fn plain(answer: &[u8], status: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.to_vec();
    tokio::spawn(async move { serve(listener.accept().await.unwrap().0, answer, status).await });
    uri
}

#[tokio::test]
async fn a_milvus_tells_its_version_to_who_may_sign_in() {
    let found = version(&plain(ANSWER, 0).await, Some(CREDENTIAL)).await;
    assert_eq!(found.unwrap().as_deref(), Some("v2.3.5"));
}

#[tokio::test]
async fn a_refused_credential_is_told_from_a_missing_one() {
    let plan = Plan { authorization: Some(AUTHORIZATION.to_owned()), ..Plan::default() };
    let upstream = Upstream::start(plan).unwrap();
    let uri = format!("http://{}", upstream.address());
    version(&uri, Some(CREDENTIAL)).await.unwrap();
    let wrong = version(&uri, Some("root:Wrong")).await.unwrap_err();
    assert!(wrong.starts_with("refuses Keyward's credential"), "{wrong}");
    assert!(wrong.contains("attach it again with the right token"), "{wrong}");
    let none = version(&uri, None).await.unwrap_err();
    assert!(none.starts_with("asks for a credential"), "{none}");
}

#[tokio::test]
async fn whatever_is_no_milvus_is_said_to_be_none() {
    let refused = version(&plain(b"\x0a\x04\x12\x02no", 12).await, Some(CREDENTIAL)).await;
    assert!(refused.unwrap_err().contains("gRPC status 12: a%20reason"));
    let in_band = version(&plain(b"\x0a\x06\x18\x05\x12\x02no", 0).await, Some(CREDENTIAL)).await;
    assert_eq!(in_band.unwrap_err(), "does not tell its version (no)");
    let garbage = version(&plain(b"\xff", 0).await, Some(CREDENTIAL)).await;
    assert!(garbage.unwrap_err().contains("does not speak Milvus's protocol"));
    let endless = Plan { otherwise: Answer::Endless(9_000), ..Plan::default() };
    let endless = Upstream::start(endless).unwrap();
    let endless = version(&format!("http://{}", endless.address()), None).await;
    assert!(endless.unwrap_err().contains("does not speak gRPC"));
    let nobody = version("http://127.0.0.1:1", None).await;
    assert!(nobody.unwrap_err().contains("does not answer at http://127.0.0.1:1"));
}

#[tokio::test]
async fn a_web_server_does_not_speak_grpc() {
    use tokio::io::AsyncWriteExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        std::future::pending::<()>().await;
    });
    let found = version(&uri, None).await.unwrap_err();
    assert_eq!(found, format!("does not speak gRPC at {uri}"));
}

#[tokio::test]
async fn over_tls_only_a_trusted_certificate_is_talked_to() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().to_vec();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone().into()], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            if let Ok(session) = acceptor.accept(client).await {
                serve(session, ANSWER.to_vec(), 0).await;
            }
        }
    });
    let trusting = Prober::new(Roots::Only(vec![certificate]));
    let found = asked(&trusting, &uri, Some(CREDENTIAL)).await;
    assert_eq!(found.unwrap().as_deref(), Some("v2.3.5"));
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let distrusting = Prober::new(Roots::Only(vec![other.cert.der().to_vec()]));
    let found = asked(&distrusting, &uri, Some(CREDENTIAL)).await.unwrap_err();
    assert!(found.contains("certificate"), "{found}");
}
