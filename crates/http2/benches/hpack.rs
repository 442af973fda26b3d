//! How long the header blocks of a gRPC call take. Run with `cargo bench -p http2`.

#![expect(clippy::unwrap_used, reason = "a benchmark ends at what it does not expect")]

#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::{HeaderValue, Method, Request};
use http2::hpack::{Decoded, Decoder, Encoder, Indexing, Limits};
use std::hint::black_box;

const LIMITS: Limits = Limits { max_fields: 64, max_bytes: 16 * 1024 };

/// The head of a search by a Milvus client. The last two differ from call to call.
const REQUEST: [(&str, &str); 12] = [
    (":method", "POST"),
    (":scheme", "http"),
    (":path", "/milvus.proto.milvus.MilvusService/Search"),
    (":authority", "in01-quickstart.example.org:19530"),
    ("te", "trailers"),
    ("content-type", "application/grpc"),
    ("user-agent", "grpc-python/1.76.0 grpc-c/51.0.0 (linux; chttp2)"),
    ("grpc-accept-encoding", "identity, deflate, gzip"),
    ("grpc-timeout", "10S"),
    ("authorization", "a3dfMDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVG"),
    ("client-request-id", "7f9c2ba4e88f827d616045507605853e"),
    ("client-request-unixmsec", "1765432109876"),
];

/// The head in our own encoding, the last `literal` fields without an index.
fn encode(encoder: &mut Encoder, literal: usize, block: &mut Vec<u8>) {
    encoder.begin(block);
    for (place, (name, value)) in REQUEST.iter().enumerate() {
        let stable = place < REQUEST.len() - literal;
        let how = if stable { Indexing::Stable } else { Indexing::Literal };
        encoder.field(block, name.as_bytes(), value.as_bytes(), how);
    }
}

fn encoded(encoder: &mut Encoder, literal: usize) -> Vec<u8> {
    let mut block = Vec::new();
    encode(encoder, literal, &mut block);
    block
}

/// The first and the second block of the h2 crate's client. The second has most fields by index,
/// and four values (path, authorization, and the last two) in Huffman code.
async fn from_h2() -> (Vec<u8>, Vec<u8>) {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://{}{}", REQUEST[3].1, REQUEST[2].1));
    for (name, value) in &REQUEST[4..] {
        let mut value = HeaderValue::from_static(value);
        value.set_sensitive(name.starts_with("client-"));
        request = request.header(*name, value);
    }
    let request = request.body(()).unwrap();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let client = async {
        let (mut client, connection) = h2::client::handshake(theirs).await.unwrap();
        tokio::spawn(connection);
        let first = client.send_request(request.clone(), true).unwrap();
        (client.send_request(request, true).unwrap(), first)
    };
    let (wire, _streams) = tokio::join!(support::Wire::accept(ours, &[]), client);
    let mut wire = wire.unwrap();
    (wire.headers().await.unwrap().1, wire.headers().await.unwrap().1)
}

fn read(decoder: &mut Decoder, block: &[u8]) -> usize {
    let mut bytes = 0;
    let decoded = decoder.decode(black_box(block), LIMITS, |name, value| {
        bytes += black_box(name).len() + black_box(value).len();
    });
    assert_eq!(decoded, Ok(Decoded::Complete));
    bytes
}

/// Reads one block again and again, on a connection on which `first` came before.
fn decode(c: &mut Criterion, name: &str, first: &[u8], block: &[u8]) {
    let mut decoder = Decoder::new(4096);
    assert_eq!(read(&mut decoder, first), read(&mut decoder, block));
    let title = format!("decode 12 fields, {name} ({} bytes)", block.len());
    c.bench_function(&title, |b| b.iter(|| read(&mut decoder, block)));
}

fn benches(c: &mut Criterion) {
    for (literal, name) in [(0, "all by index"), (2, "2 plain, others by index")] {
        let mut encoder = Encoder::new();
        let first = encoded(&mut encoder, literal);
        decode(c, name, &first, &encoded(&mut encoder, literal));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (first, second) = runtime.block_on(from_h2());
    decode(c, "4 Huffman, others by index", &first, &second);
    let title = format!("decode 12 fields, the first of a connection ({} bytes)", first.len());
    c.bench_function(&title, |b| {
        b.iter_batched_ref(
            || Decoder::new(4096),
            |decoder| read(decoder, &first),
            BatchSize::SmallInput,
        );
    });
    let mut encoder = Encoder::new();
    let mut block = encoded(&mut encoder, 2);
    c.bench_function("encode 12 fields, 2 plain, others by index", |b| {
        b.iter(|| {
            block.clear();
            encode(&mut encoder, 2, &mut block);
            black_box(&block).len()
        });
    });
}

criterion_group!(all, benches);
criterion_main!(all);
