//! `/console/organizations/{organization}/personal-keys`: keys that may do what one may oneself.

use crate::form::Form;
use crate::frame::Frame;
use crate::here::InOrganization;
use crate::pages::keys::Row;
use crate::pages::target;
use crate::problem::{Page, render, shown};
use crate::query::{Pages, Query};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::account;
use control::command::keys::{self, CreatePersonalKey};
use control::{Front, Page as ListPage};
use model::name::{Description, KeyName};
use model::{Error, OrganizationId};

/// How many keys a page shows.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "account/keys.html")]
struct Shown {
    frame: Frame,
    organization: String,
    organization_name: String,
    keys: Vec<Row>,
    pages: Pages,
    name: String,
}

#[derive(Template)]
#[template(path = "account/key_made.html")]
struct Made {
    frame: Frame,
    organization: String,
    id: String,
    name: String,
    plain: String,
    once: bool,
}

/// One's own keys in an organization.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let query = Query::parse(query.as_deref());
    let said = Said::in_query(&query);
    page(&front, &visitor, target(&organization)?, query.page(), said, String::new()).await
}

/// Makes one, and shows it.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let user = front.see(move |desk| Ok(account::show(desk, &caller)?.user.id)).await?;
    let request = || -> Result<CreatePersonalKey, Error> {
        let (name, description) = (KeyName::new(typed.trim())?, Description::new("")?);
        Ok(CreatePersonalKey { organization: id, user, name, description })
    };
    let made = visitor
        .change(&front, request(), move |desk, caller, request| {
            keys::create_personal(desk, caller, request)
        })
        .await;
    let (made, _) = match made {
        Ok(made) => made,
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            return page(&front, &visitor, id, 1, said, typed).await;
        }
    };
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InOrganization::find(desk, &caller, id)).await?;
    Ok(shown(&Made {
        frame: framed(&visitor, &place),
        organization: id.to_string(),
        id: made.key.id.to_string(),
        name: made.key.name.to_string(),
        plain: made.plain.expose().to_owned(),
        once: place.membership.organization.settings.show_keys_once,
    }))
}

fn framed(visitor: &Visitor, place: &InOrganization) -> Frame {
    let home = format!("/console/organizations/{}", place.id());
    let frame = Frame::of(visitor, "Personal API keys").under("Account", super::HOME);
    frame.under(place.name(), &home)
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    number: u32,
    said: Said,
    name: String,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (place, listed) = front
        .see(move |desk| {
            let place = InOrganization::find(desk, &caller, id)?;
            let page = ListPage::new(number, SIZE)?;
            Ok((place, keys::list_personal(desk, &caller, id, None, page)?))
        })
        .await?;
    let to = format!("/console/organizations/{id}/personal-keys?page=");
    let page = Shown {
        frame: framed(visitor, &place).saying(&said),
        organization: id.to_string(),
        organization_name: place.name().to_owned(),
        keys: listed.items.iter().map(Row::of).collect(),
        pages: Pages::new(number, SIZE, listed.count, to),
        name,
    };
    Ok(render(said.status(), &page))
}
