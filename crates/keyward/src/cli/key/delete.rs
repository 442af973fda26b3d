//! `keyward key delete`

use super::many;
use crate::cli::client::{ANOTHER_KEY, Client};
use crate::cli::output::{self, text};
use crate::cli::receipt::why;
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::{Error, ErrorKind, KeyId};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Longer than the ids of a million keys.
const MOST_BYTES: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id; several are deleted together
    #[arg(value_name = "KEY", required_unless_present_any = ["from", "own"])]
    keys: Vec<String>,
    /// Delete the keys that are named in this file, one a line; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["keys", "own"])]
    from: Option<PathBuf>,
    /// Delete the key that this command line works with
    #[arg(long, conflicts_with = "keys")]
    own: bool,
    /// Delete the keys made with it too, those made with these, and so on
    #[arg(long, conflicts_with_all = ["from", "own"])]
    descendants: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    match (&arguments.from, arguments.keys.as_slice()) {
        (Some(file), _) => several(&client, arguments, &named_in(file)?),
        (None, []) => own(&client, arguments),
        (None, [key]) => one(&client, arguments, key),
        (None, _) if arguments.descendants => {
            Err(Error::invalid("--descendants goes with one key: name the keys one after another"))
        }
        (None, keys) => several(&client, arguments, keys),
    }
}

/// The names and ids in a file, one a line; empty lines are none.
fn named_in(file: &Path) -> Result<Vec<String>, Error> {
    let unreadable = |error: io::Error| {
        let sentence = format!("cannot read the keys' names from {}: {error}", file.display());
        Error::new(ErrorKind::Invalid, sentence)
    };
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin().lock().take(MOST_BYTES).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text))
    };
    if read.map_err(unreadable)? as u64 == MOST_BYTES {
        return Err(Error::invalid("more names than this can delete: give them in several files"));
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(ToOwned::to_owned).collect())
}

/// Deletes keys together.
fn several(client: &Client, arguments: &Arguments, named: &[String]) -> Result<(), Error> {
    let mut ids = BTreeSet::new();
    for name in named {
        // An id needs no looking up, and there may be very many.
        ids.insert(match name.parse::<KeyId>() {
            Ok(id) => id.to_string(),
            Err(_) => text(&find::key(client, name)?, "/apiKeyId"),
        });
    }
    if ids.is_empty() {
        return Err(Error::invalid("no key is named there: nothing was changed"));
    }
    let count = ids.len();
    let warning = format!(
        "{count} keys will stop working at once, and what is running with them is cut off."
    );
    confirm::by_name(&warning, &count.to_string(), arguments.yes)?;
    let (mut ids, json) = (Vec::from_iter(ids), arguments.remote.json);
    // The key that signs goes last, or the rest would be refused.
    ids.sort_by_key(|id| client.works_with(id));
    many::delete(client, &ids, json, &mut |deleted| {
        if json {
            output::text_block(&format!("{deleted}\n"))?;
        }
        let told = told_of_many(deleted)?;
        if json { Ok(()) } else { output::text_block(&told) }
    })?;
    if ids.iter().any(|id| client.works_with(id)) {
        output::note(&format!("The key of this command line was among them: {ANOTHER_KEY}."));
    }
    Ok(())
}

/// Deletes the key that signs the request.
fn own(client: &Client, arguments: &Arguments) -> Result<(), Error> {
    let warning = "The key that this command line works with will stop working at once.";
    confirm::by_name(warning, "own", arguments.yes)?;
    let deleted = client.delete("/v2/api-keys/self")?;
    tell(client, arguments, &deleted)
}

fn one(client: &Client, arguments: &Arguments, named: &str) -> Result<(), Error> {
    let key = find::key(client, named)?;
    let (id, name) = (text(&key, "/apiKeyId"), text(&key, "/name"));
    let warning = format!(
        "Key {name} ({id}) will stop working at once, and what is running with it is cut off."
    );
    confirm::by_name(&warning, &name, arguments.yes)?;
    let deleted =
        client.delete(&format!("/v2/api-keys/{id}?descendants={}", arguments.descendants))?;
    tell(client, arguments, &deleted)
}

/// Tells of one key that was deleted.
fn tell(client: &Client, arguments: &Arguments, deleted: &Value) -> Result<(), Error> {
    let (id, name) = (text(deleted, "/apiKeyId"), text(deleted, "/name"));
    let which = format!("key {name} ({id})");
    if arguments.remote.json {
        output::json(deleted)?;
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
    if deleted.get("manageKeys").and_then(Value::as_bool) == Some(true) {
        output::note(&format!(
            "Users of clusters that it made live on: see keyward audit list --actor {id} --action \
             cluster-user."
        ));
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

/// The same of many keys.
fn told_of_many(deleted: &Value) -> Result<String, Error> {
    let count = deleted.get("apiKeys").and_then(Value::as_array).map_or(0, Vec::len);
    if deleted.pointer("/revocation/settled").and_then(Value::as_bool) == Some(true) {
        return Ok(format!("Deleted {count} keys: no gateway admits them any more.\n"));
    }
    let sentence = format!(
        "{count} keys are deleted, but not every gateway has confirmed it, so they may still be \
         admitted there: restart the server to be certain"
    );
    Err(Error::new(ErrorKind::Unavailable, sentence))
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
        let _ = writeln!(told, "Dead on gateway {id} since {since}{}.", why(gateway));
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
