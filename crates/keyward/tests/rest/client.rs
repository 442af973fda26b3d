//! A client of HTTP/1.1 that shows every byte.

use serde_json::Value;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// One connection.
pub(crate) struct Client {
    pub(crate) socket: TcpStream,
}

impl Client {
    pub(crate) fn connect(gateway: SocketAddr) -> Self {
        let socket = TcpStream::connect(gateway).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { socket }
    }

    /// Sends a call with this token and does not wait for its answer.
    pub(crate) fn send(&mut self, token: &str, route: &str, body: &Value) {
        let body = body.to_string();
        let head = head(token, route, &format!("Content-Length: {}\r\n", body.len()));
        self.socket.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
    }

    /// Makes a call and reads its answer: the status, and the body if it is JSON.
    pub(crate) fn ask(&mut self, token: &str, route: &str, body: &Value) -> (u16, Value) {
        self.send(token, route, body);
        self.answer()
    }

    /// Reads an answer.
    pub(crate) fn answer(&mut self) -> (u16, Value) {
        let (status, length) = self.head();
        let mut body = vec![0; length];
        self.socket.read_exact(&mut body).unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Reads the head of an answer: the status, and how long the body is.
    pub(crate) fn head(&mut self) -> (u16, usize) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.socket.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        (status.expect("a status"), length.map_or(0, |length| length.parse().unwrap()))
    }

    /// Reads what is there, without waiting; how much that was.
    pub(crate) fn take_what_is_there(&mut self) -> usize {
        self.socket.set_nonblocking(true).unwrap();
        let taken = self.drain(|error| error == ErrorKind::WouldBlock);
        self.socket.set_nonblocking(false).unwrap();
        taken
    }

    /// Reads to the end or the reset of the connection; how much there was.
    pub(crate) fn read_to_the_end(&mut self) -> usize {
        self.drain(|error| error == ErrorKind::ConnectionReset)
    }

    fn drain(&mut self, is_end: impl Fn(ErrorKind) -> bool) -> usize {
        let (mut buffer, mut read) = (vec![0; 1 << 16], 0);
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) => return read,
                Ok(bytes) => read += bytes,
                Err(error) if is_end(error.kind()) => return read,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return read,
                Err(error) => unreachable!("the connection was not ended: {error}"),
            }
        }
    }
}

/// The head of a request, without the line that ends it.
pub(crate) fn head(token: &str, route: &str, more: &str) -> String {
    format!(
        "POST /v2/vectordb/{route} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{more}"
    )
}
