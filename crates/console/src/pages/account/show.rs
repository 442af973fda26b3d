//! `/console/account`: who one is, with the forms for name and password.

use super::HOME;
use crate::form::Form;
use crate::frame::Frame;
use crate::pages::when;
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use control::command::account::{self, ChangePassword};
use control::command::sessions;
use control::{Front, Page as ListPage};
use model::name::PersonName;
use model::{Error, OrganizationRole, SecretText};

/// How many sessions are shown: as many as a person can have.
const MOST_SESSIONS: u32 = 100;

#[derive(Template)]
#[template(path = "account/show.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    email: String,
    memberships: Vec<Membership>,
    second_factor: bool,
    recovery_codes: u64,
    sessions: Vec<Session>,
}

struct Membership {
    organization: String,
    name: String,
    role: &'static str,
}

struct Session {
    id: String,
    client: String,
    address: String,
    opened: String,
    seen: String,
    own: bool,
}

/// The account.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    page(&front, &visitor, Said::in_query(&Query::parse(query.as_deref()))).await
}

/// Renames the person.
pub(crate) async fn rename(
    State(front): State<Front>,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Page> {
    visitor.check(&mut form)?;
    let name = PersonName::new(form.text("name")?.trim());
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = match name {
        Ok(name) => front.see(move |desk| account::rename(desk, &caller, &name)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(told::went(HOME, "renamed")),
        Err(error) => page(&front, &visitor, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// Sets another password.
pub(crate) async fn change_password(
    State(front): State<Front>,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Page> {
    visitor.check(&mut form)?;
    let old = SecretText::new(form.text("old")?);
    let new = SecretText::new(form.text("new")?);
    let again = SecretText::new(form.text("again")?);
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = if new.matches(&again) {
        let request = ChangePassword { old, new };
        front.prove(move |desk| account::change_password(desk, &caller, request)).await
    } else {
        Err(Error::invalid("the two new passwords differ: type the same one twice"))
    };
    match done {
        Ok(()) => Ok(told::went(HOME, "password")),
        Err(error) => page(&front, &visitor, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// The page, with what came of what was asked for.
pub(super) async fn page(front: &Front, visitor: &Visitor, said: Said) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (account, (sessions, own)) = front
        .see(move |desk| {
            let account = account::show(desk, &caller)?;
            let page = ListPage::new(1, MOST_SESSIONS)?;
            Ok((account, sessions::list(desk, &caller, page)?))
        })
        .await?;
    let session = |session: &_| -> Session { described(session, own) };
    let membership = |one: &account::Membership| Membership {
        organization: one.organization.to_string(),
        name: one.name.to_string(),
        role: OrganizationRole::as_str(one.role),
    };
    let page = Shown {
        frame: Frame::of(visitor, "Account").saying(&said),
        id: account.user.id.to_string(),
        name: account.user.name.clone(),
        email: account.user.email.to_string(),
        memberships: account.memberships.iter().map(membership).collect(),
        second_factor: account.second_factor.is_some(),
        recovery_codes: account.second_factor.map_or(0, |factor| factor.recovery_codes),
        sessions: sessions.items.iter().map(session).collect(),
    };
    Ok(render(said.status(), &page))
}

fn described(session: &control::Session, own: Option<model::SessionId>) -> Session {
    Session {
        id: session.id.to_string(),
        client: session.client.clone(),
        address: session.address.clone().unwrap_or_default(),
        opened: when(session.created_at),
        seen: when(session.last_seen_at),
        own: own == Some(session.id),
    }
}
