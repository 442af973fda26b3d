//! Signing in.

use crate::caller::session_token;
use crate::desk::Desk;
use model::name::Email;
use model::{Error, ErrorKind, SecretText, Timestamp, UserId};
use std::net::IpAddr;
use store::sessions;
use store::users::{self, User};

/// How long a session lasts.
const LIFETIME_MILLIS: i64 = 12 * 60 * 60 * 1000;

/// Who wants to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The account.
    pub email: Email,
    /// The password.
    pub password: SecretText,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// An open session. The token leaves here.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What proves the session.
    pub token: SecretText,
    /// Who signed in.
    pub user: User,
    /// When the session ends.
    pub expires_at: Timestamp,
}

/// Signs somebody in.
///
/// # Errors
/// `Unauthenticated` if there is no such account or the password is wrong, without saying which;
/// `LimitReached` after too many attempts.
pub fn open(desk: &Desk, request: &SignIn) -> Result<Opened, Error> {
    let now = desk.now();
    let attempt = desk.throttle().attempt(request.email.as_str(), request.address, now)?;
    // The same queries and the same hashing are done whether the account exists or not.
    let (user, hash) = desk.store().read(|reader| {
        let user = users::find_by_email(reader, &request.email)?;
        let id = user.as_ref().map(|user| user.id).or(UserId::from_number(0));
        let hash = id.map(|id| users::password_hash(reader, id)).transpose()?;
        Ok((user, hash.flatten()))
    })?;
    let right = desk.passwords().verify(&request.password, hash.as_ref().map(SecretText::expose));
    let Some(user) = user.filter(|_| right) else {
        return Err(Error::new(
            ErrorKind::Unauthenticated,
            "the e-mail address or the password is wrong",
        ));
    };
    desk.throttle().forgive(&attempt);
    let token = session_token(desk.entropy());
    let expires_at = Timestamp::from_millis(now.millis() + LIFETIME_MILLIS);
    let session = sessions::open(desk.store(), &token, user.id, expires_at)?;
    tracing::info!(user = %user.id, "signed in");
    Ok(Opened { token, user, expires_at: session.expires_at })
}
