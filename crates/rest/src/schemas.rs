//! What collections look like, that the caller's credential stands, and which version the engine
//! is: remembered for a moment, for one caller on one connection.
//!
//! A search, or a row to write, would have to ask for them each time otherwise. What is remembered
//! is only ever used for the caller who was told it: it is kept beside the connection, is forgotten
//! when somebody else calls on it, when anything is changed over it, and with the connection, which
//! the gateway ends when the caller loses a right. What was told while something was changing is
//! not remembered, and the gateway lets nothing through that was made by what was told before a
//! change of anybody. It never outlives [`FRESH`]; rows are written by it only if the engine makes
//! sure that they fit ([`Known`]), and where it does not compare, no longer than [`BRIEF`].

use crate::known::{Known, Use};
use milvus::message::Message;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// How long a schema is used without asking again.
const FRESH: Duration = Duration::from_secs(10);
/// How long rows are written by a schema that the engine does not compare: what others change
/// behind this gateway's back comes between as well while a large body is read.
const BRIEF: Duration = Duration::from_secs(1);
/// How many collections are remembered.
const MOST: usize = 16;
/// How much may be remembered, as it was told.
const MOST_BYTES: usize = 32 << 10;
/// How long a version may be that is remembered.
const LONGEST_VERSION: usize = 256;

/// Whose schemas are remembered: which credential, and where the calls go.
struct Owner {
    authority: String,
    authorization: Zeroizing<Vec<u8>>,
    /// When the gateway said last that the credential stands.
    proved: Option<Instant>,
    /// Which version the engine says it is, and when it said so.
    version: Option<(Arc<str>, Instant)>,
}

impl Owner {
    fn is(&self, authority: &str, authorization: &[u8]) -> bool {
        // A credential is never compared in a time that tells how far it was right.
        self.authority == authority && bool::from(self.authorization.ct_eq(authorization))
    }
}

struct Entry {
    database: String,
    collection: String,
    known: Arc<Known>,
    told: Instant,
    bytes: usize,
}

/// The memory of a connection.
#[derive(Default)]
pub(crate) struct Schemas {
    owner: Option<Owner>,
    entries: Vec<Entry>,
}

impl Schemas {
    /// Forgets everything unless it was told to this caller.
    pub(crate) fn belong_to(&mut self, authority: &str, authorization: &[u8]) {
        if !self.owner.as_ref().is_some_and(|owner| owner.is(authority, authorization)) {
            self.forget();
            let authority = authority.to_owned();
            let authorization = Zeroizing::new(authorization.to_vec());
            self.owner = Some(Owner { authority, authorization, proved: None, version: None });
        }
    }

    /// Whether the gateway said a moment ago that this caller's credential stands. Every call is
    /// decided all the same; this only spares to ask before a body is read.
    pub(crate) fn is_proved(&self, now: Instant) -> bool {
        let proved = self.owner.as_ref().and_then(|owner| owner.proved);
        proved.is_some_and(|proved| now.duration_since(proved) < FRESH)
    }

    /// Remembers that the gateway has said so.
    pub(crate) fn prove(&mut self, now: Instant) {
        if let Some(owner) = &mut self.owner {
            owner.proved = Some(now);
        }
    }

    /// Which version the engine said a moment ago that it is.
    pub(crate) fn version(&self, now: Instant) -> Option<Arc<str>> {
        let (version, told) = self.owner.as_ref()?.version.as_ref()?;
        (now.duration_since(*told) < FRESH).then(|| Arc::clone(version))
    }

    /// Remembers which version the engine says it is, if that is short enough to be one.
    pub(crate) fn remember_version(&mut self, version: &Arc<str>, now: Instant) {
        let version = (version.len() <= LONGEST_VERSION).then(|| (Arc::clone(version), now));
        if let Some(owner) = &mut self.owner {
            owner.version = version;
        }
    }

    /// Forgets all collections.
    pub(crate) fn forget(&mut self) {
        self.entries.clear();
    }

