//! Signing in.

use crate::caller::SESSION_PREFIX;
use crate::command::factor::{self, SecondProof};
use crate::desk::Desk;
use crate::token;
use model::name::Email;
use model::policy::own::{self, Factor};
use model::{AuditEvent, Denial, Error, ErrorKind, SecretText, Timestamp, UserId};
use std::net::IpAddr;
use store::sessions::NewSession;
use store::users::{self, User};
use store::{Work, second_factors, sessions};

/// How long a session lasts at most.
const LIFETIME_MILLIS: i64 = 12 * 60 * 60 * 1000;
/// The longest name of a program that is kept, in characters.
const MOST_OF_CLIENT: usize = 100;

/// Who wants to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The account.
    pub email: Email,
    /// The password.
    pub password: SecretText,
    /// What proves the second factor, if it is given.
    pub second: Option<SecondProof>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// The program: see [`client_name`].
    pub client: String,
}

/// What a program calls itself in `User-Agent`, shortened to 100 characters and without control
/// characters.
pub fn client_name(user_agent: Option<&str>) -> String {
    let kept = user_agent.unwrap_or_default().chars().filter(|c| !c.is_control());
    kept.take(MOST_OF_CLIENT).collect()
}

/// How an attempt with the right password ended.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// The session is open.
    Open(Opened),
    /// The account has a second factor, and the request had none.
    CodeNeeded,
}

/// An open session. The token leaves here.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What proves the session.
    pub token: SecretText,
    /// Who signed in.
    pub user: User,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
}

/// Signs somebody in.
///
/// # Errors
/// `Unauthenticated` if there is no such account or the password is wrong, without saying which,
/// and in `code` or `recoveryCode` if that is wrong; `Forbidden` if the account is disabled;
/// `LimitReached` after too many attempts.
pub fn open(desk: &Desk, request: &SignIn) -> Result<SignedIn, Error> {
    let now = desk.now();
    let attempt = desk.throttle().attempt(request.email.as_str(), request.address, now)?;
    // The same queries and the same hashing are done whether the account exists or not.
    let (user, hash, factor) = desk.store().read(|reader| {
        let user = users::find_by_email(reader, &request.email)?;
        let id = user.as_ref().map(|user| user.id).or(UserId::from_number(0));
        let hash = id.map(|id| users::password_hash(reader, id)).transpose()?;
        let factor = id.map(|id| second_factors::confirmed(reader, id)).transpose()?;
        Ok((user, hash.flatten(), factor.flatten()))
    })?;
    let right = desk.passwords().verify(&request.password, hash.as_ref().map(SecretText::expose));
    let tried = user.as_ref().map(|user| user.id);
    let (Some(user), Some(hash)) = (user.filter(|_| right), hash) else {
        // The address that was typed is not written down: it may be a password in the wrong field.
        desk.record(request.address, Some(own::refuse_sign_in(tried)))?;
        return Err(wrong());
    };
    if factor.is_some() && request.second.is_none() {
        desk.throttle().forgive(&attempt);
        return Ok(SignedIn::CodeNeeded);
    }
    let mut denial = None;
    let opened = desk.store().write(|work| admit(work, request, &user, &hash, &mut denial));
    desk.record(request.address, denial)?;
    let opened = opened?.into_value();
    desk.throttle().forgive(&attempt);
    tracing::info!(user = %user.id, "signed in");
    Ok(SignedIn::Open(opened))
}

/// Opens the session of somebody who knows the password, if the policy lets them in.
fn admit(
    work: &mut Work<'_>,
    request: &SignIn,
    user: &User,
    hash: &SecretText,
    refused: &mut Option<Denial>,
) -> Result<(Opened, AuditEvent), Error> {
    let now = work.now();
    let state = users::find(work, user.id)?.ok_or_else(wrong)?.state;
    if users::password_hash(work, user.id)?.is_none_or(|present| !present.matches(hash)) {
        return Err(wrong());
    }
    let factor = match (second_factors::confirmed(work, user.id)?, &request.second) {
        (None, _) => Factor::None,
        (Some(_), Some(proof)) if factor::prove(work, user.id, proof)? => Factor::Proven,
        (Some(_), _) => Factor::Wrong,
    };
    let permit = own::decide_sign_in(user.id, state, factor).map_err(|denial| {
        let error = match (factor, &request.second) {
            (Factor::Wrong, Some(proof)) => factor::wrong(proof),
            _ => denial.to_error(),
        };
        *refused = Some(denial);
        error
    })?;
    let token = token::generate(SESSION_PREFIX, work.entropy());
    let new = NewSession {
        token: token.clone(),
        user: user.id,
        address: request.address,
        client: request.client.clone(),
        expires_at: Timestamp::from_millis(now.millis() + LIFETIME_MILLIS),
    };
    let session = sessions::open(work, new)?;
    let with = match (factor, &request.second) {
        (Factor::Proven, Some(SecondProof::Recovery(_))) => ", with a recovery code",
        _ => "",
    };
    let event = AuditEvent::done(permit, format!("signed in{with}: {}", session.id));
    let opened = Opened { token, user: user.clone(), expires_at: session.expires_at };
    Ok((opened, event.from_address(request.address)))
}

fn wrong() -> Error {
    Error::new(ErrorKind::Unauthenticated, "the e-mail address or the password is wrong")
}
