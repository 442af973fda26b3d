//! Step 4: which cluster is meant.
//!
//! The host name's first label, if it is a cluster id; else the port, if it is a cluster's own;
//! else the only cluster the key opens that has no port of its own; else the only one it opens. So
//! a new cluster with its own port takes nothing from those who use the gateway's bare address. A
//! cluster the key does not open is answered like an unknown one.

use super::head::Head;
use super::identity::Identity;
use crate::table::{Route, View};
use milvus::refusal::Refusal;
use model::ClusterId;
use std::sync::Arc;

/// Finds the cluster of a call.
///
/// # Errors
/// No such cluster for this key, or several and no word on which.
pub fn locate<'v>(
    head: &Head,
    port: u16,
    identity: &Identity,
    view: &'v View,
) -> Result<&'v Arc<Route>, Refusal> {
    let named = match cluster_in(head.authority()) {
        Named::Cluster(id) => Some(view.routes().by_id(id).ok_or(Refusal::OtherCluster)?),
        // A mistyped name must not end up at whatever cluster the port or the key leads to.
        Named::Nonsense => return Err(Refusal::OtherCluster),
        Named::Nothing => view.routes().by_port(port),
    };
    match named {
        Some(route) if view.reaches(identity.key(), identity.grant(), route) => Ok(route),
        Some(_) => Err(Refusal::OtherCluster),
        None => match view.reachable(identity.key(), identity.grant()) {
            (Some(route), false) => Ok(route),
            (Some(_), true) => Err(Refusal::AmbiguousCluster),
            (None, _) => Err(Refusal::NoCluster),
        },
    }
}

/// Finds the cluster of a call by a user, before anything of the user is looked at. A user is of
/// one cluster, and one name may be that of users of several: the host name decides, else the port,
/// else it is the only cluster without a port of its own, else the only one. The name never does.
///
/// # Errors
/// There are several and no word on which. Where there is none, there is no such user either.
pub fn of_user<'v>(head: &Head, port: u16, view: &'v View) -> Result<&'v Arc<Route>, Refusal> {
    let named = match cluster_in(head.authority()) {
        Named::Cluster(id) => Some(view.routes().by_id(id).ok_or(Refusal::UnknownUser)?),
        Named::Nonsense => return Err(Refusal::UnknownUser),
        Named::Nothing => view.routes().by_port(port),
    };
    match named.map_or_else(|| view.routes().at_bare_address(), |route| (Some(route), false)) {
        (Some(route), false) => Ok(route),
        (Some(_), true) => Err(Refusal::ClusterUnnamed),
        (None, _) => Err(Refusal::UnknownUser),
    }
}

/// What the first label of a host name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// It is this cluster's id.
    Cluster(ClusterId),
    /// It begins like a cluster's id and is none.
    Nonsense,
    /// It is some other name.
    Nothing,
}

/// Reads the first label of a host name; letters of either case are the same there.
fn cluster_in(authority: &[u8]) -> Named {
    let prefix = ClusterId::PREFIX.as_bytes();
    let label = authority.split(|byte| matches!(byte, b'.' | b':')).next().unwrap_or_default();
    if !label.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
        return Named::Nothing;
    }
    let id = String::from_utf8_lossy(label).to_ascii_lowercase().parse();
    id.map_or(Named::Nonsense, Named::Cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_named_by_the_first_label_only() {
        let id = ClusterId::from_number(77).unwrap();
        let upper = id.to_string().to_uppercase();
        for (authority, named) in [
            (format!("{id}.vectors.example.com:19530"), Named::Cluster(id)),
            (format!("{id}:19530"), Named::Cluster(id)),
            (format!("{upper}.LOCALHOST"), Named::Cluster(id)),
            (id.to_string(), Named::Cluster(id)),
            (format!("{id}0.example.com"), Named::Nonsense),
            ("in01-nonsense.example.com".to_owned(), Named::Nonsense),
            (format!("a.{id}.example.com"), Named::Nothing),
            (format!("x{id}.example.com"), Named::Nothing),
            ("localhost:19530".to_owned(), Named::Nothing),
            (String::new(), Named::Nothing),
        ] {
            assert_eq!(cluster_in(authority.as_bytes()), named, "{authority}");
        }
    }
}
