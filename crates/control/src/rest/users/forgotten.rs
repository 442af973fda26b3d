//! `POST /v2/passwordResets:send`, for whoever forgot their password, and the letter it brings.
//!
//! The answer is given before anything is looked up, so that it is the same, and takes as long,
//! whether there is such an account or not. In the letter the token stands behind a `#`, so that no
//! browser sends it to a server.

use crate::command::users::{self, Forgotten, LinkLetter, LinkWords};
use crate::describe::{Field, Operation};
use crate::mail::{Letter, Subject, one_line};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::From;
use axum::extract::State;
use model::Error;
use model::name::Email;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// What whoever asks is told, whatever the address is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LinkAsked")]
pub(crate) struct Asked {
    message: &'static str,
}

/// [`forgotten`]
pub(crate) const FORGOTTEN: Operation =
    Operation::new("sendReset", "Have a link sent to whoever forgot their password")
        .about(
            "The answer is the same for every address. If there is an account with it, a letter \
             with a link goes there, which works once, for 30 minutes; an account gets one letter \
             in that time. The second factor stays. Where an organization leaves this to its \
             owners (`resetByLetter`), the letter says so. Without a mail server the answer is a \
             409 for everybody.",
        )
        .anonymous()
        .body(
            &[Field::text("email", "The address one signs in with.").required().most(254)],
            r#"{"email":"EMAIL"}"#,
        )
        .answers::<Asked>()
        .refuses(&[409, 429]);

/// Has a link sent.
pub(crate) async fn forgotten(
    State(app): State<Arc<App>>,
    From(address): From,
    mut body: Object,
) -> Result<Answer<Asked>, Problem> {
    let email = body.parsed("email", Email::new)?;
    body.finish()?;
    send_link(&app, Forgotten { email, address })?;
    let message = "if there is an account with this address, a letter is on its way to it";
    Ok(Answer::ok(Asked { message }))
}

/// Has a link sent, after the answer.
///
/// # Errors
/// `Conflict` if no letters are sent here; those of [`App::afterwards`].
pub(crate) fn send_link(app: &Arc<App>, request: Forgotten) -> Result<(), Error> {
    if !app.sends_letters() {
        return Err(Error::conflict(
            "this Keyward sends no letters: ask an owner of your organization for a link",
        ));
    }
    let (from, writer) = (request.address, Arc::clone(app));
    app.afterwards(from, async move { write(&writer, request).await })
}

async fn write(app: &Arc<App>, request: Forgotten) {
    let due = match app.ask(move |desk| users::forgotten(desk, &request)).await {
        Ok(Some(due)) => due,
        Ok(None) => return,
        Err(error) => {
            let context = error.context().unwrap_or_default();
            tracing::error!(%error, context, "a link for a forgotten password was not made");
            return;
        }
    };
    let user = due.user.id;
    // Why it was not sent is in the log by now; the next request may try again.
    if app.send(letter(app.public_url(), &due)).await.is_err() {
        let forgotten = app.ask(move |desk| {
            desk.letters().forget(user);
            Ok(())
        });
        // Nothing but the end of the process keeps this from being done.
        let _ = forgotten.await;
    }
}

/// The letter.
fn letter(public_url: &str, due: &LinkLetter) -> Letter {
    let to = due.user.email.clone();
    let asked = format!(
        "Somebody, probably you, has forgotten the password of your account {} on Keyward.\n\n",
        one_line(to.as_str())
    );
    let rest = match &due.words {
        LinkWords::Link(link) => format!(
            "Open this link until {} to choose another; it works once, and ends every session of \
             yours:\n\n{public_url}/console/password#{}\n\n",
            link.expires_at,
            link.token.expose()
        ),
        LinkWords::AskAnOwner => "Your organization leaves this to its owners: ask one of them \
                                  for a link.\n\n"
            .to_owned(),
        LinkWords::Standing(until) => format!(
            "An owner of your organization has made a link for you, which works until {until}: \
             use that one, or ask them for another.\n\n"
        ),
    };
    let text = format!("{asked}{rest}If it was not you, do nothing: nothing has changed.\n");
    Letter { to, subject: Subject::new("Your password on Keyward"), text }
}
