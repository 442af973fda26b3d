//! The environment variables that hold secrets. They are not command-line options, because the
//! arguments of a process can be read by every user of the machine.

use model::SecretText;
use std::path::PathBuf;

/// The key for the control API, instead of the one in the data folder.
pub(super) const API_KEY: &str = "KEYWARD_API_KEY";
/// What Keyward signs in to an attached cluster with.
pub(super) const CLUSTER_TOKEN: &str = "KEYWARD_CLUSTER_TOKEN";
/// What Keyward signs in to the mail server with.
pub(super) const SMTP_PASSWORD: &str = "KEYWARD_SMTP_PASSWORD";

/// The secret in a variable; an empty variable is none.
#[expect(clippy::disallowed_methods, reason = "the command line is where configuration is read")]
pub(super) fn secret(name: &str) -> Option<SecretText> {
    std::env::var(name).ok().filter(|text| !text.is_empty()).map(SecretText::new)
}

/// Where `keyward login` keeps its session: `keyward/login.json` in `XDG_CONFIG_HOME`, or in
/// `~/.config`.
pub(super) fn login_file() -> PathBuf {
    let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".config"));
    let folder = named.filter(|path| path.is_absolute()).or_else(home).unwrap_or_default();
    folder.join("keyward").join("login.json")
}

/// The data folder if none is named: `~/.local/share/keyward`.
pub(super) fn default_data_folder() -> PathBuf {
    std::env::home_dir()
        .filter(|home| !home.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("keyward-data"), |home| home.join(".local/share/keyward"))
}
