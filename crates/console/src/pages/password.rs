//! `/console/password`: choosing a password with a reset token, as the owner does on the first run
//! and everybody who was sent one.
//!
//! The token arrives behind the `#` of the address, which browsers keep to themselves; the script
//! moves it into the form and out of the browser's history. Without the script people paste it.

use super::sign_in;
use crate::form::Form;
use crate::frame::Frame;
use crate::problem::{Page, render, shown};
use crate::session::Address;
use crate::told;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use control::Front;
use control::command::users::Redeem;
use model::{Error, SecretText};

#[derive(Template)]
#[template(path = "password.html")]
struct Shown {
    frame: Frame,
    /// What was typed, because it cannot be had from the address again.
    token: String,
}

/// The form.
pub(crate) async fn form() -> Response {
    shown(&Shown { frame: Frame::outside("Choose a password"), token: String::new() })
}

/// Sets the password and signs in.
pub(crate) async fn submit(
    State(front): State<Front>,
    Address(address): Address,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Page> {
    let typed = form.text("token")?.trim().to_owned();
    let password = SecretText::new(form.text("password")?);
    let again = SecretText::new(form.text("again")?);
    form.finish()?;
    let done = if password.matches(&again) {
        let password = password.clone();
        front.redeem(Redeem { token: SecretText::new(typed.clone()), password, address }).await
    } else {
        Err(Error::invalid("the two passwords differ: type the same one twice"))
    };
    match done {
        Ok(user) => Ok(sign_in::enter(&front, user.email, password, address, &headers).await?),
        Err(error) => {
            let frame = Frame::outside("Choose a password").refusing(told::refusal(&error)?);
            Ok(render(StatusCode::BAD_REQUEST, &Shown { frame, token: typed }))
        }
    }
}
