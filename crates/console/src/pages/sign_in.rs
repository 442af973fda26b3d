//! `/console/sign-in`

use crate::form::Form;
use crate::frame::Frame;
use crate::problem::{Page, render, sentence, shown};
use crate::routes::PREFIX;
use crate::session::{Address, Visitor, keep, over_tls};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use control::Front;
use control::command::SecondProof;
use control::command::sessions::{self, Ending, SignIn, SignedIn, client_name};
use model::name::Email;
use model::{Error, ErrorKind, SecretText};
use std::net::IpAddr;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Shown {
    frame: Frame,
    next: String,
    email: String,
    refusal: String,
}

/// The form.
pub(crate) async fn form(RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let mut fields = form_urlencoded::parse(query.as_bytes());
    let next = fields.find(|(name, _)| name == "next").map(|(_, value)| value.into_owned());
    shown(&page(own_path(next), String::new(), String::new()))
}

/// Signs in, and leads to where one wanted to go. The session that the browser had before ends: a
/// cookie is never worth more than one session.
pub(crate) async fn submit(
    State(front): State<Front>,
    before: Option<Visitor>,
    Address(address): Address,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Page> {
    let next = own_path(Some(form.text("next")?));
    let typed = form.text("email")?;
    let password = SecretText::new(form.text("password")?);
    let second = form.text("code")?;
    form.finish()?;
    let email = match Email::new(typed.trim()) {
        Ok(email) => email,
        Err(error) => return Ok(refused(next, typed, &error)),
    };
    let second = match Some(second.trim()).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => match SecondProof::parse(text) {
            Ok(proof) => Some(proof),
            Err(error) => return Ok(refused(next, typed, &error)),
        },
    };
    let client = client_name(headers.get(USER_AGENT).and_then(|value| value.to_str().ok()));
    match front.sign_in(SignIn { email, password, second, address, client }).await {
        Ok(SignedIn::CodeNeeded) => {
            let sentence = "your account has a second factor: enter a code as well";
            Ok(refused(next, typed, &Error::new(ErrorKind::Unauthenticated, sentence)))
        }
        Ok(SignedIn::Open(opened)) => {
            if let Some(Visitor { caller, .. }) = before {
                front.see(move |desk| sessions::close(desk, &caller, Ending::Own)).await?;
            }
            Ok(entering(&opened.token, &headers, &next)?)
        }
        Err(error) => match error.kind() {
            ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::LimitReached
            | ErrorKind::Invalid => Ok(refused(next, typed, &error)),
            _ => Err(Page::of(&error)),
        },
    }
}

/// Signs in somebody who chose their password on the page before. Where that is not enough, they
/// are led to the form.
pub(super) async fn enter(
    front: &Front,
    email: Email,
    password: SecretText,
    address: Option<IpAddr>,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let client = client_name(headers.get(USER_AGENT).and_then(|value| value.to_str().ok()));
    let request = SignIn { email, password, second: None, address, client };
    match front.sign_in(request).await? {
        SignedIn::Open(opened) => entering(&opened.token, headers, "/console/"),
        SignedIn::CodeNeeded => Ok(Redirect::to("/console/sign-in").into_response()),
    }
}

/// Leads into the console, with the session.
fn entering(token: &SecretText, headers: &HeaderMap, next: &str) -> Result<Response, Error> {
    let mut response = Redirect::to(next).into_response();
    let cookie = keep(token, over_tls(headers))
        .ok_or_else(|| Error::internal("a session token cannot stand in a header"))?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

fn refused(next: String, email: String, error: &Error) -> Response {
    let status = match error.kind() {
        ErrorKind::LimitReached => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        _ => StatusCode::UNAUTHORIZED,
    };
    render(status, &page(next, email, sentence(&error.message())))
}

fn page(next: String, email: String, refusal: String) -> Shown {
    Shown { frame: Frame::outside("Sign in"), next, email, refusal }
}

/// Where to go after signing in: a page of the console and nowhere else.
fn own_path(next: Option<String>) -> String {
    let plain = |path: &String| {
        path.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('/'))
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !path.contains("//")
            && !path.contains("/.")
    };
    next.filter(plain).unwrap_or_else(|| format!("{PREFIX}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_to_pages_of_the_console_only() {
        let to = |next: &str| own_path(Some(next.to_owned()));
        assert_eq!(to("/console/keys/key-a?x=1"), "/console/keys/key-a?x=1");
        for elsewhere in [
            "",
            "https://evil.example/console/",
            "//evil.example/console/",
            "/console",
            "/consolex/",
            "/console/\\evil",
            "/console//evil.example",
            "/console/../v2/projects",
            "/console/./..",
            "/console/\r\nSet-Cookie: a=b",
        ] {
            assert_eq!(to(elsewhere), "/console/", "{elsewhere:?}");
        }
    }
}
