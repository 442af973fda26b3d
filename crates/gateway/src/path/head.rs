//! What the listener hands over: the request's header fields, sorted by what they are for.
//!
//! A head is filled field by field while the header block is decoded, and reused for the next call.
//! The credential is set apart at first touch: it is never among the fields that go upstream, and
//! it is erased when the head is cleared.

use super::narrow::Place;
use milvus::metadata;
use std::ops::Range;
use zeroize::Zeroize;

/// The field in which a gateway names itself to what it passes a call on to, so that a cluster that
/// is attached to the gateway itself does not make calls go round for ever.
pub const PASSED: &[u8] = b"keyward-gateway";
/// By which state of the schemas a request was made.
const SCHEMAS: &[u8] = metadata::SCHEMAS.as_bytes();

/// One request's header fields.
#[derive(Default)]
pub struct Head {
    bytes: Vec<u8>,
    method: Range<usize>,
    path: Range<usize>,
    authority: Range<usize>,
    content_type: Range<usize>,
    timeout: Range<usize>,
    database: Range<usize>,
    databases: usize,
    passed: Range<usize>,
    schemas: Range<usize>,
    agent: Range<usize>,
    forwarded: Vec<(Range<usize>, Range<usize>)>,
    authorization: Vec<u8>,
    authorizations: usize,
    malformed: bool,
    regular: bool,
}

impl Head {
    /// Forgets the request before, its credential first.
    pub fn clear(&mut self) {
        self.authorization.zeroize();
        self.bytes.clear();
        self.forwarded.clear();
        self.authorizations = 0;
        self.databases = 0;
        self.malformed = false;
        self.regular = false;
        for range in [
            &mut self.method,
            &mut self.path,
            &mut self.authority,
            &mut self.content_type,
            &mut self.timeout,
            &mut self.database,
            &mut self.passed,
            &mut self.schemas,
            &mut self.agent,
        ] {
            *range = 0..0;
        }
    }

    /// Takes the next field in the order of the header block.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        // Such bytes end a line wherever the value is written as text (RFC 9113, 8.2.1).
        self.malformed |= value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'));
        if let Some(pseudo) = name.strip_prefix(b":") {
            self.push_pseudo(pseudo, value);
            return;
        }
        self.regular = true;
        match name {
            b"authorization" => {
                self.authorizations += 1;
                if self.authorizations == 1 {
                    self.authorization.extend_from_slice(value);
                }
            }
            b"content-type" => {
                self.malformed |= self.has(name);
                self.content_type = self.forward(name, value);
            }
            b"grpc-timeout" => {
                self.malformed |= self.has(name);
                self.timeout = self.forward(name, value);
            }
            b"dbname" => {
                // Of several databases Milvus takes the first.
                if self.databases == 0 {
                    self.database = self.forward(name, value);
                }
                self.databases += 1;
            }
            b"user-agent" => self.agent = self.forward(name, value),
            PASSED => self.passed = self.store(value),
            SCHEMAS => self.schemas = self.store(value),
            b"connection" | b"transfer-encoding" | b"upgrade" | b"keep-alive"
            | b"proxy-connection" => self.malformed = true,
            // The gateway writes the first itself, and the second is the sum of the frames.
            b"te" | b"content-length" => {}
            _ if metadata::is_forwarded(name) => drop(self.forward(name, value)),
            _ => self.malformed |= name.iter().any(u8::is_ascii_uppercase),
        }
    }

    fn push_pseudo(&mut self, name: &[u8], value: &[u8]) {
        let late = self.regular;
        let stored = self.store(value);
        let place = match name {
            b"method" => &mut self.method,
            b"path" => &mut self.path,
            b"authority" => &mut self.authority,
            b"scheme" => return,
            _ => {
                self.malformed = true;
                return;
            }
        };
        self.malformed |= late || place.start != place.end;
        *place = stored;
    }

    /// Whether a field of this name goes upstream already, be it empty.
    fn has(&self, name: &[u8]) -> bool {
        self.forwarded().any(|(other, _)| other == name)
    }

    fn forward(&mut self, name: &[u8], value: &[u8]) -> Range<usize> {
        let name = self.store(name);
        let value = self.store(value);
        self.forwarded.push((name, value.clone()));
        value
    }

    fn store(&mut self, value: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        start..self.bytes.len()
    }

    /// Whether the fields break the rules of HTTP/2.
    pub fn is_malformed(&self) -> bool {
        self.malformed || self.method.is_empty() || self.path.is_empty()
    }

    /// `:method`.
    pub fn method(&self) -> &[u8] {
        &self.bytes[self.method.clone()]
    }

    /// `:path`.
    pub fn path(&self) -> &[u8] {
        &self.bytes[self.path.clone()]
    }

    /// `:authority`; empty if there was none.
    pub fn authority(&self) -> &[u8] {
        &self.bytes[self.authority.clone()]
    }

    /// Whether this is a gRPC call.
    pub fn is_grpc(&self) -> bool {
        let kind = &self.bytes[self.content_type.clone()];
        kind.strip_prefix(b"application/grpc")
            .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
            && self.method() == b"POST"
    }

    /// The `grpc-timeout` as it was sent; empty if there was none.
    pub fn timeout(&self) -> &[u8] {
        &self.bytes[self.timeout.clone()]
    }

    /// The database named in the metadata; empty if there is none, or if it is no text.
    pub fn database(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.database.clone()]).unwrap_or_default()
    }

    /// What the metadata says of databases: the one that goes upstream, as it came, and how many
    /// there were.
    pub fn place(&self) -> Place<'_> {
        Place { database: &self.bytes[self.database.clone()], databases: self.databases }
    }

    /// The gateway that has passed this call on already; empty if none has.
    pub fn passed(&self) -> &[u8] {
        &self.bytes[self.passed.clone()]
    }

    /// By which state of the schemas the request was made; empty if it does not say.
    pub fn schemas(&self) -> &[u8] {
        &self.bytes[self.schemas.clone()]
    }

    /// What the client calls itself; empty if it does not say.
    pub fn agent(&self) -> &[u8] {
        &self.bytes[self.agent.clone()]
    }

    /// `content-type` as it was sent.
    pub fn content_type(&self) -> &[u8] {
        &self.bytes[self.content_type.clone()]
    }

    /// The only `authorization` field. `Err` if there were several.
    pub fn authorization(&self) -> Result<Option<&[u8]>, Several> {
        match self.authorizations {
            0 => Ok(None),
            1 => Ok(Some(&self.authorization)),
            _ => Err(Several),
        }
    }

    /// The fields that go upstream as they came.
    pub fn forwarded(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.forwarded
            .iter()
            .map(|(name, value)| (&self.bytes[name.clone()], &self.bytes[value.clone()]))
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        self.authorization.zeroize();
    }
}

