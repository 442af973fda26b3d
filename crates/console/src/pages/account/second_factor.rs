//! `/console/account/second-factor`: enrolling an authenticator app, its recovery codes, its end.
//!
//! Secret and codes are in the answers that made them, and nowhere else.

use super::{HOME, show};
use crate::form::Form;
use crate::frame::Frame;
use crate::problem::{Page, render, shown};
use crate::qr;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use control::Front;
use control::command::SecondProof;
use control::command::account::{Proof, totp};
use model::account::{RecoveryCode, TotpCode};
use model::{Error, SecretText};

#[derive(Template)]
#[template(path = "account/enrol.html")]
struct Enrol {
    frame: Frame,
    /// The code that apps read, right after the enrolment began.
    code: Option<qr::Drawn>,
    secret: String,
}

#[derive(Template)]
#[template(path = "account/codes.html")]
struct Codes {
    frame: Frame,
    list: Vec<String>,
    enrolled: bool,
}

/// Begins to enrol an app, and shows what it reads.
pub(crate) async fn enrol(
    State(front): State<Front>,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Page> {
    visitor.check(&mut form)?;
    let password = SecretText::new(form.text("password")?);
    form.finish()?;
    let caller = visitor.caller.clone();
    match front.prove(move |desk| totp::enrol(desk, &caller, password)).await {
        Ok(enrolment) => Ok(shown(&Enrol {
            frame: framed(&visitor, "Authenticator app"),
            code: qr::drawn(enrolment.uri.expose()),
            secret: enrolment.secret.expose().to_owned(),
        })),
        Err(error) => show::page(&front, &visitor, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// Ends the enrolment with a code of the app, and shows the recovery codes.
pub(crate) async fn confirm(
    State(front): State<Front>,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Page> {
    visitor.check(&mut form)?;
    let code = TotpCode::parse(form.text("code")?.trim());
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = match code {
        Ok(code) => front.see(move |desk| totp::confirm(desk, &caller, code)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(codes) => Ok(shown(&listed(&visitor, &codes, true))),
        Err(error) => {
            // The app has the secret by now, so that another code can be tried without it.
            let frame = framed(&visitor, "Authenticator app").refusing(told::refusal(&error)?);
            let again = Enrol { frame, code: None, secret: String::new() };
            Ok(render(StatusCode::BAD_REQUEST, &again))
        }
    }
}

/// Replaces the recovery codes, and shows them.
pub(crate) async fn renew_codes(
    State(front): State<Front>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let done = match proof(&visitor, form)? {
        Ok(proof) => front.prove(move |desk| totp::renew_codes(desk, &caller, &proof)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(codes) => Ok(shown(&listed(&visitor, &codes, false))),
        Err(error) => show::page(&front, &visitor, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// Takes the second factor off the account.
pub(crate) async fn disable(
    State(front): State<Front>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let done = match proof(&visitor, form)? {
        Ok(proof) => front.prove(move |desk| totp::disable(desk, &caller, &proof)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(told::went(HOME, "second-off")),
        Err(error) => show::page(&front, &visitor, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// What was typed to prove who one is: a code of the app, or a recovery code.
fn proof(visitor: &Visitor, mut form: Form) -> Result<Result<Proof, Error>, Page> {
    visitor.check(&mut form)?;
    let code = form.text("code")?;
    form.finish()?;
    Ok(SecondProof::parse(code.trim()).map(Proof::Second))
}

fn listed(visitor: &Visitor, codes: &[RecoveryCode], enrolled: bool) -> Codes {
    let list = codes.iter().map(|code| code.shown().expose().to_owned()).collect();
    Codes { frame: framed(visitor, "Recovery codes"), list, enrolled }
}

fn framed(visitor: &Visitor, title: &str) -> Frame {
    Frame::of(visitor, title).under("Account", HOME)
}
