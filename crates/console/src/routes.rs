//! Every page on one page.

use crate::pages::{audit, clusters, home, keys, projects, sign_in, sign_out};
use crate::{assets, headers, problem};
use axum::Router;
use axum::middleware::map_response;
use axum::response::Redirect;
use axum::routing::{get, post};
use control::Front;

/// Where the console is.
pub const PREFIX: &str = "/console";

/// The console over the given commands, with the door `/` that leads to it.
pub fn router(front: Front) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/console/") }))
        .route(PREFIX, get(|| async { Redirect::to("/console/") }))
        .nest("/console/", pages().with_state(front))
}

fn pages() -> Router<Front> {
    Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-out", post(sign_out::submit))
        .route("/projects/{project}", get(projects::show))
        .route("/projects/{project}/keys", get(keys::list::show))
        .route("/projects/{project}/keys/new", get(keys::create::form).post(keys::create::submit))
        .route("/keys/{key}", get(keys::show::show))
        .route("/keys/{key}/view", post(keys::view::submit))
        .route("/keys/{key}/disable", post(keys::switch::disable))
        .route("/keys/{key}/enable", post(keys::switch::enable))
        .route("/keys/{key}/delete", get(keys::delete::form).post(keys::delete::submit))
        .route("/clusters/{cluster}", get(clusters::show::show))
        .route("/audit", get(audit::show))
        .route("/assets/{name}", get(assets::show))
        .fallback(problem::no_page)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(map_response(headers::guard))
}