    /// A schema that may be used at this time.
    pub(crate) fn find(
        &self,
        (database, collection): (&str, &str),
        purpose: Use,
        now: Instant,
    ) -> Option<Arc<Known>> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|e| e.database == database && e.collection == collection)?;
        let age = now.duration_since(entry.told);
        let may = if purpose == Use::Read || entry.known.is_compared() {
            age < FRESH
        } else {
            age < BRIEF && entry.known.is_checked_anyhow(purpose)
        };
        may.then(|| Arc::clone(&entry.known))
    }

    /// Remembers a schema that was told at this time, in the place of the oldest if need be; not if
    /// something was changing.
    pub(crate) fn remember(
        &mut self,
        (database, collection): (&str, &str),
        known: &Arc<Known>,
        now: Instant,
    ) {
        self.entries.retain(|e| e.database != database || e.collection != collection);
        let bytes = known.schema.encoded_len();
        if known.state.is_none() || bytes > MOST_BYTES {
            return;
        }
        self.entries.push(Entry {
            database: database.to_owned(),
            collection: collection.to_owned(),
            known: Arc::clone(known),
            told: now,
            bytes,
        });
        let held = |entries: &[Entry]| entries.iter().map(|entry| entry.bytes).sum::<usize>();
        while self.entries.len() > MOST || held(&self.entries) > MOST_BYTES {
            self.entries.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use milvus::message::schema::{CollectionSchema, FieldSchema, data_type};

    fn known(stamp: u64, description: &str) -> Arc<Known> {
        let description = description.to_owned();
        let schema = CollectionSchema { description, ..CollectionSchema::default() };
        Arc::new(Known { schema, stamp, state: Some(HeaderValue::from_static("1.1")) })
    }

    /// One by which rows may be written, whatever the engine.
    fn checked(stamp: u64) -> Known {
        let field = |data_type| FieldSchema { data_type, ..FieldSchema::default() };
        let key = field(data_type::INT64);
        let key = FieldSchema { is_primary_key: true, auto_id: true, ..key };
        let fields = vec![key, field(data_type::FLOAT_VECTOR)];
        let schema = CollectionSchema { fields, ..CollectionSchema::default() };
        Known { schema, stamp, state: Some(HeaderValue::from_static("1.1")) }
    }

    #[tokio::test]
    async fn a_schema_is_for_whom_it_was_told_and_for_a_moment() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        let place = ("db", "c");
        schemas.belong_to("host", b"one");
        schemas.remember(place, &known(7, ""), now);
        schemas.belong_to("host", b"one");
        let last = now + FRESH.saturating_sub(Duration::from_millis(1));
        assert!(
            schemas.find(place, Use::Read, last).is_some_and(|found| found.is_like(&known(7, "")))
        );
        assert!(schemas.find(place, Use::Read, now + FRESH).is_none());
        for other in [("", "c"), ("db", "d")] {
            assert!(schemas.find(other, Use::Read, now).is_none());
        }
        for (authority, authorization) in [("host", b"two"), ("else", b"one")] {
            schemas.belong_to("host", b"one");
            schemas.remember(place, &known(7, ""), now);
            schemas.belong_to(authority, authorization);
            assert!(schemas.find(place, Use::Read, now).is_none());
            schemas.belong_to("host", b"one");
            assert!(schemas.find(place, Use::Read, now).is_none(), "it is gone for good");
        }
        schemas.remember(place, &known(7, ""), now);
        schemas.forget();
        assert!(schemas.find(place, Use::Read, now).is_none());
    }

    #[tokio::test]
    async fn a_credential_is_taken_as_proved_for_a_moment_and_for_whom_it_is() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        schemas.prove(now);
        assert!(!schemas.is_proved(now), "nobody has called");
        schemas.belong_to("host", b"one");
        assert!(!schemas.is_proved(now));
        schemas.prove(now);
        schemas.belong_to("host", b"one");
        assert!(schemas.is_proved(now) && !schemas.is_proved(now + FRESH));
        schemas.belong_to("host", b"two");
        assert!(!schemas.is_proved(now));
        schemas.belong_to("host", b"one");
        assert!(!schemas.is_proved(now), "it is gone for good");
    }

    #[tokio::test]
    async fn a_version_is_for_whom_it_was_told_and_for_a_moment() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        let version: Arc<str> = "v3".into();
        schemas.remember_version(&version, now);
        assert_eq!(schemas.version(now), None, "nobody has called");
        schemas.belong_to("host", b"one");
        schemas.remember_version(&version, now);
        assert_eq!(schemas.version(now), Some(Arc::clone(&version)));
        assert_eq!(schemas.version(now + FRESH), None);
        schemas.belong_to("host", b"two");
        assert_eq!(schemas.version(now), None);
        schemas.remember_version(&"3".repeat(LONGEST_VERSION + 1).into(), now);
        assert_eq!(schemas.version(now), None);
    }

    #[tokio::test]
    async fn rows_are_written_by_what_the_engine_compares_or_checks_anyhow() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        let place = ("", "c");
        schemas.remember(place, &known(0, ""), now);
        assert!(schemas.find(place, Use::Read, now).is_some());
        for purpose in [Use::Insert, Use::Upsert, Use::Change] {
            assert!(schemas.find(place, purpose, now).map(|known| known.stamp).is_none());
        }
        schemas.remember(place, &known(9, ""), now);
        let last = now + FRESH.saturating_sub(Duration::from_millis(1));
        for purpose in [Use::Insert, Use::Upsert, Use::Change] {
            assert_eq!(schemas.find(place, purpose, last).map(|known| known.stamp), Some(9));
        }
        schemas.remember(place, &Arc::new(checked(0)), now);
        assert!(schemas.find(place, Use::Insert, now).is_some());
        assert!(schemas.find(place, Use::Change, now).is_none());
        assert!(schemas.find(place, Use::Insert, now + BRIEF).is_none());
        assert!(schemas.find(place, Use::Read, now + BRIEF).is_some());
    }

    #[tokio::test]
    async fn what_was_told_while_something_changed_is_not_remembered() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        schemas.remember(("", "c"), &known(9, ""), now);
        let unsure = Known { state: None, ..checked(9) };
        schemas.remember(("", "c"), &Arc::new(unsure), now);
        assert!(schemas.find(("", "c"), Use::Read, now).is_none(), "nor is what was told before");
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        for number in 0..MOST + 3 {
            schemas.remember(("", &number.to_string()), &known(1, ""), now);
        }
        assert_eq!(schemas.entries.len(), MOST);
        assert!(schemas.find(("", "2"), Use::Read, now).is_none(), "the oldest went");
        assert!(schemas.find(("", "3"), Use::Read, now).is_some());
        let large = "x".repeat(MOST_BYTES / 2);
        schemas.remember(("", "large"), &known(1, &large), now);
        schemas.remember(("", "larger"), &known(1, &large), now);
        assert_eq!(schemas.entries.len(), 1);
        let huge = "x".repeat(MOST_BYTES + 1);
        schemas.remember(("", "huge"), &known(1, &huge), now);
        assert!(schemas.find(("", "huge"), Use::Read, now).is_none());
    }
}
