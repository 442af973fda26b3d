//! `/console/clusters/{cluster}/explain`: what a key or user may do here, and by which rule.
//!
//! The question stands in the address, so that an answer can be passed on and asked again. It holds
//! names and ids, never a key or a password.

use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::target;
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::clusters::{self, Explain, Explained};
use control::command::keys::{self, KeyPart, KeyQuery, ListKeys};
use control::{Asked, AskedCall, Caller, Desk, Front, Page as ListPage};
use model::cluster_user::ClusterUserName;
use model::{ClusterId, Error, ErrorKind, KeyId, ProjectId};
use std::net::IpAddr;

/// How many keys with a name in theirs are looked at for the one that has it.
const LOOKED_AT: u32 = 100;

#[derive(Template)]
#[template(path = "clusters/explain.html")]
struct Shown {
    frame: Frame,
    id: String,
    key: String,
    user: String,
    rpc: String,
    database: String,
    collection: String,
    other: String,
    address: String,
    answer: Option<Told>,
}

/// The answer, as it is shown.
struct Told {
    allowed: bool,
    reason: String,
    rule: &'static str,
    privilege: String,
    roles: String,
    sees: String,
    message: String,
    address: String,
}

impl From<Explained> for Told {
    fn from(explained: Explained) -> Self {
        Self {
            allowed: explained.allowed,
            reason: explained.reason,
            rule: explained.rule,
            privilege: explained.privilege.unwrap_or_default(),
            roles: explained.roles.join(", "),
            sees: explained.sees.map(|names| names.join(", ")).unwrap_or_default(),
            message: explained.refusal.map(|(_, message)| message).unwrap_or_default(),
            address: explained.from.to_string(),
        }
    }
}

/// The question, and its answer once one is asked.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    let query = Query::parse(query.as_deref());
    let caller = visitor.caller.clone();
    let here = front.see(move |desk| InCluster::find(desk, &caller, id)).await?;
    let asked = if query.given("rpc").is_some() {
        let (asked, project) = (asked(&query), here.cluster.project);
        let (caller, explainer) = (visitor.caller.clone(), front.explainer());
        let work = move |desk: &Desk| {
            let request = asked?.about(desk, &caller, id, project)?;
            clusters::explain(desk, &caller, &*explainer, &request)
        };
        front.see(work).await.map(Some)
    } else {
        Ok(None)
    };
    let (answer, said) = match asked {
        Ok(answer) => (answer.map(Told::from), Said::Nothing),
        Err(error) => (None, Said::Refused(told::refusal_of_names(&error)?)),
    };
    let text = |field: &str| query.text(field).to_owned();
    let page = Shown {
        frame: Frame::of(&visitor, "Explain").in_cluster(&here, Part::Explain).saying(&said),
        id: id.to_string(),
        key: text("key"),
        user: text("user"),
        rpc: text("rpc"),
        database: text("database"),
        collection: text("collection"),
        other: text("other"),
        address: text("address"),
        answer,
    };
    Ok(render(said.status(), &page))
}

/// A question in which a key may be named by its name.
struct Question {
    who: Who,
    call: AskedCall,
    from: Option<IpAddr>,
}

enum Who {
    Key(String),
    User(ClusterUserName),
}

/// Reads the question.
fn asked(query: &Query) -> Result<Question, Error> {
    let who = match (query.given("key"), query.given("user")) {
        (Some(key), None) => Who::Key(key.to_owned()),
        (None, Some(user)) => Who::User(ClusterUserName::new(user)?),
        _ => return Err(Error::invalid("name a key or a user of the cluster: one of the two")),
    };
    let wrong = |_| Error::invalid("must be an IP address").in_field("address");
    let from = query.given("address").map(|text| text.parse().map_err(wrong)).transpose()?;
    let text = |field: &str| query.text(field).to_owned();
    let call = AskedCall {
        rpc: text("rpc"),
        database: text("database"),
        collection: text("collection"),
        other: text("other"),
    };
    Ok(Question { who, call, from })
}

impl Question {
    fn about(
        self,
        desk: &Desk,
        caller: &Caller,
        cluster: ClusterId,
        project: ProjectId,
    ) -> Result<Explain, Error> {
        let who = match self.who {
            Who::Key(named) => Asked::Key(key(desk, caller, project, &named)?),
            Who::User(name) => Asked::User(name),
        };
        Ok(Explain { cluster, who, call: self.call, from: self.from })
    }
}

/// The key with this id, or the one of the project with this name.
fn key(desk: &Desk, caller: &Caller, project: ProjectId, named: &str) -> Result<KeyId, Error> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let request = ListKeys {
        organization: None,
        project: Some(project),
        search: Some(named.to_owned()),
        query: KeyQuery::default(),
        part: KeyPart::Page(ListPage::new(1, LOOKED_AT)?),
    };
    let listed = keys::list(desk, caller, request)?;
    let mut found = listed.items.iter().filter(|detail| detail.key.name.as_str() == named);
    match (found.next(), found.next()) {
        (Some(detail), None) => Ok(detail.key.id),
        (Some(_), Some(_)) => {
            Err(Error::invalid(format!("several keys are named {named}: use its id")))
        }
        (None, _) => {
            Err(Error::new(ErrorKind::NotFound, format!("the project has no key named {named}")))
        }
    }
}
