//! From the path of a request to its RPC, without allocating.
//!
//! A hash table laid out by the compiler: a path is hashed by its length and its last sixteen bytes
//! (every path of ours is longer), and the row found is compared with the whole path, so a path
//! that merely collides is refused.

use super::{Row, TABLE};

const SLOTS: usize = 512;
const FREE: u8 = u8::MAX;
const TAIL: usize = 16;

// An index must fit a slot, and the table must have room for short searches.
const _: () = assert!(TABLE.len() < FREE as usize && TABLE.len() * 2 < SLOTS);

static INDEX: [u8; SLOTS] = {
    let mut index = [FREE; SLOTS];
    let mut row = 0;
    while row < TABLE.len() {
        let path = TABLE[row].path.as_bytes();
        let mut tail = [0; TAIL];
        let mut byte = 0;
        while byte < TAIL {
            tail[byte] = path[path.len() - TAIL + byte];
            byte += 1;
        }
        let mut slot = home(path.len(), tail);
        while index[slot] != FREE {
            slot = (slot + 1) % SLOTS;
        }
        #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
        {
            index[slot] = row as u8;
        }
        row += 1;
    }
    index
};

/// The slot where the search for a path starts.
const fn home(length: usize, tail: [u8; TAIL]) -> usize {
    let [mut low, mut high] = [[0; TAIL / 2]; 2];
    low.copy_from_slice(tail.split_at(TAIL / 2).0);
    high.copy_from_slice(tail.split_at(TAIL / 2).1);
    let mixed = u64::from_le_bytes(low)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(u64::from_le_bytes(high))
        .wrapping_add(length as u64)
        .wrapping_mul(0xd6e8_feb8_6659_fd93);
    // The highest bits of a product depend on every bit of the factors.
    #[expect(clippy::cast_possible_truncation, reason = "9 bits are left, for 512 slots")]
    let slot = (mixed >> (u64::BITS - SLOTS.trailing_zeros())) as usize;
    slot
}

/// The RPC that a request's `:path` names; `None` if Milvus has no such RPC.
pub fn find(path: &[u8]) -> Option<&'static Row> {
    let tail = path.last_chunk::<TAIL>()?;
    let mut slot = home(path.len(), *tail);
    loop {
        // FREE is beyond the table.
        let row = TABLE.get(usize::from(INDEX[slot]))?;
        if row.path.as_bytes() == path {
            return Some(row);
        }
        slot = (slot + 1) % SLOTS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rpc_is_found_by_its_path_and_by_nothing_near_it() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.rpc.index(), index);
            let path = row.path.as_bytes();
            assert_eq!(find(path), Some(row), "{}", row.path);
            assert_eq!(find(&path[1..]), None);
            assert_eq!(find(&path[..path.len() - 1]), None);
            for position in 0..path.len() {
                let mut changed = path.to_vec();
                changed[position] ^= 0x20;
                assert_eq!(find(&changed), None, "{}", String::from_utf8_lossy(&changed));
            }
            for extra in ["/", "?a=b", "%20", "\0", " "] {
                assert_eq!(find(format!("{}{extra}", row.path).as_bytes()), None);
            }
        }
    }

    #[test]
    fn what_is_no_path_is_not_found() {
        for path in ["", "/", "*", "/milvus.proto.milvus.MilvusService/", "/a/Search"] {
            assert_eq!(find(path.as_bytes()), None, "{path}");
        }
    }

    #[test]
    fn a_search_looks_at_few_slots() {
        let worst = TABLE.iter().map(|row| {
            let path = row.path.as_bytes();
            let home = home(path.len(), *path.last_chunk().unwrap());
            let place =
                INDEX.iter().position(|&index| usize::from(index) == row.rpc.index()).unwrap();
            (place + SLOTS - home) % SLOTS
        });
        assert!(worst.max().unwrap() <= 4);
    }
}
