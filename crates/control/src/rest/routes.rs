//! Every route of the API on one page, each with its description.
//!
//! To add one: its line in [`table`]; the description stands next to the handler
//! (`crate::describe`).

use super::app::App;
use super::{
    account, audit, cluster_roles, cluster_users, clusters, document, health, invitations, keys,
    layers, members, organizations, personal_keys, places, privilege_groups, problem::Problem,
    project_members, projects, repeat, sessions, usage, users, whitelist,
};
use crate::deps::Deps;
use crate::describe::Operation;
use crate::front::Front;
use axum::Router;
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use model::Error;
use std::sync::Arc;

/// One endpoint, as documentation and tests see it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its method; `GET` answers `HEAD` too.
    pub method: Method,
    /// Its path, with names in braces.
    pub path: &'static str,
    /// What it does.
    pub operation: &'static Operation,
    /// Whether "there is no such thing" is answered as a 200 with the code 404.
    pub gone_in_200: bool,
}

/// One endpoint and what runs it.
struct Route {
    method: Method,
    path: &'static str,
    handler: MethodRouter<Arc<App>>,
    operation: &'static Operation,
    gone_in_200: bool,
}

/// The REST API over the given parts.
///
/// Serve it with connection info (`into_make_service_with_connect_info::<SocketAddr>`), so that
/// attempts to sign in are counted, and acts recorded, by client address.
///
/// # Errors
/// `Internal` if no password can be hashed.
pub fn router(deps: Deps) -> Result<Router, Error> {
    router_beside(deps, |_| Router::new())
}

/// The REST API, and beside it the pages of another front over the same commands. What surrounds
/// every request of the API (bounds, request id, log line) surrounds the other front's too.
///
/// # Errors
/// `Internal` if no password can be hashed.
pub fn router_beside(deps: Deps, beside: impl FnOnce(Front) -> Router) -> Result<Router, Error> {
    let app = Arc::new(App::new(deps)?);
    let mut router = Router::new();
    for route in table() {
        let described = from_fn_with_state((Arc::clone(&app), route.operation), layers::described);
        let handler = if route.gone_in_200 {
            route.handler.layer(map_response(gone_is_an_answer))
        } else {
            route.handler
        };
        let handler = if route.operation.creates {
            handler.route_layer(from_fn_with_state(Arc::clone(&app), repeat::once))
        } else {
            handler
        };
        router = router.route(route.path, handler.route_layer(described));
    }
    let around = from_fn_with_state(Arc::clone(&app), layers::around);
    Ok(router
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(&app))
        .merge(beside(Front::new(app)))
        .layer(around))
}

/// Every endpoint, for documentation and for tests that must miss none.
pub fn list() -> Vec<Endpoint> {
    let endpoint = |route: Route| Endpoint {
        method: route.method,
        path: route.path,
        operation: route.operation,
        gone_in_200: route.gone_in_200,
    };
    table().into_iter().map(endpoint).collect()
}

fn table() -> Vec<Route> {
    let mut table = projects_and_clusters();
    table.extend(cluster_access());
    table.extend(organizations());
    table.extend(people());
    table.extend(keys());
    table
}

