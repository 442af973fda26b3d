//! `keyward key delete`

use crate::cli::client::ANOTHER_KEY;
use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::{Error, ErrorKind};
use serde_json::Value;
use std::fmt::Write as _;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id
    key: String,
    /// Delete the keys made with it too, those made with these, and so on
    #[arg(long)]
    descendants: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let key = find::key(&client, &arguments.key)?;
    let (id, name) = (text(&key, "/apiKeyId"), text(&key, "/name"));
    let warning = format!(
        "Key {name} ({id}) will stop working at once, and what is running with it is cut off."
    );
    confirm::by_name(&warning, &name, arguments.yes)?;
    let deleted =
        client.delete(&format!("/v2/api-keys/{id}?descendants={}", arguments.descendants))?;
    let which = format!("key {name} ({id})");
    if arguments.remote.json {
        output::json(&deleted)?;
    }
    let receipt = deleted.get("revocation").unwrap_or(&Value::Null);
    let told = told(&which, receipt)?;
    if arguments.remote.json {
        return Ok(());
    }
    output::text_block(&told)?;
    if let Some(cut) = deleted.get("callsCut").and_then(Value::as_u64).filter(|&cut| cut > 0) {
        output::text_block(&format!("Calls that were running and have been cut: {cut}.\n"))?;
    }
    if let Some(gone) = deleted.get("deletedDescendants").and_then(Value::as_array) {
        output::text_block(&format!("Deleted with it: {} keys it made.\n", gone.len()))?;
    }
    if let Some(living) = deleted.get("descendants") {
        output::note(&format!("{living} keys that it made live on: see --descendants"));
    }
    if client.works_with(&id) {
        output::note(&format!("This was the key of this command line: {ANOTHER_KEY}."));
    }
    Ok(())
}

/// What to tell of a deletion: since when the key is dead, and who says so.
fn told(which: &str, receipt: &Value) -> Result<String, Error> {
    receipt_lines(which, "deleted", receipt)
}

/// The same of whatever ended the key, by its participle.
pub(super) fn receipt_lines(which: &str, done: &str, receipt: &Value) -> Result<String, Error> {
    if receipt.get("settled").and_then(Value::as_bool) != Some(true) {
        let sentence = format!(
            "{which} is {done}, but not every gateway has confirmed it, so it may still be \
             admitted there: restart the server to be certain"
        );
        return Err(Error::new(ErrorKind::Unavailable, sentence));
    }
    let title = done[..1].to_uppercase() + &done[1..];
    let mut told = format!("{title} {which}: no gateway admits it any more.\n");
    let gateways = receipt.get("gateways").and_then(Value::as_array);
    for gateway in gateways.into_iter().flatten() {
        let (id, since) = (text(gateway, "/gatewayId"), text(gateway, "/confirmedAt"));
        // Writing to a String cannot fail.
        let _ = writeln!(told, "Dead on gateway {id} since {since}.");
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_deletion_tells_since_when_the_key_is_dead() {
        let gateways = json!([{"gatewayId": "gw-a", "confirmedAt": "2026-01-02T03:04:05.678Z"}]);
        let settled = json!({"settled": true, "gateways": gateways});
        assert_eq!(
            told("key k (key-1)", &settled).unwrap(),
            "Deleted key k (key-1): no gateway admits it any more.\n\
             Dead on gateway gw-a since 2026-01-02T03:04:05.678Z.\n"
        );
    }

    #[test]
    fn a_deletion_that_is_not_confirmed_everywhere_is_no_success() {
        for receipt in [json!({"settled": false, "gateways": []}), Value::Null] {
            let message = told("key k (key-1)", &receipt).unwrap_err().message();
            assert!(message.contains("restart the server"), "{message}");
        }
    }
}
