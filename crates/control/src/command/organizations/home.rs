//! The organization a request is about.

use crate::caller::Caller;
use model::{Actor, Error, ErrorKind, OrganizationId};
use store::{Reader, members, organizations};

/// The organization named in the request, or else the only one the caller belongs to.
///
/// This decides nothing: whatever is done there is decided by the policy.
pub(crate) fn home(
    reader: &Reader<'_>,
    caller: &Caller,
    named: Option<OrganizationId>,
) -> Result<OrganizationId, Error> {
    if let Some(id) = named.or_else(|| caller.organization()) {
        return Ok(id);
    }
    let of_caller = match caller.actor() {
        Actor::User(user) => members::organizations_of(reader, *user)?,
        _ => Vec::new(),
    };
    match of_caller.as_slice() {
        [(id, _)] => Ok(*id),
        [] if *caller.actor() == Actor::Operator => {
            organizations::first(reader)?.map(|organization| organization.id).ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "there is no organization yet: run quickstart")
            })
        }
        [] => Err(Error::new(
            ErrorKind::Forbidden,
            "you are not a member of any organization: ask an owner to invite you",
        )),
        _ => {
            Err(Error::invalid("must be given, because you are a member of several organizations")
                .in_field("organizationId"))
        }
    }
}
