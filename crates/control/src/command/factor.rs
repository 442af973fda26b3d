//! Proving a second factor, within the change it is proven for: what proves it is used up.

use crate::totp;
use model::account::{RecoveryCode, TotpCode};
use model::{Error, ErrorKind, UserId};
use store::{Work, second_factors};

/// What proves a second factor.
#[derive(Clone, Debug)]
pub enum SecondProof {
    /// What the authenticator app shows.
    Code(TotpCode),
    /// One of the codes for somebody without their app.
    Recovery(RecoveryCode),
}

impl SecondProof {
    /// Reads what people type where either is taken.
    ///
    /// # Errors
    /// `Invalid` if it is neither.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Ok(code) = TotpCode::parse(text) {
            return Ok(Self::Code(code));
        }
        RecoveryCode::parse(text).map(Self::Recovery).map_err(|_| {
            Error::invalid("must be the six digits of the app, or a recovery code").in_field("code")
        })
    }
}

/// Whether it proves this person's second factor, confirmed or not.
pub(super) fn prove(work: &mut Work<'_>, user: UserId, proof: &SecondProof) -> Result<bool, Error> {
    let code = match proof {
        SecondProof::Code(code) => code,
        SecondProof::Recovery(code) => return second_factors::use_recovery_code(work, user, code),
    };
    let (Some(factor), Some(secret)) =
        (second_factors::find(work, user)?, second_factors::secret(work, user)?)
    else {
        return Ok(false);
    };
    match totp::step_of(&secret, code, work.now(), factor.last_step)? {
        Some(step) => second_factors::use_step(work, user, step),
        None => Ok(false),
    }
}

/// The refusal of a wrong one.
pub(super) fn wrong(proof: &SecondProof) -> Error {
    let (field, sentence) = match proof {
        SecondProof::Code(_) => {
            ("code", "is wrong, or was used already: wait until the app shows another")
        }
        SecondProof::Recovery(_) => ("recoveryCode", "is wrong, or was used already"),
    };
    Error::new(ErrorKind::Unauthenticated, sentence).in_field(field)
}
