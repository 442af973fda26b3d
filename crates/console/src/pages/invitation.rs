//! `/console/invitation`: taking up an invitation, as a new person or with one's account.
//!
//! The token arrives as on the page for choosing a password, and is never in an address that a
//! server sees.

use super::sign_in;
use crate::form::Form;
use crate::frame::Frame;
use crate::problem::{Page, render, shown};
use crate::session::{Address, Visitor};
use crate::told;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use control::Front;
use control::command::account;
use control::command::invitations::{self, NewPerson};
use model::name::PersonName;
use model::{Error, SecretText};
use std::net::IpAddr;

#[derive(Template)]
#[template(path = "invitation.html")]
struct Shown {
    frame: Frame,
    /// Whose account it would be taken up with; empty for a new person.
    email: String,
    typed: Typed,
}

/// What was typed, because a token cannot be had from the address again.
#[derive(Default)]
struct Typed {
    token: String,
    name: String,
}

/// The form.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Option<Visitor>,
) -> Result<Response, Page> {
    Ok(shown(&page(&front, visitor.as_ref(), String::new(), Typed::default()).await?))
}

/// Takes it up.
pub(crate) async fn submit(
    State(front): State<Front>,
    Address(address): Address,
    visitor: Option<Visitor>,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Page> {
    let mut typed = Typed { token: form.text("token")?, name: String::new() };
    let token = invitations::token(typed.token.trim()).ok_or_else(|| {
        Error::invalid("that is no invitation: open the whole link, from https to its end")
    });
    if let Some(visitor) = visitor {
        visitor.check(&mut form)?;
        form.finish()?;
        let caller = visitor.caller.clone();
        let done = match token {
            Ok(token) => front
                .change(move |desk| invitations::accept(desk, &caller, &token, false))
                .await
                .map(|_| ()),
            Err(error) => Err(error),
        };
        return match done {
            Ok(()) => Ok(Redirect::to("/console/").into_response()),
            Err(error) => refused(&front, Some(&visitor), &error, typed).await,
        };
    }
    typed.name = form.text("name")?;
    let password = SecretText::new(form.text("password")?);
    form.finish()?;
    match join(&front, token, &typed.name, password, address, &headers).await {
        Ok(response) => Ok(response),
        Err(error) => refused(&front, None, &error, typed).await,
    }
}

/// Makes the account and signs in to it.
async fn join(
    front: &Front,
    token: Result<SecretText, Error>,
    name: &str,
    password: SecretText,
    address: Option<IpAddr>,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let person = NewPerson { name: PersonName::new(name.trim())?, password: password.clone() };
    let (accepted, _) = front.join(token?, person, address).await?;
    sign_in::enter(front, accepted.user.email, password, address, headers).await
}

async fn refused(
    front: &Front,
    visitor: Option<&Visitor>,
    error: &Error,
    typed: Typed,
) -> Result<Response, Page> {
    // What cannot be found here is the invitation, and saying so is the answer.
    let refusal = match error.kind() {
        model::ErrorKind::NotFound | model::ErrorKind::Forbidden => told::words(error),
        _ => told::refusal(error)?,
    };
    Ok(render(StatusCode::BAD_REQUEST, &page(front, visitor, refusal, typed).await?))
}

async fn page(
    front: &Front,
    visitor: Option<&Visitor>,
    refusal: String,
    typed: Typed,
) -> Result<Shown, Page> {
    let title = "Join an organization";
    let Some(visitor) = visitor else {
        let frame = Frame::outside(title).refusing(refusal);
        return Ok(Shown { frame, email: String::new(), typed });
    };
    let caller = visitor.caller.clone();
    let account = front.see(move |desk| account::show(desk, &caller)).await?;
    let frame = Frame::of(visitor, title).refusing(refusal);
    Ok(Shown { frame, email: account.user.email.to_string(), typed })
}