#[rustfmt::skip]
fn projects_and_clusters() -> Vec<Route> {
    vec![
        route(Method::GET, "/healthz", get(health::healthz), &health::HEALTHZ),
        route(Method::GET, "/metrics", get(health::metrics), &health::METRICS),
        route(Method::GET, "/v2/openapi.json", get(document::show), &document::SHOW),
        route(Method::POST, "/v2/sessions", post(sessions::open), &sessions::OPEN),
        route(Method::DELETE, "/v2/sessions", delete(sessions::close), &sessions::CLOSE),
        route(Method::GET, "/v2/projects", get(projects::list), &projects::LIST),
        route(Method::POST, "/v2/projects", post(projects::create), &projects::CREATE),
        route(Method::GET, "/v2/projects/{id}", get(projects::show), &projects::SHOW),
        route(Method::GET, "/v2/projects/{id}/whitelist", get(whitelist::list), &whitelist::LIST),
        route(Method::POST, "/v2/projects/{id}/whitelist", post(whitelist::add), &whitelist::ADD),
        route(Method::PUT, "/v2/projects/{id}/whitelist",
              put(whitelist::replace), &whitelist::REPLACE),
        route(Method::DELETE, "/v2/projects/{id}/whitelist/{entryId}",
              delete(whitelist::remove), &whitelist::REMOVE),
        route(Method::PATCH, "/v2/projects/{id}", patch(projects::rename), &projects::RENAME),
        route(Method::DELETE, "/v2/projects/{id}", delete(projects::delete), &projects::DELETE),
        route(Method::PATCH, "/v2/projects/{id}/plan", patch(projects::set_plan), &projects::SET_PLAN),
        route(Method::GET, "/v2/clusters", get(clusters::list), &clusters::LIST),
        route(Method::GET, "/v2/clusters/{id}", get(clusters::show), &clusters::SHOW),
        route(Method::POST, "/v2/clusters/attach", post(clusters::attach), &clusters::ATTACH),
        route(Method::POST, "/v2/clusters/create", post(clusters::create), &clusters::CREATE),
        route(Method::POST, "/v2/clusters/createFree",
              post(clusters::create), &clusters::CREATE_FREE),
        route(Method::POST, "/v2/clusters/createServerless",
              post(clusters::create), &clusters::CREATE_SERVERLESS),
        route(Method::POST, "/v2/clusters/createDedicated",
              post(clusters::create), &clusters::CREATE_DEDICATED),
        route(Method::PATCH, "/v2/clusters/{id}", patch(clusters::update), &clusters::UPDATE),
        route(Method::POST, "/v2/clusters/{id}/modify", post(clusters::update), &clusters::MODIFY),
        route(Method::PUT, "/v2/clusters/{id}/port", put(clusters::set_port), &clusters::SET_PORT),
        route(Method::DELETE, "/v2/clusters/{id}/port",
              delete(clusters::remove_port), &clusters::REMOVE_PORT),
        route(Method::POST, "/v2/clusters/{id}/suspend",
              post(clusters::suspend), &clusters::SUSPEND),
        route(Method::POST, "/v2/clusters/{id}/resume", post(clusters::resume), &clusters::RESUME),
        route(Method::POST, "/v2/clusters/{id}/explain", post(clusters::explain), &clusters::EXPLAIN),
        route(Method::GET, "/v2/clusters/{id}/connect", get(clusters::connect), &clusters::CONNECT),
        route(Method::DELETE, "/v2/clusters/{id}/drop", delete(clusters::drop), &clusters::DROP),
        route(Method::GET, "/v2/clouds", get(places::clouds), &places::CLOUDS),
        route(Method::GET, "/v2/regions", get(places::regions), &places::REGIONS),
        route(Method::GET, "/v2/audit", get(audit::list), &audit::LIST),
        route(Method::GET, "/v2/audit/export", get(audit::export), &audit::EXPORT),
        route(Method::GET, "/v2/audit/verify", get(audit::verify), &audit::VERIFY),
        route(Method::GET, "/v2/usage", get(usage::list), &usage::LIST),
    ]
}

/// Who may do what on a cluster.
#[rustfmt::skip]
fn cluster_access() -> Vec<Route> {
    vec![
        route(Method::GET, "/v2/clusters/{id}/users", get(cluster_users::list), &cluster_users::LIST),
        route(Method::POST, "/v2/clusters/{id}/users", post(cluster_users::create), &cluster_users::CREATE),
        route(Method::GET, "/v2/clusters/{id}/users/{username}", get(cluster_users::show), &cluster_users::SHOW),
        route(Method::DELETE, "/v2/clusters/{id}/users/{username}", delete(cluster_users::delete), &cluster_users::DELETE),
        route(Method::POST, "/v2/clusters/{id}/users/{username}/password", post(cluster_users::set_password), &cluster_users::SET_PASSWORD),
        route(Method::POST, "/v2/clusters/{id}/users/{username}/roles", post(cluster_users::grant_role), &cluster_users::GRANT_ROLE),
        route(Method::DELETE, "/v2/clusters/{id}/users/{username}/roles", delete(cluster_users::revoke_role), &cluster_users::REVOKE_ROLE),
        route(Method::GET, "/v2/clusters/{id}/roles", get(cluster_roles::list), &cluster_roles::LIST),
        route(Method::POST, "/v2/clusters/{id}/roles", post(cluster_roles::create), &cluster_roles::CREATE),
        route(Method::GET, "/v2/clusters/{id}/roles/{roleName}", get(cluster_roles::show), &cluster_roles::SHOW),
        route(Method::PATCH, "/v2/clusters/{id}/roles/{roleName}", patch(cluster_roles::update), &cluster_roles::UPDATE),
        route(Method::DELETE, "/v2/clusters/{id}/roles/{roleName}", delete(cluster_roles::delete), &cluster_roles::DELETE),
        route(Method::POST, "/v2/clusters/{id}/roles/{roleName}/grants", post(cluster_roles::grant), &cluster_roles::GRANT),
        route(Method::DELETE, "/v2/clusters/{id}/roles/{roleName}/grants", delete(cluster_roles::revoke), &cluster_roles::REVOKE),
        route(Method::GET, "/v2/clusters/{id}/privilegeGroups", get(privilege_groups::list), &privilege_groups::LIST),
        route(Method::POST, "/v2/clusters/{id}/privilegeGroups", post(privilege_groups::create), &privilege_groups::CREATE),
        route(Method::DELETE, "/v2/clusters/{id}/privilegeGroups/{groupName}", delete(privilege_groups::delete), &privilege_groups::DELETE),
        route(Method::POST, "/v2/clusters/{id}/privilegeGroups/{groupName}/privileges", post(privilege_groups::add), &privilege_groups::ADD),
        route(Method::PUT, "/v2/clusters/{id}/privilegeGroups/{groupName}/privileges", put(privilege_groups::set), &privilege_groups::SET),
        route(Method::DELETE, "/v2/clusters/{id}/privilegeGroups/{groupName}/privileges", delete(privilege_groups::remove), &privilege_groups::REMOVE),
    ]
}

