//! A whole system in this process, with an owner, a member of a project, a member of the
//! organization without a project, and a stranger with an organization of their own.

use control::command::{projects, users};
use control::{Caller, Desk};
use keyward::bootstrap;
use keyward::wiring::{LeaseLength, Opened, Parts, Role, Server, Settings};
use model::name::{Email, ProjectName};
use model::policy::Founders;
use model::{OrganizationId, OrganizationRole, SecretText, UserId};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

const PASSWORD: &str = "nine green umbrellas waiting";
/// The end of an id that nothing has.
const NONE: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// A running system.
pub(crate) struct System {
    runtime: Runtime,
    server: Server,
    agent: Agent,
    pub(crate) owner: Person,
    pub(crate) member: Person,
    pub(crate) bystander: Person,
    pub(crate) stranger: Person,
    /// What stands for the parts of a path in braces.
    pub(crate) names: Vec<(&'static str, String)>,
    folder: TempDir,
}

/// Somebody with a session in a browser's cookie.
#[derive(Clone, Default)]
pub(crate) struct Person {
    pub(crate) session: String,
    pub(crate) form_token: String,
    pub(crate) id: String,
}

impl System {
    pub(crate) fn start() -> Self {
        Self::of(Parts::system())
    }

    /// The same, with parts that fail.
    pub(crate) fn of(parts: Parts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = Settings {
            role: Role::All,
            lease: LeaseLength::USUAL,
            data: folder.path().join("data"),
            database: None,
            gateway_listen: anywhere,
            control_listen: anywhere,
            domain: None,
            public_gateway: None,
            public_url: None,
            mail: None,
            founders: Founders::default(),
            workers: Some(1),
        };
        let opened = Opened::open(settings, parts).unwrap();
        let desk = opened.desk().unwrap();
        let email = Email::new("owner@example.com").unwrap();
        let home = bootstrap::home(&desk, opened.store(), opened.folder(), &email).unwrap();
        let name = ProjectName::new("default").unwrap();
        let request = projects::CreateProject { organization: None, name };
        let project = projects::create(&desk, &Caller::operator(), request).unwrap();
        let project = project.value().project.id.to_string();
        let organization = home.organization.id;
        let people = ["owner", "member", "bystander", "stranger"]
            .map(|name| invited(&desk, name, organization));
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(opened.serve()).unwrap();
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        let mut system = Self {
            runtime,
            server,
            agent: agent.into(),
            owner: Person::default(),
            member: Person::default(),
            bystander: Person::default(),
            stranger: Person::default(),
            names: vec![("organization", organization.to_string()), ("project", project)],
            folder,
        };
        let [owner, member, bystander, stranger] =
            people.map(|(email, id, token)| system.enter(&email, id, &token));
        (system.owner, system.member, system.bystander, system.stranger) =
            (owner, member, bystander, stranger);
        system.furnish(home.personal_key.unwrap().expose());
        system
    }

    /// Sets a first password and signs in.
    fn enter(&self, email: &str, id: UserId, token: &SecretText) -> Person {
        let redeem = json!({ "token": token.expose(), "newPassword": PASSWORD });
        self.call("", "POST", "/v2/passwordResets", &redeem);
        let sign_in = json!({ "email": email, "password": PASSWORD });
        let opened = self.call("", "POST", "/v2/sessions", &sign_in);
        let session = opened["token"].as_str().unwrap().to_owned();
        let mut person = Person { session, form_token: String::new(), id: id.to_string() };
        let (_, page) = self.get(Some(&person), "/account");
        let (_, token) = page.split_once("name=\"form_token\" value=\"").unwrap();
        person.form_token = token[..64].to_owned();
        person
    }
}

/// Makes an account of the organization and a token to set its first password with.
fn invited(desk: &Desk, name: &str, organization: OrganizationId) -> (String, UserId, SecretText) {
    let email = format!("{name}@people.example.com");
    // The stranger founds an organization and leaves this one, which takes an owner.
    let role = match name {
        "owner" | "stranger" => OrganizationRole::Owner,
        _ => OrganizationRole::Member,
    };
    let request = users::CreateUser {
        email: Email::new(&email).unwrap(),
        name: None,
        organization: Some(organization),
        role,
    };
    let made = users::create(desk, &Caller::operator(), request).unwrap().into_value();
    (email, made.user.id, made.link.token)
}

impl System {
    /// Gives everything that paths can name.
    fn furnish(&mut self, key: &str) {
        let (organization, project) = (self.name("organization"), self.name("project"));
        self.call(
            &self.stranger.session,
            "POST",
            "/v2/organizations",
            &json!({ "organizationName": "Else" }),
        );
        let gone = format!("/v2/organizations/{organization}/members/{}", self.stranger.id);
        self.call(key, "DELETE", &gone, &Value::Null);
        let members = format!("/v2/projects/{project}/members/{}", self.member.id);
        self.call(key, "PUT", &members, &json!({ "role": "Member" }));
        let grant = json!([{ "projectId": project, "role": "Read-Only", "allCluster": true }]);
        let made =
            self.call(key, "POST", "/v2/apiKeys", &json!({ "name": "app", "projects": grant }));
        let cluster = json!({
            "projectId": project, "clusterName": "engine", "uri": "http://127.0.0.1:9",
        });
        let cluster = self.call(key, "POST", "/v2/clusters/attach", &cluster);
        let cluster = cluster["clusterId"].as_str().unwrap().to_owned();
        let on = |path: &str| format!("/v2/clusters/{cluster}/{path}");
        self.call(key, "POST", &on("roles"), &json!({ "roleName": "reader" }));
        self.call(key, "POST", &on("privilegeGroups"), &json!({ "groupName": "searchers" }));
        let invite = format!("/v2/organizations/{organization}/invitations");
        let body = json!({ "email": "later@people.example.com", "role": "Member" });
        let invitation = self.call(key, "POST", &invite, &body);
        self.names.extend([
            ("key", made["apiKeyId"].as_str().unwrap().to_owned()),
            ("cluster", cluster),
            ("role", "reader".to_owned()),
            ("group", "searchers".to_owned()),
            ("user", "db_admin".to_owned()),
            ("person", self.owner.id.clone()),
            ("session", format!("sess-{NONE}")),
            ("entry", format!("wl-{NONE}")),
            ("invitation", invitation["invitationId"].as_str().unwrap().to_owned()),
            ("name", "none".to_owned()),
        ]);
    }

