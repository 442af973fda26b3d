//! Step 2: who presents the credential.

use crate::desk::DataCaller;
use crate::passwords::{self, Check};
use crate::table::{Grant, KeyHandle, Route, User, View};
use milvus::metadata::{Credential, KeyText, UserText};
use milvus::refusal::Refusal;
use model::{ClusterUserId, DigestKey, KeyId, PresentedKey};
use std::sync::Arc;

/// Who calls: proved to be so.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A live API key.
    Key(KeyHandle),
    /// A user of the cluster that is called, as it was when it was looked up.
    User(Arc<User>),
}

impl Caller {
    /// Its id.
    pub fn id(&self) -> DataCaller {
        match self {
            Self::Key(key) => DataCaller::Key(key.id()),
            Self::User(user) => DataCaller::User(user.id),
        }
    }

    /// The key's id, if it is a key.
    pub fn key(&self) -> Option<KeyId> {
        match self {
            Self::Key(key) => Some(key.id()),
            Self::User(_) => None,
        }
    }

    /// The user's id, if it is a user.
    pub fn user_id(&self) -> Option<ClusterUserId> {
        match self {
            Self::Key(_) => None,
            Self::User(user) => Some(user.id),
        }
    }

    /// The user's name, if it is a user.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Key(_) => None,
            Self::User(user) => Some(&user.name),
        }
    }
}

/// A live key, and what it opened when it was looked at.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    key: KeyHandle,
    grant: Grant,
}

impl Identity {
    /// The key.
    pub fn key(&self) -> KeyHandle {
        self.key
    }

    /// What it opens.
    pub fn grant(&self) -> Grant {
        self.grant
    }
}

/// Checks the credential against the table, if it is a key.
///
/// # Errors
/// A user; or a key that is malformed, unknown, deleted or wrong in its secret part: all answered
/// alike.
pub fn identify(
    credential: &Credential,
    view: &View,
    digest_key: &DigestKey,
) -> Result<Identity, Refusal> {
    match credential {
        Credential::Key(text) => key(text, view, digest_key),
        Credential::User(_) => Err(Refusal::UnknownUser),
    }
}

/// Checks a key against the table.
///
/// # Errors
/// As [`identify`].
pub fn key(text: &KeyText, view: &View, digest_key: &DigestKey) -> Result<Identity, Refusal> {
    let presented = PresentedKey::parse(text.as_bytes()).ok_or(Refusal::UnknownKey)?;
    let (key, grant) = view.verify(presented, digest_key).ok_or(Refusal::UnknownKey)?;
    Ok(Identity { key, grant })
}

/// A live key that nobody has presented, for a question about it: it must never open a call.
///
/// # Errors
/// The table does not hold it.
pub(super) fn assumed(id: KeyId, view: &View) -> Result<Identity, Refusal> {
    let (key, grant) = view.key(id).ok_or(Refusal::UnknownKey)?;
    Ok(Identity { key, grant })
}

/// Checks a user's name and password against the table. The key is the one of
/// [`passwords::digest_key`].
///
/// # Errors
/// The password is not known to be the user's, or there is no such user: which of them it is, and
/// whether the password is right, is for a [`Check`] to find out, and the same work for both.
pub fn user(
    text: &UserText,
    route: &Route,
    view: &View,
    digest_key: &DigestKey,
) -> Result<Arc<User>, Check> {
    let (name, password) = (text.name(), text.password());
    let digest = passwords::digest(digest_key, route.id, name, password);
    let user = view.user(route.id, name);
    if let Some(user) = user.filter(|user| user.proof.knows(&digest)) {
        return Ok(Arc::clone(user));
    }
    let proof = user.map(|user| Arc::clone(&user.proof));
    Err(Check::new(route.id, (name, password), digest, proof))
}
