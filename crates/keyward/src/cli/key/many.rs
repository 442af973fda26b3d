//! Making many keys at once, for `keyward key create --count`.

use crate::cli::client::Client;
use crate::cli::output;
use model::Error;
use serde_json::{Value, json};
use std::io::{self, IsTerminal};

/// How many keys one request makes; the server's own bound.
const BATCH: u32 = 1000;

/// Makes `count` keys named `<prefix>-1`, `<prefix>-2`, … like the body, a batch at a time. What
/// was made before a failure stays, and is handed to `each` first.
pub(super) fn create(
    client: &Client,
    body: &Value,
    prefix: &str,
    count: u32,
    each: &mut dyn FnMut(&Value) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut done = 0;
    while done < count {
        let upto = count.min(done + BATCH);
        let numbered = |number: u32| {
            let mut key = body.clone();
            key["name"] = json!(format!("{prefix}-{number}"));
            key
        };
        let keys: Vec<Value> = (done + 1..=upto).map(numbered).collect();
        let made = client.post("/v2/api-keys/bulk", &json!({ "keys": keys }))?;
        for key in made.get("apiKeys").and_then(Value::as_array).into_iter().flatten() {
            each(key)?;
        }
        done = upto;
        if count > BATCH && io::stderr().is_terminal() {
            output::note(&format!("{done} of {count} keys made"));
        }
    }
    Ok(())
}
