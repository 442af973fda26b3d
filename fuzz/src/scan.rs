//! The names in requests, read while they stream by.
//!
//! The first byte says of which RPC, the second into pieces of which length the rest is cut.

use crate::oracle::{self, Owned};
use milvus::rpc::TABLE;
use milvus::scan::{Fields, NameList, ScanError, Scanner};

/// However it is cut, the scanner reads what the plainest reader reads, or refuses with it.
pub(crate) fn run(data: &[u8]) {
    let [rpc, cut, body @ ..] = data else {
        return;
    };
    let row = &TABLE[usize::from(*rpc) % TABLE.len()];
    if row.fields.several_messages {
        return;
    }
    let mut framed = vec![0];
    framed.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    framed.extend(body);
    // Sometimes the frame is the fuzzer's too.
    let body = if cut & 0x80 == 0 { &framed[..] } else { body };
    let expected = oracle::scan(row.fields, body);
    let whole = scan(row.fields, body, body.len());
    assert_eq!(whole.clone().map_err(drop), expected, "{}", row.path);
    let pieces = scan(row.fields, body, usize::from(cut & 0x7f) + 1);
    assert_eq!(pieces.map_err(drop), expected, "{} in pieces", row.path);
}

fn scan(fields: Fields, body: &[u8], piece: usize) -> Result<Owned, ScanError> {
    let mut scanner = Scanner::new(&fields);
    for piece in body.chunks(piece.max(1)) {
        scanner.feed(piece)?;
        assert!(scanner.held() <= body.len() * 4 + 65_536);
    }
    let names = scanner.finish()?;
    let owned = |list: NameList<'_>| list.iter().map(str::to_owned).collect();
    Ok(Owned {
        database: names.database.to_owned(),
        collection: names.collection.to_owned(),
        other_database: names.other_database.to_owned(),
        other: names.other.to_owned(),
        collections: owned(names.collections),
        inner_databases: owned(names.inner_databases),
        by_number: names.by_number,
    })
}
