//! Programs that connect to a cluster, for the pages that show some.

use control::snippets::SDKS;

/// A program in one language.
pub(crate) struct Snippet {
    /// Its language in an address.
    pub(crate) name: &'static str,
    pub(crate) language: &'static str,
    pub(crate) install: &'static str,
    pub(crate) note: &'static str,
    pub(crate) code: String,
}

/// A program in every language, for a cluster with this address.
pub(crate) fn snippets(endpoint: &str) -> Vec<Snippet> {
    let snippet = |sdk: &control::snippets::Sdk| Snippet {
        name: sdk.name,
        language: sdk.title,
        install: sdk.install,
        note: sdk.note,
        code: sdk.program(endpoint),
    };
    SDKS.iter().map(snippet).collect()
}
