//! Who signed the request: a handler that takes [`Signed`] runs for authenticated callers only.

use super::app::App;
use super::layers::Who;
use super::problem::Problem;
use crate::caller::{Caller, Credential, identify};
use crate::command::sessions::client_name;
use crate::throttle;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use store::idempotency::Named;

/// An authenticated caller.
pub(crate) struct Signed(pub(crate) Caller);

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let From(address) = From::of(parts);
        let credential = presented(&parts.headers).or_else(|problem| {
            app.count(&of_address(address)).map_err(Problem::from).and(Err(problem))
        })?;
        let refusal = match credential {
            Credential::ApiKey(_) => Problem::illegal_key,
            Credential::Session(_) => Problem::invalid_token,
        };
        let found = app.see(move |desk| identify(desk, &credential, address)).await;
        let caller = match found {
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
                app.count(&of_address(address))?;
                return Err(refusal());
            }
            found => found?,
        };
        if let Some(who) = parts.extensions.get::<Who>() {
            who.is(caller.actor());
        }
        if parts.extensions.insert(Counted).is_none() {
            app.count(&caller.actor().to_string())?;
        }
        let named = parts.extensions.get::<Arc<Named>>();
        Ok(Self(match named {
            Some(named) => caller.for_named(Arc::clone(named)),
            None => caller,
        }))
    }
}

/// An authenticated caller, or nobody if the request carries no credential at all.
pub(crate) struct MaybeSigned(pub(crate) Option<Caller>);

impl FromRequestParts<Arc<App>> for MaybeSigned {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Ok(Self(None));
        }
        let Signed(caller) = Signed::from_request_parts(parts, app).await?;
        Ok(Self(Some(caller)))
    }
}

/// This request counts towards its caller's rate already.
#[derive(Clone)]
struct Counted;

/// The credential of a request: exactly one, or none is taken.
fn presented(headers: &HeaderMap) -> Result<Credential, Problem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Problem::illegal_key());
    };
    value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| Credential::parse(token.trim()))
        .ok_or_else(Problem::illegal_key)
}

/// What an anonymous caller's requests are counted by: its address, or all addresses that one
/// customer of IPv6 has.
pub(crate) fn of_address(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "somewhere".to_owned(), |address| throttle::network(address).to_string())
}

/// The program of the client in its own words, shortened and without control characters.
pub(crate) struct Client(pub(crate) String);

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        let words = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(client_name(words)))
    }
}

/// The address of the client.
pub(crate) struct From(pub(crate) Option<IpAddr>);

impl From {
    pub(super) fn of(parts: &Parts) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Self(peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()))
    }
}

impl FromRequestParts<Arc<App>> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        Ok(Self::of(parts))
    }
}
