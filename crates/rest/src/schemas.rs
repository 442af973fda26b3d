//! What collections look like, that the caller's credential stands, and which version the engine
//! is: remembered for a moment, for one caller on one connection.
//!
//! A search would have to ask for them each time otherwise. What is remembered is only ever
//! used for the caller who was told it: it is kept beside the connection, is forgotten when
//! somebody else calls on it, when anything is changed over it, and with the connection, which the
//! gateway ends when the caller loses a right. It never outlives [`FRESH`], and rows are never
//! written by it unless the engine itself makes sure that it is the present one ([`Use::Write`]).

use milvus::message::Message;
use milvus::message::schema::CollectionSchema;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// How long a schema is used without asking again.
const FRESH: Duration = Duration::from_secs(10);
/// How many collections are remembered.
const MOST: usize = 16;
/// How much may be remembered, as it was told.
const MOST_BYTES: usize = 32 << 10;
/// How long a version may be that is remembered.
const LONGEST_VERSION: usize = 256;

/// A collection's schema as the engine told it.
#[derive(Debug, PartialEq)]
pub(crate) struct Known {
    /// The schema.
    pub(crate) schema: CollectionSchema,
    /// When it was changed last, in the engine's count; 0 if the engine does not say.
    pub(crate) stamp: u64,
}

/// What a schema is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// To ask for something: an engine refuses what does not fit it.
    Read,
    /// To write rows: an old schema could put a value into the wrong place, so a remembered one
    /// is used only if the engine compares its stamp.
    Write,
}

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
        let fresh = now.duration_since(entry.told) < FRESH;
        let checked = purpose == Use::Read || entry.known.stamp != 0;
        (fresh && checked).then(|| Arc::clone(&entry.known))
    }

    /// Remembers a schema that was told at this time, in the place of the oldest if need be.
    pub(crate) fn remember(
        &mut self,
        (database, collection): (&str, &str),
        known: &Arc<Known>,
        now: Instant,
    ) {
        self.entries.retain(|e| e.database != database || e.collection != collection);
        let bytes = known.schema.encoded_len();
        if bytes > MOST_BYTES {
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

    fn known(stamp: u64, description: &str) -> Arc<Known> {
        let description = description.to_owned();
        let schema = CollectionSchema { description, ..CollectionSchema::default() };
        Arc::new(Known { schema, stamp })
    }

    #[tokio::test]
    async fn a_schema_is_for_whom_it_was_told_and_for_a_moment() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        let place = ("db", "c");
        schemas.belong_to("host", b"one");
        schemas.remember(place, &known(7, ""), now);
        schemas.belong_to("host", b"one");
        let last = now + FRESH.saturating_sub(Duration::from_millis(1));
        assert_eq!(schemas.find(place, Use::Read, last), Some(known(7, "")));
        assert_eq!(schemas.find(place, Use::Read, now + FRESH), None);
        for other in [("", "c"), ("db", "d")] {
            assert_eq!(schemas.find(other, Use::Read, now), None);
        }
        for (authority, authorization) in [("host", b"two"), ("else", b"one")] {
            schemas.belong_to("host", b"one");
            schemas.remember(place, &known(7, ""), now);
            schemas.belong_to(authority, authorization);
            assert_eq!(schemas.find(place, Use::Read, now), None);
            schemas.belong_to("host", b"one");
            assert_eq!(schemas.find(place, Use::Read, now), None, "it is gone for good");
        }
        schemas.remember(place, &known(7, ""), now);
        schemas.forget();
        assert_eq!(schemas.find(place, Use::Read, now), None);
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
    async fn rows_are_written_by_what_the_engine_compares_only() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        schemas.remember(("", "c"), &known(0, ""), now);
        assert!(schemas.find(("", "c"), Use::Read, now).is_some());
        assert_eq!(schemas.find(("", "c"), Use::Write, now), None);
        schemas.remember(("", "c"), &known(9, ""), now);
        assert_eq!(schemas.find(("", "c"), Use::Write, now), Some(known(9, "")));
    }

    #[tokio::test]
    async fn what_is_remembered_is_bounded() {
        let (mut schemas, now) = (Schemas::default(), Instant::now());
        for number in 0..MOST + 3 {
            schemas.remember(("", &number.to_string()), &known(1, ""), now);
        }
        assert_eq!(schemas.entries.len(), MOST);
        assert_eq!(schemas.find(("", "2"), Use::Read, now), None, "the oldest went");
        assert!(schemas.find(("", "3"), Use::Read, now).is_some());
        let large = "x".repeat(MOST_BYTES / 2);
        schemas.remember(("", "large"), &known(1, &large), now);
        schemas.remember(("", "larger"), &known(1, &large), now);
        assert_eq!(schemas.entries.len(), 1);
        let huge = "x".repeat(MOST_BYTES + 1);
        schemas.remember(("", "huge"), &known(1, &huge), now);
        assert_eq!(schemas.find(("", "huge"), Use::Read, now), None);
    }
}
