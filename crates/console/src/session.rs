//! Who looks at a page: the session in the browser's cookie.
//!
//! The cookie is for these pages only, cannot be read by a script, and never opens the REST API.

use crate::csrf;
use crate::form::Form;
use crate::problem::Page;
use crate::routes::PREFIX;
use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use control::{Caller, Committed, Desk, Front, Receipt};
use model::{Error, ErrorKind, SecretText};
use std::net::{IpAddr, SocketAddr};

const COOKIE_NAME: &str = "keyward_session";

/// A signed-in person.
pub(crate) struct Visitor {
    /// Whom commands are run for.
    pub(crate) caller: Caller,
    session: SecretText,
}

impl Visitor {
    /// The token that forms on the page carry.
    pub(crate) fn form_token(&self) -> String {
        csrf::token(&self.session)
    }

    /// Makes sure that a form was made for this session.
    ///
    /// # Errors
    /// `Forbidden` for any other form.
    pub(crate) fn check(&self, form: &mut Form) -> Result<(), Error> {
        if csrf::matches(&self.session, &form.text("form_token")?) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Forbidden,
            "the form belongs to another session: open the page again and repeat",
        ))
    }
}

impl Visitor {
    /// Runs a command in the visitor's name with what was typed, if that could be read, and waits
    /// until the change holds on every gateway.
    ///
    /// # Errors
    /// Why it could not be read; those of the command.
    pub(crate) async fn change<R, T, F>(
        &self,
        front: &Front,
        typed: Result<R, Error>,
        command: F,
    ) -> Result<(T, Receipt), Error>
    where
        R: Send + 'static,
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller, R) -> Result<Committed<T>, Error> + Send + 'static,
    {
        let (request, caller) = (typed?, self.caller.clone());
        front.change(move |desk| command(desk, &caller, request)).await
    }
}

/// What is answered to somebody who is not signed in, or whose question failed.
pub(crate) enum Away {
    /// To the sign-in page, and back afterwards.
    SignIn(String),
    /// Something else is wrong.
    Problem(Page),
}

impl IntoResponse for Away {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(next) => {
                let query: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
                Redirect::to(&format!("{PREFIX}/sign-in?next={query}")).into_response()
            }
            Self::Problem(page) => page.into_response(),
        }
    }
}

impl FromRequestParts<Front> for Visitor {
    type Rejection = Away;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Away> {
        // Only a page that is looked at can be come back to.
        let back = match (parts.method.is_safe(), parts.uri.path_and_query()) {
            (true, Some(path)) => format!("{PREFIX}{path}"),
            _ => format!("{PREFIX}/"),
        };
        let Some(session) = cookie(&parts.headers) else {
            return Err(Away::SignIn(back));
        };
        let Address(address) = Address::of(parts);
        match front.caller(session.expose(), address).await {
            Ok(caller) => Ok(Self { caller, session }),
            Err(error) if error.kind() == ErrorKind::Unauthenticated => Err(Away::SignIn(back)),
            Err(error) => Err(Away::Problem(Page::of(&error))),
        }
    }
}

/// Whoever looks, signed in or not.
impl OptionalFromRequestParts<Front> for Visitor {
    type Rejection = Away;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Option<Self>, Away> {
        match <Self as FromRequestParts<Front>>::from_request_parts(parts, front).await {
            Ok(visitor) => Ok(Some(visitor)),
            Err(Away::SignIn(_)) => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

/// The address of the browser.
pub(crate) struct Address(pub(crate) Option<IpAddr>);

impl Address {
    fn of(parts: &Parts) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Self(peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()))
    }
}

impl FromRequestParts<Front> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &Front,
    ) -> Result<Self, std::convert::Infallible> {
        Ok(Self::of(parts))
    }
}

/// The session in the cookie, if there is one that could be.
fn cookie(headers: &HeaderMap) -> Option<SecretText> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut ours = pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE_NAME);
    let (_, value) = ours.next()?;
    // Two of them: one was planted by somebody else.
    if ours.next().is_some() {
        return None;
    }
    match control::Credential::parse(value) {
        Some(control::Credential::Session(token)) => Some(token),
        _ => None,
    }
}

/// The header that keeps a session in the browser until the browser is closed or it ends.
pub(crate) fn keep(token: &SecretText, over_tls: bool) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!(
        "{COOKIE_NAME}={}; Path={PREFIX}; HttpOnly; SameSite=Lax{}",
        token.expose(),
        if over_tls { "; Secure" } else { "" }
    ))
    .ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The header that takes the session out of the browser.
pub(crate) fn forget() -> HeaderValue {
    HeaderValue::from_static("keyward_session=; Path=/console; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Whether a proxy in front says that the browser came over TLS. Who says so wrongly only keeps
/// their own browser from sending the cookie in the clear.
pub(crate) fn over_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes() == b"https")
}
