//! Names and descriptions people choose, checked where they enter.
//!
//! A name can never be read as an id: the prefixes of ids are refused in names.

use crate::error::Error;
use std::fmt;

/// Prefixes of ids; a name that starts with one could be taken for an id.
const ID_PREFIXES: [&str; 9] =
    ["org-", "proj-", "in01-", "user-", "key-", "inv-", "cuser-", "crole-", "kw_"];

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $field:literal, $most:literal, $check:path;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The most characters it may have.
            pub const MAX_CHARACTERS: usize = $most;

            /// Checks and takes the text.
            ///
            /// # Errors
            /// `Invalid`, with a sentence that says what is allowed.
            pub fn new(text: &str) -> Result<Self, Error> {
                let length = text.chars().count();
                if length > $most {
                    return Err(Error::invalid(format!(
                        "is {length} characters long; at most {} are allowed", $most
                    )).in_field($field));
                }
                $check(text).map_err(|error| error.in_field($field))?;
                Ok(Self(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }
    )*};
}

names! {
    /// Name of an API key: lower-case letters, digits and hyphens. Names need not be unique.
    KeyName: "name", 64, slug;
    /// Name of a cluster: letters, digits and hyphens; unique in its project.
    ClusterName: "clusterName", 64, word;
    /// Name of a project; unique in its organization.
    ProjectName: "projectName", 64, title;
    /// Name of an organization.
    OrganizationName: "organizationName", 64, title;
    /// What a person is called.
    PersonName: "name", 128, person;
    /// What something is for, in the words of its owner.
    Description: "description", 255, free_text;
    /// Who or what found a leaked key, in their own words.
    LeakSource: "source", 255, free_text;
    /// Where a leaked key was found: an address, or words.
    LeakLocation: "url", 2048, free_text;
    /// E-mail address a person signs in with, kept in lower case by the caller's keyboard: compare
    /// as it is written.
    Email: "email", 254, email;
}

fn not_an_id(text: &str) -> Result<(), Error> {
    match ID_PREFIXES.iter().find(|prefix| text.starts_with(**prefix)) {
        Some(prefix) => Err(Error::invalid(format!("must not start with \"{prefix}\""))),
        None => Ok(()),
    }
}

fn slug(text: &str) -> Result<(), Error> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || !text.chars().all(allowed) {
        return Err(Error::invalid("must be 1 to 64 lower-case letters (a-z), digits and hyphens"));
    }
    not_an_id(text)
}

fn word(text: &str) -> Result<(), Error> {
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Error::invalid("must be 1 to 64 letters (a-z, A-Z), digits and hyphens"));
    }
    not_an_id(text)
}

fn title(text: &str) -> Result<(), Error> {
    if text.is_empty() || text.trim() != text || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            "must be 1 to 64 characters without control characters or outer spaces",
        ));
    }
    not_an_id(text)
}

fn person(text: &str) -> Result<(), Error> {
    if text.is_empty() || text.trim() != text || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            "must be 1 to 128 characters without control characters or outer spaces",
        ));
    }
    Ok(())
}

fn free_text(text: &str) -> Result<(), Error> {
    if text.chars().any(char::is_control) {
        return Err(Error::invalid("must not contain control characters"));
    }
    Ok(())
}

fn email(text: &str) -> Result<(), Error> {
    let visible = text.chars().all(|c| c.is_ascii_graphic() && c != ',' && !c.is_ascii_uppercase());
    let shaped = text
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    if visible && shaped {
        return Ok(());
    }
    Err(Error::invalid("must be an e-mail address in lower-case ASCII, such as ada@example.com"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_are_taken() {
        assert!(KeyName::new("default").is_ok());
        assert!(KeyName::new(&"a".repeat(64)).is_ok());
        assert!(ClusterName::new("Quick-1").is_ok());
        assert!(ProjectName::new("Recherche & Développement").is_ok());
        assert!(Description::new("").is_ok());
        assert!(Email::new("ada@example.com").is_ok());
    }

    #[test]
    fn bad_names_are_refused_and_say_which_field() {
        for bad in ["", "A", "a b", "a_b", "é", "key-a", "kw_a", &"a".repeat(65), "a\n"] {
            let error = KeyName::new(bad).unwrap_err();
            assert!(error.message().starts_with("name: "), "{bad:?}: {error}");
        }
        for bad in ["", "a b", "in01-a", "a.b", "\u{202e}"] {
            assert!(ClusterName::new(bad).is_err(), "{bad:?}");
        }
        for bad in [" a", "a ", "a\u{0}b", "proj-x", ""] {
            assert!(ProjectName::new(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "ada", "@", "a@", "@b", "a@b@c", "A@b", "a b@c", "a,b@c"] {
            assert!(Email::new(bad).is_err(), "{bad:?}");
        }
        assert!(Description::new(&"x".repeat(256)).is_err());
    }
}
