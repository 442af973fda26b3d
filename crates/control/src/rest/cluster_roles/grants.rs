//! `POST /v2/clusters/{id}/roles/{roleName}/grants`, and `DELETE` with the grant in the query.

use super::{CLUSTER, COLLECTION, DATABASE, OWNERS, PRIVILEGE, ROLE_NAME};
use crate::command::cluster_roles::{self, ChangeGrant};
use crate::describe::Operation;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::cluster_role::RoleName;
use model::grant::{Grant, GrantTarget, Granted, NameChoice};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Whether something changed, and since when every gateway goes by it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangedClusterGrant")]
pub(crate) struct Changed {
    /// False if it was so already.
    changed: bool,
    revocation: ReceiptBody,
}

/// [`grant`]
pub(crate) const GRANT: Operation =
    Operation::new("grantClusterPrivilege", "Grant a role of a cluster something")
        .about(
            "A right on the cluster is granted with database and collection `*`, one on databases \
             with collection `*`, and a named collection needs its database.",
        )
        .may(OWNERS)
        .path(&[CLUSTER, ROLE_NAME])
        .body(
            &[PRIVILEGE, DATABASE, COLLECTION],
            r#"{"privilege":"CollectionReadOnly","database":"default","collection":"docs"}"#,
        )
        .answers::<Changed>()
        .refuses(&[403, 404, 409, 429])
        .fenced();

/// [`revoke`]
pub(crate) const REVOKE: Operation =
    Operation::new("revokeClusterPrivilege", "Take back what is granted to a role of a cluster")
        .about("Exactly this grant; that the role does not have it is no fault.")
        .may(OWNERS)
        .path(&[CLUSTER, ROLE_NAME])
        .query(&[PRIVILEGE, DATABASE, COLLECTION])
        .answers::<Changed>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Grants a role something.
pub(crate) async fn grant(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, role): Targets<ClusterId, RoleName>,
    mut body: Object,
) -> Result<Answer<Changed>, Problem> {
    let what = body.parsed("privilege", Granted::new)?;
    let database = body.optional_parsed("database", NameChoice::new)?;
    let collection = body.optional_parsed("collection", NameChoice::new)?;
    body.finish()?;
    let request = ChangeGrant { cluster, role, grant: on(what, database, collection) };
    let (changed, receipt) =
        app.change(move |desk| cluster_roles::grant(desk, &caller, &request)).await?;
    let answer = Changed { changed, revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(answer, &receipt))
}

/// Takes a grant back.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, role): Targets<ClusterId, RoleName>,
    mut query: Query,
) -> Result<Answer<Changed>, Problem> {
    let what = query.required("privilege", Granted::new)?;
    let database = query.parsed("database", NameChoice::new)?;
    let collection = query.parsed("collection", NameChoice::new)?;
    query.finish()?;
    let request = ChangeGrant { cluster, role, grant: on(what, database, collection) };
    let (changed, receipt) =
        app.change(move |desk| cluster_roles::revoke(desk, &caller, &request)).await?;
    let answer = Changed { changed, revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(answer, &receipt))
}

fn on(what: Granted, database: Option<NameChoice>, collection: Option<NameChoice>) -> Grant {
    let any = |choice: Option<NameChoice>| choice.unwrap_or(NameChoice::Any);
    Grant { what, target: GrantTarget { database: any(database), collection: any(collection) } }
}
