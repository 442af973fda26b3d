//! Paths of requests: an RPC is found by its whole path and nothing else.

use milvus::rpc::{TABLE, find};

/// The lookup agrees with reading the table from its beginning.
pub(crate) fn run(data: &[u8]) {
    let found = find(data).map(|row| row.path);
    let plain = TABLE.iter().find(|row| row.path.as_bytes() == data).map(|row| row.path);
    assert_eq!(found, plain);
    // Whatever is near a path is none.
    if let Some(row) = data.first().and_then(|&number| TABLE.get(usize::from(number))) {
        let mut near = row.path.as_bytes().to_vec();
        for change in data[1..].chunks_exact(2).take(3) {
            let at = usize::from(change[0]) % near.len();
            near[at] ^= change[1];
        }
        let same = TABLE.iter().find(|row| row.path.as_bytes() == near).map(|row| row.path);
        assert_eq!(find(&near).map(|row| row.path), same);
    }
}
