//! What the audit trail records of one act: made from the policy's answer, and from nothing else.

use crate::actor::Actor;
use crate::policy::{Action, Denial, Permit, Resource};
use crate::snapshot::Snapshot;
use std::net::IpAddr;

/// How the act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Allowed, and committed with the record.
    Done,
    /// Refused by the policy.
    Refused,
}

impl Outcome {
    /// How the store and the API write the outcome.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// One act for the audit trail. Only a [`Permit`] or a [`Denial`] makes one.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    actor: Actor,
    action: Action,
    resource: Resource,
    outcome: Outcome,
    rule: Option<&'static str>,
    address: Option<IpAddr>,
    detail: String,
    before: Option<String>,
    after: Option<String>,
}

impl AuditEvent {
    /// An act that the policy allowed. `detail` says in a few words what changed; no secret.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is used up by the act it allowed")]
    pub fn done(permit: Permit, detail: impl Into<String>) -> Self {
        Self {
            actor: permit.actor().clone(),
            action: permit.action(),
            resource: permit.resource(),
            outcome: Outcome::Done,
            rule: Some(permit.rule()),
            address: None,
            detail: detail.into(),
            before: None,
            after: None,
        }
    }

    /// An act that the policy refused.
    pub fn refused(denial: &Denial) -> Self {
        Self {
            actor: denial.actor().clone(),
            action: denial.action(),
            resource: denial.resource(),
            outcome: Outcome::Refused,
            rule: None,
            address: None,
            detail: String::new(),
            before: None,
            after: None,
        }
    }

    /// Adds the address the request came from.
    #[must_use]
    pub fn from_address(mut self, address: Option<IpAddr>) -> Self {
        self.address = address;
        self
    }

    /// Names the thing the act made, where the permit could only name the place it was made in.
    #[must_use]
    pub fn about(mut self, resource: Resource) -> Self {
        self.resource = resource;
        self
    }

    /// Says how the thing was before and after; what is the same in both is left out. What was
    /// made has no before ([`Snapshot::none`]), what was deleted no after.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the snapshots are made for this record")]
    pub fn changed(mut self, before: Snapshot, after: Snapshot) -> Self {
        self.before = before.against(&after);
        self.after = after.against(&before);
        self
    }

    /// Who acted.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The act.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The thing acted upon.
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The rule that allowed it, if it was allowed.
    pub fn rule(&self) -> Option<&'static str> {
        self.rule
    }

    /// Where the request came from, if over the network.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// What changed, in a few words.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The fields that the act changed or removed, as they were: one JSON object.
    pub fn before(&self) -> Option<&str> {
        self.before.as_deref()
    }

    /// The fields that the act changed or made, as they are now: one JSON object.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }
}
