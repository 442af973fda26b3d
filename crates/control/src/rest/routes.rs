//! Every route of the API on one page.

use super::app::App;
use super::{audit, clusters, health, keys, layers, problem::Problem, projects, sessions};
use crate::deps::Deps;
use axum::Router;
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use model::Error;
use std::sync::Arc;

/// One endpoint.
struct Route {
    method: Method,
    path: &'static str,
    handler: MethodRouter<Arc<App>>,
}

/// The REST API over the given parts.
///
/// Serve it with connection info (`into_make_service_with_connect_info::<SocketAddr>`), so that
/// attempts to sign in are counted, and acts recorded, by client address.
///
/// # Errors
/// `Internal` if no password can be hashed.
pub fn router(deps: Deps) -> Result<Router, Error> {
    let app = Arc::new(App::new(deps)?);
    let mut router = Router::new();
    for route in table() {
        router = router.route(route.path, route.handler);
    }
    let around = from_fn_with_state(Arc::clone(&app), layers::around);
    Ok(router
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(around)
        .with_state(app))
}

/// Method and path of every endpoint, for documentation and for tests that must miss none.
pub fn list() -> Vec<(Method, &'static str)> {
    let table = table().into_iter();
    table.map(|route| (route.method, route.path)).collect()
}

#[rustfmt::skip]
fn table() -> Vec<Route> {
    let mut table = vec![
        route(Method::GET, "/healthz", get(health::healthz)),
        route(Method::GET, "/metrics", get(health::metrics)),
        route(Method::POST, "/v2/sessions", post(sessions::open)),
        route(Method::DELETE, "/v2/sessions", delete(sessions::close)),
        route(Method::GET, "/v2/projects", get(projects::list)),
        route(Method::POST, "/v2/projects", post(projects::create)),
        route(Method::GET, "/v2/projects/{id}", get(projects::show)),
        route(Method::GET, "/v2/clusters", get(clusters::list)),
        route(Method::GET, "/v2/clusters/{id}", get(clusters::show)),
        route(Method::POST, "/v2/clusters/attach", post(clusters::attach)),
        route(Method::DELETE, "/v2/clusters/{id}/drop", delete(clusters::drop)),
        route(Method::GET, "/v2/audit", get(audit::list)),
    ];
    // The newest documentation of the managed cloud writes `api-keys`.
    table.extend([
        route(Method::GET, "/v2/api-keys", get(keys::list)),
        route(Method::POST, "/v2/api-keys", post(keys::create)),
        route(Method::GET, "/v2/api-keys/{id}", get(keys::show)),
        route(Method::PUT, "/v2/api-keys/{id}", put(keys::update)),
        route(Method::DELETE, "/v2/api-keys/{id}", delete(keys::delete)),
        route(Method::POST, "/v2/api-keys/{id}/view", post(keys::view)),
    ]);
    // Its Terraform provider writes `apiKeys`, and knows that a key is gone by the code in a 200
    // only.
    let gone = map_response(gone_is_an_answer);
    table.extend([
        route(Method::GET, "/v2/apiKeys", get(keys::list)),
        route(Method::POST, "/v2/apiKeys", post(keys::create)),
        route(Method::GET, "/v2/apiKeys/{id}", get(keys::show).layer(gone.clone())),
        route(Method::PUT, "/v2/apiKeys/{id}", put(keys::update).layer(gone.clone())),
        route(Method::DELETE, "/v2/apiKeys/{id}", delete(keys::delete).layer(gone)),
        route(Method::POST, "/v2/apiKeys/{id}/view", post(keys::view)),
    ]);
    table
}

fn route(method: Method, path: &'static str, handler: MethodRouter<Arc<App>>) -> Route {
    Route { method, path, handler }
}

async fn gone_is_an_answer(mut response: Response) -> Response {
    if response.status() == StatusCode::NOT_FOUND {
        *response.status_mut() = StatusCode::OK;
    }
    response
}

async fn no_route() -> Response {
    Problem::new(StatusCode::NOT_FOUND, "there is nothing at this path: the API is under /v2")
        .into_response()
}

async fn wrong_method() -> Response {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this path does not take this method")
        .into_response()
}
