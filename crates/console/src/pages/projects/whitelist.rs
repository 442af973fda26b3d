//! `/console/projects/{project}/whitelist`: from where its clusters may be used.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::pages::{target, when};
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::whitelist::{self, AddEntry, RemoveEntry};
use control::{Front, NewEntry};
use model::name::Description;
use model::{Action, Error, ProjectId, WhitelistEntryId};

#[derive(Template)]
#[template(path = "projects/whitelist.html")]
struct Shown {
    frame: Frame,
    project: String,
    may_update: bool,
    entries: Vec<Row>,
    your_address: String,
    admits_you: bool,
    typed: Typed,
}

struct Row {
    id: String,
    cidr: String,
    description: String,
    created: String,
}

/// What was typed, and what must be confirmed before it is done.
#[derive(Default)]
struct Typed {
    cidr: String,
    description: String,
    /// Adding it would keep the visitor's own address out.
    adding_locks_out: bool,
    /// Removing this entry would.
    removing_locks_out: String,
}

/// The list.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&project)?, said, Typed::default()).await
}

/// Adds an entry.
pub(crate) async fn add(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    visitor.check(&mut form)?;
    let (cidr, description) = (form.text("cidr")?, form.text("description")?);
    let confirm_lockout = form.text("confirm")? == "yes";
    form.finish()?;
    let done = visitor
        .change(&front, entry(&cidr, &description), move |desk, caller, entry| {
            let request = AddEntry { project: id, entry, confirm_lockout };
            whitelist::add(desk, caller, request)
        })
        .await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "added"),
        Err(error) => {
            let adding_locks_out = locks_out(&error);
            let typed = Typed { cidr, description, adding_locks_out, ..Typed::default() };
            page(&front, &visitor, id, refused(&error)?, typed).await
        }
    }
}

/// Removes an entry.
pub(crate) async fn remove(
    State(front): State<Front>,
    visitor: Visitor,
    Path((project, entry)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, entry): (ProjectId, WhitelistEntryId) = (target(&project)?, target(&entry)?);
    visitor.check(&mut form)?;
    let confirm_lockout = form.text("confirm")? == "yes";
    form.finish()?;
    let caller = visitor.caller.clone();
    let request = RemoveEntry { project: id, entry, confirm_lockout };
    let done = front.change(move |desk| whitelist::remove(desk, &caller, request)).await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "removed"),
        Err(error) => {
            let locked = if locks_out(&error) { entry.to_string() } else { String::new() };
            let typed = Typed { removing_locks_out: locked, ..Typed::default() };
            page(&front, &visitor, id, refused(&error)?, typed).await
        }
    }
}

fn entry(cidr: &str, description: &str) -> Result<NewEntry, Error> {
    let cidr = cidr.trim().parse().map_err(|error: Error| error.in_field("cidr"))?;
    Ok(NewEntry { cidr, description: Description::new(description.trim())? })
}

/// Whether the refusal is the question whether one's own address is to be kept out.
fn locks_out(error: &Error) -> bool {
    error.field() == Some("confirmLockout")
}

fn refused(error: &Error) -> Result<Said, Page> {
    if locks_out(error) {
        return Ok(Said::Refused(
            "Nothing is changed yet: this would keep your own address out of every cluster of \
             this project. Tick the box below if that is meant. The console is not affected."
                .to_owned(),
        ));
    }
    Ok(Said::Refused(told::refusal(error)?))
}

fn home(id: ProjectId) -> String {
    format!("/console/projects/{id}/whitelist")
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ProjectId,
    said: Said,
    typed: Typed,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (place, list) = front
        .see(move |desk| {
            let place = InProject::find(desk, &caller, id)?;
            Ok((place, whitelist::list(desk, &caller, id)?))
        })
        .await?;
    let rows = list.entries.iter().map(|entry| Row {
        id: entry.id.to_string(),
        cidr: entry.cidr.to_string(),
        description: entry.description.to_string(),
        created: when(entry.created_at),
    });
    let page = Shown {
        frame: Frame::of(visitor, "Whitelist").in_project(&place, Part::Whitelist).saying(&said),
        project: id.to_string(),
        may_update: place.may(Action::UpdateWhitelist),
        entries: rows.collect(),
        your_address: list.your_address.map(|own| own.to_string()).unwrap_or_default(),
        admits_you: list.admits_you(),
        typed,
    };
    Ok(render(said.status(), &page))
}
