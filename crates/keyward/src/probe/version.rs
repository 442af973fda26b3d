//! Asks a Milvus for its version, signed in as the gateway signs in. `GetVersion` changes nothing
//! and is refused to those who may not sign in.

use super::message;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Request, Version as Http, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gateway::Roots;
use h2::client::{Builder, SendRequest};
use h2::{Reason, RecvStream};
use model::SecretText;
use model::cluster::{UpstreamAddress, UpstreamScheme};
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

const LIMIT: Duration = Duration::from_secs(5);
const PATH: &str = "/milvus.proto.milvus.MilvusService/GetVersion";
/// gRPC's head of a message that is empty and not compressed.
const EMPTY: &[u8] = &[0; 5];
/// Far more than an answer with a version has.
const MOST_BYTES: usize = 64 << 10;
const MOST_HEADER_BYTES: u32 = 16 << 10;
const OK: &str = "0";
const UNAUTHENTICATED: &str = "16";

/// What a Milvus calls its version; `None` if it has no word for it.
pub type Version = Option<String>;

/// Asks clusters for their versions.
#[derive(Debug)]
pub struct Prober {
    roots: Roots,
    /// The roots are read once, when the first cluster needs them.
    tls: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Prober {
    /// Trusts the certificates of these authorities.
    pub fn new(roots: Roots) -> Self {
        Self { roots, tls: OnceLock::new() }
    }

    /// Signs in and asks for the version.
    ///
    /// # Errors
    /// What happened instead, as the end of a sentence whose subject is the engine.
    pub async fn version(
        &self,
        address: &UpstreamAddress,
        credential: Option<&SecretText>,
    ) -> Result<Version, String> {
        let asked = tokio::time::timeout(LIMIT, self.ask(address, credential)).await;
        asked.unwrap_or_else(|_| Err(format!("does not answer at {address} in time")))
    }

    async fn ask(
        &self,
        address: &UpstreamAddress,
        credential: Option<&SecretText>,
    ) -> Result<Version, String> {
        let silent = |error: io::Error| format!("does not answer at {address} ({error})");
        let tcp = TcpStream::connect((address.host(), address.port())).await.map_err(silent)?;
        let answered = match address.scheme() {
            UpstreamScheme::Plain => talk(tcp, address, credential).await,
            UpstreamScheme::Tls => {
                let config = self.tls.get_or_init(|| self.roots.client_config()).clone();
                let config = config.map_err(|error| format!("cannot be checked: {error}"))?;
                let name = ServerName::try_from(address.host().to_owned())
                    .map_err(|_| "has no name that can be in a certificate".to_owned())?;
                let tls = TlsConnector::from(config).connect(name, tcp).await.map_err(silent)?;
                talk(tls, address, credential).await
            }
        };
        answered.map_err(|error| broken(&error, address))?.verdict(address, credential.is_some())
    }
}

fn broken(error: &h2::Error, address: &UpstreamAddress) -> String {
    match error.get_io() {
        Some(error) => format!("does not answer at {address} ({error})"),
        None if error.is_go_away() && error.reason() == Some(Reason::NO_ERROR) => {
            format!("does not answer at {address} (it is stopping)")
        }
        None => format!("does not speak gRPC at {address}"),
    }
}

/// What came back.
struct Answered {
    /// The metadata with gRPC's status.
    end: HeaderMap,
    body: Vec<u8>,
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    address: &UpstreamAddress,
    credential: Option<&SecretText>,
) -> Result<Answered, h2::Error> {
    let mut builder = Builder::new();
    builder.enable_push(false).max_header_list_size(MOST_HEADER_BYTES);
    let (sender, connection) = builder.handshake::<_, Bytes>(stream).await?;
    let mut exchange = std::pin::pin!(exchange(sender, address, credential));
    tokio::select! {
        biased;
        answered = &mut exchange => answered,
        // What has arrived by now can still be read.
        ended = connection => match exchange.await {
            Err(_) if ended.is_err() => Err(ended.err().unwrap_or_else(|| Reason::CANCEL.into())),
            answered => answered,
        },
    }
}

async fn exchange(
    sender: SendRequest<Bytes>,
    address: &UpstreamAddress,
    credential: Option<&SecretText>,
) -> Result<Answered, h2::Error> {
    let mut sender = sender.ready().await?;
    let request = request(address, credential).ok_or(Reason::INTERNAL_ERROR)?;
    let (response, mut body) = sender.send_request(request, false)?;
    body.send_data(Bytes::from_static(EMPTY), true)?;
    let (head, mut stream) = response.await?.into_parts();
    if head.headers.contains_key("grpc-status") {
        return Ok(Answered { end: head.headers, body: Vec::new() });
    }
    let body = read(&mut stream).await?;
    let end = stream.trailers().await?.unwrap_or_default();
    Ok(Answered { end, body })
}

async fn read(stream: &mut RecvStream) -> Result<Vec<u8>, h2::Error> {
    let mut body = Vec::new();
    while let Some(piece) = stream.data().await {
        let piece = piece?;
        if body.len() + piece.len() > MOST_BYTES {
            return Err(Reason::ENHANCE_YOUR_CALM.into());
        }
        body.extend_from_slice(&piece);
        stream.flow_control().release_capacity(piece.len())?;
    }
    Ok(body)
}

fn request(address: &UpstreamAddress, credential: Option<&SecretText>) -> Option<Request<()>> {
    let mut request = Request::post(format!("http://{}{PATH}", address.authority()))
        .version(Http::HTTP_2)
        .header(header::CONTENT_TYPE, "application/grpc")
        .header(header::TE, "trailers");
    if let Some(credential) = credential {
        let mut value = HeaderValue::try_from(STANDARD.encode(credential.expose())).ok()?;
        value.set_sensitive(true);
        request = request.header(header::AUTHORIZATION, value);
    }
    request.body(()).ok()
}

impl Answered {
    fn verdict(self, address: &UpstreamAddress, signed_in: bool) -> Result<Version, String> {
        let status = self.end.get("grpc-status").and_then(|status| status.to_str().ok());
        match status {
            Some(OK) => {}
            Some(UNAUTHENTICATED) if signed_in => {
                return Err(
                    "refuses Keyward's credential: detach it and attach it again with the \
                            right token"
                        .into(),
                );
            }
            Some(UNAUTHENTICATED) => {
                return Err(
                    "asks for a credential: detach it and attach it again with a token".into()
                );
            }
            Some(status) => {
                let text = self.end.get("grpc-message").map_or(&b""[..], HeaderValue::as_bytes);
                let (status, text) = (message::plain(status.as_bytes()), message::plain(text));
                return Err(format!("does not tell its version (gRPC status {status}: {text})"));
            }
            None => return Err(format!("does not speak gRPC at {address}")),
        }
        let answer = self.body.get(EMPTY.len()..).and_then(message::answer);
        match answer {
            Some(answer) => match answer.refused {
                None => Ok(Some(answer.version).filter(|version| !version.is_empty())),
                Some(reason) => Err(format!("does not tell its version ({reason})")),
            },
            None => Err(format!("does not speak Milvus's protocol at {address}")),
        }
    }
}

#[cfg(test)]
mod tests;
