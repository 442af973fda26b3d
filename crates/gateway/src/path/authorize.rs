//! Step 5: may this key make this call on this cluster?
//!
//! The permit is the proof: the engine opens an upstream stream only with one, and the rule that
//! allowed the call is what logs and metrics show. In-flight calls are decided again, by the same
//! function, when what their key opens has changed.

use super::identity::Identity;
use crate::table::{Grant, KeyHandle, Route, View};
use milvus::refusal::Refusal;
use milvus::rpc::{Class, Row};
use std::sync::Arc;

/// Proof that a call passed every step.
#[derive(Clone, Debug)]
pub struct Permit {
    key: KeyHandle,
    route: Arc<Route>,
    rpc: &'static Row,
    rule: &'static str,
}

impl Permit {
    /// The key that was presented.
    pub fn key(&self) -> KeyHandle {
        self.key
    }

    /// The cluster the call goes to.
    pub fn route(&self) -> &Arc<Route> {
        &self.route
    }

    /// The RPC.
    pub fn rpc(&self) -> &'static Row {
        self.rpc
    }

    /// The rule that allowed it.
    pub fn rule(&self) -> &'static str {
        self.rule
    }

    /// Whether the call would be allowed still: its key lives, opens the cluster and allows the
    /// RPC.
    pub fn holds(&self, view: &View) -> bool {
        view.grant(self.key).is_some_and(|grant| {
            rule(view.grant_on(self.key, grant, &self.route), self.rpc).is_some()
        })
    }
}

/// Decides one call.
///
/// # Errors
/// The key's role lacks the privilege the RPC needs.
pub fn authorize(
    identity: &Identity,
    route: &Arc<Route>,
    rpc: &'static Row,
    view: &View,
) -> Result<Permit, Refusal> {
    let key = identity.key();
    // Asked again because a change may have come between the steps.
    let grant = view.grant(key).ok_or(Refusal::UnknownKey)?;
    let grant = view.grant_on(key, grant, route);
    let rule = rule(grant, rpc).ok_or(Refusal::PrivilegeMissing { rpc, key: key.id() })?;
    Ok(Permit { key, route: route.clone(), rpc, rule })
}

/// The rule that allows the RPC under what the key opens of the cluster, if any does.
fn rule(grant: Grant, rpc: &Row) -> Option<&'static str> {
    match (rpc.class, grant) {
        (Class::Identity | Class::Refused { .. }, _) | (_, Grant::Nothing | Grant::Several) => None,
        (Class::Authenticated, _) => Some("any key"),
        (Class::Forward { .. }, Grant::Organization(_)) => Some("organization owner"),
        (Class::Forward { privilege }, grant) => {
            let role = grant.role()?;
            role.privileges().contains(privilege).then_some(role.as_str())
        }
    }
}
