//! Messages that look like what an SDK sends: valid protobuf, the right fields, any size.

/// Name of the collection in every generated request.
pub const COLLECTION: &str = "keyward_benchmark_collection";

/// Bytes of gRPC's own head before a message: one flag and the length.
pub const PREFIX: usize = 5;

/// Puts gRPC's head before a message.
///
/// # Panics
/// If the message is longer than gRPC can say (4 GiB).
pub fn framed(message: &[u8]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "no test has a message of 4 GiB")]
    let length = u32::try_from(message.len()).expect("a message under 4 GiB");
    let mut out = Vec::with_capacity(PREFIX + message.len());
    out.push(0);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(message);
    out
}

/// A `HasCollectionRequest` of about `size` bytes: the collection's name is as long as it takes.
pub fn has_collection(size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size);
    let name = format!("{COLLECTION:_<width$}", width = size.saturating_sub(2).clamp(28, 255));
    put_bytes(&mut out, 3, name.as_bytes());
    out
}

/// A `SearchRequest` of about `size` bytes, most of it the query vector.
pub fn search(size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 64);
    put_bytes(&mut out, 3, COLLECTION.as_bytes());
    put_bytes(&mut out, 5, b"price > 10 and in_stock == true");
    put_number(&mut out, 7, 1);
    put_bytes(&mut out, 8, b"title");
    put_bytes(&mut out, 8, b"price");
    for (name, value) in [
        ("anns_field", "vector"),
        ("topk", "10"),
        ("params", "{\"ef\":64}"),
        ("metric_type", "COSINE"),
        ("round_decimal", "-1"),
    ] {
        let mut pair = Vec::new();
        put_bytes(&mut pair, 1, name.as_bytes());
        put_bytes(&mut pair, 2, value.as_bytes());
        put_bytes(&mut out, 9, &pair);
    }
    put_number(&mut out, 12, 1);
    let rest = size.saturating_sub(out.len() + 3);
    put_bytes(&mut out, 6, &vec![0x3d; rest]);
    out
}

/// An `InsertRequest` of about `size` bytes, most of it one vector column.
pub fn insert(size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 64);
    put_bytes(&mut out, 3, COLLECTION.as_bytes());
    let column = vec![0x3d; size.saturating_sub(out.len() + 12)];
    put_bytes(&mut out, 5, &column);
    put_number(&mut out, 7, 1024);
    out
}

/// Any answer of about `size` bytes.
pub fn answer(size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 8);
    put_bytes(&mut out, 15, &vec![0x3d; size.saturating_sub(3)]);
    out
}

fn put_bytes(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_number(out: &mut Vec<u8>, field: u8, number: u64) {
    out.push(field << 3);
    put_varint(out, number);
}

fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_about_the_size_asked_for() {
        for size in [100, 3000, 5000, 4 << 20] {
            assert!(answer(size).len().abs_diff(size) < 8);
        }
        assert!(has_collection(100).len().abs_diff(100) < 8);
        assert!(search(3000).len().abs_diff(3000) < 8);
        assert!(insert(4 << 20).len().abs_diff(4 << 20) < 16);
        assert_eq!(framed(b"abc"), b"\0\0\0\0\x03abc");
    }
}
