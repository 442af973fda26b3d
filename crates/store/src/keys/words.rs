//! The words of keys, by which a search finds them without a look at the others.
//!
//! A word is a run of letters and digits in a name or a description, without regard to case. It is
//! found by its beginning, and so are the digits at the end of one (`42` in `key42`) and, in
//! scripts that put no space between words, what begins at each character. Every word of a search
//! must begin a word of the key. What is kept here must never hold anything but names and
//! descriptions: it leaves no trace once the key is gone.

use super::Key;
use crate::connection::Connection;
use crate::sql::{Value, text};
use crate::work::Work;
use model::Error;
use std::collections::BTreeSet;

/// How much of a word is kept, in characters.
const LONGEST: usize = 32;
/// How many words are written by one statement.
const AT_ONCE: usize = 64;
/// Behind every character that a word can have.
const LAST: char = '\u{10ffff}';
/// From here on are scripts whose words stand side by side.
const SIDE_BY_SIDE: char = '\u{2e80}';
/// How many letters of an id tell it from others, if it is written with its prefix.
const ID_LETTERS: usize = 4;
/// How the ids of keys begin.
pub(super) const ID_PREFIX: &str = "key-";

/// What somebody searches for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// The beginning of an id, without its prefix; some name may have a word that begins so, too.
    Id(String),
    /// Words that must all be there, the longest first.
    Words(Vec<String>),
    /// A name in which there is no word.
    Name(String),
}

impl Search {
    /// What this text searches for.
    pub(super) fn of(searched: &str) -> Self {
        let lower = searched.trim().to_lowercase();
        let letters = lower.strip_prefix(ID_PREFIX).unwrap_or_default();
        if letters.len() >= ID_LETTERS && letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Self::Id(letters.to_owned());
        }
        let all: BTreeSet<String> = runs(searched).map(|run| beginning(&run)).collect();
        let mut words: Vec<String> = all.into_iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        if words.is_empty() { Self::Name(lower) } else { Self::Words(words) }
    }
}

/// The first text that is behind all that begin with this one.
pub(super) fn behind(beginning: &str) -> String {
    format!("{beginning}{LAST}")
}

/// The runs of letters and digits.
fn runs(text: &str) -> impl Iterator<Item = Vec<char>> {
    let runs = text.split(|character: char| !character.is_alphanumeric());
    runs.filter(|run| !run.is_empty()).map(|run| run.chars().collect())
}

/// As much of a run as is kept, in lower case.
fn beginning(run: &[char]) -> String {
    run.iter().take(LONGEST).flat_map(|character| character.to_lowercase()).collect()
}

/// What begins within a run: the whole of it, and what can be found by itself.
fn words_of(run: &[char]) -> impl Iterator<Item = String> {
    let begins = |&at: &usize| {
        let Some(before) = at.checked_sub(1) else { return true };
        let (before, here) = (run[before], run[at]);
        (here.is_numeric() && !before.is_numeric()) || before.max(here) >= SIDE_BY_SIDE
    };
    (0..run.len()).filter(begins).map(|at| beginning(&run[at..]))
}

/// The words of a name and a description.
fn words(name: &str, description: &str) -> BTreeSet<String> {
    let runs = runs(name).chain(runs(description));
    runs.flat_map(|run| words_of(&run).collect::<Vec<_>>()).collect()
}

/// Writes the words of a key that has none yet.
pub(super) fn write(work: &mut Work<'_>, key: &Key) -> Result<(), Error> {
    let place = [text(key.organization), key.project().map(|id| id.to_string()).into()];
    keep(work.sql, &text(key.id), &place, &words(key.name.as_str(), key.description.as_str()))
}

/// Writes the words of a key again, whose name or description was another.
pub(super) fn rewrite(work: &mut Work<'_>, key: &Key) -> Result<(), Error> {
    work.execute("DELETE FROM key_words WHERE key_id = $1", &[text(key.id)])?;
    write(work, key)
}

/// Writes the words of every key there is, when their table is new.
pub(crate) fn fill(connection: &Connection) -> Result<(), Error> {
    let sql = "SELECT id, organization_id, project_id, name, description FROM keys";
    connection.each(sql, &[], |row| {
        let place = [row.text(1)?.into(), row.maybe_text(2)?.map(str::to_owned).into()];
        keep(connection, &row.text(0)?.into(), &place, &words(row.text(3)?, row.text(4)?))
    })
}

fn keep(
    connection: &Connection,
    key: &Value,
    [organization, project]: &[Value; 2],
    words: &BTreeSet<String>,
) -> Result<(), Error> {
    let words: Vec<&String> = words.iter().collect();
    for some in words.chunks(AT_ONCE) {
        let mut values = vec![key.clone(), organization.clone(), project.clone()];
        let mut rows = Vec::with_capacity(some.len());
        for word in some {
            values.push(word.as_str().into());
            rows.push(format!("($1, $2, $3, ${})", values.len()));
        }
        let sql = format!(
            "INSERT INTO key_words (key_id, organization_id, project_id, word) VALUES {}",
            rows.join(", ")
        );
        connection.execute(&sql, &values)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, description: &str) -> Vec<String> {
        words(name, description).into_iter().collect()
    }

    fn searched(text: &str) -> Vec<String> {
        match Search::of(text) {
            Search::Words(words) => words,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn words_are_runs_of_letters_and_digits_and_the_digits_within() {
        assert_eq!(kept("billing-prod", ""), ["billing", "prod"]);
        assert_eq!(
            kept("key42", "Nightly backup (EU)"),
            ["42", "backup", "eu", "key42", "nightly"]
        );
        assert_eq!(kept("v2-2", "v2"), ["2", "v2"]);
        assert_eq!(kept("x", "Ärger_über"), ["x", "ärger", "über"]);
        assert_eq!(kept("x", "夜間バッ"), ["x", "ッ", "バッ", "夜間バッ", "間バッ"]);
        assert_eq!(kept("-", "…"), [""; 0]);
        let long = "a".repeat(64);
        assert_eq!(kept(&long, ""), [&long[..LONGEST]]);
        assert_eq!(searched(&long), [&long[..LONGEST]]);
    }

    #[test]
    fn what_is_searched_for_is_an_id_or_words_or_a_name_without_one() {
        assert_eq!(searched(" Prod billing-PROD "), ["billing", "prod"]);
        assert_eq!(searched("key-abc"), ["abc", "key"]);
        assert_eq!(searched("key-abc1"), ["abc1", "key"]);
        assert_eq!(Search::of("KEY-abcd "), Search::Id("abcd".to_owned()));
        assert_eq!(Search::of("--"), Search::Name("--".to_owned()));
        assert_eq!(Search::of("%"), Search::Name("%".to_owned()));
    }

    #[test]
    fn every_text_that_begins_so_is_before_what_is_behind() {
        for longer in ["ab", "abz", "ab\u{10fffe}", "ab夜"] {
            assert!(*longer >= *"ab" && *longer < *behind("ab"), "{longer}");
        }
        assert!(*"ac" > *behind("ab"));
    }
}
