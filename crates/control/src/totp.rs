//! Codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is
//! what every app understands.
//!
//! A code is taken one step early or late, for clocks that differ; whether its step was used before
//! is asked of the store. Secrets never leave but in [`uri`] and [`spelled`], for enrolling.

use model::account::{TotpCode, TotpSecret};
use model::name::Email;
use model::{Error, SecretText, Timestamp};
use totp_rs::{Builder, Secret, Totp};

/// Length of a step in seconds.
const STEP: u64 = 30;
/// How many steps a clock may be off.
const SKEW: u64 = 1;
/// Who asks for the code, as the app shows it.
const ISSUER: &str = "Keyward";

/// The step, later than `used`, of which this is the code; `None` if there is none near now.
pub(crate) fn step_of(
    secret: &TotpSecret,
    code: &TotpCode,
    now: Timestamp,
    used: i64,
) -> Result<Option<i64>, Error> {
    let totp = totp(secret)?;
    let this = u64::try_from(now.millis() / 1000).unwrap_or(0) / STEP;
    let mut found = None;
    // Every step is computed, so that the time taken does not tell which one it was.
    for step in this.saturating_sub(SKEW)..=this + SKEW {
        let expected = SecretText::new(totp.generate(step * STEP).to_string());
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        if expected.matches(code.digits()) && step > used {
            found = Some(step);
        }
    }
    Ok(found)
}

/// The secret as people type it into an app.
pub(crate) fn spelled(secret: &TotpSecret) -> SecretText {
    SecretText::new(Secret::from(secret.expose().to_vec()).to_base32())
}

/// What an app reads from a QR code.
pub(crate) fn uri(secret: &TotpSecret, email: &Email) -> SecretText {
    let account = email.as_str().bytes().fold(String::new(), |text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            text + &char::from(byte).to_string()
        } else {
            format!("{text}%{byte:02X}")
        }
    });
    let spelled = spelled(secret);
    SecretText::new(format!(
        "otpauth://totp/{ISSUER}:{account}?secret={}&issuer={ISSUER}&algorithm=SHA1&digits=6\
         &period={STEP}",
        spelled.expose()
    ))
}

fn totp(secret: &TotpSecret) -> Result<Totp, Error> {
    Builder::new()
        .with_digits(6)
        .with_step_duration(STEP)
        .with_secret(secret.expose().to_vec())
        .build()
        .map_err(|error| Error::internal(format!("a second factor cannot be computed: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors of RFC 6238, appendix B.
    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    fn step(code: &str, seconds: i64, used: i64) -> Option<i64> {
        let code = TotpCode::parse(code).unwrap();
        step_of(&secret(), &code, Timestamp::from_millis(seconds * 1000), used).unwrap()
    }

    /// The RFC shows eight digits; six are their end.
    #[test]
    fn the_vectors_of_the_rfc_are_taken() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step(code, seconds, 0), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_around_its_own_and_no_further() {
        let own = 1_111_111_111 / 30;
        for (seconds, taken) in [(-31, false), (-1, true), (0, true), (59, true), (60, false)] {
            let found = step("050471", own * 30 + seconds, 0);
            assert_eq!(found, taken.then_some(own), "{seconds} seconds after");
        }
    }

    #[test]
    fn a_used_step_is_not_taken_again() {
        let own = 1_111_111_111 / 30;
        assert_eq!(step("050471", own * 30, own - 1), Some(own));
        assert_eq!(step("050471", own * 30, own), None);
        assert_eq!(step("050471", own * 30, own + 1), None);
    }

    #[test]
    fn apps_are_told_what_to_compute() {
        let email = Email::new("ada+key%ward@example.com").unwrap();
        assert_eq!(
            uri(&secret(), &email).expose(),
            "otpauth://totp/Keyward:ada%2Bkey%25ward@example.com?\
             secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Keyward&algorithm=SHA1&digits=6\
             &period=30"
        );
    }
}
