//! How a thing was before an act and after it, as the audit trail keeps it.
//!
//! A [`Snapshot`] is a list of named fields. Only what implements [`Plain`] goes in: ids, names,
//! roles, numbers and constants. No secret type implements it, and neither does `String`, so that
//! no secret gets into the trail by a slip of the pen. To record one more kind of value: its type
//! in the list at `plain!` below, if everybody who reads the trail may read it.

use crate::address::AddressBlock;
use crate::clock::Timestamp;
use crate::cluster::UpstreamAddress;
use crate::cluster_role::{ClusterRoleName, RoleName};
use crate::cluster_user::ClusterUserName;
use crate::grant::{Grant, PrivilegeGroupName};
use crate::id::{
    AuditId, ClusterId, ClusterRoleId, ClusterUserId, GatewayId, InvitationId, KeyId,
    OrganizationId, ProjectId, UserId, WhitelistEntryId,
};
use crate::name::{
    ClusterName, Description, Email, KeyName, OrganizationName, PersonName, ProjectName,
};
use crate::pattern::NamePattern;
use crate::privilege::Privilege;
use crate::rate::RateLimit;
use std::fmt::{self, Write};

/// A value that everybody who reads the audit trail may read.
pub trait Plain: fmt::Display {}

macro_rules! plain {
    ($($type:ty),* $(,)?) => { $(impl Plain for $type {})* };
}

plain! {
    bool, u16, u32, u64, i64,
    // A constant of the program, such as the name of a role, was never a secret of anybody.
    &'static str,
    Timestamp, AddressBlock, RateLimit, NamePattern, Privilege, UpstreamAddress,
    AuditId, ClusterId, GatewayId, InvitationId, KeyId, OrganizationId, ProjectId, UserId,
    WhitelistEntryId, ClusterRoleId, ClusterUserId, ClusterRoleName, ClusterUserName,
    RoleName, Grant, PrivilegeGroupName, ClusterName, Description, Email, KeyName,
    OrganizationName, PersonName, ProjectName,
}

impl<T: Plain> Plain for &T {}

/// How many characters of one value are kept.
const MOST_CHARACTERS: usize = 300;
/// How many entries of one list are kept.
const MOST_ENTRIES: usize = 32;

/// The fields of a thing at one moment, in the order they are to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot(Vec<(&'static str, String)>);

impl Snapshot {
    /// The most bytes a snapshot has when it is written; fields beyond are left out, and the text
    /// says so.
    pub const MAX_BYTES: usize = 8192;

    /// Of a thing that is not there: before it is made, after it is deleted.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds a field. Of very long values only the beginning is kept.
    #[must_use]
    pub fn with(mut self, field: &'static str, value: impl Plain) -> Self {
        self.0.push((field, quoted(&value)));
        self
    }

    /// Adds a field if it has a value.
    #[must_use]
    pub fn with_maybe(self, field: &'static str, value: Option<impl Plain>) -> Self {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// Adds a list. Of very long lists only the beginning is kept, and how many more there were.
    #[must_use]
    pub fn with_all(
        mut self,
        field: &'static str,
        values: impl IntoIterator<Item = impl Plain>,
    ) -> Self {
        let mut values = values.into_iter();
        let mut entries: Vec<_> =
            values.by_ref().take(MOST_ENTRIES).map(|value| quoted(&value)).collect();
        let more = values.count();
        if more > 0 {
            entries.push(format!("\"… and {more} more\""));
        }
        self.0.push((field, format!("[{}]", entries.join(","))));
        self
    }

    /// What of this is not the same in the other, as one JSON object; `None` if everything is.
    pub(crate) fn against(&self, other: &Self) -> Option<String> {
        let mut text = String::new();
        for field in self.0.iter().filter(|field| !other.0.contains(field)) {
            let (name, value) = field;
            let comma = if text.is_empty() { "{" } else { "," };
            let part = format!("{comma}\"{name}\":{value}");
            if text.len() + part.len() + CUT.len() + 1 > Self::MAX_BYTES {
                text.push_str(if text.is_empty() { CUT_FIRST } else { CUT });
                break;
            }
            text.push_str(&part);
        }
        (!text.is_empty()).then(|| text + "}")
    }
}

/// Stands for the fields there was no room for.
const CUT: &str = ",\"…\":\"…\"";
const CUT_FIRST: &str = "{\"…\":\"…\"";

/// A value as a JSON string.
fn quoted(value: &impl Plain) -> String {
    let value = value.to_string();
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    let mut characters = value.chars();
    for character in characters.by_ref().take(MOST_CHARACTERS) {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            c if c.is_control() => {
                // Writing into a string does not fail.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    if characters.next().is_some() {
        text.push('…');
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_written() {
        let name = |text| KeyName::new(text).unwrap();
        let before = Snapshot::none()
            .with("name", name("a"))
            .with("role", "Admin")
            .with_maybe("port", None::<u16>);
        let after = Snapshot::none()
            .with("name", name("b"))
            .with("role", "Admin")
            .with_maybe("port", Some(7u16));
        assert_eq!(before.against(&after).as_deref(), Some(r#"{"name":"a"}"#));
        assert_eq!(after.against(&before).as_deref(), Some(r#"{"name":"b","port":"7"}"#));
        assert_eq!(after.against(&after), None);
        assert_eq!(Snapshot::none().against(&after), None);
        let whole = r#"{"name":"b","role":"Admin","port":"7"}"#;
        assert_eq!(after.against(&Snapshot::none()).as_deref(), Some(whole));
    }

    #[test]
    fn values_are_escaped_and_bounded() {
        let text = Description::new("say \"hi\" \\ there").unwrap();
        let snapshot = Snapshot::none().with("description", &text);
        let written = snapshot.against(&Snapshot::none());
        assert_eq!(written.as_deref(), Some(r#"{"description":"say \"hi\" \\ there"}"#));
        let many = Snapshot::none().with_all("ports", 0..1000u16);
        let written = many.against(&Snapshot::none()).unwrap();
        assert!(written.ends_with(r#""31","… and 968 more"]}"#), "{written}");
        let long = Description::new(&"é".repeat(255)).unwrap();
        let mut wide = Snapshot::none();
        for field in ["a", "b"].into_iter().cycle().take(100) {
            wide = wide.with(field, &long);
        }
        let written = wide.against(&Snapshot::none()).unwrap();
        assert!(written.len() <= Snapshot::MAX_BYTES && written.ends_with(r#","…":"…"}"#));
        let huge = Snapshot::none().with_all("all", std::iter::repeat_n(&long, 32));
        assert_eq!(huge.against(&Snapshot::none()).as_deref(), Some(r#"{"…":"…"}"#));
    }
}
