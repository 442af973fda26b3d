//! Refusals and failures as the API answers them.
//!
//! The one place that pairs an error with HTTP status and code number. The number is the managed
//! cloud's where it has one for the case, and the HTTP status otherwise. The body never carries
//! what only the operator should read: that goes to the log here.

use super::answer;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{Error, ErrorKind};

/// The credential is none of ours.
const ILLEGAL_KEY: u32 = 21119;
/// The session token is none of ours, or over.
const INVALID_TOKEN: u32 = 80002;
/// The password is right, and the account asks for a second factor that was not sent.
const CODE_NEEDED: u32 = 40101;
/// The password is right, and the second factor is wrong.
const CODE_WRONG: u32 = 40102;
const INCORRECT_PARAMETER: u32 = 80000;
const PAGE_SIZE: u32 = 80003;
const CURRENT_PAGE: u32 = 80004;
const CLUSTER_NAME: u32 = 80009;
const NAME_TAKEN: u32 = 80010;
const CLUSTER_DESCRIPTION: u32 = 80011;
const PASSWORD_RULE: u32 = 80012;
const NO_SUCH_CLUSTER_HERE: u32 = 80020;
const WRONG_STATUS: u32 = 40003;
const NO_SUCH_CLUSTER: u32 = 40021;
const NO_ACCESS_TO_CLUSTER: u32 = 40022;

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: u32,
    message: String,
    /// After how many seconds it is worth trying again.
    retry_after: Option<u32>,
}

impl Problem {
    /// A refusal whose code number is its HTTP status.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code: u32::from(status.as_u16()),
            message: message.into(),
            retry_after: None,
        }
    }

    /// Input that cannot be accepted.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).with_code(INCORRECT_PARAMETER)
    }

    /// A field that cannot be accepted; `place` may be such as `projects[0].role`.
    pub(crate) fn invalid_field(place: &str, sentence: &str) -> Self {
        let field = place.rsplit('.').next().unwrap_or(place);
        let field = field.split('[').next().unwrap_or(field);
        Self::invalid(format!("{place}: {sentence}")).with_code(parameter_code(field))
    }

    /// No credential, or one that is none of ours.
    pub(crate) fn illegal_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "The apikey is illegal").with_code(ILLEGAL_KEY)
    }

    /// A session token that is none of ours, or over.
    pub(crate) fn invalid_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "the session is over or was never opened: sign in again",
        )
        .with_code(INVALID_TOKEN)
    }

    /// The account asks for a second factor.
    pub(crate) fn code_needed() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "code: the account has a second factor: send the six digits of the authenticator app \
             as code, or a recoveryCode",
        )
        .with_code(CODE_NEEDED)
    }

    /// A fault of Keyward itself; `context` goes to the log only.
    pub(crate) fn internal(context: &str) -> Self {
        Self::from(Error::internal(context))
    }

    /// Gives the refusal the numbers clients know for clusters.
    pub(crate) fn about_cluster(mut self) -> Self {
        self.code = match (self.status, self.code) {
            (StatusCode::NOT_FOUND, 404) => NO_SUCH_CLUSTER,
            (StatusCode::FORBIDDEN, 403) => NO_ACCESS_TO_CLUSTER,
            (_, code)
                if self.message.starts_with("description: ") && code == INCORRECT_PARAMETER =>
            {
                CLUSTER_DESCRIPTION
            }
            (_, code) => code,
        };
        self
    }

    /// Gives the refusal of a password of a cluster user the number clients know.
    pub(crate) fn about_password(self) -> Self {
        if self.code == INCORRECT_PARAMETER { self.with_code(PASSWORD_RULE) } else { self }
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence for the caller.
    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Says after how many seconds it is worth trying again.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    fn with_code(mut self, code: u32) -> Self {
        self.code = code;
        self
    }
}

/// The number for input refused because of this field.
fn parameter_code(field: &str) -> u32 {
    match field {
        "pageSize" => PAGE_SIZE,
        "currentPage" => CURRENT_PAGE,
        "clusterName" => CLUSTER_NAME,
        "clusterId" | "clusterIds" => NO_SUCH_CLUSTER_HERE,
        _ => INCORRECT_PARAMETER,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if let Some(context) = error.context() {
            tracing::error!(kind = ?error.kind(), context, "a request failed");
        }
        let message = error.message();
        let field = error.field().unwrap_or_default();
        match error.kind() {
            ErrorKind::Invalid => Self::invalid(message).with_code(parameter_code(field)),
            ErrorKind::Unauthenticated if field == "Authorization" => {
                Self::new(StatusCode::UNAUTHORIZED, message).with_code(ILLEGAL_KEY)
            }
            ErrorKind::Unauthenticated if matches!(field, "code" | "recoveryCode") => {
                Self::new(StatusCode::UNAUTHORIZED, message).with_code(CODE_WRONG)
            }
            ErrorKind::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, message),
            ErrorKind::Forbidden => Self::new(StatusCode::FORBIDDEN, message),
            ErrorKind::NotFound => Self::new(StatusCode::NOT_FOUND, message),
            ErrorKind::Conflict if field == "If-Match" => {
                Self::new(StatusCode::PRECONDITION_FAILED, message)
            }
            ErrorKind::Conflict if matches!(field, "clusterName" | "projectName") => {
                Self::new(StatusCode::CONFLICT, message).with_code(NAME_TAKEN)
            }
            ErrorKind::Conflict if field == "status" => {
                Self::new(StatusCode::CONFLICT, message).with_code(WRONG_STATUS)
            }
            ErrorKind::Conflict => Self::new(StatusCode::CONFLICT, message),
            ErrorKind::LimitReached => Self::new(StatusCode::TOO_MANY_REQUESTS, message),
            ErrorKind::Unavailable => Self::new(StatusCode::SERVICE_UNAVAILABLE, message),
            ErrorKind::Internal => Self::new(StatusCode::INTERNAL_SERVER_ERROR, message),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({"code": self.code, "message": self.message});
        let mut response = answer::json(self.status, body.to_string());
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
