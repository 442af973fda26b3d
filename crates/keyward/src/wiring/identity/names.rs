//! Names and passwords in requests, read with Milvus' checks in Milvus' order and words.
//!
//! The model decides what is allowed; this module only says it as Milvus does. Where the two rules
//! differ (passwords, `$` in names), the model's holds. Nothing here must ever repeat a password.

use super::failure::Failure;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use model::SecretText;
use model::cluster_role::RoleName;
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::grant::{NameChoice, PrivilegeGroupName};
use zeroize::Zeroizing;

/// The name of a user.
pub(super) fn user(text: &str) -> Result<ClusterUserName, Failure> {
    let name = text.trim();
    let most = ClusterUserName::MAX_CHARACTERS;
    let Some(first) = name.chars().next() else {
        return Err(Failure::invalid("username must be not empty"));
    };
    if name.len() > most {
        return Err(Failure::invalid(format_args!(
            "invalid username {} with length {}, the length of username must be less than {most}",
            short(name),
            name.len(),
        )));
    }
    if !first.is_ascii_alphabetic() {
        return Err(Failure::invalid(format_args!(
            "invalid user name {name}, the first character must be a letter, but got {first}"
        )));
    }
    if let Some((_, odd)) = odd(name) {
        return Err(Failure::invalid(format_args!(
            "invalid user name {name}, username must contain only numbers, letters and \
             underscores, but got {odd}"
        )));
    }
    Ok(ClusterUserName::new(name)?)
}

/// The name of a role, built in or not.
pub(super) fn role(text: &str) -> Result<RoleName, Failure> {
    let text = plain("role name", text)?;
    Ok(RoleName::new(text)?)
}

/// The name of a privilege, a privilege group, or `*`; whether there is such a one is seen later.
pub(super) fn privilege(text: &str) -> Result<&str, Failure> {
    if text == "*" { Ok(text) } else { plain("Privilege", text) }
}

/// The kind of thing in the older calls.
pub(super) fn object_type(text: &str) -> Result<&str, Failure> {
    plain("ObjectType", text)
}

/// The name of a thing in the older calls, or `*`. Milvus calls it a role name.
pub(super) fn object(text: &str) -> Result<NameChoice, Failure> {
    if text == "*" {
        return Ok(NameChoice::Any);
    }
    Ok(NameChoice::new(plain("role name", text)?)?)
}

/// A database: `*`, a name, or nothing for `default`.
pub(super) fn database(text: &str) -> Result<NameChoice, Failure> {
    let text = if text.is_empty() { "default" } else { text };
    NameChoice::new(text).map_err(|error| {
        Failure::invalid(format_args!("Invalid database name: {}. {error}", short(text)))
    })
}

/// A collection: `*` or a name.
pub(super) fn collection(text: &str) -> Result<NameChoice, Failure> {
    NameChoice::new(text).map_err(|error| {
        Failure::invalid(format_args!("Invalid collection name: {}. {error}", short(text)))
    })
}

/// The name of a group that is to be made or changed.
pub(super) fn group(text: &str) -> Result<PrivilegeGroupName, Failure> {
    let (most, name) = (PrivilegeGroupName::MAX_CHARACTERS, text.trim());
    let Some(first) = name.chars().next() else {
        return Err(Failure::invalid("privilege group name should not be empty"));
    };
    if name.len() > most {
        return Err(Failure::invalid(format_args!(
            "the length of a privilege group name {} must be less than {most} characters",
            short(name)
        )));
    }
    if first != '_' && !first.is_ascii_alphabetic() {
        return Err(Failure::invalid(format_args!(
            "the first character of a privilege group name {name} must be an underscore or letter"
        )));
    }
    if odd(name).is_some() {
        return Err(Failure::invalid(format_args!(
            "privilege group name {name} can only contain numbers, letters and underscores"
        )));
    }
    PrivilegeGroupName::new(name).map_err(|_| {
        Failure::invalid(format_args!(
            "privilege group name [{name}] is defined by built in privileges or privilege groups \
             in system"
        ))
    })
}

/// A password that a request gives to a user, out of its base64.
pub(super) fn new_password(coded: &str, unreadable: &str) -> Result<ClusterPassword, Failure> {
    let text = password(coded, unreadable)?;
    let (least, most) = (ClusterPassword::MIN_CHARACTERS, ClusterPassword::MAX_CHARACTERS);
    let length = text.expose().chars().count();
    if !(least..=most).contains(&length) {
        return Err(Failure::invalid_because(
            "invalid password length",
            format_args!("[{length} out of range {least} <= value <= {most}]"),
        ));
    }
    ClusterPassword::new(text)
        .map_err(|error| Failure::invalid(format_args!("invalid password, {error}")))
}

/// Any password, out of its base64.
pub(super) fn password(coded: &str, unreadable: &str) -> Result<SecretText, Failure> {
    let refused = || Failure::unexpected(unreadable);
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(coded).map_err(|_| refused())?);
    let text = str::from_utf8(&bytes).map_err(|_| refused())?;
    Ok(SecretText::new(text.to_owned()))
}

