//! Every page and every form of the console, and who may open or send it.
//!
//! A route that is not in this table fails the tests: add it here with the fields of a form that
//! an owner could send.

use std::collections::BTreeSet;

/// Who gets a page, or may send a form. Everybody else is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// Whoever comes by.
    Anybody,
    /// Whoever is signed in, about themselves.
    Oneself,
    /// Members of the organization.
    Organization,
    /// Its owners.
    OrganizationOwners,
    /// Its owners, and whoever made the thing; nobody else sees it.
    Makers,
    /// Members of the project.
    Project,
    /// Its owners.
    ProjectOwners,
}

use For::{Anybody, Makers, Oneself, Organization, OrganizationOwners, Project, ProjectOwners};

/// A page to look at.
pub(crate) const PAGES: &[(For, &str)] = &[
    (Oneself, "/"),
    (Anybody, "/sign-in"),
    (Anybody, "/forgotten"),
    (Anybody, "/password"),
    (Anybody, "/invitation"),
    (Anybody, "/assets/{name}"),
    (Oneself, "/account"),
    (Organization, "/organizations/{organization}/personal-keys"),
    (Organization, "/organizations/{organization}"),
    (OrganizationOwners, "/organizations/{organization}/projects/new"),
    (Organization, "/organizations/{organization}/members"),
    (Organization, "/organizations/{organization}/invitations"),
    (OrganizationOwners, "/organizations/{organization}/settings"),
    (OrganizationOwners, "/organizations/{organization}/usage"),
    (OrganizationOwners, "/organizations/{organization}/audit"),
    (OrganizationOwners, "/organizations/{organization}/audit/export"),
    (Project, "/projects/{project}"),
    (ProjectOwners, "/projects/{project}/clusters/new"),
    (ProjectOwners, "/projects/{project}/keys"),
    (ProjectOwners, "/projects/{project}/keys/new"),
    (Project, "/projects/{project}/members"),
    (ProjectOwners, "/projects/{project}/whitelist"),
    (Project, "/projects/{project}/usage"),
    (ProjectOwners, "/projects/{project}/settings"),
    (ProjectOwners, "/keys/{key}"),
    (ProjectOwners, "/keys/{key}/edit"),
    (ProjectOwners, "/keys/{key}/rotate"),
    (ProjectOwners, "/keys/{key}/delete"),
    (ProjectOwners, "/keys/{key}/usage"),
    (Project, "/clusters/{cluster}"),
    (Project, "/clusters/{cluster}/connect"),
    (ProjectOwners, "/clusters/{cluster}/users"),
    (ProjectOwners, "/clusters/{cluster}/users/{user}"),
    (ProjectOwners, "/clusters/{cluster}/roles"),
    (ProjectOwners, "/clusters/{cluster}/roles/{role}"),
    (ProjectOwners, "/clusters/{cluster}/groups"),
    (ProjectOwners, "/clusters/{cluster}/groups/{group}"),
    (Project, "/clusters/{cluster}/explain"),
    (Project, "/clusters/{cluster}/usage"),
    (ProjectOwners, "/clusters/{cluster}/settings"),
];

