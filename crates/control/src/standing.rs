//! Where a caller stands towards a thing: looked up in the snapshot the decision is made in, never
//! taken from a request or remembered from an earlier one.

use crate::caller::Caller;
use model::actor::{Actor, Place, Standing};
use model::{ClusterId, Error, ErrorKind, KeyId, OrganizationId, UserId};
use store::members::PersonStanding;
use store::{Reader, cluster_users, keys, members};

/// The caller's standing towards things at this place.
pub(crate) fn towards(
    reader: &Reader<'_>,
    caller: &Caller,
    place: Place,
) -> Result<Standing, Error> {
    match caller.actor() {
        // What a user of a cluster holds there counts on that cluster only: see `on_cluster`.
        Actor::ClusterUser { .. } | Actor::Operator | Actor::Anonymous | Actor::Report => {
            Ok(Standing::NONE)
        }
        Actor::ProjectKey { key, project } => of_key(reader, *key, place.project == Some(*project)),
        Actor::User(_) | Actor::PersonalKey { .. } if elsewhere(caller, place) => {
            Ok(Standing::NONE)
        }
        Actor::User(user) | Actor::PersonalKey { user, .. } => {
            let found = members::standing(reader, place.organization, place.project, *user)?;
            let Some(found) = found else { return Ok(Standing::NONE) };
            // Keys are no passwords: making one takes a session that has passed here.
            if matches!(caller.actor(), Actor::User(_)) && lacks_factor(found) {
                return Err(factor_needed());
            }
            let (organization, project) = (found.organization, found.project);
            Ok(Standing { organization, project, ..Standing::NONE })
        }
    }
}

/// Whether it is a member's second factor that is missing: whoever comes with a password alone does
/// nothing in an organization that asks for more.
fn lacks_factor(found: PersonStanding) -> bool {
    found.organization.is_some() && found.factor_required && !found.has_factor
}

/// Those of a person's organizations that they do nothing in for want of a second factor.
pub(crate) fn closed_to(
    reader: &Reader<'_>,
    user: UserId,
    organizations: &[OrganizationId],
) -> Result<Vec<OrganizationId>, Error> {
    let mut closed = Vec::new();
    for &organization in organizations {
        if members::standing(reader, organization, None, user)?.is_some_and(lacks_factor) {
            closed.push(organization);
        }
    }
    Ok(closed)
}

/// What somebody without a second factor is told where one is asked for.
pub(crate) fn factor_needed() -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "the organization asks its people for a second factor: enable one for your account first \
         (POST /v2/account/totp, or keyward account totp)",
    )
}

/// The caller's standing towards a cluster's users, roles and groups; the cluster is at this place.
pub(crate) fn on_cluster(
    reader: &Reader<'_>,
    caller: &Caller,
    place: Place,
    id: ClusterId,
) -> Result<Standing, Error> {
    match caller.actor() {
        Actor::ClusterUser { user, cluster } if *cluster == id => {
            let cluster_rights = Some(cluster_users::rights(reader, *user)?);
            Ok(Standing { cluster_rights, ..Standing::NONE })
        }
        _ => towards(reader, caller, place),
    }
}

/// The right to manage keys is read anew: it may have been taken away since the key was identified.
fn of_key(reader: &Reader<'_>, key: KeyId, key_of_project: bool) -> Result<Standing, Error> {
    let manages = key_of_project && keys::find(reader, key)?.is_some_and(|key| key.manages_keys);
    Ok(Standing { key_of_project, manages_keys: manages, ..Standing::NONE })
}

/// A key is of one organization, even when its person is a member of several.
fn elsewhere(caller: &Caller, place: Place) -> bool {
    caller.organization().is_some_and(|organization| organization != place.organization)
}
