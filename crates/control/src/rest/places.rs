//! `GET /v2/clouds` and `GET /v2/regions`: the one place where everything is.

use super::answer::Answer;
use super::app::App;
use super::clusters::REGION;
use super::problem::Problem;
use super::query::Query;
use super::signed::Signed;
use crate::describe::{Field, Operation};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A cloud. There is one: wherever Keyward runs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Cloud")]
pub(crate) struct CloudBody {
    cloud_id: &'static str,
    description: &'static str,
}

/// A region. There is one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Region")]
pub(crate) struct RegionBody {
    cloud_id: &'static str,
    region_id: &'static str,
    /// Where this API is: the address the operator has named if that is encrypted, else as the
    /// request came to it.
    api_base_url: String,
    /// The host of that address.
    domain: String,
}

/// [`clouds`]
pub(crate) const CLOUDS: Operation = Operation::new("listClouds", "The clouds there are")
    .about("One: wherever Keyward runs. A bare array, as the managed cloud answers.")
    .answers::<Vec<CloudBody>>();

/// [`regions`]
pub(crate) const REGIONS: Operation = Operation::new("listRegions", "The regions of a cloud")
    .about("One. A bare array, as the managed cloud answers.")
    .query(&[Field::text("cloudId", "Regions of this cloud only: `self-hosted`.")])
    .answers::<Vec<RegionBody>>();

/// The one cloud.
pub(crate) async fn clouds(_: Signed) -> Answer<Vec<CloudBody>> {
    let description = "The machines that this Keyward and its clusters run on";
    Answer::ok(vec![CloudBody { cloud_id: REGION, description }])
}

/// The one region; none of a cloud that is not there.
pub(crate) async fn regions(
    State(app): State<Arc<App>>,
    _: Signed,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Answer<Vec<RegionBody>>, Problem> {
    let elsewhere = query.text("cloudId").is_some_and(|cloud| cloud != REGION);
    query.finish()?;
    if elsewhere {
        return Ok(Answer::ok(Vec::new()));
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (api_base_url, domain) = here(app.public_url(), host);
    Ok(Answer::ok(vec![RegionBody { cloud_id: REGION, region_id: REGION, api_base_url, domain }]))
}

/// Where this API is, and its host. Behind something that ends TLS a request does not show that it
/// came encrypted, so an encrypted address that the operator named counts more.
fn here(public_url: &str, host: &str) -> (String, String) {
    let (url, host) = match public_url.strip_prefix("https://") {
        Some(rest) => (public_url.to_owned(), rest.split('/').next().unwrap_or_default()),
        None if host.is_empty() => (String::new(), host),
        None => (format!("http://{host}"), host),
    };
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    (url, port.map_or(host, |(name, _)| name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_address_that_was_named_counts_more_than_the_request() {
        for (named, host, url, domain) in [
            ("http://127.0.0.1:8080", "kw.example:8080", "http://kw.example:8080", "kw.example"),
            ("http://127.0.0.1:8080", "[::1]:8080", "http://[::1]:8080", "[::1]"),
            ("http://127.0.0.1:8080", "[::1]", "http://[::1]", "[::1]"),
            ("http://127.0.0.1:8080", "", "", ""),
            ("https://kw.example", "10.0.0.1:8080", "https://kw.example", "kw.example"),
            ("https://kw.example:8443/a", "10.0.0.1", "https://kw.example:8443/a", "kw.example"),
        ] {
            assert_eq!(here(named, host), (url.to_owned(), domain.to_owned()));
        }
    }
}
