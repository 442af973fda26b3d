//! Step 5: may this caller make this call on this cluster?
//!
//! The permit is the proof: the engine opens an upstream stream only with one, and the rule that
//! allowed the call is what logs and metrics show. Keys are decided by their role and what they are
//! narrowed to, users by their grants ([`super::granted`]). In-flight calls are decided again, by
//! the same functions, when what their caller may do has changed.

use super::explain::GRANTS;
use super::identity::{Caller, Identity};
use super::narrow::{self, Left, Place, meant};
use super::{granted, own};
use crate::desk::DataCaller;
use crate::table::{Grant, KeyHandle, Route, User, View};
use milvus::refusal::{Narrowed, Refusal};
use milvus::rpc::{Class, Row, Scope};
use milvus::scan::Names;
use model::scope::DataScope;
use std::sync::Arc;

/// Proof that a call passed every step.
#[derive(Clone, Debug)]
pub struct Permit {
    holder: Holder,
    route: Arc<Route>,
    rpc: &'static Row,
    rule: &'static str,
    left: Left,
}

/// Who holds a permit, and what of the cluster's data it is for.
#[derive(Clone, Debug)]
enum Holder {
    /// A key, and to what it is narrowed.
    Key(KeyHandle, Option<Arc<DataScope>>),
    /// A user, with its rights as they were.
    User(Arc<User>),
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
    /// Who presented a credential.
    pub fn caller(&self) -> Caller {
        match &self.holder {
            Holder::Key(key, _) => Caller::Key(*key),
            Holder::User(user) => Caller::User(Arc::clone(user)),
        }
    }

    /// The id of who presented a credential.
    pub fn caller_id(&self) -> DataCaller {
        match &self.holder {
            Holder::Key(key, _) => DataCaller::Key(key.id()),
            Holder::User(user) => DataCaller::User(user.id),
        }
    }

    /// The key that was presented, if it was one.
    pub fn key(&self) -> Option<KeyHandle> {
        match &self.holder {
            Holder::Key(key, _) => Some(*key),
            Holder::User(_) => None,
        }
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

    /// Whether the call goes to the desk that answers for users and roles, and to no engine.
    pub fn is_for_desk(&self) -> bool {
        matches!(self.rpc.class, Class::Identity { .. })
    }

    /// Holds the names of the whole request to what the caller may do.
    ///
    /// # Errors
    /// What is not the caller's.
    pub fn admit(&self, names: &Names<'_>, database: &[u8]) -> Result<(), Refusal> {
        if !self.awaits_names() {
            return Ok(());
        }
        match &self.holder {
            Holder::Key(key, data) => {
                let held = data.as_ref();
                let held =
                    held.map_or(Ok(()), |data| narrow::names(data, self.rpc, names, database));
                self.narrowed(*key, held)
            }
            Holder::User(user) => granted::names(user, self.rpc, names, database),
        }
    }

    /// Whether names read so far are in the way already. More may follow.
    ///
    /// # Errors
    /// What is not the caller's.
    pub fn admit_so_far(&self, names: &Names<'_>, database: &[u8]) -> Result<(), Refusal> {
        match &self.holder {
            Holder::Key(key, data) => {
                let held = data.as_ref();
                let held = held.map_or(Ok(()), |data| narrow::names_so_far(data, names, database));
                self.narrowed(*key, held)
            }
            Holder::User(user) => granted::names_so_far(user, self.rpc, names, database),
        }
    }

    /// Holds the whole message of an RPC for the desk to what the caller may ask.
    ///
    /// # Errors
    /// It is about somebody else.
    pub fn admit_message(&self, message: &[u8]) -> Result<(), Refusal> {
        match &self.holder {
            Holder::User(user)
                if self.left == Left::Own && !own::is_own(self.rpc.rpc, message, user) =>
            {
                Err(granted::lacks(self.rpc, user, b""))
            }
            Holder::User(_) | Holder::Key(..) => Ok(()),
        }
    }

    fn narrowed<T>(&self, key: KeyHandle, held: Result<T, Narrowed>) -> Result<T, Refusal> {
        held.map_err(|why| Refusal::Narrowed { rpc: self.rpc, key: key.id(), why })
    }

    /// Whether the answer may hold names that are not the caller's, so that it has to be cut down.
    pub fn awaits_answer(&self) -> bool {
        match &self.holder {
            Holder::Key(_, data) => {
                data.as_ref().is_some_and(|data| narrow::shows_more(data, self.rpc))
            }
            Holder::User(_) => granted::shows_more(self.rpc, self.left),
        }
    }

    /// Whether it is for requests about the caller itself only.
    pub fn is_own_only(&self) -> bool {
        self.left == Left::Own
    }

    /// What the names have to match that are left in the answer to a request about this database;
    /// `None` if the answer is not cut down.
    pub fn sees(&self, database: &[u8]) -> Option<Vec<String>> {
        let Scope::Listed { answer } = self.rpc.scope else {
            return None;
        };
        if !self.awaits_answer() {
            return None;
        }
        match &self.holder {
            Holder::Key(_, data) => data.as_ref().map(|data| narrow::seen(data, answer)),
            Holder::User(user) => Some(granted::seen(user, answer, meant(b"", database))),
        }
    }

    /// Leaves in a whole answer what the caller may see, after this request.
    ///
    /// # Errors
    /// Nothing of it may be seen.
    pub fn cut_down(&self, asked: Read<'_>, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        match &self.holder {
            Holder::Key(key, data) => {
                let data = data.as_ref().ok_or(Narrowed::Answer);
                self.narrowed(*key, data.and_then(|data| narrow::answer(data, self.rpc, body)))
            }
            Holder::User(user) => {
                let named =
                    asked.names.map_or(("", ""), |names| (names.database, names.collection));
                let about = (meant(named.0.as_bytes(), asked.database), named.1.as_bytes());
                granted::answer(user, self.rpc, about, body)
            }
        }
    }

