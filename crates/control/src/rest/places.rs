//! `GET /v2/clouds` and `GET /v2/regions`: the one place where everything is.

use super::answer::Answer;
use super::clusters::REGION;
use super::problem::Problem;
use super::query::Query;
use super::signed::Signed;
use crate::describe::{Field, Operation};
use axum::http::{HeaderMap, header};
use schemars::JsonSchema;
use serde::Serialize;

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
    /// Where this API is, as the request came to it.
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
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    Ok(Answer::ok(vec![RegionBody {
        cloud_id: REGION,
        region_id: REGION,
        api_base_url: if host.is_empty() { String::new() } else { format!("http://{host}") },
        domain: name.to_owned(),
    }]))
}
