//! Remembers from which text a tool was installed, so that it is installed once.
//!
//! The stamp is written last. An installation that was interrupted has none and starts over.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;

/// The stamp of one tool.
pub(super) struct Stamp {
    file: PathBuf,
    wanted: String,
}

impl Stamp {
    /// The stamp in `folder` of a tool that is installed from `wanted`.
    pub(super) fn new(folder: &Path, wanted: String) -> Self {
        Self { file: folder.join("installed-from.txt"), wanted }
    }

    /// Whether the tool was installed from exactly this text.
    pub(super) fn matches(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|found| found == self.wanted)
    }

    /// Records that the tool is complete.
    pub(super) fn write(&self) -> Result<()> {
        fs::write(&self.file, &self.wanted)
            .map_err(|error| format!("cannot write {}: {error}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_matches_only_the_text_it_was_written_for() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp::new(folder.path(), "pymilvus==3.0.2\n".to_owned());
        assert!(!stamp.matches());
        stamp.write().unwrap();
        assert!(stamp.matches());
        assert!(!Stamp::new(folder.path(), "pymilvus==3.0.3\n".to_owned()).matches());
    }
}
