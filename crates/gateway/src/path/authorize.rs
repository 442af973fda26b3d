//! Step 5: may this key make this call on this cluster?
//!
//! The permit is the proof: the engine opens an upstream stream only with one, and the rule that
//! allowed the call is what logs and metrics show. In-flight calls are decided again, by the same
//! function, when what their key opens has changed.

use super::identity::Identity;
use super::narrow::{self, Left, Place};
use crate::table::{Grant, KeyHandle, Route, View};
use milvus::refusal::{Narrowed, Refusal};
use milvus::rpc::{Class, Row, Scope};
use milvus::scan::Names;
use model::scope::DataScope;
use std::sync::Arc;

/// Proof that a call passed every step.
#[derive(Clone, Debug)]
pub struct Permit {
    key: KeyHandle,
    route: Arc<Route>,
    rpc: &'static Row,
    rule: &'static str,
    /// To what of the cluster's data the key is narrowed.
    data: Option<Arc<DataScope>>,
    left: Left,
}

/// What a request has named, as far as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    /// The names of the whole request; `None` if it is not read to its end.
    pub names: Option<Names<'a>>,
    /// The database in the metadata; empty for none.
    pub database: &'a [u8],
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

    /// Whether the permit is for the head alone, and the names in the request have to be admitted
    /// before the engine gets it whole.
    pub fn awaits_names(&self) -> bool {
        self.left == Left::Names
    }

    /// Holds the names of the whole request to what the key is narrowed to.
    ///
    /// # Errors
    /// What is not the key's.
    pub fn admit(&self, names: &Names<'_>, database: &[u8]) -> Result<(), Refusal> {
        let Some(data) = self.data.as_ref().filter(|_| self.awaits_names()) else {
            return Ok(());
        };
        let (rpc, key) = (self.rpc, self.key.id());
        narrow::names(data, rpc, names, database).map_err(|why| Refusal::Narrowed { rpc, key, why })
    }

    /// Whether names read so far are in the way already. More may follow.
    ///
    /// # Errors
    /// What is not the key's.
    pub fn admit_so_far(&self, names: &Names<'_>, database: &[u8]) -> Result<(), Refusal> {
        let (rpc, key) = (self.rpc, self.key.id());
        let held = self.data.as_ref();
        let held = held.map_or(Ok(()), |data| narrow::names_so_far(data, names, database));
        held.map_err(|why| Refusal::Narrowed { rpc, key, why })
    }

    /// Whether the answer may hold names that are not the key's, so that it has to be cut down.
    pub fn awaits_answer(&self) -> bool {
        self.data.as_ref().is_some_and(|data| narrow::shows_more(data, self.rpc))
    }

    /// Leaves in a whole answer what the key may see.
    ///
    /// # Errors
    /// Nothing of it may be seen.
    pub fn cut_down(&self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let (rpc, key) = (self.rpc, self.key.id());
        let data = self.data.as_ref();
        data.map_or(Err(Narrowed::Answer), |data| narrow::answer(data, rpc, body))
            .map_err(|why| Refusal::Narrowed { rpc, key, why })
    }

    /// Whether the call would be allowed still: its key lives, opens the cluster, allows the RPC
    /// and what the request was found to name. A call whose names are not all read holds only if
    /// the key is narrowed as it was.
    pub fn holds(&self, view: &View, read: Option<Read<'_>>) -> bool {
        let Some(grant) = view.grant(self.key) else {
            return false;
        };
        if rule(view.grant_on(self.key, grant, &self.route), self.rpc).is_none() {
            return false;
        }
        let data = view.data_on(self.key, grant, &self.route);
        let Some(now) = data.as_ref().filter(|_| data != self.data) else {
            return true;
        };
        let place = Place { database: b"", databases: 1 };
        match (narrow::head(now, self.rpc, self.key.id(), place), read) {
            (Ok(Left::Nothing), _) => true,
            (Ok(Left::Names), Some(Read { names: Some(names), database })) => {
                !matches!(self.rpc.scope, Scope::Listed { .. })
                    && narrow::names(now, self.rpc, &names, database).is_ok()
            }
            _ => false,
        }
    }
}

/// Decides one call.
///
/// # Errors
/// The key's role lacks the privilege the RPC needs, or what the key is narrowed to has no place
/// for such a call.
pub fn authorize(
    identity: &Identity,
    route: &Arc<Route>,
    rpc: &'static Row,
    place: Place<'_>,
    view: &View,
) -> Result<Permit, Refusal> {
    let key = identity.key();
    // Asked again because a change may have come between the steps.
    let grant = view.grant(key).ok_or(Refusal::UnknownKey)?;
    let rule = rule(view.grant_on(key, grant, route), rpc);
    let rule = rule.ok_or(Refusal::PrivilegeMissing { rpc, key: key.id() })?;
    let data = view.data_on(key, grant, route);
    let left = match &data {
        Some(data) => narrow::head(data, rpc, key.id(), place)?,
        None => Left::Nothing,
    };
    Ok(Permit { key, route: route.clone(), rpc, rule, data, left })
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
