//! The table both sides know from the start (RFC 7541, appendix A).

/// How many entries the static table has; dynamic indexes come after it.
pub(super) const LEN: usize = ENTRIES.len();

/// Name and value by index, which starts at 1. Entries of one name stand together.
#[rustfmt::skip]
const ENTRIES: [(&[u8], &[u8]); 61] = [
    (b":authority", b""),
    (b":method", b"GET"),
    (b":method", b"POST"),
    (b":path", b"/"),
    (b":path", b"/index.html"),
    (b":scheme", b"http"),
    (b":scheme", b"https"),
    (b":status", b"200"),
    (b":status", b"204"),
    (b":status", b"206"),
    (b":status", b"304"),
    (b":status", b"400"),
    (b":status", b"404"),
    (b":status", b"500"),
    (b"accept-charset", b""),
    (b"accept-encoding", b"gzip, deflate"),
    (b"accept-language", b""),
    (b"accept-ranges", b""),
    (b"accept", b""),
    (b"access-control-allow-origin", b""),
    (b"age", b""),
    (b"allow", b""),
    (b"authorization", b""),
    (b"cache-control", b""),
    (b"content-disposition", b""),
    (b"content-encoding", b""),
    (b"content-language", b""),
    (b"content-length", b""),
    (b"content-location", b""),
    (b"content-range", b""),
    (b"content-type", b""),
    (b"cookie", b""),
    (b"date", b""),
    (b"etag", b""),
    (b"expect", b""),
    (b"expires", b""),
    (b"from", b""),
    (b"host", b""),
    (b"if-match", b""),
    (b"if-modified-since", b""),
    (b"if-none-match", b""),
    (b"if-range", b""),
    (b"if-unmodified-since", b""),
    (b"last-modified", b""),
    (b"link", b""),
    (b"location", b""),
    (b"max-forwards", b""),
    (b"proxy-authenticate", b""),
    (b"proxy-authorization", b""),
    (b"range", b""),
    (b"referer", b""),
    (b"refresh", b""),
    (b"retry-after", b""),
    (b"server", b""),
    (b"set-cookie", b""),
    (b"strict-transport-security", b""),
    (b"transfer-encoding", b""),
    (b"user-agent", b""),
    (b"vary", b""),
    (b"via", b""),
    (b"www-authenticate", b""),
];

/// Slots of the hash table over the names: twice the entries, so that chains stay short.
const SLOTS: usize = 128;

/// Index of the first entry of a name, by hash with linear probing; 0 where a slot is empty.
static BY_NAME: [u8; SLOTS] = index_names();

/// The entry at `index`.
#[inline]
pub(super) fn get(index: usize) -> Option<(&'static [u8], &'static [u8])> {
    static TABLE: [(&[u8], &[u8]); LEN] = ENTRIES;
    TABLE.get(index.wrapping_sub(1)).copied()
}

/// The first index of this name.
#[inline]
pub(super) fn find_name(name: &[u8]) -> Option<usize> {
    let mut slot = hash(name);
    loop {
        let index = usize::from(*BY_NAME.get(slot % SLOTS)?);
        let (candidate, _) = get(index)?;
        if candidate == name {
            return Some(index);
        }
        slot += 1;
    }
}

/// The index of the entry with this value, given the first index of its name.
#[inline]
pub(super) fn find_value(first: usize, name: &[u8], value: &[u8]) -> Option<usize> {
    (first..=LEN)
        .map_while(|index| get(index).map(|entry| (index, entry)))
        .take_while(|(_, entry)| entry.0 == name)
        .find(|(_, entry)| entry.1 == value)
        .map(|(index, _)| index)
}

/// Length, last and middle letter tell the names well apart.
const fn hash(name: &[u8]) -> usize {
    match name {
        [] => 0,
        [.., last] => name.len() * 38 + *last as usize * 54 + name[name.len() / 2] as usize,
    }
}

const fn index_names() -> [u8; SLOTS] {
    let mut slots = [0; SLOTS];
    let mut index = 1;
    while index <= ENTRIES.len() {
        let name = ENTRIES[index - 1].0;
        if index == 1 || !same(name, ENTRIES[index - 2].0) {
            let mut slot = hash(name);
            while slots[slot % SLOTS] != 0 {
                slot += 1;
            }
            slots[slot % SLOTS] = index.to_le_bytes()[0];
        }
        index += 1;
    }
    slots
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_by_name_and_value() {
        for index in 1..=LEN {
            let (name, value) = get(index).unwrap();
            let first = find_name(name).unwrap();
            assert_eq!(get(first).unwrap().0, name);
            assert!(first == 1 || get(first - 1).unwrap().0 != name, "the first of its name");
            assert_eq!(find_value(first, name, value), Some(index));
            assert_eq!(find_value(first, name, b"no such value"), None);
        }
        assert_eq!(get(0), None);
        assert_eq!(get(LEN + 1), None);
    }

    #[test]
    fn other_names_are_not_found() {
        for name in ["", "x", ":", "grpc-timeout", "Content-Type", ":statuss", "te"] {
            assert_eq!(find_name(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn chains_are_short() {
        let longest = (1..=LEN)
            .filter_map(get)
            .map(|(name, _)| {
                let first = find_name(name).unwrap();
                let home = hash(name) % SLOTS;
                let seat = BY_NAME.iter().position(|slot| usize::from(*slot) == first).unwrap();
                (seat + SLOTS - home) % SLOTS
            })
            .max();
        assert!(longest < Some(3), "{longest:?}");
    }
}
