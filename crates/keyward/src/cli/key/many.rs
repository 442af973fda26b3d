//! Many keys at once, in as few requests as the server allows.

use crate::cli::client::Client;
use crate::cli::progress::Bar;
use model::Error;
use serde_json::{Value, json};

/// How many keys one request makes or deletes; the server's own bound.
const MOST: usize = 1000;
/// How many requests a bar is to be made of, where the bound allows.
const STEPS: usize = 20;

/// How many keys of so many go into one request.
fn batch(count: usize) -> usize {
    count.div_ceil(STEPS).clamp(50, MOST)
}

/// Makes `count` keys named `<prefix>-1`, `<prefix>-2`, … like the body, a batch at a time. What
/// was made before a failure stays, and is handed to `each` first.
pub(super) fn create(
    client: &Client,
    body: &Value,
    prefix: &str,
    count: u32,
    for_programs: bool,
    each: &mut dyn FnMut(&Value) -> Result<(), Error>,
) -> Result<(), Error> {
    let numbers: Vec<u32> = (1..=count).collect();
    let bar = Bar::new("keys made", u64::from(count), for_programs);
    let mut done = 0;
    for numbers in numbers.chunks(batch(numbers.len())) {
        let numbered = |number: &u32| {
            let mut key = body.clone();
            key["name"] = json!(format!("{prefix}-{number}"));
            key
        };
        let keys: Vec<Value> = numbers.iter().map(numbered).collect();
        let made = client.post("/v2/api-keys/bulk", &json!({ "keys": keys }))?;
        let made = made.get("apiKeys").and_then(Value::as_array);
        bar.aside(|| made.into_iter().flatten().try_for_each(&mut *each))?;
        done += numbers.len() as u64;
        bar.reach(done);
    }
    Ok(())
}

/// Deletes the keys with these ids, a batch at a time: each batch whole or not at all. What was
/// deleted before a failure is handed to `each` first.
pub(super) fn delete(
    client: &Client,
    ids: &[String],
    for_programs: bool,
    each: &mut dyn FnMut(&Value) -> Result<(), Error>,
) -> Result<(), Error> {
    let bar = Bar::new("keys deleted", ids.len() as u64, for_programs);
    let mut done = 0;
    for ids in ids.chunks(batch(ids.len())) {
        let deleted = client.post("/v2/api-keys/bulkDelete", &json!({ "ids": ids }))?;
        bar.aside(|| each(&deleted))?;
        done += ids.len() as u64;
        bar.reach(done);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::batch;

    #[test]
    fn a_bar_has_steps_and_a_request_its_bound() {
        assert_eq!([1, 100, 2000, 20_000, 1_000_000].map(batch), [50, 50, 100, 1000, 1000]);
    }
}
