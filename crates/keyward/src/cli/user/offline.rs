//! `keyward user … --offline`: on the data folder of a stopped server, in the operator's name.
//!
//! Whoever holds the folder and its master key may do this; it is recorded as the operator's act.

use super::{Act, OfUser};
use crate::clock::SystemClock;
use crate::data::{DataFolder, database, master_key};
use crate::entropy::SystemEntropy;
use control::command::account::Account;
use control::command::users::{self, ResetUser};
use control::{Caller, Desk};
use model::account::AccountState;
use model::name::Email;
use model::{Error, ErrorKind, UserId};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Store, Vault};

/// Does it, and answers as the API would.
pub(super) fn act(of: &OfUser, act: Act) -> Result<Value, Error> {
    let path = of.remote.data.folder();
    let named = of.database.address()?;
    if named.is_none() && !database::is_in(&path) {
        let sentence = format!("{} has no database: name the folder with --data", path.display());
        return Err(Error::new(ErrorKind::NotFound, sentence));
    }
    let folder = DataFolder::open(&path)?;
    let vault = Vault::new(&master_key::obtain(&folder, &SystemEntropy)?);
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let database = database::choose(&folder, named.as_ref())?;
    let store = Store::open_database(&database, vault, clock.clone(), entropy.clone())?;
    let id = find(&store, &of.user)?;
    let desk = Desk::new(store, clock, entropy)?;
    let operator = Caller::operator();
    match act {
        Act::Show => Ok(shown(&users::show(&desk, &operator, id)?)),
        Act::Reset { remove_second_factor } => {
            let request = ResetUser { user: id, remove_second_factor };
            let link = users::reset(&desk, &operator, request)?.into_value();
            let (token, expires) = (link.token.expose(), link.expires_at.to_string());
            Ok(json!({ "token": token, "expireTime": expires }))
        }
        // No gateway runs on a stopped server: the next start loads the change.
        Act::Disable => Ok(shown(&users::disable(&desk, &operator, id)?.into_value())),
        Act::Enable => Ok(shown(&users::enable(&desk, &operator, id)?.into_value())),
        Act::RemoveSecondFactor => {
            users::remove_second_factor(&desk, &operator, id)?;
            Ok(json!({}))
        }
        Act::EndSessions => Ok(json!({ "count": users::end_sessions(&desk, &operator, id)? })),
    }
}

fn find(store: &Store, named: &str) -> Result<UserId, Error> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let email = Email::new(named)?;
    let found = store.read(|reader| store::users::find_by_email(reader, &email))?;
    let missing = || Error::new(ErrorKind::NotFound, format!("there is no account with {email}"));
    Ok(found.ok_or_else(missing)?.id)
}

fn shown(account: &Account) -> Value {
    let organizations = account.memberships.iter().map(|membership| {
        json!({
            "organizationId": membership.organization.to_string(),
            "organizationName": membership.name.to_string(),
            "role": membership.role.as_str(),
        })
    });
    let active = account.user.state == AccountState::Active;
    json!({
        "userId": account.user.id.to_string(),
        "email": account.user.email.to_string(),
        "name": account.user.name,
        "status": if active { "ACTIVE" } else { "DISABLED" },
        "createTime": account.user.created_at.to_string(),
        "secondFactor": account.second_factor.is_some(),
        "recoveryCodesLeft": account.second_factor.map_or(0, |factor| factor.recovery_codes),
        "organizations": organizations.collect::<Vec<_>>(),
    })
}
