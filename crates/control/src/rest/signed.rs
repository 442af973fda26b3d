//! Who signed the request: a handler that takes [`Signed`] runs for authenticated callers only.

use super::app::App;
use super::layers::Who;
use super::problem::Problem;
use crate::caller::{Caller, Credential, identify};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// An authenticated caller.
pub(crate) struct Signed(pub(crate) Caller);

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let credential = presented(&parts.headers)?;
        let refusal = match credential {
            Credential::ApiKey(_) => Problem::illegal_key,
            Credential::Session(_) => Problem::invalid_token,
        };
        let From(address) = From::of(parts);
        let found = app.see(move |desk| identify(desk, &credential, address)).await;
        let caller = found.map_err(|problem| match problem.status() {
            StatusCode::UNAUTHORIZED => refusal(),
            _ => problem,
        })?;
        if let Some(who) = parts.extensions.get::<Who>() {
            who.is(caller.actor());
        }
        Ok(Self(caller))
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

/// The address of the client.
pub(crate) struct From(pub(crate) Option<IpAddr>);

impl From {
    fn of(parts: &Parts) -> Self {
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
