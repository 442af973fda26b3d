//! The console as whoever sends requests sees it: every page and every form is refused to whom it
//! is not for, and no page gives a browser more than it must.

#![cfg(test)]

mod failures;
mod pages;
mod second_factor;
mod system;

use pages::{FORMS, For, PAGES};
use system::{Person, System};
use ureq::http::StatusCode;

/// What somebody gets who is not meant: what they may not see does not exist, and what they see and
/// may not do is said to be so. `None` where they are meant, or it is theirs.
fn refusal(meant: For, system: &System, who: &Person) -> Option<StatusCode> {
    let [is_member, is_bystander] =
        [&system.member, &system.bystander].map(|person| person.session == who.session);
    let in_organization = is_member || is_bystander;
    match meant {
        For::Anybody | For::Oneself => None,
        For::Organization if in_organization => None,
        For::OrganizationOwners if in_organization => Some(StatusCode::FORBIDDEN),
        For::Project if is_member => None,
        For::ProjectOwners if is_member => Some(StatusCode::FORBIDDEN),
        _ => Some(StatusCode::NOT_FOUND),
    }
}

#[test]
fn nobody_gets_what_is_not_for_them() {
    let system = System::start();
    for (meant, pattern) in PAGES {
        let path = system.filled(pattern);
        let (answer, _) = system.get(None, &path);
        if *meant == For::Anybody {
            assert!(!answer.status().is_redirection(), "{path}");
        } else {
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "anonymous {path}");
            let to = answer.headers()["location"].to_str().unwrap();
            assert!(to.starts_with("/console/sign-in?next="), "{path} leads to {to}");
        }
        for who in [&system.member, &system.bystander, &system.stranger] {
            let (answer, _) = system.get(Some(who), &path);
            match refusal(*meant, &system, who) {
                Some(status) => assert_eq!(answer.status(), status, "{path}"),
                None => assert_ne!(answer.status(), StatusCode::FORBIDDEN, "{path}"),
            }
        }
        let expected = matches!(*pattern, "/assets/{name}" | "/" | "/sign-in");
        let (answer, _) = system.get(Some(&system.owner), &path);
        assert!(expected || answer.status() == StatusCode::OK, "the owner is refused {path}");
    }
    system.stop();
}

#[test]
fn nobody_does_what_is_not_theirs() {
    let system = System::start();
    for (meant, pattern, fields) in FORMS {
        let (path, fields) = (system.filled(pattern), system.filled(fields));
        if *meant != For::Anybody {
            let (status, to) = system.post(None, &path, &fields, "same-origin");
            assert_eq!(status, StatusCode::SEE_OTHER, "anonymous {path}");
            assert!(to.starts_with("/console/sign-in"), "{path} leads to {to}");
        }
        for who in [&system.member, &system.bystander, &system.stranger] {
            let Some(expected) = refusal(*meant, &system, who) else { continue };
            let own = format!("{fields}&form_token={}", who.form_token);
            let (status, _) = system.post(Some(who), &path, &own, "same-origin");
            assert_eq!(status, expected, "{path}");
        }
    }
    system.stop();
}

#[test]
fn a_form_that_another_site_made_does_nothing() {
    let system = System::start();
    let before =
        system.get(Some(&system.owner), &system.filled("/organizations/{organization}/audit"));
    for (meant, pattern, fields) in FORMS {
        let (path, fields) = (system.filled(pattern), system.filled(fields));
        let owner = Some(&system.owner);
        let own = format!("{fields}&form_token={}", system.owner.form_token);
        for from in ["cross-site", "same-site"] {
            let (status, _) = system.post(owner, &path, &own, from);
            assert_eq!(status, StatusCode::FORBIDDEN, "{from} {path}");
        }
        if *meant == For::Anybody {
            continue;
        }
        let others = format!("{fields}&form_token={}", system.member.form_token);
        for forged in [fields, others] {
            let (status, _) = system.post(owner, &path, &forged, "same-origin");
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} with {forged}");
        }
    }
    let after =
        system.get(Some(&system.owner), &system.filled("/organizations/{organization}/audit"));
    assert_eq!(before.1, after.1, "something was done");
    system.stop();
}

