//! `/console/organizations/{organization}/members/{user}/reset`: a link with which a member chooses
//! another password. It is in the answer that made it, and nowhere else.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::pages::{target, when};
use crate::problem::{Page, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::Front;
use control::command::users::{self, ResetUser};
use model::{OrganizationId, UserId};

#[derive(Template)]
#[template(path = "organizations/reset.html")]
struct Shown {
    frame: Frame,
    organization: String,
    link: String,
    until: String,
    removes_second_factor: bool,
}

/// Makes the link.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, user): (OrganizationId, UserId) = (target(&organization)?, target(&user)?);
    visitor.check(&mut form)?;
    let remove_second_factor = form.text("second_factor")? == "yes";
    form.finish()?;
    let request = ResetUser { user, remove_second_factor };
    let caller = visitor.caller.clone();
    let (place, link) = front
        .see(move |desk| {
            let place = InOrganization::find(desk, &caller, id)?;
            Ok((place, users::reset(desk, &caller, request)?.into_value()))
        })
        .await?;
    Ok(shown(&Shown {
        frame: Frame::of(&visitor, "Reset a password").in_organization(&place, Part::Members),
        organization: id.to_string(),
        link: format!("{}/console/password#{}", front.public_url(), link.token.expose()),
        until: when(link.expires_at),
        removes_second_factor: remove_second_factor,
    }))
}
