//! Members that older engines would drop unread: whoever asks for something gets it, or hears that
//! the engine does not have it.

use crate::caller::{Caller, answered};
use crate::problem::Problem;
use milvus::message::engine::{GetVersionRequest, GetVersionResponse};
use std::sync::Arc;

answered!(GetVersionResponse);

/// A member, and the version it came with.
pub(crate) struct Newer {
    pub(crate) member: &'static str,
    pub(crate) since: (u32, u32),
}

/// Functions that score what was found.
pub(super) const SCORE: Newer = Newer { member: "functionScore", since: (2, 6) };
/// Functions that are run over what was found.
pub(super) const CHAINS: Newer = Newer { member: super::chain::MEMBER, since: (3, 0) };

impl Newer {
    /// Makes sure that the engine is not older than the member.
    pub(crate) async fn check(&self, caller: &mut Caller<'_>) -> Result<(), Problem> {
        let version = if let Some(version) = caller.remembered_version() {
            version
        } else {
            let answer: GetVersionResponse =
                caller.ask("GetVersion", &GetVersionRequest {}).await?;
            let version: Arc<str> = answer.version.into();
            caller.remember_version(&version);
            version
        };
        if number(&version).is_none_or(|number| number >= self.since) {
            return Ok(());
        }
        Err(self.missing(&version))
    }

    fn missing(&self, version: &str) -> Problem {
        let (member, (major, minor)) = (self.member, self.since);
        Problem::invalid(format!(
            "`{member}` came with Milvus {major}.{minor}, and this engine is {version}: leave it out"
        ))
    }
}

/// The first two numbers of a version, however it is written; `None` if it has no such.
fn number(version: &str) -> Option<(u32, u32)> {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let (_, version) = version.split_at_checked(version.find(is_digit)?)?;
    let (major, rest) = version.split_once('.')?;
    let minor = rest.split(|letter| !is_digit(letter)).next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_however_they_are_written() {
        for (version, expected) in [
            ("v2.3.5", Some((2, 3))),
            ("2.6-rc1", Some((2, 6))),
            ("milvus_lite-3.2.2", Some((3, 2))),
            ("master-20261130-abc", None),
            ("v3", None),
            ("", None),
            ("v99999999999.1", None),
        ] {
            assert_eq!(number(version), expected, "{version}");
        }
        assert!(CHAINS.missing("v2.3.5").message.contains("`functionChains` came with Milvus 3.0"));
    }
}