#[test]
fn signing_in_again_ends_the_session_before() {
    let system = System::start();
    let form = System::sign_in_form("member");
    let (status, cookie) = system.sign_in(Some(&system.member), &form);
    assert_eq!(status, StatusCode::SEE_OTHER);
    let cookie = cookie.unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "of the new session");
    assert!(!cookie.contains(&system.member.session), "the session was not changed");
    let (answer, _) = system.get(Some(&system.member), "/account");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "the session before still opens pages");
    // A wrong password changes nothing.
    let wrong = System::sign_in_form("bystander").replace("umbrellas", "parasols");
    let (status, cookie) = system.sign_in(Some(&system.bystander), &wrong);
    assert_eq!((status, cookie), (StatusCode::UNAUTHORIZED, None));
    let (answer, _) = system.get(Some(&system.bystander), "/account");
    assert_eq!(answer.status(), StatusCode::OK);
    system.stop();
}

#[test]
fn a_long_list_of_keys_is_walked_page_by_page() {
    let system = System::start();
    system.make_keys(120);
    let list = system.filled("/projects/{project}/keys");
    let (mut seen, mut path) = (Vec::new(), format!("{list}?sort=name"));
    loop {
        let (answer, text) = system.get(Some(&system.owner), &path);
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(text.contains("122 in all"), "the count of the list");
        let rows = text.split("<th scope=\"row\"><a href=\"/console/keys/").skip(1);
        seen.extend(rows.map(|row| row[..26].to_owned()));
        let next = text.split_once("rel=\"next\" href=\"/console").map(|(_, rest)| rest);
        let Some(next) = next else { break };
        path = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (122, 122), "every key once");
    // What an address has wrong leads to the first page, and to no failure.
    for odd in ["?after=x", "?before=c1.key-1", "?part=last&sort=used", "?after=cx&sort=ends"] {
        let (answer, _) = system.get(Some(&system.owner), &format!("{list}{odd}"));
        assert_eq!(answer.status(), StatusCode::OK, "{odd}");
    }
    system.stop();
}

#[test]
fn projects_are_searched_and_shown_page_by_page() {
    let system = System::start();
    let alone = system.get(Some(&system.owner), &system.filled("/organizations/{organization}")).1;
    assert!(!alone.contains("role=\"search\""), "nobody searches a single project");
    system.make_projects(60);
    let home = system.filled("/organizations/{organization}");
    let rows = |text: &str| text.matches("<th scope=\"row\"><a href=\"/console/projects/").count();
    let page = |who, query: &str| {
        let (answer, text) = system.get(Some(who), &format!("{home}{query}"));
        assert_eq!(answer.status(), StatusCode::OK, "{query}");
        text
    };
    let owner = &system.owner;
    let first = page(owner, "");
    assert_eq!(rows(&first), 50);
    assert!(first.contains("Page 1 of 2 · 61 in all"), "{first}");
    assert_eq!(rows(&page(owner, "?page=2")), 11);
    let found = page(owner, "?search=PROJECT-7");
    assert_eq!(rows(&found), 1);
    assert!(found.contains(">project-7</a>") && found.contains("value=\"PROJECT-7\""), "{found}");
    assert!(page(owner, "?search=nothing").contains("None has this text"));
    assert!(page(owner, "?page=99").contains("The list ends before this page"));
    // Who sees one project sees that one, whatever they look for.
    assert_eq!(rows(&page(&system.member, "")), 1);
    assert_eq!(rows(&page(&system.member, "?search=project-7")), 0);
    assert_eq!(rows(&page(&system.bystander, "")), 0);
    system.stop();
}