    /// Whether the call would be allowed still: its caller lives, opens the cluster, allows the RPC
    /// and what the request was found to name. A call whose names are not all read holds only if
    /// the caller may do what it could.
    pub fn holds(&self, view: &View, read: Option<Read<'_>>) -> bool {
        match &self.holder {
            Holder::Key(key, data) => self.key_holds(*key, data.as_ref(), view, read),
            Holder::User(user) => self.user_holds(user, view, read),
        }
    }

    fn key_holds(
        &self,
        key: KeyHandle,
        data: Option<&Arc<DataScope>>,
        view: &View,
        read: Option<Read<'_>>,
    ) -> bool {
        let Some(grant) = view.grant(key) else {
            return false;
        };
        let (opens, present) = view.right_on(key, grant, &self.route);
        if rule(opens, self.rpc).is_none() {
            return false;
        }
        let Some(now) = present.as_ref().filter(|now| Some(*now) != data) else {
            return true;
        };
        let left = narrow::head(now, self.rpc, key.id(), NOWHERE);
        self.holds_by(left, read, |names, database| {
            narrow::names(now, self.rpc, names, database).is_ok()
        })
    }

    fn user_holds(&self, user: &User, view: &View, read: Option<Read<'_>>) -> bool {
        let now = view.user(user.cluster, user.name.as_bytes());
        let Some(now) = now.filter(|now| now.is_still(user)) else {
            return false;
        };
        if now.rights == user.rights && now.roles == user.roles {
            return true;
        }
        let left = granted::head(now, self.rpc, NOWHERE);
        self.holds_by(left, read, |names, database| {
            granted::names(now, self.rpc, names, database).is_ok()
        })
    }

    fn holds_by(
        &self,
        left: Result<Left, Refusal>,
        read: Option<Read<'_>>,
        admits: impl FnOnce(&Names<'_>, &[u8]) -> bool,
    ) -> bool {
        match (left, read) {
            (Ok(Left::Nothing), _) => true,
            (Ok(Left::Own), _) => self.left == Left::Own,
            (Ok(Left::Names), Some(Read { names: Some(names), database })) => {
                !matches!(self.rpc.scope, Scope::Listed { .. }) && admits(&names, database)
            }
            _ => false,
        }
    }
}

/// What a call in flight says of databases in its metadata was looked at when it came.
const NOWHERE: Place<'static> = Place { database: b"", databases: 1 };

/// Decides one call by a key.
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
    let (opens, data) = view.right_on(key, grant, route);
    let rule = rule(opens, rpc).ok_or(Refusal::PrivilegeMissing { rpc, key: key.id() })?;
    let left = match &data {
        // What the desk answers is judged there, by what the key may manage.
        Some(_) if matches!(rpc.class, Class::Identity { .. }) => Left::Nothing,
        Some(data) => narrow::head(data, rpc, key.id(), place)?,
        None => Left::Nothing,
    };
    Ok(Permit { holder: Holder::Key(key, data), route: route.clone(), rpc, rule, left })
}

/// Decides one call by a user of the cluster.
///
/// # Errors
/// The user's grants do not cover it.
pub fn authorize_user(
    user: &Arc<User>,
    route: &Arc<Route>,
    rpc: &'static Row,
    place: Place<'_>,
) -> Result<Permit, Refusal> {
    let left = granted::head(user, rpc, place)?;
    let rule = match (left, granted::privilege(rpc)) {
        (Left::Own, _) => "the user itself",
        (_, Some(_)) => GRANTS,
        (_, None) => "any user",
    };
    let holder = Holder::User(Arc::clone(user));
    Ok(Permit { holder, route: route.clone(), rpc, rule, left })
}

/// The rule that allows the RPC under what the key opens of the cluster, if any does.
fn rule(grant: Grant, rpc: &Row) -> Option<&'static str> {
    match (rpc.class, grant) {
        (Class::Refused { .. }, _) | (_, Grant::Nothing | Grant::Several) => None,
        (Class::Identity { .. }, _) => Some("for Keyward to decide"),
        (Class::Authenticated, _) => Some("any key"),
        (Class::Forward { .. }, Grant::Organization(_)) => Some("organization owner"),
        (Class::Forward { privilege }, grant) => {
            let role = grant.role()?;
            role.privileges().contains(privilege).then_some(role.as_str())
        }
    }
}
