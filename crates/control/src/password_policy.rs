//! Which passwords people may choose.
//!
//! Length counts, not composition: 15 characters, or 8 for somebody with a second factor, or more
//! where an organization asks for more. Refused
//! are passwords that attackers try first: those on a list of common ones (from the zxcvbn project,
//! see `data/common-passwords.LICENSE`), runs and repetitions, and those that hold the account's
//! own name or this program's. A password is never trimmed, cut or kept here.

use model::name::Email;
use model::{Error, PasswordPolicy, SecretText};
use std::sync::OnceLock;

/// The shortest password that stands alone, in characters.
pub(crate) const LEAST: usize = 15;
/// The shortest password beside a second factor, in characters.
pub(crate) const LEAST_WITH_SECOND_FACTOR: usize = 8;
/// The longest password, in characters.
pub(crate) const MOST: usize = 128;
/// Shorter parts of an address are in too many passwords by chance.
const SHORTEST_NAME: usize = 4;

/// Every line a password in lower case of at least 8 characters, in the order of their bytes.
const COMMON: &str = include_str!("../data/common-passwords.txt");

/// What a password is judged by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judging<'a> {
    /// Whose password it will be.
    pub(crate) email: &'a Email,
    /// Whether a second factor is asked of them as well.
    pub(crate) second_factor: bool,
    /// What their organizations ask for.
    pub(crate) policy: PasswordPolicy,
    /// The field the password came in.
    pub(crate) field: &'static str,
}

/// Accepts or refuses a new password.
///
/// # Errors
/// `Invalid` in its field, with a sentence that says what to do.
pub(crate) fn judge(password: &SecretText, by: Judging<'_>) -> Result<(), Error> {
    let text = password.expose();
    let length = text.chars().count();
    let asked = by.policy.minimum_length().map(usize::from);
    let usual = if by.second_factor { LEAST_WITH_SECOND_FACTOR } else { LEAST };
    let least = asked.map_or(usual, |asked| asked.max(usual));
    let refuse = |sentence: String| Err(Error::invalid(sentence).in_field(by.field));
    if length < least {
        let alone = if by.second_factor || asked.is_some() {
            String::new()
        } else {
            format!(", or {LEAST_WITH_SECOND_FACTOR} on an account with a second factor")
        };
        return refuse(format!("must be at least {least} characters long{alone}"));
    }
    if length > MOST {
        return refuse(format!("must be at most {MOST} characters long"));
    }
    let lower = text.to_lowercase();
    if is_common(&lower) || is_run(&lower) || repeats(&lower) {
        return refuse(
            "is one that attackers try first: choose a few words of your own".to_owned(),
        );
    }
    let local = by.email.as_str().split('@').next().unwrap_or_default();
    let named = |name: &str| name.chars().count() >= SHORTEST_NAME && lower.contains(name);
    if named(local) || named("keyward") {
        return refuse("must not hold your e-mail address or \"keyward\"".to_owned());
    }
    Ok(())
}

fn is_common(lower: &str) -> bool {
    static LIST: OnceLock<Vec<&str>> = OnceLock::new();
    LIST.get_or_init(|| COMMON.lines().collect()).binary_search(&lower).is_ok()
}

/// Whether each character follows the one before, upwards, downwards or standing still, with the
/// digits as on a keyboard (0 after 9).
fn is_run(lower: &str) -> bool {
    let characters: Vec<u32> = lower.chars().map(u32::from).collect();
    let follows = |step: i64| {
        characters.windows(2).all(|pair| {
            let (one, two) = (i64::from(pair[0]), i64::from(pair[1]));
            let wraps = (step == 1 && (one, two) == (0x39, 0x30))
                || (step == -1 && (one, two) == (0x30, 0x39));
            wraps || two - one == step
        })
    };
    follows(1) || follows(-1) || follows(0)
}

/// Whether the text is a shorter one said several times.
fn repeats(lower: &str) -> bool {
    let characters: Vec<char> = lower.chars().collect();
    (1..=characters.len() / 2).any(|length| {
        characters.len().is_multiple_of(length)
            && characters.chunks(length).all(|part| part == &characters[..length])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str, second_factor: bool) -> Result<(), String> {
        let email = Email::new("lovelace@example.com").unwrap();
        let secret = SecretText::new(password.to_owned());
        let policy = PasswordPolicy::default();
        let by = Judging { email: &email, second_factor, policy, field: "newPassword" };
        judge(&secret, by).map_err(|error| error.message())
    }

    #[test]
    fn the_list_is_sorted_and_worth_its_place() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 10_000, "{}", lines.len());
        assert!(lines.is_sorted() && lines.iter().all(|line| line.len() >= 8));
    }

    #[test]
    fn an_organization_may_ask_for_more() {
        let email = Email::new("lovelace@example.com").unwrap();
        let secret = SecretText::new("vier grüne Äste".to_owned());
        let policy = PasswordPolicy::new(Some(20), false).unwrap();
        for second_factor in [false, true] {
            let by = Judging { email: &email, second_factor, policy, field: "password" };
            let refused = judge(&secret, by).unwrap_err();
            assert_eq!(refused.message(), "password: must be at least 20 characters long");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(judged("vier grüne Äste", false), Ok(()));
        let short = judged("vier grüne Ast", false).unwrap_err();
        assert_eq!(
            short,
            "newPassword: must be at least 15 characters long, or 8 on an account with a second \
             factor"
        );
        assert_eq!(judged("gr ünäst", true), Ok(()));
        let short = judged("grünäst", true).unwrap_err();
        assert_eq!(short, "newPassword: must be at least 8 characters long");
        let most: String = ('a'..='z').cycle().step_by(3).take(MOST).collect();
        assert_eq!(judged(&format!("{}!", &most[..MOST - 1]), false), Ok(()));
        assert!(judged(&format!("{most}!"), false).unwrap_err().contains("at most 128"));
        assert!(judged("", true).is_err());
    }

    #[test]
    fn what_attackers_try_first_is_refused() {
        for common in [
            "1qaz2wsx3edc4rfv",
            "PasswordStandard",
            "123456789012345",
            "abcdefghijklmnop",
            "zyxwvutsrqponmlk",
            "aaaaaaaaaaaaaaaa",
            "passwordpassword",
            "abcabcabcabcabcabc",
        ] {
            let refused = judged(common, false).unwrap_err();
            assert!(refused.contains("attackers try first"), "{common}: {refused}");
        }
        for common in ["password", "iloveyou", "Trustno1", "12345678"] {
            assert!(judged(common, true).is_err(), "{common}");
        }
    }

    #[test]
    fn names_that_everybody_knows_are_refused() {
        for known in ["i am Lovelace, really", "the Keyward of my heart"] {
            assert!(judged(known, false).unwrap_err().contains("must not hold"), "{known}");
        }
        assert_eq!(judged("a perfectly fine one", false), Ok(()));
    }
}
