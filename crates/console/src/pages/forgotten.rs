//! `/console/forgotten`: having a link sent, for whoever forgot their password.
//!
//! What this page says must be the same whatever address was typed.

use crate::form::Form;
use crate::frame::Frame;
use crate::problem::{Page, render, sentence, shown};
use crate::session::Address;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use control::Front;
use control::command::users::Forgotten;
use model::name::Email;
use model::{Error, ErrorKind};

#[derive(Template)]
#[template(path = "forgotten.html")]
struct Shown {
    frame: Frame,
    /// Whether letters are sent at all.
    letters: bool,
    /// Whether one was asked for.
    asked: bool,
    email: String,
    refusal: String,
}

fn page(letters: bool) -> Shown {
    let frame = Frame::outside("Forgotten password");
    Shown { frame, letters, asked: false, email: String::new(), refusal: String::new() }
}

/// The form, or whom to ask where no letters are sent.
pub(crate) async fn form(State(front): State<Front>) -> Response {
    shown(&page(front.sends_letters()))
}

/// Has a link sent.
pub(crate) async fn submit(
    State(front): State<Front>,
    Address(address): Address,
    mut form: Form,
) -> Result<Response, Page> {
    let typed = form.text("email")?;
    form.finish()?;
    let asked =
        Email::new(typed.trim()).and_then(|email| front.send_link(Forgotten { email, address }));
    match asked {
        Ok(()) => Ok(shown(&Shown { asked: true, ..page(true) })),
        Err(error) => refused(typed, &error, front.sends_letters()),
    }
}

fn refused(email: String, error: &Error, letters: bool) -> Result<Response, Page> {
    let status = match error.kind() {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::LimitReached => StatusCode::TOO_MANY_REQUESTS,
        _ => return Err(Page::of(error)),
    };
    let refusal = sentence(&error.message());
    Ok(render(status, &Shown { email, refusal, ..page(letters) }))
}
