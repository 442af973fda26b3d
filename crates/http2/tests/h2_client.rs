//! A client of the h2 crate on one end, this crate's frames and header compression on the other.

#![cfg(test)]

mod support;

use http::{HeaderName, HeaderValue, Method, Request};
use http2::frame::{self, setting};
use http2::hpack::{Decoded, Decoder, Encoder, Indexing, Limits};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use support::Wire;

const LIMITS: Limits = Limits { max_fields: 1000, max_bytes: 1 << 20 };

type Fields = Vec<(String, Vec<u8>)>;

/// One exchange: the fields of the request and of the response after the pseudo-headers. A field
/// of the request may be marked as never to be indexed.
#[derive(Clone, Debug)]
struct Exchange {
    path: String,
    request: Vec<((String, Vec<u8>), bool)>,
    status: u16,
    response: Vec<((String, Vec<u8>), Indexing)>,
}

fn field() -> impl Strategy<Value = (String, Vec<u8>)> {
    let name = prop_oneof![
        prop::sample::select(vec!["user-agent", "authorization", "content-type", "x-a", "x-b"])
            .prop_map(str::to_owned),
        "x-[a-z]{1,12}",
    ];
    // All that a header value may hold: visible, blank inside, and above ASCII.
    let letter = prop_oneof![3 => 0x21u8..=0x7e, 1 => 0x80u8..=0xff];
    let value = prop_oneof![
        prop::sample::select(vec!["", "a", "application/grpc", "some longer value, repeated"])
            .prop_map(|value| value.as_bytes().to_vec()),
        prop::collection::vec(letter, 0..80),
        prop::collection::vec(0x30u8..0x7b, 1000..3000),
    ];
    (name, value)
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let how = prop::sample::select(vec![Indexing::Stable, Indexing::Literal, Indexing::Secret]);
    (
        "/[a-zA-Z./]{0,40}",
        prop::collection::vec((field(), any::<bool>()), 0..12),
        prop::sample::select(vec![200u16, 204, 404, 418, 503]),
        prop::collection::vec((field(), how), 0..12),
    )
        .prop_map(|(path, request, status, response)| Exchange {
            path,
            request,
            status,
            response,
        })
}

fn request(exchange: &Exchange) -> Request<()> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://example.org:1234{}", exchange.path))
        .body(())
        .unwrap();
    for ((name, value), sensitive) in &exchange.request {
        let mut value = HeaderValue::from_bytes(value).unwrap();
        value.set_sensitive(*sensitive);
        request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value);
    }
    request
}

/// What either side sees of a header map: fields of one name in order, names in any order.
fn sorted(fields: impl IntoIterator<Item = (String, Vec<u8>)>) -> Fields {
    let mut fields: Fields = fields.into_iter().collect();
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    fields
}

/// Answers every exchange, and returns what it read of the requests.
async fn serve(io: tokio::io::DuplexStream, table: u32, exchanges: Vec<Exchange>) -> Vec<Fields> {
    let settings = [(setting::HEADER_TABLE_SIZE, table)];
    let mut wire = Wire::accept(io, &settings).await.unwrap();
    let mut decoder = Decoder::new(table as usize);
    let mut encoder = Encoder::new();
    let mut seen = Vec::new();
    for exchange in exchanges {
        let (stream, block) = wire.headers().await.unwrap();
        let mut fields = Fields::new();
        let decoded = decoder.decode(&block, LIMITS, |name, value| {
            fields.push((String::from_utf8(name.to_vec()).unwrap(), value.to_vec()));
        });
        assert_eq!(decoded, Ok(Decoded::Complete));
        seen.push(fields);

        let mut out = Vec::new();
        let mark = frame::begin_headers(&mut out);
        encoder.begin(&mut out);
        encoder.status(&mut out, exchange.status);
        for ((name, value), how) in &exchange.response {
            encoder.field(&mut out, name.as_bytes(), value, *how);
        }
        frame::end_headers(&mut out, mark, stream, true, 16384);
        wire.send(&out).await.unwrap();
    }
    seen
}

async fn talk(table: u32, exchanges: Vec<Exchange>) {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let server = tokio::spawn(serve(ours, table, exchanges.clone()));
    let (mut client, connection) = h2::client::Builder::new()
        .max_header_list_size(1 << 20)
        .handshake::<_, &[u8]>(theirs)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    for exchange in &exchanges {
        client = client.ready().await.unwrap();
        let (response, _) = client.send_request(request(exchange), true).unwrap();
        let response = response.await.unwrap();
        assert_eq!(response.status().as_u16(), exchange.status);
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        let expected = exchange.response.iter().map(|(field, _)| field.clone());
        assert_eq!(sorted(headers), sorted(expected));
    }
    for (fields, exchange) in server.await.unwrap().into_iter().zip(exchanges) {
        let pseudo = [
            (":method", "POST"),
            (":scheme", "http"),
            (":authority", "example.org:1234"),
            (":path", &exchange.path),
        ]
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
        let expected = pseudo.into_iter().chain(exchange.request.into_iter().map(|(f, _)| f));
        assert_eq!(sorted(fields), sorted(expected));
    }
    drop(client);
    connection.abort();
}

#[test]
fn an_h2_client_and_we_understand_each_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 150, ..Config::default() });
    let table = prop::sample::select(vec![0u32, 100, 4096, 16384]);
    let exchanges = prop::collection::vec(exchange(), 1..12);
    runner
        .run(&(table, exchanges), |(table, exchanges)| {
            // Twice, so that much of the second half is in the tables already.
            runtime.block_on(talk(table, [exchanges.clone(), exchanges].concat()));
            Ok(())
        })
        .unwrap();
}
