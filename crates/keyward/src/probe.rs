//! Whether something at an address answers as a Milvus would, found out cheaply.
//!
//! For an engine that was just started the first frame is enough; an attached one must also let
//! Keyward in. Nothing here may change anything in a Milvus.

mod message;
mod version;

pub use version::{Prober, Version};

use model::cluster::{UpstreamAddress, UpstreamScheme};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LIMIT: Duration = Duration::from_secs(5);
/// How a client opens HTTP/2: the preface and an empty SETTINGS frame.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
const SETTINGS: u8 = 4;

/// Connects and, where no TLS stands before it, waits for the first frame of an HTTP/2 server.
///
/// # Errors
/// What happened instead, as the end of a sentence whose subject is the engine.
pub async fn speaks_http2(address: &UpstreamAddress) -> Result<(), String> {
    match tokio::time::timeout(LIMIT, greet(address)).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(format!("does not speak gRPC at {address}")),
        Ok(Err(error)) => Err(format!("does not answer at {address} ({error})")),
        Err(_) => Err(format!("does not answer at {address} in time")),
    }
}

async fn greet(address: &UpstreamAddress) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect((address.host(), address.port())).await?;
    if address.scheme() == UpstreamScheme::Tls {
        return Ok(true);
    }
    stream.write_all(HELLO).await?;
    let mut head = [0u8; 9];
    stream.read_exact(&mut head).await?;
    Ok(head[3] == SETTINGS && head[5..] == [0; 4])
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answering(answer: &'static [u8]) -> UpstreamAddress {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut hello = vec![0; HELLO.len()];
            client.read_exact(&mut hello).await.unwrap();
            client.write_all(answer).await.unwrap();
        });
        UpstreamAddress::parse(&format!("http://127.0.0.1:{port}")).unwrap()
    }

    #[tokio::test]
    async fn only_http2_is_taken_for_an_engine() {
        let settings = b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64";
        speaks_http2(&answering(settings).await).await.unwrap();
        let other = speaks_http2(&answering(b"HTTP/1.1 400 Bad Request\r\n").await).await;
        assert!(other.unwrap_err().contains("does not speak gRPC"));
        let short = speaks_http2(&answering(b"no").await).await;
        assert!(short.unwrap_err().contains("does not answer"));
        let nobody = UpstreamAddress::parse("http://127.0.0.1:1").unwrap();
        assert!(speaks_http2(&nobody).await.unwrap_err().contains("does not answer"));
    }
}