    fn name(&self, part: &str) -> String {
        self.names.iter().find(|(name, _)| *name == part).unwrap().1.clone()
    }

    /// A path or form with what its braces stand for.
    pub(crate) fn filled(&self, pattern: &str) -> String {
        let mut text = pattern.to_owned();
        for (name, value) in &self.names {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        assert!(!text.contains('{'), "nothing is known to stand in {text}");
        text
    }

    /// Calls the control API and opens the envelope.
    fn call(&self, bearer: &str, method: &str, path: &str, body: &Value) -> Value {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server.control_url()))
            .header("authorization", format!("Bearer {bearer}"))
            .header("content-type", "application/json");
        let sent = if body.is_null() {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(request.body(body.to_string()).unwrap())
        };
        let mut response = sent.unwrap();
        let envelope: Value = response.body_mut().read_json().unwrap();
        assert_eq!(envelope["code"], 0, "{method} {path}: {envelope}");
        envelope["data"].clone()
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the control API answers the owner.
    pub(crate) fn api(&self, path: &str) -> (StatusCode, String) {
        let request = self.agent.get(format!("{}{path}", self.server.control_url()));
        let bearer = format!("Bearer {}", self.owner.session);
        let mut response = request.header("authorization", bearer).call().unwrap();
        (response.status(), response.body_mut().read_to_string().unwrap())
    }

    /// A page, for somebody or for nobody.
    pub(crate) fn get(&self, who: Option<&Person>, path: &str) -> (Response<Body>, String) {
        let request = self.agent.get(format!("{}/console{path}", self.server.control_url()));
        let mut response = match who {
            Some(person) => request.header("cookie", person.cookie()).call().unwrap(),
            None => request.call().unwrap(),
        };
        let text = response.body_mut().read_to_string().unwrap();
        (response, text)
    }

    /// Sends a form: the status, and where it leads.
    pub(crate) fn post(
        &self,
        who: Option<&Person>,
        path: &str,
        fields: &str,
        from: &str,
    ) -> (StatusCode, String) {
        let (response, _) = self.send(who, path, fields, from);
        let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (response.status(), to.unwrap_or_default())
    }

    /// Sends a form: the answer, and the page that came with it.
    pub(crate) fn send(
        &self,
        who: Option<&Person>,
        path: &str,
        fields: &str,
        from: &str,
    ) -> (Response<Body>, String) {
        let request = self
            .agent
            .post(format!("{}/console{path}", self.server.control_url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", from);
        let request = match who {
            Some(person) => request.header("cookie", person.cookie()),
            None => request,
        };
        let mut response = request.send(fields).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response, text)
    }

    /// The form with which somebody signs in.
    pub(crate) fn sign_in_form(name: &str) -> String {
        let password = PASSWORD.replace(' ', "+");
        format!("next=&code=&email={name}%40people.example.com&password={password}")
    }

    /// Signs in with a form: the status, and the cookie that is set.
    pub(crate) fn sign_in(&self, who: Option<&Person>, form: &str) -> (StatusCode, Option<String>) {
        let request = self
            .agent
            .post(format!("{}/console/sign-in", self.server.control_url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", who.map(Person::cookie).unwrap_or_default());
        let response = request.send(form).unwrap();
        let cookie = response.headers().get("set-cookie");
        (response.status(), cookie.map(|cookie| cookie.to_str().unwrap().to_owned()))
    }

    /// Makes so many keys of the project at once.
    pub(crate) fn make_keys(&self, count: usize) {
        let grant = json!([
            { "projectId": self.name("project"), "role": "Read-Only", "allCluster": true }
        ]);
        let keys = vec![json!({ "name": "same", "projects": grant }); count];
        self.call(&self.owner.session, "POST", "/v2/api-keys/bulk", &json!({ "keys": keys }));
    }

    /// Makes so many projects of the organization.
    pub(crate) fn make_projects(&self, count: usize) {
        for number in 1..=count {
            let body = json!({ "projectName": format!("project-{number}") });
            self.call(&self.owner.session, "POST", "/v2/projects", &body);
        }
    }

    pub(crate) fn stop(self) {
        self.runtime.block_on(self.server.stop(Duration::ZERO));
    }
}

impl Person {
    fn cookie(&self) -> String {
        format!("keyward_session={}", self.session)
    }
}
