//! Heads of requests: which credential they carry, and what of them may go upstream.
//!
//! The bytes are fields: a byte for the name's length, the name, a byte for the value's, the value.

use base64::prelude::{BASE64_STANDARD, Engine};
use gateway::path::Head;
use milvus::metadata::{Credential, timeout};

/// Names that clients send, so that the fuzzer need not find them letter by letter.
const NAMES: [&[u8]; 12] = [
    b":method",
    b":path",
    b":authority",
    b":scheme",
    b"authorization",
    b"dbname",
    b"content-type",
    b"te",
    b"grpc-timeout",
    b"user-agent",
    b"identifier",
    b"grpc-encoding",
];

/// No credential goes upstream, and only one is ever taken.
pub(crate) fn run(data: &[u8]) {
    credential(data);
    let _ = timeout(data);
    let mut head = Head::default();
    let mut given = Vec::new();
    for (name, value) in fields(data) {
        head.push(name, value);
        given.extend((name == b"authorization").then_some(value));
    }
    let taken = head.authorization();
    match given[..] {
        [] => assert!(matches!(taken, Ok(None)) || head.is_malformed()),
        [one] => assert!(matches!(taken, Ok(Some(value)) if value == one) || head.is_malformed()),
        _ => assert!(taken.is_err() || head.is_malformed()),
    }
    for (name, _) in head.forwarded() {
        assert!(!name.eq_ignore_ascii_case(b"authorization"));
        assert!(!name.eq_ignore_ascii_case(b"sourceid"), "engines trust it");
        assert!(given.is_empty() || !name.is_empty());
    }
    let _ = gateway::path::call::read(&head, true);
    head.clear();
    assert!(head.forwarded().next().is_none() && head.path().is_empty());
}

fn credential(data: &[u8]) {
    let coded = BASE64_STANDARD.encode(data);
    let of_grpc = Credential::from_grpc(coded.as_bytes());
    let _ = Credential::from_grpc(data);
    let _ = Credential::from_rest(data);
    let Ok(credential) = of_grpc else {
        return;
    };
    match &credential {
        Credential::Key(key) => assert_eq!(key.as_bytes(), data),
        Credential::User(user) => {
            assert_eq!([user.name(), b":", user.password()].concat(), data);
            assert!(!user.name().contains(&b':'));
        }
    }
    // What is printed is the same for all, so nothing of the secret is in it.
    let other = if data.contains(&b':') { &b"another:one"[..] } else { b"another" };
    let other = Credential::from_grpc(BASE64_STANDARD.encode(other).as_bytes());
    assert_eq!(Some(format!("{credential:?}")), other.ok().map(|other| format!("{other:?}")));
}

fn fields(mut data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let name = match take(&mut data)? {
            [number] => NAMES[usize::from(*number) % NAMES.len()],
            name => name,
        };
        Some((name, take(&mut data)?))
    })
    .take(200)
}

fn take<'d>(data: &mut &'d [u8]) -> Option<&'d [u8]> {
    let (&length, rest) = data.split_first()?;
    let (part, rest) = rest.split_at(usize::from(length).min(rest.len()));
    *data = rest;
    Some(part)
}
