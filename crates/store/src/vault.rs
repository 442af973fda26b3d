//! The secrets of the store, under keys derived from the master key.
//!
//! One sub-key for each use (HKDF-SHA-256), so that none can stand in for another: digests of API
//! keys, digests of session, invitation and reset tokens and of recovery codes, sealed copies, and
//! the seal on the audit trail. A sealed copy is XChaCha20-Poly1305 with a random nonce; the noun
//! and id it belongs to are authenticated with
//! it, so a copy moved to another row does not open.
//!
//! Layout of a sealed copy: one byte of version, 24 bytes of nonce, ciphertext with tag. To change
//! how sealing works: a new version beside the old one; the old one must keep opening.

use crate::master_key::MasterKey;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use model::account::RecoveryCode;
use model::digest::{DigestKey, KeyDigest};
use model::{Entropy, Error, SecretText, UserId};
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Seals, opens and digests. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<SubKeys>);

struct SubKeys {
    digest: DigestKey,
    sessions: DigestKey,
    invitations: DigestKey,
    resets: DigestKey,
    recovery: DigestKey,
    audit: DigestKey,
    requests: DigestKey,
    sealing: XChaCha20Poly1305,
}

impl Vault {
    /// Derives every sub-key from the master key.
    pub fn new(master: &MasterKey) -> Self {
        let derive = |purpose: &str| derive(master, purpose);
        Self(Arc::new(SubKeys {
            digest: DigestKey::new(&derive("digest of API keys")),
            sessions: DigestKey::new(&derive("digest of session tokens")),
            invitations: DigestKey::new(&derive("digest of invitation tokens")),
            resets: DigestKey::new(&derive("digest of reset tokens")),
            recovery: DigestKey::new(&derive("digest of recovery codes")),
            audit: DigestKey::new(&derive("seal on the audit trail")),
            requests: DigestKey::new(&derive("digest of requests")),
            sealing: XChaCha20Poly1305::new((&*derive("sealed copies")).into()),
        }))
    }

    /// The key under which API keys are digested; gateways verify with it.
    pub fn digest_key(&self) -> DigestKey {
        self.0.digest.clone()
    }

    /// What is stored instead of a session token.
    pub(crate) fn session_digest(&self, token: &SecretText) -> KeyDigest {
        self.0.sessions.digest(token.expose().as_bytes())
    }

    /// What is stored instead of an invitation's token.
    pub(crate) fn invitation_digest(&self, token: &SecretText) -> KeyDigest {
        self.0.invitations.digest(token.expose().as_bytes())
    }

    /// What is stored instead of a reset token.
    pub(crate) fn reset_digest(&self, token: &SecretText) -> KeyDigest {
        self.0.resets.digest(token.expose().as_bytes())
    }

    /// What is stored instead of a recovery code of this person.
    pub(crate) fn recovery_digest(&self, user: UserId, code: &RecoveryCode) -> KeyDigest {
        // Ids have one length, so no two pairs read the same.
        self.0.recovery.digest(format!("{user}{}", code.expose()).as_bytes())
    }

    /// What shows that the end of the audit trail was written with this master key.
    pub(crate) fn audit_seal(&self, number: i64, hash: &[u8]) -> KeyDigest {
        self.0.audit.digest(&[&number.to_be_bytes(), hash].concat())
    }

    /// What is stored instead of a request, which may hold secrets.
    pub(crate) fn request_digest(&self, request: &[u8]) -> KeyDigest {
        self.0.requests.digest(request)
    }

