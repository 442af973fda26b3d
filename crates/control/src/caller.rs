//! Who asks: an actor together with the credential that proved it.
//!
//! A caller is made by [`Credential`] and [`identify`], or is the operator on the host itself. The
//! credential stays with it, because every command proves it again in its own snapshot.

use crate::desk::Desk;
use crate::token;
use model::cluster_user::PasswordVerifier;
use model::{
    Actor, ApiKey, ClusterId, ClusterUserId, Error, ErrorKind, KeyId, OrganizationId, SecretText,
    SessionId, Timestamp, UserId,
};
use std::net::IpAddr;
use std::sync::Arc;
use store::idempotency::Named;
use store::keys::{self, Key, KeyKind};
use store::{Reader, cluster_users, sessions};

/// What every session token starts with.
pub const SESSION_PREFIX: &str = "kws_";

/// What somebody presents.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An API key.
    ApiKey(ApiKey),
    /// The token of a session.
    Session(SecretText),
}

impl Credential {
    /// Reads what stands in a request; `None` if it is no credential of ours.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(key) = ApiKey::parse(text.as_bytes()) {
            return Some(Self::ApiKey(key));
        }
        token::parse(SESSION_PREFIX, text).map(Self::Session)
    }
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    actor: Actor,
    /// Where a key belongs; it opens nothing elsewhere, whoever it belongs to.
    organization: Option<OrganizationId>,
    session: Option<Opened>,
    address: Option<IpAddr>,
    /// What verified the password that a user of a cluster came with.
    verifier: Option<PasswordVerifier>,
    /// The name the caller gave this request, so that it is not carried out twice.
    named: Option<Arc<Named>>,
}

/// The session a caller came with.
#[derive(Clone, Debug)]
struct Opened {
    id: SessionId,
    token: SecretText,
}

impl Caller {
    /// Somebody with the data folder and the master key in hand, on the host itself.
    pub fn operator() -> Self {
        Self::of(Actor::Operator, None)
    }

    fn of(actor: Actor, address: Option<IpAddr>) -> Self {
        Self { actor, organization: None, session: None, address, verifier: None, named: None }
    }

    /// Somebody without a credential, who came with something else, such as an invitation.
    pub(crate) fn anonymous(address: Option<IpAddr>) -> Self {
        Self::of(Actor::Anonymous, address)
    }

    /// Who it is.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person behind the caller, if there is one.
    pub(crate) fn person(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(user) | Actor::PersonalKey { user, .. } => Some(user),
            Actor::ProjectKey { .. }
            | Actor::ClusterUser { .. }
            | Actor::Operator
            | Actor::Anonymous
            | Actor::Report => None,
        }
    }

    /// The key the caller signed with, if it did with one.
    pub fn key(&self) -> Option<KeyId> {
        match &self.actor {
            Actor::PersonalKey { key, .. } | Actor::ProjectKey { key, .. } => Some(*key),
            Actor::User(_)
            | Actor::ClusterUser { .. }
            | Actor::Operator
            | Actor::Anonymous
            | Actor::Report => None,
        }
    }

    /// Where the request came from, if over the network.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The same caller, asking for the one change of a named request.
    pub(crate) fn for_named(self, named: Arc<Named>) -> Self {
        Self { named: Some(named), ..self }
    }

    /// The named request, if it is one.
    pub(crate) fn named(&self) -> Option<&Named> {
        self.named.as_deref()
    }

    /// The organization the caller's key belongs to, if it is a key.
    pub(crate) fn organization(&self) -> Option<OrganizationId> {
        self.organization
    }

    /// The caller's session, if it has one.
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.session.as_ref().map(|session| session.id)
    }

    /// Whether the password has not been changed since.
    fn has_same_password(&self, now: &PasswordVerifier) -> bool {
        self.verifier.as_ref().is_some_and(|verifier| verifier.is(now))
    }

    /// Makes sure that the credential has not been revoked since the caller was identified.
    pub(crate) fn still_stands(&self, reader: &Reader<'_>, now: Timestamp) -> Result<(), Error> {
        let stands = match (&self.actor, &self.session) {
            // Whoever has no credential has none to lose; the policy decides what they may.
            (Actor::Operator | Actor::Anonymous, _) => true,
            (Actor::ProjectKey { key, .. } | Actor::PersonalKey { key, .. }, _) => {
                keys::find_live(reader, *key)?.is_some_and(|key| admits(&key, self.address, now))
            }
            (Actor::User(user), Some(Opened { token, .. })) => {
                sessions::find(reader, token, now)?.is_some_and(|session| session.user == *user)
            }
            (Actor::ClusterUser { user, cluster }, _) => {
                let found = cluster_users::find(reader, *user)?;
                found.is_some_and(|found| found.cluster == *cluster)
                    && self.has_same_password(&cluster_users::verifier(reader, *user)?)
            }
            (Actor::User(_), None) | (Actor::Report, _) => false,
        };
        if stands {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unauthenticated,
            "the API key or session was revoked before the request was carried out",
        )
        .in_field("Authorization"))
    }
}

