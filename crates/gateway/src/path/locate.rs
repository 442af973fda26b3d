//! Step 4: which cluster is meant.
//!
//! The host name's first label, if it is a cluster id; else the port, if it is a cluster's own; else
//! the only cluster the key opens. A cluster the key does not open is answered like an unknown one.

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
    let named = if let Some(id) = cluster_in(head.authority()) {
        Some(view.routes().by_id(id).ok_or(Refusal::OtherCluster)?)
    } else {
        view.routes().by_port(port)
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

/// The cluster id in the first label of a host name.
fn cluster_in(authority: &[u8]) -> Option<ClusterId> {
    let label = authority
        .split(|&byte| byte == b'.' || byte == b':')
        .next()?;
    if !label.starts_with(ClusterId::PREFIX.as_bytes()) {
        return None;
    }
    std::str::from_utf8(label).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_named_by_the_first_label_only() {
        let id = ClusterId::from_number(77).unwrap();
        for (authority, found) in [
            (format!("{id}.vectors.example.com:19530"), true),
            (format!("{id}:19530"), true),
            (id.to_string(), true),
            (format!("a.{id}.example.com"), false),
            (format!("x{id}.example.com"), false),
            ("localhost:19530".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(
                cluster_in(authority.as_bytes()) == Some(id),
                found,
                "{authority}"
            );
        }
    }
}
