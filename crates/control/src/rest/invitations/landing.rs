//! `GET /invitations/accept`: where the link of an invitation leads.

use crate::describe::Operation;
use crate::rest::app::App;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use std::sync::Arc;

/// [`landing`]
pub(crate) const LANDING: Operation =
    Operation::new("openInvitation", "Where the link of an invitation leads")
        .about("Says in plain text how to take it up. The token behind the `#` is not sent here.")
        .anonymous()
        .answers_text("text/plain");

/// Says how to take up an invitation.
pub(crate) async fn landing(State(app): State<Arc<App>>) -> impl IntoResponse {
    let text = format!(
        "You are invited to an organization on Keyward.\n\n\
         The token of your invitation is what stands behind the # in the address of this page: it \
         begins with kwi_ and works once. Take it up with the command line, which asks for the \
         token, your name and a password:\n\n    keyward invitation accept --url {}\n",
        app.public_url()
    );
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], text)
}