/// API keys, in both spellings.
#[rustfmt::skip]
fn keys() -> Vec<Route> {
    // The newest documentation of the managed cloud writes `api-keys`.
    let mut table = vec![
        route(Method::GET, "/v2/api-keys", get(keys::list), &keys::LIST),
        route(Method::POST, "/v2/api-keys", post(keys::create), &keys::CREATE),
        route(Method::POST, "/v2/api-keys/bulk", post(keys::create_many), &keys::CREATE_MANY),
        route(Method::POST, "/v2/api-keys/bulkDelete", post(keys::delete_many), &keys::DELETE_MANY),
        route(Method::DELETE, "/v2/api-keys/self", delete(keys::delete_self), &keys::DELETE_SELF),
        route(Method::GET, "/v2/api-keys/{id}", get(keys::show), &keys::SHOW),
        route(Method::PUT, "/v2/api-keys/{id}", put(keys::update), &keys::UPDATE),
        route(Method::DELETE, "/v2/api-keys/{id}", delete(keys::delete), &keys::DELETE),
        route(Method::PATCH, "/v2/api-keys/{id}", patch(keys::change), &keys::CHANGE),
        route(Method::POST, "/v2/api-keys/{id}/view", post(keys::view), &keys::VIEW),
        route(Method::POST, "/v2/api-keys/{id}/disable", post(keys::disable), &keys::DISABLE),
        route(Method::POST, "/v2/api-keys/{id}/enable", post(keys::enable), &keys::ENABLE),
        route(Method::POST, "/v2/api-keys/{id}/rotate", post(keys::rotate), &keys::ROTATE),
        route(Method::POST, "/v2/keys:report", post(keys::report), &keys::REPORT),
        route(Method::POST, "/v2/keys/report", post(keys::report), &keys::REPORT),
    ];
    // Its Terraform provider writes `apiKeys`, and knows that a key is gone by the code in a 200
    // only.
    table.extend([
        route(Method::GET, "/v2/apiKeys", get(keys::list), &keys::LIST),
        route(Method::POST, "/v2/apiKeys", post(keys::create), &keys::CREATE),
        gone(route(Method::GET, "/v2/apiKeys/{id}", get(keys::show), &keys::SHOW)),
        gone(route(Method::PUT, "/v2/apiKeys/{id}", put(keys::update), &keys::UPDATE)),
        gone(route(Method::DELETE, "/v2/apiKeys/{id}", delete(keys::delete), &keys::DELETE)),
        route(Method::POST, "/v2/apiKeys/{id}/view", post(keys::view), &keys::VIEW),
    ]);
    table
}