/// Where there are too many projects to choose from, an invitation names one; what cannot be named
/// is said to be so, and nothing that was typed is lost.
#[test]
fn an_invitation_names_one_of_many_projects() {
    let system = System::start();
    let path = system.filled("/organizations/{organization}/invitations");
    let form = |who| system.get(Some(who), &path).1;
    assert!(form(&system.owner).contains("<select id=\"project\""), "one of few is chosen");
    system.make_projects(60);
    let many = form(&system.owner);
    assert!(many.contains("<input id=\"project\"") && !many.contains("project-7\""));
    assert_eq!(many.matches("<option value=\"project-").count(), 50, "only the newest");
    let owner = &system.owner;
    let invite = |email: &str, project: &str| {
        let fields = format!(
            "email={email}%40people.example.com&role=Owner&project={project}&project_role=Owner\
             &form_token={}",
            owner.form_token
        );
        system.send(Some(owner), &path, &fields, "same-origin")
    };
    let (answer, text) = invite("ada", "project-99");
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(text.contains("There is no project project-99, or you may not see it."), "{text}");
    for kept in ["value=\"ada@people", "value=\"project-99\"", "<option selected>Owner"] {
        assert!(text.contains(kept), "{kept} is lost: {text}");
    }
    let (answer, text) = invite("ada", "project-7");
    assert_eq!(answer.status(), StatusCode::OK, "{text}");
    let (answer, _) = invite("eve", &system.filled("{project}"));
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(form(owner).matches("and 1 project<").count(), 2, "both have one promised");
    system.stop();
}

/// What a group gains and loses is one act with one record, and nothing is saved over what somebody
/// else did since the page was opened.
#[test]
fn a_privilege_group_is_saved_in_one_act() {
    let system = System::start();
    let path = system.filled("/clusters/{cluster}/groups/{group}");
    let owner = &system.owner;
    let save = |seen: &str, privileges: &[&str]| {
        let ticked: Vec<_> = privileges.iter().map(|one| format!("&privilege={one}")).collect();
        let fields = format!("seen={seen}{}&form_token={}", ticked.concat(), owner.form_token);
        system.send(Some(owner), &path, &fields, "same-origin")
    };
    let (answer, text) = save("", &["Search", "Query"]);
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{text}");
    let (_, shown) = system.get(Some(owner), &path);
    assert!(shown.contains("name=\"seen\" value=\"Query Search\""), "{shown}");
    let (answer, _) = save("Query+Search", &["Search", "Insert"]);
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let (_, trail) = system.get(Some(owner), &system.filled("/organizations/{organization}/audit"));
    assert_eq!(trail.matches("set privilege group").count(), 2, "one record for each: {trail}");
    // Another window still shows what was there before.
    let (answer, text) = save("Query+Search", &["Query"]);
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(text.contains("Somebody changed the group in the meantime"), "{text}");
    let ticked = |name: &str| text.contains(&format!("value=\"{name}\" checked"));
    assert!(ticked("Insert") && ticked("Search") && !ticked("Query"), "it shows what holds now");
    let (answer, text) = save("Insert+Search", &["Search", "CreateDatabase"]);
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{text}");
    let (answer, text) = save("Insert+Search", &["Fly"]);
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{text}");
    let (answer, _) = save("Insert+Search", &[]);
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "it may hold nothing");
    system.stop();
}

#[test]
fn every_page_tells_the_browser_what_it_must_not_do() {
    let system = System::start();
    for (_, pattern) in PAGES {
        let path = system.filled(pattern);
        for who in [None, Some(&system.owner), Some(&system.stranger)] {
            let (answer, text) = system.get(who, &path);
            let header = |name: &str| answer.headers()[name].to_str().unwrap();
            let policy = header("content-security-policy");
            for part in [
                "default-src 'none'",
                "script-src 'self'",
                "frame-ancestors 'none'",
                "form-action 'self'",
                "base-uri 'none'",
            ] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("x-frame-options"), "DENY", "{path}");
            assert_eq!(header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(header("cache-control"), "no-store", "{path}");
            assert!(!text.contains("<style") && !text.contains(" style="), "{path}");
            assert!(!text.contains("<script>") && !text.contains(" onclick="), "{path}");
            assert!(text.len() < 60_000, "{path} weighs {} bytes", text.len());
            for person in [&system.owner, &system.stranger] {
                assert!(!text.contains(&person.session), "{path} shows a session");
            }
        }
    }
    system.stop();
}