    /// Seals a secret for the row it belongs to.
    pub(crate) fn seal(
        &self,
        place: Place<'_>,
        secret: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, Error> {
        let mut nonce = [0u8; NONCE];
        entropy.fill(&mut nonce);
        let aad = place.authenticated(VERSION);
        let payload = Payload { msg: secret, aad: &aad };
        let sealed = self
            .0
            .sealing
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        let mut copy = Vec::with_capacity(1 + NONCE + sealed.len());
        copy.push(VERSION);
        copy.extend_from_slice(&nonce);
        copy.extend_from_slice(&sealed);
        Ok(copy)
    }

    /// Opens what [`Self::seal`] made for the same row; `None` if it was made for another row,
    /// with another master key, by a version this one does not know, or has been altered.
    pub(crate) fn open(&self, place: Place<'_>, copy: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (&version, rest) = copy.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        if version != VERSION {
            return None;
        }
        let aad = place.authenticated(version);
        let payload = Payload { msg: sealed, aad: &aad };
        let opened = self.0.sealing.decrypt(&XNonce::from(*nonce), payload);
        opened.ok().map(Zeroizing::new)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

/// The row a sealed copy belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Kind of row and column.
    pub(crate) noun: &'a str,
    /// Id of the row.
    pub(crate) id: &'a str,
}

impl Place<'_> {
    fn authenticated(self, version: u8) -> Vec<u8> {
        // Neither a noun nor an id contains a zero byte, so no two places read the same.
        [&[version], self.noun.as_bytes(), &[0], self.id.as_bytes()].concat()
    }
}

fn derive(master: &MasterKey, purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0u8; 32]);
    let salt: Option<&[u8]> = Some(b"keyward master key 1");
    // HKDF-SHA-256 refuses only outputs over 8160 bytes.
    let expanded = Hkdf::<Sha256>::new(salt, master.bytes()).expand(purpose.as_bytes(), &mut *key);
    debug_assert!(expanded.is_ok(), "32 bytes are within HKDF's bound");
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;

    const HERE: Place<'_> = Place { noun: "key", id: "key-a" };

    fn vault(byte: u8) -> Vault {
        Vault::new(&MasterKey::from_bytes([byte; 32]))
    }

    #[test]
    fn a_copy_opens_in_its_own_place_only() {
        let (entropy, vault) = (SequenceEntropy::new(1), vault(1));
        let copy = vault.seal(HERE, b"secret", &entropy).unwrap();
        assert_eq!(&**vault.open(HERE, &copy).unwrap(), b"secret");
        let elsewhere = Place { id: "key-b", ..HERE };
        assert!(vault.open(elsewhere, &copy).is_none());
        let otherwise = Place { noun: "cluster", ..HERE };
        assert!(vault.open(otherwise, &copy).is_none());
    }

    #[test]
    fn another_master_key_opens_and_digests_nothing() {
        let entropy = SequenceEntropy::new(1);
        let copy = vault(1).seal(HERE, b"secret", &entropy).unwrap();
        assert!(vault(2).open(HERE, &copy).is_none());
        let (one, two) = (vault(1).digest_key(), vault(2).digest_key());
        assert!(!one.digest(b"x").matches(&two.digest(b"x")));
    }

    #[test]
    fn every_altered_byte_and_every_cut_is_noticed() {
        let (entropy, vault) = (SequenceEntropy::new(1), vault(1));
        let copy = vault.seal(HERE, b"secret", &entropy).unwrap();
        for position in 0..copy.len() {
            let mut altered = copy.clone();
            altered[position] ^= 1;
            assert!(vault.open(HERE, &altered).is_none(), "byte {position}");
            assert!(vault.open(HERE, &copy[..position]).is_none());
        }
    }

    #[test]
    fn the_same_secret_never_seals_alike() {
        let (entropy, vault) = (SequenceEntropy::new(1), vault(1));
        let one = vault.seal(HERE, b"secret", &entropy).unwrap();
        assert_ne!(one, vault.seal(HERE, b"secret", &entropy).unwrap());
    }

    #[test]
    fn sub_keys_differ() {
        let vault = vault(1);
        let token = SecretText::new("x".to_owned());
        let api_key = vault.digest_key().digest(b"x");
        let (session, invitation) = (vault.session_digest(&token), vault.invitation_digest(&token));
        assert!(!api_key.matches(&session));
        assert!(!api_key.matches(&invitation) && !session.matches(&invitation));
    }
}
