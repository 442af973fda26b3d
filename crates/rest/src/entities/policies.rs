//! Policies on rows, which the newest Milvus has: which rows a principal may see or write.
//!
//! Nobody here can say in whose name a call is made as far as rows go, so a request that asks for
//! that is refused, and never answered as if it had not asked. Collections that have such policies
//! are refused by the engine.

use crate::body::Body;
use crate::problem::Problem;

/// In whose name.
pub(super) const PRINCIPAL: &str = "rlsPrincipal";
/// Whether to pass over the policies.
pub(super) const SKIP: &str = "skipRls";

/// Refuses what cannot be had.
pub(super) fn refuse(body: &Body<'_>) -> Result<(), Problem> {
    let (principal, skips) = (body.text(PRINCIPAL)?, body.flag(SKIP)?);
    for (name, is_given) in [(PRINCIPAL, !principal.is_empty()), (SKIP, skips)] {
        if is_given {
            return Err(Problem::invalid(format!(
                "policies on rows are not supported here: leave `{name}` out"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_of_policies_is_not_answered_without_them() {
        let read = |text: &str| refuse(&Body::parse(text.as_bytes()).unwrap());
        for nothing in ["{}", r#"{"rlsPrincipal":"","skipRls":false}"#, r#"{"skipRls":null}"#] {
            assert_eq!(read(nothing), Ok(()), "{nothing}");
        }
        for (text, name, code) in [
            (r#"{"rlsPrincipal":"alice"}"#, PRINCIPAL, 1100),
            (r#"{"RLSPRINCIPAL":"alice","skipRls":false}"#, PRINCIPAL, 1100),
            (r#"{"skipRls":true}"#, SKIP, 1100),
            (r#"{"skipRls":"yes"}"#, SKIP, 1801),
        ] {
            let problem = read(text).unwrap_err();
            assert_eq!((problem.code, problem.message.contains(name)), (code, true), "{text}");
        }
    }
}