/// Accounts: one's own, and those of others.
#[rustfmt::skip]
fn people() -> Vec<Route> {
    vec![
        route(Method::GET, "/v2/account", get(account::show), &account::SHOW),
        route(Method::PATCH, "/v2/account", patch(account::update), &account::UPDATE),
        route(
            Method::PUT,
            "/v2/account/password",
            put(account::change_password),
            &account::CHANGE_PASSWORD,
        ),
        route(Method::POST, "/v2/account/totp", post(account::enrol), &account::ENROL),
        route(Method::POST, "/v2/account/totp/confirm", post(account::confirm), &account::CONFIRM),
        route(Method::POST, "/v2/account/totp/disable", post(account::disable), &account::DISABLE),
        route(
            Method::POST,
            "/v2/account/totp/recoveryCodes",
            post(account::renew_codes),
            &account::RENEW_CODES,
        ),
        route(Method::POST, "/v2/passwordResets", post(users::redeem), &users::REDEEM),
        route(
            Method::POST,
            "/v2/passwordResets:send",
            post(users::forgotten),
            &users::FORGOTTEN,
        ),
        route(Method::GET, "/v2/users", get(users::list), &users::LIST),
        route(Method::POST, "/v2/users", post(users::create), &users::CREATE),
        route(Method::GET, "/v2/users/{id}", get(users::show), &users::SHOW),
        route(Method::POST, "/v2/users/{id}/reset", post(users::reset), &users::RESET),
        route(Method::POST, "/v2/users/{id}/disable", post(users::disable), &users::DISABLE),
        route(Method::POST, "/v2/users/{id}/enable", post(users::enable), &users::ENABLE),
        route(
            Method::DELETE,
            "/v2/users/{id}/totp",
            delete(users::remove_second_factor),
            &users::REMOVE_SECOND_FACTOR,
        ),
        route(
            Method::DELETE,
            "/v2/users/{id}/sessions",
            delete(users::end_sessions),
            &users::END_SESSIONS,
        ),
        route(Method::GET, "/v2/sessions", get(sessions::list), &sessions::LIST),
        route(
            Method::DELETE,
            "/v2/sessions/others",
            delete(sessions::close_others),
            &sessions::CLOSE_OTHERS,
        ),
        route(
            Method::DELETE,
            "/v2/sessions/{id}",
            delete(sessions::close_one),
            &sessions::CLOSE_ONE,
        ),
    ]
}

/// What an organization has: settings, people, and their own keys.
#[rustfmt::skip]
fn organizations() -> Vec<Route> {
    vec![
        route(Method::GET, "/v2/organizations", get(organizations::list), &organizations::LIST),
        route(Method::POST, "/v2/organizations", post(organizations::create), &organizations::CREATE),
        route(Method::GET, "/v2/organizations/{id}", get(organizations::show), &organizations::SHOW),
        route(Method::PATCH, "/v2/organizations/{id}", patch(organizations::rename), &organizations::RENAME),
        route(Method::GET, "/v2/organizations/{id}/settings", get(organizations::settings), &organizations::SETTINGS),
        route(Method::PATCH, "/v2/organizations/{id}/settings", patch(organizations::change_settings), &organizations::CHANGE_SETTINGS),
        route(Method::GET, "/v2/organizations/{id}/members", get(members::list), &members::LIST),
        route(Method::PUT, "/v2/organizations/{id}/members/{userId}", put(members::set_role), &members::SET_ROLE),
        route(Method::DELETE, "/v2/organizations/{id}/members/{userId}", delete(members::remove), &members::REMOVE),
        route(Method::GET, "/v2/organizations/{id}/invitations", get(invitations::list), &invitations::LIST),
        route(Method::POST, "/v2/organizations/{id}/invitations", post(invitations::create), &invitations::CREATE),
        route(Method::GET, "/v2/organizations/{id}/personalKeys", get(personal_keys::list), &personal_keys::LIST),
        route(Method::POST, "/v2/organizations/{id}/personalKeys", post(personal_keys::create), &personal_keys::CREATE),
        route(Method::POST, "/v2/invitations/accept", post(invitations::accept), &invitations::ACCEPT),
        route(Method::DELETE, "/v2/invitations/{id}", delete(invitations::revoke), &invitations::REVOKE),
        route(Method::GET, "/v2/projects/{id}/members", get(project_members::list), &project_members::LIST),
        route(Method::PUT, "/v2/projects/{id}/members/{userId}", put(project_members::set), &project_members::SET),
        route(Method::DELETE, "/v2/projects/{id}/members/{userId}", delete(project_members::remove), &project_members::REMOVE),
    ]
}

fn route(
    method: Method,
    path: &'static str,
    handler: MethodRouter<Arc<App>>,
    operation: &'static Operation,
) -> Route {
    Route { method, path, handler, operation, gone_in_200: false }
}

/// The same route for clients that know that a thing is gone by the code in a 200 only.
fn gone(route: Route) -> Route {
    Route { gone_in_200: true, ..route }
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
