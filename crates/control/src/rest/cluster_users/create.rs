//! `POST /v2/clusters/{id}/users`

use super::{CLUSTER, OWNERS, PASSWORD, USERNAME, UserBody, UserWithPassword};
use crate::command::cluster_users::{self, CreateClusterUser};
use crate::describe::{Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::cluster_role::RoleName;
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{ClusterId, SecretText};
use std::sync::Arc;

/// [`create`]
pub(crate) const CREATE: Operation =
    Operation::new("createClusterUser", "Make a user of a cluster")
        .about("The user signs in to the cluster's data path with `user:password` as the token.")
        .may(OWNERS)
        .path(&[CLUSTER])
        .body(
            &[USERNAME, PASSWORD, Field::texts("roles", "The names of the roles it is to have.")],
            r#"{"username":"ada","roles":["db_ro"]}"#,
        )
        .answers::<UserWithPassword>()
        .refuses(&[403, 404, 409, 429])
        .creates()
        .fenced();

/// Makes a user of a cluster.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(cluster): Target<ClusterId>,
    mut body: Object,
) -> Result<Answer<UserWithPassword>, Problem> {
    let name = body.parsed("username", ClusterUserName::new)?;
    let password = body
        .optional_parsed("password", |text| ClusterPassword::new(SecretText::new(text.to_owned())))
        .map_err(Problem::about_password)?;
    let mut roles = Vec::new();
    for role in body.texts("roles")? {
        let named = RoleName::new(&role);
        roles.push(named.map_err(|_| body.refuse("roles", "must be names of roles"))?);
    }
    body.finish()?;
    let request = CreateClusterUser { cluster, name, password, roles };
    let _place = app.hashing().await?;
    let (made, receipt) =
        app.change(move |desk| cluster_users::create(desk, &caller, request)).await?;
    let answer = UserWithPassword {
        user: UserBody::from(&made.user),
        password: made.generated.map(|password| password.expose().to_owned()),
        revocation: ReceiptBody::from(&receipt),
    };
    let once = answer.password.is_some();
    let answer = Answer::changed(answer, &receipt);
    Ok(if once { answer.shown_once() } else { answer })
}