/// There was more than one `authorization` field, so it is not clear who asks.
#[derive(Clone, Copy, Debug)]
pub struct Several;

impl std::fmt::Debug for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Head({})", String::from_utf8_lossy(self.path()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(fields: &[(&str, &str)]) -> Head {
        let mut head = Head::default();
        for (name, value) in fields {
            head.push(name.as_bytes(), value.as_bytes());
        }
        head
    }

    const CALL: [(&str, &str); 4] = [
        (":method", "POST"),
        (":path", "/milvus.proto.milvus.MilvusService/Search"),
        (":authority", "localhost:19530"),
        ("content-type", "application/grpc"),
    ];

    #[test]
    fn the_credential_is_never_among_the_forwarded_fields() {
        let mut fields = CALL.to_vec();
        fields.extend([("authorization", "secret"), ("sourceid", "x"), ("dbname", "d")]);
        let head = head(&fields);
        assert_eq!(head.authorization().unwrap(), Some(&b"secret"[..]));
        let forwarded: Vec<_> = head.forwarded().collect();
        let kind = (&b"content-type"[..], &b"application/grpc"[..]);
        assert_eq!(forwarded, [kind, (&b"dbname"[..], &b"d"[..])]);
        assert!(!head.bytes.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn of_several_databases_the_first_counts() {
        let mut fields = CALL.to_vec();
        fields.extend([("dbname", "one"), ("dbname", "two")]);
        let head = head(&fields);
        assert_eq!(head.database(), "one");
        assert_eq!(head.forwarded().filter(|(name, _)| *name == b"dbname").count(), 1);
    }

    #[test]
    fn an_empty_field_counts_as_the_first() {
        let mut fields = CALL.to_vec();
        fields.extend([("dbname", ""), ("dbname", "two")]);
        let databases = head(&fields);
        assert_eq!(databases.database(), "");
        assert_eq!(databases.forwarded().filter(|(name, _)| *name == b"dbname").count(), 1);
        for name in ["grpc-timeout", "content-type"] {
            let mut fields = CALL[..3].to_vec();
            fields.extend([(name, ""), (name, "x")]);
            assert!(head(&fields).is_malformed(), "{name}");
        }
    }

    #[test]
    fn two_credentials_are_neither() {
        let mut fields = CALL.to_vec();
        fields.extend([("authorization", "a"), ("authorization", "b")]);
        assert!(head(&fields).authorization().is_err());
    }

    #[test]
    fn broken_heads_are_malformed() {
        assert!(!head(&CALL).is_malformed());
        for extra in [
            (":path", "/again"),
            (":method", "GET"),
            (":what", "x"),
            ("connection", "close"),
            ("X-Upper", "x"),
            ("content-type", "application/grpc"),
        ] {
            let mut fields = CALL.to_vec();
            fields.push(extra);
            assert!(head(&fields).is_malformed(), "{extra:?}");
        }
        assert!(head(&CALL[..1]).is_malformed());
    }

    #[test]
    fn a_cleared_head_holds_nothing() {
        let mut fields = CALL.to_vec();
        fields.push(("authorization", "secret"));
        let mut head = head(&fields);
        head.clear();
        assert!(head.path().is_empty() && head.authorization().unwrap().is_none());
        assert!(head.authorization.is_empty());
    }
}
