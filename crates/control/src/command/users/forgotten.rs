//! A link for somebody who forgot their password, asked for without a proof.
//!
//! What is found out here goes into a letter to the account's own address and nowhere else: whoever
//! asked must not learn whether there is such an account.

use super::reset::{LETTER_MILLIS, ResetLink, link};
use crate::desk::Desk;
use model::account::AccountState;
use model::name::Email;
use model::policy::own::decide_letter;
use model::{AuditEvent, Denial, Error, Permit, Timestamp};
use std::net::IpAddr;
use store::users::User;
use store::{Reader, organizations, password_resets, users};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Forgotten {
    /// The address that was typed.
    pub email: Email,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// The letter that is due.
#[derive(Clone, Debug)]
pub struct LinkLetter {
    /// To whom.
    pub user: User,
    /// What it says.
    pub words: LinkWords,
}

/// What a letter to somebody who forgot their password says.
#[derive(Clone, Debug)]
pub enum LinkWords {
    /// Here is a link.
    Link(ResetLink),
    /// Only owners make links for this person.
    AskAnOwner,
    /// An owner has made one, which works until then. It is not replaced: whoever knows an address
    /// could otherwise end what an owner began.
    Standing(Timestamp),
}

/// Makes a link, in place of one of an earlier letter. What holds now goes on until it is used, and
/// the second factor stays. `None` if nobody is to be written to: there is no such account, it is
/// disabled, or it was written to within the life of a link.
///
/// # Errors
/// `Unavailable` if the store does not answer.
pub fn forgotten(desk: &Desk, request: &Forgotten) -> Result<Option<LinkLetter>, Error> {
    let found = desk.store().read(|reader| users::find_by_email(reader, &request.email))?;
    let Some(user) = found else { return Ok(None) };
    if !desk.letters().may_write_to(user.id, desk.now()) {
        return Ok(None);
    }
    let mut refused = None;
    let words = words(desk, request, &user, &mut refused);
    desk.record(request.address, refused)?;
    if words.is_err() {
        desk.letters().forget(user.id);
    }
    Ok(words?.map(|words| LinkLetter { user, words }))
}

fn words(
    desk: &Desk,
    request: &Forgotten,
    user: &User,
    refused: &mut Option<Denial>,
) -> Result<Option<LinkWords>, Error> {
    let standing = |reader: &Reader<'_>, now: Timestamp| -> Result<Option<Timestamp>, Error> {
        let until = password_resets::standing_until(reader, user.id, now)?;
        Ok(until.filter(|until| until.millis() - now.millis() > LETTER_MILLIS))
    };
    let (verdict, until) =
        desk.store().read(|reader| Ok((decided(reader, user)?, standing(reader, desk.now())?)))?;
    if let Err(denial) = verdict {
        *refused = Some(denial);
        let written_to = user.state == AccountState::Active;
        return Ok(written_to.then_some(LinkWords::AskAnOwner));
    }
    if let Some(until) = until {
        return Ok(Some(LinkWords::Standing(until)));
    }
    let made = desk.store().write(|work| {
        let permit = decided(work, user)?.map_err(|denial| denial.to_error())?;
        let link = link(work, user.id, false, LETTER_MILLIS)?;
        let event = AuditEvent::done(permit, "made a reset token for a letter to its own address");
        Ok((link, event.from_address(request.address)))
    })?;
    Ok(Some(LinkWords::Link(made.into_value())))
}

/// What the policy says of the account as it is now.
fn decided(reader: &Reader<'_>, user: &User) -> Result<Result<Permit, Denial>, Error> {
    let state = users::find(reader, user.id)?.map_or(user.state, |user| user.state);
    let by_letter = organizations::reset_by_letter_of(reader, user.id)?;
    Ok(decide_letter(user.id, state, !by_letter))
}
