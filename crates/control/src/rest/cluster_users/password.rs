//! `POST /v2/clusters/{id}/users/{username}/password`

use super::{CLUSTER, OWNERS, PASSWORD, USERNAME, UserBody, UserWithPassword};
use crate::command::cluster_users::{self, ChangeClusterPassword};
use crate::describe::Operation;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{ClusterId, SecretText};
use std::sync::Arc;

/// [`set_password`]
pub(crate) const SET_PASSWORD: Operation =
    Operation::new("setClusterUserPassword", "Give a user of a cluster another password")
        .about(
            "When the answer arrives, no gateway takes the old one. A cluster from before there \
             were users gets its `db_admin` so.",
        )
        .may(OWNERS)
        .path(&[CLUSTER, USERNAME])
        .body(&[PASSWORD], "{}")
        .answers::<UserWithPassword>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Gives a user of a cluster another password.
pub(crate) async fn set_password(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, ClusterUserName>,
    mut body: Object,
) -> Result<Answer<UserWithPassword>, Problem> {
    let new = body
        .optional_parsed("password", |text| ClusterPassword::new(SecretText::new(text.to_owned())))
        .map_err(Problem::about_password)?;
    body.finish()?;
    let request = ChangeClusterPassword { cluster, name, old: None, new };
    let _place = app.hashing().await?;
    let (set, receipt) =
        app.change(move |desk| cluster_users::change_password(desk, &caller, request)).await?;
    let answer = UserWithPassword {
        user: UserBody::from(&set.user),
        password: set.generated.map(|password| password.expose().to_owned()),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(answer, &receipt))
}
