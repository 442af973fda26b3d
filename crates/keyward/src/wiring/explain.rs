//! Answers the control plane's questions about calls from what the gateway decides.
//!
//! It translates words and must never judge: what the gateway says is handed on, and calls that
//! Keyward answers itself are handed on as the act that the policy decides.

use super::data_path::DataPath;
use super::identity;
use control::explain::{Allowed, Asked, AskedCall, Explainer, Outcome, Question, Refused, Verdict};
use gateway::path::explain as decided;
use gateway::path::granted;
use gateway::{Gateway, Mirror};
use milvus::refusal::Refusal;
use milvus::rpc::{self, Class, Naming, Row};
use model::{Error, ErrorKind};
use std::fmt;
use std::sync::{Arc, Weak};

/// Asks the gateway of this process, or the table that stands in for one.
pub(super) enum Explain {
    /// The gateway.
    Gateway(Weak<Gateway>),
    /// A table that follows the same feed.
    Mirror(Arc<Mirror>),
}

impl Explainer for Explain {
    fn explain(&self, question: &Question) -> Result<Verdict, Error> {
        let call = &question.call;
        let row = rpc::named(&call.rpc).ok_or_else(|| no_such(&call.rpc))?;
        takes(row, call)?;
        let outcome = self.decide(&decided::Question {
            cluster: question.cluster,
            who: match &question.who {
                Asked::Key(key) => decided::Who::Key(*key),
                Asked::User(name) => decided::Who::User(name.as_str()),
            },
            rpc: row,
            naming: Naming {
                database: &call.database,
                collection: &call.collection,
                other: &call.other,
            },
            from: question.from,
            now: question.now,
        })?;
        let privilege = match row.class {
            Class::Forward { privilege } => Some(privilege),
            _ => granted::privilege(row),
        };
        Ok(Verdict {
            rpc: row.rpc.to_string(),
            privilege: privilege.map(|privilege| privilege.milvus_name().to_owned()),
            outcome: told(outcome, question, row)?,
        })
    }
}

impl Explain {
    /// The gateway if there is one, else the table.
    pub(super) fn of(path: Option<&DataPath>, mirror: Arc<Mirror>) -> Self {
        path.map_or(Self::Mirror(mirror), |path| Self::Gateway(path.weak()))
    }

    fn decide(&self, question: &decided::Question<'_>) -> Result<decided::Outcome, Error> {
        match self {
            Self::Gateway(gateway) => {
                let gateway = gateway.upgrade().ok_or_else(|| closed(&Refusal::Stopping))?;
                Ok(gateway.explain(question))
            }
            Self::Mirror(mirror) => Ok(mirror.explain(question)),
        }
    }
}

impl fmt::Debug for Explain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Explain")
    }
}

fn told(
    outcome: decided::Outcome,
    question: &Question,
    row: &'static Row,
) -> Result<Outcome, Error> {
    let allowed = match outcome {
        decided::Outcome::Allowed(allowed) => allowed,
        decided::Outcome::Depends(missing) => return Err(unnamed(missing, row)),
        decided::Outcome::Refused(refusal @ (Refusal::Starting | Refusal::OutOfTouch { .. })) => {
            return Err(closed(&refusal));
        }
        decided::Outcome::Refused(refusal) => {
            return Ok(Outcome::Refused(refused(&refusal, question)));
        }
    };
    let for_desk = allowed.for_desk;
    let allowed = Allowed {
        rule: allowed.rule,
        roles: allowed.roles.iter().map(ToString::to_string).collect(),
        sees: allowed.sees,
        by_names: allowed.by_names,
        own_only: allowed.own_only,
    };
    if !for_desk {
        return Ok(Outcome::Allowed(allowed));
    }
    let Some(action) = identity::act(row.rpc) else {
        return Ok(Outcome::Refused(refused(&Refusal::IdentityRpc(row), question)));
    };
    let refusal = match &question.who {
        Asked::Key(key) => Refusal::PrivilegeMissing { rpc: row, key: *key },
        Asked::User(name) => {
            Refusal::UserLacks { rpc: row, user: name.as_str().into(), database: "default".into() }
        }
    };
    Ok(Outcome::ByKeyward(action, allowed, refused(&refusal, question)))
}

fn refused(refusal: &Refusal, question: &Question) -> Refused {
    let message = refusal.message_in(&question.call.database).into_owned();
    Refused { rule: refusal.rule(), code: refusal.code(), message }
}

/// A name for which the request has no field would be looked at by nobody. (Metadata names a
/// database for every call.)
fn takes(row: &Row, call: &AskedCall) -> Result<(), Error> {
    let no = |field| {
        let sentence = format!("is not named by a request of {}", row.rpc);
        Err(Error::invalid(sentence).in_field(field))
    };
    if !call.collection.is_empty() && !row.takes_collection() {
        return no("collection");
    }
    if !call.other.is_empty() && !row.takes_other() {
        return no("otherName");
    }
    Ok(())
}

fn no_such(name: &str) -> Error {
    let near = rpc::near(name);
    let hint = match near.as_slice() {
        [] => "docs/ACCESS.md has them all".to_owned(),
        names => format!("did you mean {}?", names.join(", ")),
    };
    Error::invalid(format!("is no RPC of Milvus: {hint}")).in_field("rpc")
}

fn unnamed(missing: decided::Missing, row: &Row) -> Error {
    let field = match missing {
        decided::Missing::Collection => "collection",
        decided::Missing::Other => "otherName",
    };
    let sentence = format!("must be given: whether this {} is allowed depends on it", row.rpc);
    Error::invalid(sentence).in_field(field)
}

fn closed(refusal: &Refusal) -> Error {
    Error::new(ErrorKind::Unavailable, refusal.message().into_owned())
}
