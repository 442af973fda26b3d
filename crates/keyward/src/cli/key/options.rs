//! What bounds a key on the command line: the options that `create` and `update` share.

use crate::cli::client::Client;
use crate::cli::find;
use crate::cli::output::text;
use clap::Args;
use model::Error;
use serde_json::{Value, json};

/// Until when, from where, how fast, and on which data.
#[derive(Debug, Args)]
pub(super) struct Bounds {
    /// Until when it works: days such as 90d, or a moment such as 2027-01-31T00:00:00Z
    #[arg(long = "expires-in", visible_alias = "expires-at", value_name = "DAYS|MOMENT")]
    expires: Option<String>,
    /// A database it reaches, * for any run of characters; repeat for several [default: all]
    #[arg(long = "database", value_name = "PATTERN")]
    databases: Vec<String>,
    /// A collection it reaches, * for any run of characters; repeat for several [default: all]
    #[arg(long = "collection", value_name = "PATTERN")]
    collections: Vec<String>,
    /// A privilege it has, or a group such as CollectionReadOnly; repeat for several [default: all
    /// of its role]
    #[arg(long = "privilege", value_name = "PRIVILEGE")]
    privileges: Vec<String>,
    /// An address or block from where it may be used; repeat for several [default: everywhere]
    #[arg(long = "allow-from", value_name = "CIDR")]
    allow_from: Vec<String>,
    /// How many calls a second one gateway lets through
    #[arg(long, value_name = "CALLS")]
    rate_limit: Option<u32>,
}

impl Bounds {
    /// Writes what bounds the key itself into the body.
    pub(super) fn write(&self, body: &mut Value) -> Result<(), Error> {
        if let Some(expires) = &self.expires {
            let (field, value) = end(expires)?;
            body[field] = value;
        }
        if !self.allow_from.is_empty() {
            body["allowedAddresses"] = json!(self.allow_from);
        }
        if let Some(rate) = self.rate_limit {
            body["rateLimit"] = json!(rate);
        }
        Ok(())
    }

    /// Writes what narrows its data into an entry of `projects`. Answers whether there was any.
    pub(super) fn narrow(&self, grant: &mut Value) -> bool {
        let lists = [
            ("databases", &self.databases),
            ("collections", &self.collections),
            ("privileges", &self.privileges),
        ];
        let mut narrowed = false;
        for (field, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            grant[field] = json!(list);
            narrowed = true;
        }
        narrowed
    }
}

/// The field that says until when, and its value.
pub(super) fn end(text: &str) -> Result<(&'static str, Value), Error> {
    if text == "never" {
        return Ok(("expiresAt", Value::Null));
    }
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()) {
        return Ok(("expiresInDays", json!(days)));
    }
    let sentence = "--expires-in takes days such as 90d, a moment such as 2027-01-31T00:00:00Z, or \
                    never";
    text.parse::<model::Timestamp>().map_err(|_| Error::invalid(sentence))?;
    Ok(("expiresAt", json!(text)))
}

/// The ids of clusters named by name or id.
pub(super) fn clusters(client: &Client, named: &[String]) -> Result<Vec<String>, Error> {
    named.iter().map(|named| Ok(text(&find::cluster(client, named)?, "/clusterId"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_number_of_days_a_moment_or_never() {
        assert_eq!(end("90d").unwrap(), ("expiresInDays", json!(90)));
        let moment = "2027-01-31T00:00:00Z";
        assert_eq!(end(moment).unwrap(), ("expiresAt", json!(moment)));
        assert_eq!(end("never").unwrap(), ("expiresAt", Value::Null));
        for bad in ["", "90", "d", "-1d", "90h", "tomorrow"] {
            assert!(end(bad).is_err(), "{bad}");
        }
    }
}
