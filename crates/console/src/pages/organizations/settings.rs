//! `/console/organizations/{organization}/settings`: its name and what it has chosen for itself.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::pages::target;
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::Front;
use control::command::organizations::{self, ChangeSettings};
use model::name::OrganizationName;
use model::{Action, Error, ErrorKind, KeyLifetime, OrganizationId};

#[derive(Template)]
#[template(path = "organizations/settings.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a box of its own")]
struct Shown {
    frame: Frame,
    organization: String,
    name: String,
    show_once: bool,
    days: String,
    length: String,
    second_factor: bool,
    revoke_reported: bool,
    by_letter: bool,
}

/// The settings as they are.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&organization)?, said).await
}

/// Renames the organization.
pub(crate) async fn rename(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    visitor.check(&mut form)?;
    let name = OrganizationName::new(form.text("name")?.trim());
    form.finish()?;
    let done = visitor
        .change(&front, name, move |desk, caller, name| {
            organizations::rename(desk, caller, id, &name, None)
        })
        .await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "renamed"),
        Err(error) => page(&front, &visitor, id, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// Changes the settings.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    visitor.check(&mut form)?;
    let request = request(&mut form);
    form.finish()?;
    let done = visitor
        .change(&front, request, move |desk, caller, request| {
            organizations::change_settings(desk, caller, id, request)
        })
        .await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "saved"),
        Err(error) => page(&front, &visitor, id, Said::Refused(told::refusal(&error)?)).await,
    }
}

fn request(form: &mut Form) -> Result<ChangeSettings, Error> {
    let (once, second) = (form.text("show_once")?, form.text("second_factor")?);
    let (days, length) = (form.text("days")?, form.text("length")?);
    let (revoke, letter) = (form.text("revoke_reported")?, form.text("by_letter")?);
    let days = match days.trim() {
        "" => None,
        days => Some(KeyLifetime::days(days.parse().map_err(|_| whole("of days"))?)?),
    };
    let length = match length.trim() {
        "" => None,
        length => Some(length.parse().map_err(|_| whole("of characters"))?),
    };
    Ok(ChangeSettings {
        show_keys_once: Some(once == "yes"),
        default_key_expiry: Some(days),
        minimum_password_length: Some(length),
        require_second_factor: Some(second == "yes"),
        revoke_reported_keys: Some(revoke == "yes"),
        reset_by_letter: Some(letter == "yes"),
        expected: None,
    })
}

fn whole(what: &str) -> Error {
    Error::invalid(format!("the number {what} must be a whole number"))
}

fn home(id: OrganizationId) -> String {
    format!("/console/organizations/{id}/settings")
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InOrganization::find(desk, &caller, id)).await?;
    if !place.may(Action::UpdateOrganization) {
        let sentence = "owners of the organization change its settings: ask one of them";
        return Err(Page::of(&Error::new(ErrorKind::Forbidden, sentence)));
    }
    let settings = place.membership.organization.settings;
    let policy = settings.password_policy;
    let number = |number: Option<u16>| number.map(|n| n.to_string()).unwrap_or_default();
    let frame = Frame::of(visitor, "Settings").in_organization(&place, Part::Settings);
    let page = Shown {
        frame: frame.saying(&said),
        organization: id.to_string(),
        name: place.name().to_owned(),
        show_once: settings.show_keys_once,
        days: number(settings.default_key_expiry.map(KeyLifetime::in_days)),
        length: number(policy.minimum_length()),
        second_factor: policy.requires_second_factor(),
        revoke_reported: settings.revoke_reported_keys,
        by_letter: settings.reset_by_letter,
    };
    Ok(render(said.status(), &page))
}
