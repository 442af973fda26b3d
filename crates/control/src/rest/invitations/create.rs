//! `POST /v2/organizations/{id}/invitations`

use super::InvitationBody;
use super::letter::{letter, link};
use crate::command::invitations::{self, CreateInvitation};
use crate::describe::{self, Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::members::{ROLE, organization_role, project_role};
use crate::rest::organizations::ORGANIZATION_ID;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::name::Email;
use model::{OrganizationId, ProjectId};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// How many projects one invitation may name.
const MOST_PROJECTS: usize = 100;

/// The invitation; its token leaves here and in the letter, and nowhere else.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedInvitation")]
pub(crate) struct Created {
    #[serde(flatten)]
    invitation: InvitationBody,
    token: String,
    /// The token as a link.
    link: String,
    /// Whether a letter with the link was handed to the mail server.
    mailed: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_failure: Option<String>,
}

const PROJECT: &[Field] =
    &[Field::text("projectId", "The project.").required().pattern(describe::PROJECT_ID), ROLE];

/// [`create`]
pub(crate) const CREATE: Operation = Operation::new("createInvitation", "Invite somebody")
    .about(
        "The token and the link are shown here once. They stand for 48 hours and work once. If the \
         server knows a mail server, a letter with the link is sent, too; `mailed` says whether \
         that went well. Nobody gives more than they have: members invite members, and to a \
         project only whoever may choose its members.",
    )
    .may("members of the organization")
    .path(&[ORGANIZATION_ID])
    .body(
        &[
            Field::text("email", "Whom to invite.").required().most(254),
            ROLE,
            Field::objects("projects", "Projects they are to be members of.", PROJECT).most(100),
        ],
        r#"{"email":"EMAIL","role":"Member"}"#,
    )
    .answers::<Created>()
    .refuses(&[403, 404, 409])
    .creates()
    .fenced();

/// Invites somebody, and sends them a letter if there is a mail server.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(organization): Target<OrganizationId>,
    body: Object,
) -> Result<Answer<Created>, Problem> {
    let request = decode(body, organization)?;
    let (created, receipt) =
        app.change(move |desk| invitations::create(desk, &caller, request)).await?;
    let sent = app.mail(letter(app.public_url(), &created)).await;
    let body = Created {
        invitation: InvitationBody::of(&created.invitation, app.now()),
        token: created.token.expose().to_owned(),
        link: link(app.public_url(), &created),
        mailed: sent.is_ok(),
        mail_failure: sent.err(),
    };
    Ok(Answer::changed(body, &receipt).shown_once())
}

fn decode(mut body: Object, organization: OrganizationId) -> Result<CreateInvitation, Problem> {
    let email = body.parsed("email", Email::new)?;
    let role = body.parsed("role", organization_role)?;
    let entries = body.objects("projects")?;
    if entries.len() > MOST_PROJECTS {
        let sentence = format!("must name at most {MOST_PROJECTS} projects");
        return Err(body.refuse("projects", &sentence));
    }
    let mut projects = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let id: ProjectId = entry.parsed("projectId", str::parse)?;
        if projects.iter().any(|(other, _)| *other == id) {
            return Err(entry.refuse("projectId", "is named twice"));
        }
        projects.push((id, entry.parsed("role", project_role)?));
        entry.finish()?;
    }
    body.finish()?;
    Ok(CreateInvitation { organization, email, role, projects })
}