/// Who a gateway has admitted to a cluster.
#[derive(Clone, Debug)]
pub enum Admitted {
    /// Whoever has this API key.
    Key(KeyId),
    /// A user of the cluster, by a password that was verified with this.
    User(ClusterUserId, PasswordVerifier),
}

/// The caller behind a call on the data path of a cluster, whose credential a gateway has verified.
/// Every command proves again that it still stands.
///
/// # Errors
/// `Unauthenticated` if the key or user has gone since, the user has another password since, or the
/// key may not be used from there.
pub fn on_cluster(
    desk: &Desk,
    admitted: Admitted,
    cluster: ClusterId,
    address: Option<IpAddr>,
) -> Result<Caller, Error> {
    let now = desk.now();
    let found = desk.store().read(|reader| match admitted {
        Admitted::Key(id) => {
            let key = keys::find_live(reader, id)?.filter(|key| admits(key, address, now));
            Ok(key.map(owner).map(|(actor, organization, _)| (actor, organization, None)))
        }
        Admitted::User(user, proven) => {
            let found = cluster_users::find(reader, user)?;
            let same = found.is_some_and(|found| found.cluster == cluster)
                && cluster_users::verifier(reader, user)?.is(&proven);
            Ok(same.then_some((Actor::ClusterUser { user, cluster }, None, Some(proven))))
        }
    })?;
    let (actor, organization, verifier) = found.ok_or_else(|| {
        Error::new(ErrorKind::Unauthenticated, "the API key or user is not valid any more")
    })?;
    Ok(Caller { organization, verifier, ..Caller::of(actor, address) })
}

/// Finds out whose credential it is.
///
/// # Errors
/// `Unauthenticated` if it is nobody's.
pub fn identify(
    desk: &Desk,
    credential: &Credential,
    address: Option<IpAddr>,
) -> Result<Caller, Error> {
    let now = desk.now();
    let found = match credential {
        Credential::ApiKey(key) => {
            desk.store().read(|reader| owner_of(reader, key, address, now))?
        }
        Credential::Session(token) => person_of(desk, token, now)?,
    };
    let (actor, organization, session) = found.ok_or_else(|| {
        Error::new(ErrorKind::Unauthenticated, "the API key or session is not valid")
    })?;
    Ok(Caller { organization, session, ..Caller::of(actor, address) })
}

/// Who it is, where their credential belongs, and their session.
type Found = (Actor, Option<OrganizationId>, Option<Opened>);

/// The person behind a session, which was seen just now.
fn person_of(desk: &Desk, token: &SecretText, now: Timestamp) -> Result<Option<Found>, Error> {
    let Some(session) = desk.store().read(|reader| sessions::find(reader, token, now))? else {
        return Ok(None);
    };
    // What is asked may still be answered from a disk that takes no more.
    if let Err(error) = sessions::touch(desk.store(), &session, now) {
        tracing::warn!(session = %session.id, %error, "the use of a session was not written down");
    }
    let opened = Opened { id: session.id, token: token.clone() };
    Ok(Some((Actor::User(session.user), None, Some(opened))))
}

/// The actor behind an API key, and where the key belongs.
fn owner_of(
    reader: &Reader<'_>,
    presented: &ApiKey,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<Option<Found>, Error> {
    let verified = keys::verify_live(reader, presented)?;
    Ok(verified.filter(|key| admits(key, address, now)).map(owner))
}

/// The actor behind a key that works, and where the key belongs.
fn owner(record: Key) -> Found {
    let id = record.id;
    let actor = match record.kind {
        KeyKind::Project(grant) => Actor::ProjectKey { key: id, project: grant.project },
        KeyKind::Personal(user) => Actor::PersonalKey { key: id, user },
    };
    (actor, Some(record.organization), None)
}

/// Whether the key works now and may be used from there. Where a key is bound to addresses, nobody
/// without one gets in.
fn admits(key: &Key, address: Option<IpAddr>, now: Timestamp) -> bool {
    let from_there = address.map_or(key.sources.is_open(), |from| key.sources.admits(from));
    key.life.state(now).works() && from_there
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;

    #[test]
    fn only_our_credentials_are_read() {
        let entropy = SequenceEntropy::new(1);
        let key = ApiKey::generate(KeyId::generate(&entropy), &entropy);
        assert!(matches!(Credential::parse(key.expose()), Some(Credential::ApiKey(_))));
        let token = token::generate(SESSION_PREFIX, &entropy);
        assert!(matches!(Credential::parse(token.expose()), Some(Credential::Session(_))));
        for bad in [
            "",
            "kws_",
            "root:Milvus",
            &key.expose()[1..],
            &token.expose()[1..],
            &token.expose().to_uppercase(),
            &format!("{}0", token.expose()),
        ] {
            assert!(Credential::parse(bad).is_none(), "{bad:?}");
        }
    }
}
