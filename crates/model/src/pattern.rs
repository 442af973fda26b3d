//! Patterns for names of databases and collections.

use crate::error::Error;
use std::fmt;
use std::str::FromStr;

/// A pattern for names: every character stands for itself, `*` for any run of characters, the empty
/// one included. Upper and lower case differ, as in Milvus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamePattern(Box<str>);

impl NamePattern {
    /// The most characters of a pattern; Milvus' names are no longer.
    pub const MAX_CHARACTERS: usize = 255;
    /// The most `*` in a pattern.
    pub const MAX_STARS: usize = 4;

    /// Whether the name fits.
    pub fn matches(&self, name: &[u8]) -> bool {
        let mut parts = self.0.as_bytes().split(|&byte| byte == b'*');
        // The part before the first star, and the one after the last, are bound to the ends.
        let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            match find(rest, part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }

    /// Whether every name that fits the other pattern fits this one: the other's `*` can stand for
    /// characters that only a `*` here can take up.
    pub fn includes(&self, other: &Self) -> bool {
        self.matches(other.0.as_bytes())
    }

    /// The pattern as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    text.windows(part.len()).position(|window| window == part)
}

impl FromStr for NamePattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$' | '*');
        let stars = text.bytes().filter(|&byte| byte == b'*').count();
        if text.is_empty()
            || text.len() > Self::MAX_CHARACTERS
            || stars > Self::MAX_STARS
            || !text.chars().all(allowed)
        {
            return Err(Error::invalid(format!(
                "must be 1 to {} letters, digits, \"_\", \"-\", \"$\" and at most {} \"*\"",
                Self::MAX_CHARACTERS,
                Self::MAX_STARS
            )));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fits(pattern: &str, name: &str) -> bool {
        pattern.parse::<NamePattern>().unwrap().matches(name.as_bytes())
    }

    #[test]
    fn stars_stand_for_any_run() {
        assert!(fits("docs", "docs") && !fits("docs", "docs2") && !fits("docs", "Docs"));
        assert!(fits("*", "") && fits("*", "anything"));
        assert!(fits("team_*", "team_") && fits("team_*", "team_a") && !fits("team_*", "team"));
        assert!(fits("*_prod", "a_prod") && !fits("*_prod", "a_prod2"));
        assert!(fits("a*b*c", "abc") && fits("a*b*c", "aXbYc") && !fits("a*b*c", "acb"));
        assert!(!fits("ab*ba", "aba") && fits("ab*ba", "abba"));
        assert!(fits("a**b", "ab"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", "a b", "a.b", "é", "*****", &"a".repeat(256), "a/b", "a\0"] {
            assert!(bad.parse::<NamePattern>().is_err(), "{bad:?}");
        }
    }

    /// The textbook definition, slow and plain.
    fn naive(pattern: &[u8], name: &[u8]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some((b'*', rest)) => (0..=name.len()).any(|skip| naive(rest, &name[skip..])),
            Some((byte, rest)) => name.first() == Some(byte) && naive(rest, &name[1..]),
        }
    }

    #[test]
    fn a_pattern_includes_narrower_ones() {
        for (outer, inner, holds) in [
            ("*", "a*b", true),
            ("team_*", "team_a*", true),
            ("team_*", "team_", true),
            ("team_*", "team*", false),
            ("a*", "*", false),
            ("a*b", "a**b", true),
            ("a**b", "a*b", true),
            ("*a*", "ba", true),
            ("docs", "doc*", false),
        ] {
            let includes = |outer: &str, inner: &str| {
                outer.parse::<NamePattern>().unwrap().includes(&inner.parse().unwrap())
            };
            assert_eq!(includes(outer, inner), holds, "{inner} in {outer}");
        }
    }

    proptest! {
        #[test]
        fn what_fits_the_included_pattern_fits(
            outer in "[ab*]{1,5}", inner in "[ab*]{1,5}", name in "[abc]{0,8}"
        ) {
            let read = |text: &str| text.parse::<NamePattern>();
            if let (Ok(outer), Ok(inner)) = (read(&outer), read(&inner))
                && outer.includes(&inner)
                && inner.matches(name.as_bytes())
            {
                prop_assert!(outer.matches(name.as_bytes()));
            }
        }

        #[test]
        fn agrees_with_the_definition(pattern in "[ab*]{1,8}", name in "[ab]{0,10}") {
            if let Ok(parsed) = pattern.parse::<NamePattern>() {
                prop_assert_eq!(
                    parsed.matches(name.as_bytes()),
                    naive(pattern.as_bytes(), name.as_bytes())
                );
            }
        }
    }
}
