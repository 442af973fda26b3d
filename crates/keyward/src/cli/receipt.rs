//! What to tell of a change that takes something away: since when it holds, and who says so.

use super::output;
use model::{Error, ErrorKind};
use serde_json::Value;
use std::fmt::Write as _;

/// Tells people that a change holds on every gateway. `what` is the change, such as
/// `removed ada@example.com`.
///
/// # Errors
/// `Unavailable` if a gateway has not confirmed it.
pub(super) fn tell(what: &str, answer: &Value, json: bool) -> Result<(), Error> {
    if json {
        output::json(answer)?;
    }
    let told = told(what, answer.get("revocation").unwrap_or(&Value::Null))?;
    if json { Ok(()) } else { output::text_block(&told) }
}

fn told(what: &str, receipt: &Value) -> Result<String, Error> {
    if receipt.get("settled").and_then(Value::as_bool) != Some(true) {
        let sentence = format!(
            "{what}, but not every gateway has confirmed it, so the old state may still hold \
             there: restart the server to be certain"
        );
        return Err(Error::new(ErrorKind::Unavailable, sentence));
    }
    let mut told = format!("{what}.\n");
    let gateways = receipt.get("gateways").and_then(Value::as_array);
    for gateway in gateways.into_iter().flatten() {
        let (id, since) =
            (output::text(gateway, "/gatewayId"), output::text(gateway, "/confirmedAt"));
        // Writing to a String cannot fail.
        let _ = writeln!(told, "It holds on gateway {id} since {since}{}.", why(gateway));
    }
    Ok(told)
}

/// What makes it certain, where it is not the gateway's own word.
pub(super) fn why(gateway: &Value) -> &'static str {
    match output::text(gateway, "/confirmedBy").as_str() {
        "leaseExpired" => ", when the lease of this silent gateway ran out",
        "stopped" => ", when this gateway had stopped",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_that_is_not_confirmed_everywhere_is_no_success() {
        let gateways = json!([{"gatewayId": "gw-a", "confirmedAt": "2026-01-02T03:04:05.678Z"}]);
        let settled = json!({"settled": true, "gateways": gateways});
        assert_eq!(
            told("removed a@b", &settled).unwrap(),
            "removed a@b.\nIt holds on gateway gw-a since 2026-01-02T03:04:05.678Z.\n"
        );
        for receipt in [json!({"settled": false, "gateways": []}), Value::Null] {
            assert!(told("removed a@b", &receipt).is_err());
        }
    }
}