/// A name as Milvus allows it for most things.
fn plain<'a>(kind: &str, text: &'a str) -> Result<&'a str, Failure> {
    const MOST: usize = 255;
    let name = text.trim();
    let Some(&first) = name.as_bytes().first() else {
        return Err(Failure::invalid_because(
            format_args!("{kind} should be not empty"),
            "[expected=not empty][actual=]",
        ));
    };
    if name.len() > MOST {
        return Err(Failure::invalid_because(
            format_args!("the length of {kind} must be not greater than limit"),
            format_args!("[{} out of range 0 <= value <= {MOST}]", name.len()),
        ));
    }
    if first != b'_' && !first.is_ascii_alphabetic() {
        // Milvus prints the numbers of both characters.
        return Err(Failure::invalid_because(
            format_args!("the first character of {kind} must be an underscore or letter"),
            format_args!("[expected=95][actual={first}]"),
        ));
    }
    if let Some((at, odd)) = odd(name) {
        return Err(Failure::invalid(format_args!(
            "{kind} can only contain numbers, letters and underscores, found {odd} at {at}"
        )));
    }
    Ok(name)
}

/// The first character that is no letter, digit or underscore, and the byte where it begins.
fn odd(name: &str) -> Option<(usize, char)> {
    name.char_indices().find(|(_, c)| *c != '_' && !c.is_ascii_alphanumeric())
}

/// Enough of a name to know it by.
fn short(name: &str) -> &str {
    name.char_indices().nth(64).map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::cluster_role::BuiltInRole;

    fn reason<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
        result.unwrap_err().status().reason
    }

    #[test]
    fn users() {
        assert_eq!(user(" ada_1 ").unwrap().as_str(), "ada_1");
        for (bad, said) in [
            ("", "username must be not empty: invalid parameter"),
            (
                "1st",
                "invalid user name 1st, the first character must be a letter, but got 1: invalid \
                 parameter",
            ),
            (
                "n@me",
                "invalid user name n@me, username must contain only numbers, letters and \
                 underscores, but got @: invalid parameter",
            ),
            (
                "abcdefghijklmnopqrstuvwxyzabcdefg",
                "invalid username abcdefghijklmnopqrstuvwxyzabcdefg with length 33, the length of \
                 username must be less than 32: invalid parameter",
            ),
        ] {
            assert_eq!(reason(user(bad)), said);
        }
        let long = "a".repeat(100_000);
        assert!(reason(user(&long)).len() < 300, "a name that is too long is not repeated");
    }

    #[test]
    fn roles() {
        assert_eq!(role("admin").unwrap(), RoleName::BuiltIn(BuiltInRole::Admin));
        assert_eq!(role("reader").unwrap().to_string(), "reader");
        for (bad, said) in [
            ("", "role name should be not empty: invalid parameter[expected=not empty][actual=]"),
            (
                "9",
                "the first character of role name must be an underscore or letter: invalid \
                 parameter[expected=95][actual=57]",
            ),
            (
                "a-b",
                "role name can only contain numbers, letters and underscores, found - at 1: \
                 invalid parameter",
            ),
        ] {
            assert_eq!(reason(role(bad)), said);
        }
        let long = "r".repeat(256);
        assert_eq!(
            reason(role(&long)),
            "the length of role name must be not greater than limit: invalid parameter[256 out of \
             range 0 <= value <= 255]"
        );
    }

    #[test]
    fn groups() {
        assert_eq!(group("searchers").unwrap().as_str(), "searchers");
        for (bad, said) in [
            ("", "privilege group name should not be empty"),
            (
                "test-role",
                "privilege group name test-role can only contain numbers, letters and underscores",
            ),
            (
                "Search",
                "privilege group name [Search] is defined by built in privileges or privilege \
                 groups in system",
            ),
        ] {
            assert_eq!(reason(group(bad)), format!("{said}: invalid parameter"));
        }
        for bad in ["9a", "$a", &"g".repeat(256)] {
            assert!(group(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn databases_and_collections() {
        assert_eq!(database("").unwrap().as_str(), "default");
        assert!(database("*").unwrap().is_any());
        assert!(object("*").unwrap().is_any() && collection("*").unwrap().is_any());
        assert_eq!(collection("books").unwrap().as_str(), "books");
        for bad in ["a b", "9", "ä"] {
            assert!(database(bad).is_err() && collection(bad).is_err() && object(bad).is_err());
        }
        assert!(collection("").is_err() && object("").is_err());
    }

    #[test]
    fn passwords_are_never_repeated() {
        let coded = |text: &str| BASE64_STANDARD.encode(text);
        assert_eq!(new_password(&coded("Passw0rd!"), "no").unwrap().expose(), "Passw0rd!");
        assert_eq!(
            reason(new_password(&coded("Ab1"), "no")),
            "invalid password length: invalid parameter[3 out of range 8 <= value <= 64]"
        );
        let weak = reason(new_password(&coded("secretsecret"), "no"));
        assert!(weak.starts_with("invalid password") && !weak.contains("secret"), "{weak}");
        for bad in ["***", "YQ", &BASE64_STANDARD.encode([0xff, 0xfe])] {
            assert_eq!(reason(password(bad, "decode password fail")), "decode password fail");
        }
    }
}
