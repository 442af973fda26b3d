//! `/console/keys/{key}/edit`: another name, scope, bound or end. The key itself stays.

use super::form::{Fields, Surroundings};
use super::typed::Typed;
use crate::form::Form;
use crate::frame::Frame;
use crate::pages::{target, when};
use crate::problem::{Page, render};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::Front;
use control::command::keys::{self, End, KeyDetail, Part as Field, UpdateKey};
use model::{Error, ErrorKind, KeyId, ProjectId};

#[derive(Template)]
#[template(path = "keys/edit.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    fields: Fields,
}

/// The form.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<Response, Page> {
    let (detail, project) = found(&front, &visitor, target(&key)?).await?;
    page(&front, &visitor, &detail, project, Typed::of(&detail), &Said::Nothing).await
}

/// Changes the record. What the key loses, it has lost when the page is answered.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: KeyId = target(&key)?;
    visitor.check(&mut form)?;
    let typed = Typed::read(&mut form)?;
    form.finish()?;
    let (detail, project) = found(&front, &visitor, id).await?;
    let done = visitor
        .change(&front, request(&typed, project), move |desk, caller, request| {
            keys::update(desk, caller, id, request)
        })
        .await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &format!("/console/keys/{id}"), "saved"),
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            page(&front, &visitor, &detail, project, typed, &said).await
        }
    }
}

fn request(typed: &Typed, project: ProjectId) -> Result<UpdateKey, Error> {
    Ok(UpdateKey {
        name: Field::Set(typed.key_name()?),
        description: Field::Set(typed.key_description()?),
        grant: Field::Set(Some(typed.grant(project)?)),
        end: match typed.end()? {
            End::Usual => Field::Kept,
            end => Field::Set(end),
        },
        sources: Field::Set(typed.sources()?),
        rate: Field::Set(typed.rate()?),
        manages_keys: Field::Set(typed.manages_keys),
        expected: None,
    })
}

/// The key and its project; a personal key has no record to change here.
async fn found(
    front: &Front,
    visitor: &Visitor,
    id: KeyId,
) -> Result<(KeyDetail, ProjectId), Page> {
    let detail = super::found(front, visitor, id).await?;
    match detail.key.project() {
        Some(project) => Ok((detail, project)),
        None => Err(Page::of(&Error::new(
            ErrorKind::Conflict,
            "a personal key follows the roles of its person: there is nothing to change here",
        ))),
    }
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    detail: &KeyDetail,
    project: ProjectId,
    typed: Typed,
    said: &Said,
) -> Result<Response, Page> {
    let around = Surroundings::find(front, visitor, project).await?;
    let key = &detail.key;
    let end = key.life.expires_at().map_or_else(
        || "As it is: until it is deleted".to_owned(),
        |end| format!("As it is: until {} UTC", when(end)),
    );
    let frame = around.frame(visitor, "Edit API key");
    let page = Shown {
        frame: frame.under(key.name.as_str(), &format!("/console/keys/{}", key.id)).saying(said),
        id: key.id.to_string(),
        name: key.name.to_string(),
        fields: around.fields(typed, end),
    };
    Ok(render(said.status(), &page))
}
