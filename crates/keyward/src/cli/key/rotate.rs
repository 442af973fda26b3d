//! `keyward key rotate`

use super::options;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::{Error, ErrorKind};
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id
    key: String,
    /// How many seconds both keys work, 0 for none [default: a day]
    #[arg(long, value_name = "SECONDS")]
    overlap: Option<u32>,
    /// Until when the new key works: days such as 90d, or a moment [default: as long as the old
    /// one was given]
    #[arg(long, value_name = "DAYS|MOMENT")]
    expires_in: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = text(&find::key(&client, &arguments.key)?, "/apiKeyId");
    let mut body = json!({});
    if let Some(overlap) = arguments.overlap {
        body["overlapSeconds"] = json!(overlap);
    }
    if let Some(expires) = &arguments.expires_in {
        let (field, value) = options::end(expires)?;
        body[field] = value;
    }
    let rotated = client.post(&format!("/v2/api-keys/{id}/rotate"), &body)?;
    if arguments.remote.json {
        return output::json(&rotated);
    }
    output::fields(&[
        ("ID", text(&rotated, "/apiKeyId")),
        ("Key", text(&rotated, "/apiKey")),
        ("Old key ends", text(&rotated, "/replaced/expiresAt")),
    ])?;
    if text(&rotated, "/revocation/settled") != "true" {
        let sentence = format!("not every gateway has confirmed the new end of {id} yet");
        return Err(Error::new(ErrorKind::Unavailable, sentence));
    }
    output::note("The new key works now. Give it to your application before the old one ends.");
    Ok(())
}