/// A form to send, and its fields.
pub(crate) const FORMS: &[(For, &str, &str)] = &[
    (Anybody, "/sign-in", "email=nobody%40example.com&password=x"),
    (Anybody, "/forgotten", "email=nobody%40example.com"),
    (Anybody, "/password", "token=x&new=x&again=x"),
    (Anybody, "/invitation", "token=x&name=x&password=x"),
    (Oneself, "/sign-out", ""),
    (Oneself, "/account/name", "name=x"),
    (Oneself, "/account/password", "old=x&new=x&again=x"),
    (Oneself, "/account/second-factor", "password=x"),
    (Oneself, "/account/second-factor/confirm", "code=1"),
    (Oneself, "/account/second-factor/codes", "code=1"),
    (Oneself, "/account/second-factor/disable", "code=1"),
    (Oneself, "/account/sessions/{session}/end", ""),
    (Oneself, "/account/sessions/end-others", ""),
    (Oneself, "/organizations/{organization}/personal-keys", "name=mine"),
    (OrganizationOwners, "/organizations/{organization}/projects/new", "name=mine"),
    (OrganizationOwners, "/organizations/{organization}/members/{person}/role", "role=Member"),
    (OrganizationOwners, "/organizations/{organization}/members/{person}/remove", "meant=yes"),
    (OrganizationOwners, "/organizations/{organization}/members/{person}/reset", ""),
    (
        OrganizationOwners,
        "/organizations/{organization}/invitations",
        "email=x%40example.com&role=Owner",
    ),
    (Makers, "/organizations/{organization}/invitations/{invitation}/revoke", ""),
    (OrganizationOwners, "/organizations/{organization}/settings", "show_once=yes"),
    (OrganizationOwners, "/organizations/{organization}/settings/name", "name=Mine"),
    (
        ProjectOwners,
        "/projects/{project}/clusters/new",
        "name=mine&engine=attached&uri=http%3A%2F%2Fx%3A1",
    ),
    (ProjectOwners, "/projects/{project}/keys/new", "name=mine&role=Admin&scope=all"),
    (ProjectOwners, "/projects/{project}/members", "user={person}&role=Owner"),
    (ProjectOwners, "/projects/{project}/members/{person}/remove", ""),
    (ProjectOwners, "/projects/{project}/whitelist", "cidr=203.0.113.1"),
    (ProjectOwners, "/projects/{project}/whitelist/{entry}/remove", ""),
    (ProjectOwners, "/projects/{project}/settings/name", "name=mine"),
    (ProjectOwners, "/projects/{project}/settings/delete", "name=default&detach=yes"),
    (ProjectOwners, "/keys/{key}/view", ""),
    (ProjectOwners, "/keys/{key}/edit", "name=mine&role=Admin&scope=all"),
    (ProjectOwners, "/keys/{key}/rotate", "overlap=0"),
    (ProjectOwners, "/keys/{key}/disable", ""),
    (ProjectOwners, "/keys/{key}/enable", ""),
    (ProjectOwners, "/keys/{key}/delete", "name=app"),
    (ProjectOwners, "/clusters/{cluster}/users", "name=mine"),
    (ProjectOwners, "/clusters/{cluster}/users/{user}/role", "role=db_ro&give=yes"),
    (ProjectOwners, "/clusters/{cluster}/users/{user}/password", ""),
    (ProjectOwners, "/clusters/{cluster}/users/{user}/delete", "name=db_admin"),
    (ProjectOwners, "/clusters/{cluster}/roles", "name=mine"),
    (ProjectOwners, "/clusters/{cluster}/roles/{role}/grant", "what=Search"),
    (ProjectOwners, "/clusters/{cluster}/roles/{role}/delete", "name=reader"),
    (ProjectOwners, "/clusters/{cluster}/groups", "name=mine"),
    (ProjectOwners, "/clusters/{cluster}/groups/{group}", "seen=&privilege=Search"),
    (ProjectOwners, "/clusters/{cluster}/groups/{group}/delete", "name=searchers"),
    (ProjectOwners, "/clusters/{cluster}/settings", "name=mine"),
    (ProjectOwners, "/clusters/{cluster}/suspend", ""),
    (ProjectOwners, "/clusters/{cluster}/resume", ""),
    (ProjectOwners, "/clusters/{cluster}/detach", "name=engine"),
];

/// The routes as the console has them: method and pattern.
fn routes() -> BTreeSet<String> {
    let source = include_str!("../../../console/src/routes.rs");
    let (_, source) = source.split_once("fn doors()").unwrap();
    let (mut found, mut waiting) = (BTreeSet::new(), Vec::new());
    let mut before = source;
    while let Some((ahead, rest)) = before.split_once("(\"") {
        let (path, rest) = rest.split_once('"').unwrap();
        let own = rest.split("(\"").next().unwrap();
        let mut add = |path: &str| {
            for (word, method) in [("get(", "GET"), ("post(", "POST")] {
                if own.contains(word) {
                    found.insert(format!("{method} {path}"));
                }
            }
        };
        if ahead.ends_with("under") {
            found.extend(waiting.drain(..).map(|route: String| route.replacen('|', path, 1)));
        } else if ahead.ends_with("route") {
            add(path);
        } else {
            for (word, method) in [("get(", "GET"), ("post(", "POST")] {
                if own.contains(word) {
                    waiting.push(format!("{method} |{path}"));
                }
            }
        }
        before = rest;
    }
    assert!(waiting.is_empty(), "{waiting:?}");
    // It stands with what is no page in the list of all routes.
    found.insert("GET /assets/{name}".to_owned());
    found
}

#[test]
fn every_route_has_its_denials() {
    let pages = PAGES.iter().map(|(_, path)| format!("GET {path}"));
    let forms = FORMS.iter().map(|(_, path, _)| format!("POST {path}"));
    // A member of an organization or project is a user there, too.
    let named = |route: String| route.replace("{person}", "{user}");
    let tried: BTreeSet<String> = pages.chain(forms).map(named).collect();
    let routes = routes();
    assert!(routes.len() > 80, "the list of routes was not read: {routes:?}");
    let untried: Vec<_> = routes.symmetric_difference(&tried).collect();
    assert!(untried.is_empty(), "in the console or in this table, but not in both: {untried:?}");
}
