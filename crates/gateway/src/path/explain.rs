//! What would become of a call, and by which rule: the steps of a call, taken for a question.
//!
//! The caller is taken as given instead of proved, and a request is made up that says nothing but
//! names; everything else is done by the functions that decide calls, on the table that they decide
//! from. Nothing here may judge by itself, and no permit may leave it. A rate is not used up.

use super::authorize::authorize_user;
use super::{
    Head, Origin, Permit, Refused, admit_key, admit_user, bounds, identity, locate, narrow,
};
use crate::table::{User, View};
use milvus::refusal::Refusal;
use milvus::rpc::{Naming, Row, request};
use milvus::scan::Scanner;
use model::{ClusterId, KeyId, Timestamp};
use std::net::IpAddr;
use std::sync::Arc;

/// A question about a call that nobody makes.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// On which cluster.
    pub cluster: ClusterId,
    /// By whom.
    pub who: Who<'q>,
    /// Which RPC.
    pub rpc: &'static Row,
    /// What its request names.
    pub naming: Naming<'q>,
    /// From where.
    pub from: IpAddr,
    /// When.
    pub now: Timestamp,
}

/// Who would make the call.
#[derive(Clone, Copy, Debug)]
pub enum Who<'q> {
    /// Whoever has this key.
    Key(KeyId),
    /// The user of the cluster with this name.
    User(&'q str),
}

/// What would become of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is allowed.
    Allowed(Allowed),
    /// It is refused with this.
    Refused(Refusal),
    /// Names decide, and the question does not give this one.
    Depends(Missing),
}

/// Why a call is allowed, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The rule, as in the access log.
    pub rule: &'static str,
    /// Roles of a user of which each is enough by itself; none if no single one is.
    pub roles: Vec<Box<str>>,
    /// What the names in the answer have to match; `None` if all of it is passed on.
    pub sees: Option<Vec<String>>,
    /// Whether names in the request were held to what the caller may do.
    pub by_names: bool,
    /// Whether only requests about the caller itself are allowed.
    pub own_only: bool,
    /// Whether the desk answers the call, and decides again what a key may.
    pub for_desk: bool,
}

/// A name without which a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The collection's, or the alias'.
    Collection,
    /// The second one.
    Other,
}

/// Answers a question.
pub fn explain(question: &Question<'_>, view: &View, has_desk: bool) -> Outcome {
    let head = head(question);
    let permit = match decide(question, &head, view, has_desk) {
        Ok(permit) => permit,
        Err(refused) => return Outcome::Refused(refused.refusal),
    };
    if let Err(outcome) = judge(&permit, question, &head) {
        return outcome;
    }
    let place = head.place();
    let alone = |user: User| {
        let role = user.roles.first().cloned();
        let permit = authorize_user(&Arc::new(user), permit.route(), permit.rpc(), place).ok()?;
        judge(&permit, question, &head).ok().and(role)
    };
    let roles = match permit.caller() {
        super::Caller::User(user) if permit.rule() == GRANTS => {
            view.by_role(&user).into_iter().filter_map(alone).collect()
        }
        super::Caller::User(_) | super::Caller::Key(_) => Vec::new(),
    };
    Outcome::Allowed(Allowed {
        rule: permit.rule(),
        roles,
        sees: permit.sees(question.naming.database.as_bytes()),
        by_names: permit.awaits_names(),
        own_only: permit.is_own_only(),
        for_desk: permit.is_for_desk(),
    })
}

/// The rule by which a user's grants allow a call.
pub(super) const GRANTS: &str = "grants";

/// The head that such a call would have, at the address that names the cluster. It names a database
/// in its metadata only where its message cannot.
fn head(question: &Question<'_>) -> Head {
    let mut head = Head::default();
    let authority = question.cluster.to_string();
    for (name, value) in [
        (":method", "POST"),
        (":path", question.rpc.path),
        (":authority", &authority),
        ("content-type", "application/grpc"),
    ] {
        head.push(name.as_bytes(), value.as_bytes());
    }
    let database = question.naming.database;
    if !question.rpc.takes_database() && !database.is_empty() {
        head.push(b"dbname", database.as_bytes());
    }
    head
}

fn decide(
    question: &Question<'_>,
    head: &Head,
    view: &View,
    has_desk: bool,
) -> Result<Permit, Refused> {
    if !view.is_loaded() {
        return Err(Refusal::Starting.into());
    }
    let origin = Origin { port: 0, address: question.from, now: question.now };
    match question.who {
        Who::Key(id) => {
            let identity = identity::assumed(id, view)?;
            admit_key(&identity, head, origin, view, has_desk)
        }
        Who::User(name) => {
            let route = locate::of_user(head, origin.port, view)?;
            bounds::door(route, origin.address)?;
            let user = view.user(route.id, name.as_bytes()).ok_or(Refusal::UnknownUser)?;
            admit_user(user, route, head, origin, has_desk)
        }
    }
}

/// Holds a permit to the names of the question, as the engine does with those of a request.
fn judge(permit: &Permit, question: &Question<'_>, head: &Head) -> Result<(), Outcome> {
    if !permit.awaits_names() {
        return Ok(());
    }
    let rpc = permit.rpc();
    let mut scanner = Scanner::new(&rpc.fields);
    let read = scanner.feed(&request(rpc, question.naming)).and_then(|()| scanner.finish());
    let names = read.map_err(|fault| Outcome::Refused(Refusal::MalformedMessage(fault)))?;
    if narrow::needs_name(rpc) && narrow::is_unnamed(rpc, &names) {
        let other = !question.naming.collection.is_empty();
        let missing = if other { Missing::Other } else { Missing::Collection };
        return Err(Outcome::Depends(missing));
    }
    permit.admit(&names, head.place().database).map_err(Outcome::Refused)
}
