//! Every page on one page.

use crate::pages::{
    account, audit, clusters, forgotten, invitation, keys, organizations, password, projects,
    sign_in, sign_out, usage,
};
use crate::{assets, headers, problem};
use axum::Router;
use axum::middleware::map_response;
use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post};
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
        .merge(doors())
        .merge(of_account())
        .merge(of_organizations())
        .merge(of_projects())
        .merge(of_keys())
        .merge(of_clusters())
        .route("/assets/{name}", get(assets::show))
        .fallback(problem::no_page)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(map_response(headers::guard))
}

/// What one sees before one is signed in, and where one comes in.
fn doors() -> Router<Front> {
    Router::new()
        .route("/", get(organizations::home::show))
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-out", post(sign_out::submit))
        .route("/forgotten", get(forgotten::form).post(forgotten::submit))
        .route("/password", get(password::form).post(password::submit))
        .route("/invitation", get(invitation::form).post(invitation::submit))
}

/// Pages whose addresses begin alike.
fn under<const N: usize>(prefix: &str, pages: [(&str, MethodRouter<Front>); N]) -> Router<Front> {
    let add = |router: Router<Front>, (path, page): (&str, MethodRouter<Front>)| {
        router.route(&format!("{prefix}{path}"), page)
    };
    pages.into_iter().fold(Router::new(), add)
}

fn of_account() -> Router<Front> {
    use account::{keys, second_factor, sessions, show};
    Router::new()
        .route("/account", get(show::show))
        .route("/account/name", post(show::rename))
        .route("/account/password", post(show::change_password))
        .route("/account/second-factor", post(second_factor::enrol))
        .route("/account/second-factor/confirm", post(second_factor::confirm))
        .route("/account/second-factor/codes", post(second_factor::renew_codes))
        .route("/account/second-factor/disable", post(second_factor::disable))
        .route("/account/sessions/{session}/end", post(sessions::end))
        .route("/account/sessions/end-others", post(sessions::end_others))
        .route("/organizations/{organization}/personal-keys", get(keys::show).post(keys::submit))
}

fn of_organizations() -> Router<Front> {
    use organizations::{home, invitations, members, new_project, reset, settings};
    let inside = [
        ("", get(home::of)),
        ("/projects/new", get(new_project::form).post(new_project::submit)),
        ("/members", get(members::show)),
        ("/members/{user}/role", post(members::set_role)),
        ("/members/{user}/remove", post(members::remove)),
        ("/members/{user}/reset", post(reset::submit)),
        ("/invitations", get(invitations::show).post(invitations::submit)),
        ("/invitations/{invitation}/revoke", post(invitations::revoke)),
        ("/settings", get(settings::show).post(settings::submit)),
        ("/settings/name", post(settings::rename)),
        ("/usage", get(usage::of_organization)),
        ("/audit", get(audit::show)),
        ("/audit/export", get(audit::export)),
    ];
    under("/organizations/{organization}", inside)
}

fn of_projects() -> Router<Front> {
    use projects::{members, new_cluster, settings, show, whitelist};
    let inside = [
        ("", get(show::show)),
        ("/clusters/new", get(new_cluster::form).post(new_cluster::submit)),
        ("/keys", get(keys::list::show)),
        ("/keys/new", get(keys::create::form).post(keys::create::submit)),
        ("/members", get(members::show).post(members::set)),
        ("/members/{user}/remove", post(members::remove)),
        ("/whitelist", get(whitelist::show).post(whitelist::add)),
        ("/whitelist/{entry}/remove", post(whitelist::remove)),
        ("/usage", get(usage::of_project)),
        ("/settings", get(settings::show)),
        ("/settings/name", post(settings::rename)),
        ("/settings/delete", post(settings::delete)),
    ];
    under("/projects/{project}", inside)
}

fn of_keys() -> Router<Front> {
    let inside = [
        ("", get(keys::show::show)),
        ("/view", post(keys::view::submit)),
        ("/edit", get(keys::edit::form).post(keys::edit::submit)),
        ("/rotate", get(keys::rotate::form).post(keys::rotate::submit)),
        ("/disable", post(keys::switch::disable)),
        ("/enable", post(keys::switch::enable)),
        ("/delete", get(keys::delete::form).post(keys::delete::submit)),
        ("/usage", get(usage::of_key)),
    ];
    under("/keys/{key}", inside)
}

fn of_clusters() -> Router<Front> {
    use clusters::{connect, explain, group, groups, role, roles, settings, show, user, users};
    let inside = [
        ("", get(show::show)),
        ("/connect", get(connect::show)),
        ("/users", get(users::show).post(users::submit)),
        ("/users/{user}", get(user::show)),
        ("/users/{user}/role", post(user::set_role)),
        ("/users/{user}/password", post(user::reset)),
        ("/users/{user}/delete", post(user::delete)),
        ("/roles", get(roles::show).post(roles::submit)),
        ("/roles/{role}", get(role::show)),
        ("/roles/{role}/grant", post(role::change)),
        ("/roles/{role}/delete", post(role::delete)),
        ("/explain", get(explain::show)),
        ("/groups", get(groups::show).post(groups::submit)),
        ("/groups/{group}", get(group::show).post(group::change)),
        ("/groups/{group}/delete", post(group::delete)),
        ("/usage", get(usage::of_cluster)),
        ("/settings", get(settings::show).post(settings::update)),
        ("/suspend", post(settings::suspend)),
        ("/resume", post(settings::resume)),
        ("/detach", post(settings::detach)),
    ];
    under("/clusters/{cluster}", inside)
}
