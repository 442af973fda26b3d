//! `keyward key report`

use crate::cli::Remote;
use crate::cli::client::Client;
use crate::cli::output::{self, text};
use clap::Args;
use model::{Error, SecretText};
use serde_json::json;
use std::io::{self, IsTerminal, Read};

/// Longer than any text worth a report.
const FOUND_BYTES: u64 = 4096;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Who or what found the key
    #[arg(long)]
    source: Option<String>,
    /// Where it was found
    #[arg(long, value_name = "URL")]
    found_at: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

/// Reads the key from standard input, because an argument would be seen by others.
pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let url = match &arguments.remote.url {
        Some(url) => url.clone(),
        None => arguments.remote.client()?.base().to_owned(),
    };
    let stdin = io::stdin();
    if stdin.is_terminal() {
        output::note("Type or paste the key that was found, then press Enter and Ctrl-D:");
    }
    let mut found = String::new();
    let read = stdin.lock().take(FOUND_BYTES).read_to_string(&mut found);
    let found = SecretText::new(found.trim().to_owned());
    if read.is_err() || found.expose().is_empty() {
        return Err(Error::invalid("give the key that was found on standard input"));
    }
    let mut body = json!({ "key": found.expose() });
    for (field, value) in [("source", &arguments.source), ("url", &arguments.found_at)] {
        if let Some(value) = value {
            body[field] = json!(value);
        }
    }
    // Whoever finds a key need not have one.
    let taken = Client::anonymous(&url, "/v2/keys/report", &body)?.unwrap_or_default();
    if arguments.remote.json {
        return output::json(&taken);
    }
    output::text_block(&format!("{}\n", text(&taken, "/message")))
}
