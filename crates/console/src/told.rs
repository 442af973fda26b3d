//! What commands say, in the words of a page.

use crate::problem::{Page, sentence};
use crate::query::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use control::Receipt;
use model::{Error, ErrorKind};

/// What a page says of what was just asked for.
pub(crate) enum Said {
    /// Nothing: it is only looked at.
    Nothing,
    /// It was done.
    Done(&'static str),
    /// It was not, for this reason.
    Refused(String),
}

impl Said {
    /// What the address that a form led to says was done.
    pub(crate) fn in_query(query: &Query) -> Self {
        let known = DONE.iter().find(|(word, _)| *word == query.text("done"));
        known.map_or(Self::Nothing, |(_, sentence)| Self::Done(sentence))
    }

    /// The status that goes with it.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Nothing | Self::Done(_) => StatusCode::OK,
            Self::Refused(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// What can be said to have been done, by the word for it in an address.
const DONE: &[(&str, &str)] = &[
    ("added", "Added."),
    ("saved", "Saved."),
    ("removed", "Removed. What it allowed is over."),
    ("renamed", "Renamed."),
    ("revoked", "Taken back. Its link opens nothing."),
    ("ended", "Ended."),
    ("password", "The password is changed, and every other session of yours ended."),
    ("second-off", "The second factor is off."),
    ("suspended", "Suspended: gateways refuse its calls."),
    ("resumed", "Resumed: it takes calls again."),
    ("project-deleted", "The project is deleted, and its keys are dead."),
    ("left", "You left."),
];

/// Leads to a page that says what was done, once every gateway has confirmed it.
///
/// # Errors
/// The page for a change that is made and not confirmed everywhere.
pub(crate) fn done(receipt: &Receipt, to: &str, word: &str) -> Result<Response, Page> {
    if receipt.settled { Ok(went(to, word)) } else { Err(Page::unsettled()) }
}

/// Leads to a page that says what was done.
pub(crate) fn went(to: &str, word: &str) -> Response {
    Redirect::to(&format!("{to}?done={word}")).into_response()
}

/// Why something typed was not accepted, as a sentence for the same form again.
///
/// # Errors
/// The page for everything that typing anew does not mend.
pub(crate) fn refusal(error: &Error) -> Result<String, Page> {
    match error.kind() {
        ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::LimitReached => Ok(words(error)),
        _ => Err(Page::of(error)),
    }
}

/// The same where names are typed or pressed: that nothing has the name is a refusal, too.
///
/// # Errors
/// As [`refusal`].
pub(crate) fn refusal_of_names(error: &Error) -> Result<String, Page> {
    if error.kind() == ErrorKind::NotFound { Ok(words(error)) } else { refusal(error) }
}

/// An error in a sentence that names a field as people do, not as the API does.
pub(crate) fn words(error: &Error) -> String {
    let message = error.message();
    match error.field() {
        Some(field) => {
            let rest = message.strip_prefix(field).unwrap_or(&message);
            sentence(&format!("{} {}", label(field), rest.trim_start_matches([':', ' '])))
        }
        None => sentence(&message),
    }
}

/// The name of a field of the API as it stands on a page: `projectName` is the project name.
fn label(field: &str) -> String {
    let own = match field {
        "newPassword" => Some("the password"),
        "oldPassword" => Some("the present password"),
        "cidr" | "uri" => Some("the address"),
        "token" => Some("the token"),
        "rpc" => Some("the call"),
        "clusterIds" | "projects" => Some("the clusters"),
        _ => None,
    };
    if let Some(own) = own {
        return own.to_owned();
    }
    let mut words = String::from("the ");
    for letter in field.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_people_name_them() {
        let error = |field| Error::invalid("must not be empty").in_field(field);
        assert_eq!(words(&error("projectName")), "The project name must not be empty.");
        assert_eq!(words(&error("cidr")), "The address must not be empty.");
        assert_eq!(words(&Error::conflict("the name is taken")), "The name is taken.");
        assert!(refusal(&Error::internal("x")).is_err());
    }
}
