//! HTTP/1: what the gateway answers itself, it answers once, then the connection is closed; all
//! else is handed over to whoever serves the RESTful API.

use super::Fault;
use super::connection::{Phase, Side};
use super::lease::CLOSED;
use super::rest::{Answer, Asked, answer};
use super::worker::Worker;
use http2::frame::Reason;

const NO_REST: &str =
    "this gateway does not serve the RESTful API: use a Milvus SDK (gRPC) on the same address";
const ONLY_HTTP1: &str = "the RESTful API is served over HTTP/1.1: ask again in that version";

/// The most header fields of a request.
const FIELDS: usize = 100;
/// The longest request head.
const HEAD: usize = 16 * 1024;

impl Worker {
    /// Reads an HTTP/1 request head and answers it. What the client sends after it is not read.
    pub(super) fn http1(&mut self, index: usize, bytes: &[u8]) -> Result<usize, Fault> {
        let origin = self.origin(index);
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        let response = match request.parse(bytes) {
            Ok(httparse::Status::Partial) if bytes.len() < HEAD => return Ok(0),
            Ok(httparse::Status::Complete(length)) if length <= HEAD => {
                let mut tokens = request
                    .headers
                    .iter()
                    .filter(|field| field.name.eq_ignore_ascii_case("authorization"));
                let authorization = tokens.next().map(|field| field.value);
                let asked = Asked {
                    method: request.method.unwrap_or_default().as_bytes(),
                    path: request.path.unwrap_or_default().as_bytes(),
                    authorization: authorization.filter(|_| tokens.next().is_none()),
                    otherwise: NO_REST,
                    closed: self.has_lapsed().then_some(&CLOSED),
                };
                let served = self.parts.config.rest.is_some() && self.drain.is_none();
                if served && asked.presents_credential() {
                    if self.hand_over(index, bytes) {
                        return Ok(bytes.len());
                    }
                    Answer::new(503, "too many connections of HTTP/1: try again in a moment")
                } else {
                    answer(&asked, origin, &self.parts.view, &self.parts.means.keys)
                }
            }
            Ok(_) | Err(httparse::Error::TooManyHeaders) => {
                Answer::new(431, "the request's header fields are too large")
            }
            Err(_) => Answer::new(400, "the request is neither HTTP/2 nor HTTP/1.1"),
        };
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(0);
        };
        connection.link.out.buffer().extend_from_slice(&response.to_http1());
        if let Side::Client(client) = &mut connection.side {
            client.phase = Phase::Done;
        }
        if connection.link.out.flush(&mut connection.link.socket).is_err() {
            return Err(Fault::Gone);
        }
        // The client sees the end of the answer; the tick closes what it leaves open.
        connection.link.socket.end_writing();
        self.parts.counters.rest(response.status());
        Ok(bytes.len())
    }

    /// Answers the request whose head was read last, which came over HTTP/2 and is no gRPC call.
    pub(super) fn answer_rest(&mut self, index: usize, stream: u32, ended: bool) {
        let origin = self.origin(index);
        let asked = Asked {
            method: self.head.method(),
            path: self.head.path(),
            authorization: self.head.authorization().ok().flatten(),
            otherwise: ONLY_HTTP1,
            closed: self.has_lapsed().then_some(&CLOSED),
        };
        let response = answer(&asked, origin, &self.parts.view, &self.parts.means.keys);
        let link = &mut self.connections[index].link;
        let length = i64::try_from(response.body().len()).unwrap_or(i64::MAX);
        if length > link.send_window.min(link.peer_window) {
            self.reset_stream(index, stream, Reason::FLOW_CONTROL_ERROR);
            return;
        }
        link.send_window -= length;
        response.write_http2(link, stream);
        if !ended {
            http2::frame::put_rst_stream(link.out.buffer(), stream, Reason::NO_ERROR);
        }
        self.parts.counters.rest(response.status());
        self.touch(index);
    }
}
