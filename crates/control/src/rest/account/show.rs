//! `GET /v2/account` and `PATCH /v2/account`

use crate::command::account::{self, Account};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::account::AccountState;
use model::name::PersonName;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A person's account as the API writes it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Account")]
pub(crate) struct AccountBody {
    user_id: String,
    email: String,
    name: String,
    create_time: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_time: Option<String>,
    second_factor: bool,
    recovery_codes_left: u64,
    organizations: Vec<MembershipBody>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AccountMembership")]
struct MembershipBody {
    organization_id: String,
    organization_name: String,
    role: &'static str,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        let (status, disable_time) = match account.user.state {
            AccountState::Active => ("ACTIVE", None),
            AccountState::Disabled { since } => ("DISABLED", Some(since.to_string())),
        };
        let memberships = account.memberships.iter().map(|membership| MembershipBody {
            organization_id: membership.organization.to_string(),
            organization_name: membership.name.to_string(),
            role: membership.role.as_str(),
        });
        Self {
            user_id: account.user.id.to_string(),
            email: account.user.email.to_string(),
            name: account.user.name.clone(),
            create_time: account.user.created_at.to_string(),
            status,
            disable_time,
            second_factor: account.second_factor.is_some(),
            recovery_codes_left: account.second_factor.map_or(0, |factor| factor.recovery_codes),
            organizations: memberships.collect(),
        }
    }
}

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("getAccount", "Your account")
    .may("every person")
    .answers::<AccountBody>()
    .refuses(&[403]);

/// [`update`]
pub(crate) const UPDATE: Operation = Operation::new("updateAccount", "Give yourself another name")
    .may("every person with a session")
    .body(
        &[Field::text("name", "What you are called.").required().most(128)],
        r#"{"name":"Ada Lovelace"}"#,
    )
    .answers::<AccountBody>()
    .refuses(&[403]);

/// The caller's account.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
) -> Result<Answer<AccountBody>, Problem> {
    let account = app.see(move |desk| account::show(desk, &caller)).await?;
    Ok(Answer::ok(AccountBody::from(&account)))
}

/// Gives the caller another name.
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<Answer<AccountBody>, Problem> {
    let name = body.parsed("name", PersonName::new)?;
    body.finish()?;
    let account = app.see(move |desk| account::rename(desk, &caller, &name)).await?;
    Ok(Answer::ok(AccountBody::from(&account)))
}
