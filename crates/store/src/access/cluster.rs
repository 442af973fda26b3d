//! Users and roles of clusters as gateways hold them.
//!
//! One query for all of them: a table may have many, and each is read from several rows that stand
//! one after the other.

use crate::cluster_roles::{read_granted, read_target};
use crate::cluster_users::{built_in, read_verifier};
use crate::connection::Row;
use crate::sql::{Value, text};
use crate::work::Reader;
use model::change::{ClusterRoleAccess, ClusterUserAccess};
use model::cluster_role::{ClusterRoleName, RoleRef};
use model::cluster_user::ClusterUserName;
use model::grant::{GrantTarget, Granted, compile};
use model::privilege::{Privilege, PrivilegeSet};
use model::{Change, ClusterRoleId, ClusterUserId, Error};
use std::fmt::Display;

const USERS: &str = "SELECT u.id, u.cluster_id, u.name, u.verifier, r.role_id, r.built_in \
                     FROM cluster_users u LEFT JOIN cluster_user_roles r ON r.user_id = u.id";

const ROLES: &str = "SELECT r.id, r.cluster_id, r.name, g.kind, g.what, g.database_name, \
                     g.collection_name, p.privilege FROM cluster_roles r \
                     LEFT JOIN cluster_grants g ON g.role_id = r.id \
                     LEFT JOIN cluster_group_privileges p ON g.kind = 'group' \
                     AND p.cluster_id = r.cluster_id AND p.group_name = g.what";

/// Hands out every user, or this one if there is one.
pub(super) fn users(
    reader: &Reader<'_>,
    only: Option<ClusterUserId>,
    each: &mut dyn FnMut(Change),
) -> Result<(), Error> {
    let (sql, values) = selected(USERS, "u", only);
    let mut open: Option<(ClusterUserAccess, Vec<RoleRef>)> = None;
    let mut close = |open: &mut Option<(ClusterUserAccess, Vec<RoleRef>)>| {
        if let Some((mut user, mut roles)) = open.take() {
            roles.sort();
            user.roles = roles.into();
            each(Change::ClusterUserPut(user));
        }
    };
    reader.sql.each(&sql, &values, |row| {
        let id = row.parsed(0)?;
        if open.as_ref().is_none_or(|(user, _)| user.id != id) {
            close(&mut open);
            let user = ClusterUserAccess {
                id,
                cluster: row.parsed(1)?,
                name: row.read(2, ClusterUserName::new)?,
                verifier: read_verifier(row, 3)?,
                roles: Box::new([]),
            };
            open = Some((user, Vec::new()));
        }
        if let (Some((_, roles)), Some(role)) = (&mut open, role(row)?) {
            roles.push(role);
        }
        Ok(())
    })?;
    close(&mut open);
    Ok(())
}

fn role(row: &Row<'_>) -> Result<Option<RoleRef>, Error> {
    if row.maybe_text(5)?.is_some() {
        return Ok(Some(RoleRef::BuiltIn(row.read(5, built_in)?)));
    }
    Ok(row.maybe_parsed(4)?.map(RoleRef::Custom))
}

/// What is granted to a role, row by row.
type Grants = Vec<(GrantTarget, PrivilegeSet)>;

/// Hands out every role, or this one if there is one.
pub(super) fn roles(
    reader: &Reader<'_>,
    only: Option<ClusterRoleId>,
    each: &mut dyn FnMut(Change),
) -> Result<(), Error> {
    let (sql, values) = selected(ROLES, "r", only);
    let mut open: Option<(ClusterRoleAccess, Grants)> = None;
    let mut close = |open: &mut Option<(ClusterRoleAccess, Grants)>| {
        if let Some((mut role, grants)) = open.take() {
            role.grants = compile(grants.iter().map(|(target, held)| (target, *held)));
            each(Change::ClusterRolePut(role));
        }
    };
    reader.sql.each(&sql, &values, |row| {
        let id = row.parsed(0)?;
        if open.as_ref().is_none_or(|(role, _)| role.id != id) {
            close(&mut open);
            let role = ClusterRoleAccess {
                id,
                cluster: row.parsed(1)?,
                name: row.read(2, ClusterRoleName::new)?,
                grants: Box::new([]),
            };
            open = Some((role, Vec::new()));
        }
        if let (Some((_, grants)), Some(grant)) = (&mut open, grant(row)?) {
            grants.push(grant);
        }
        Ok(())
    })?;
    close(&mut open);
    Ok(())
}

/// What this row grants; of a group that people made, a row has one privilege.
fn grant(row: &Row<'_>) -> Result<Option<(GrantTarget, PrivilegeSet)>, Error> {
    if row.maybe_text(3)?.is_none() {
        return Ok(None);
    }
    let held = match read_granted(row, 3)? {
        Granted::Group(_) if row.maybe_text(7)?.is_none() => PrivilegeSet::EMPTY,
        Granted::Group(_) => {
            PrivilegeSet::EMPTY.with(row.read(7, |name| Privilege::from_text(name).ok_or(()))?)
        }
        known => known.privileges(|_| PrivilegeSet::EMPTY),
    };
    Ok(Some((read_target(row, 5)?, held)))
}

/// The query for all or for one, the rows of each in a row.
fn selected(sql: &str, table: &str, only: Option<impl Display>) -> (String, Vec<Value>) {
    match only {
        Some(id) => (format!("{sql} WHERE {table}.id = $1"), vec![text(id)]),
        None => (format!("{sql} ORDER BY {table}.id"), Vec::new()),
    }
}
