//! Step 2: who presents the credential.

use crate::table::{Grant, KeyHandle, View};
use milvus::metadata::Credential;
use milvus::refusal::Refusal;
use model::{DigestKey, PresentedKey};

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

/// Checks the credential against the table.
///
/// # Errors
/// A key that is malformed, unknown, deleted or wrong in its secret part: all answered alike.
pub fn identify(
    credential: &Credential,
    view: &View,
    digest_key: &DigestKey,
) -> Result<Identity, Refusal> {
    match credential {
        Credential::Key(text) => {
            let presented = PresentedKey::parse(text.as_bytes()).ok_or(Refusal::UnknownKey)?;
            let (key, grant) = view.verify(presented, digest_key).ok_or(Refusal::UnknownKey)?;
            Ok(Identity { key, grant })
        }
        Credential::User(_) => Err(Refusal::UnknownUser),
    }
}
