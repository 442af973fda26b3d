//! Who may do what on the control plane: one pure function over one table.
//!
//! Call sites state the act; only this file and its table know who may. Deciding returns a
//! [`Permit`], whose fields are private, and acting requires one. To add an act: a row of the table
//! in `policy/action.rs`; the snapshot test prints the new table for review. Acts of people on
//! their own accounts are decided in [`own`].

mod action;
mod founding;
pub mod own;

pub use action::Action;
use action::KeyMay;
pub use founding::{Founders, decide_founding};

use crate::actor::{Actor, Standing};
use crate::error::{Error, ErrorKind};
use crate::id::{
    AuditId, ClusterId, ClusterRoleId, ClusterUserId, InvitationId, KeyId, OrganizationId,
    ProjectId, UserId,
};
use crate::role::{OrganizationRole, ProjectRole};
use std::fmt;

/// The thing acted upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// An organization, its settings, members and projects.
    Organization(OrganizationId),
    /// A project and the lists in it.
    Project(ProjectId),
    /// A cluster, and the lists of its users, roles and privilege groups.
    Cluster(ClusterId),
    /// A user of a cluster.
    ClusterUser(ClusterUserId),
    /// A role that people made on a cluster.
    ClusterRole(ClusterRoleId),
    /// An API key.
    Key(KeyId),
    /// An invitation to an organization.
    Invitation(InvitationId),
    /// A person's account.
    User(UserId),
    /// A record of the audit trail.
    Audit(AuditId),
}

impl Resource {
    /// The kind of thing, as people call it.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Organization(_) => "organization",
            Self::Project(_) => "project",
            Self::Cluster(_) => "cluster",
            Self::ClusterUser(_) => "cluster user",
            Self::ClusterRole(_) => "cluster role",
            Self::Key(_) => "API key",
            Self::Invitation(_) => "invitation",
            Self::User(_) => "user",
            Self::Audit(_) => "audit record",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(id) => id.fmt(f),
            Self::Project(id) => id.fmt(f),
            Self::Cluster(id) => id.fmt(f),
            Self::ClusterUser(id) => id.fmt(f),
            Self::ClusterRole(id) => id.fmt(f),
            Self::Key(id) => id.fmt(f),
            Self::Invitation(id) => id.fmt(f),
            Self::User(id) => id.fmt(f),
            Self::Audit(id) => id.fmt(f),
        }
    }
}

/// Proof that the policy allowed one act by one actor on one thing.
#[derive(Clone, Debug)]
#[must_use = "a permit is there to be used: acting and recording require it"]
pub struct Permit {
    actor: Actor,
    action: Action,
    resource: Resource,
    rule: &'static str,
}

impl Permit {
    /// Who was allowed.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// To do what.
    pub fn action(&self) -> Action {
        self.action
    }

    /// On which thing.
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// The rule that allowed it.
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

/// Proof that the policy refused.
#[derive(Clone, Debug)]
pub struct Denial {
    actor: Actor,
    action: Action,
    resource: Resource,
    visible: bool,
    reason: Option<String>,
}

impl Denial {
    /// Who was refused.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What was refused.
    pub fn action(&self) -> Action {
        self.action
    }

    /// On which thing.
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// Says why, where the caller may know that the thing exists.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// What the caller is told. What you may not see does not exist: somebody without any standing
    /// towards the thing is told that there is none (404); somebody who may see it learns that this
    /// act is not theirs (403).
    pub fn to_error(&self) -> Error {
        if !self.visible {
            return Error::not_found(self.resource.kind(), self.resource);
        }
        if let Some(reason) = &self.reason {
            return Error::new(ErrorKind::Forbidden, reason.clone());
        }
        let message = match &self.actor {
            _ if self.action == Action::AcceptInvitation => {
                "the invitation is for another e-mail address: sign in with the account it was \
                 sent to"
                    .to_owned()
            }
            Actor::ClusterUser { .. } => match self.action.privilege() {
                Some(privilege) => format!("this user of the cluster does not hold {privilege}"),
                None => format!("a user of a cluster may not do this ({})", self.action.as_str()),
            },
            Actor::ProjectKey { .. } => format!(
                "an API key of a project may not do this ({}): use a personal API key of an owner",
                self.action.as_str()
            ),
            _ => format!(
                "your role does not allow this ({}): ask an owner of the project or organization",
                self.action.as_str()
            ),
        };
        Error::new(ErrorKind::Forbidden, message)
    }
}

/// Decides one act.
///
/// # Errors
/// The [`Denial`], which knows whether the caller may learn that the thing exists.
pub fn decide(
    actor: &Actor,
    standing: Standing,
    action: Action,
    resource: Resource,
) -> Result<Permit, Denial> {
    let allowed = action.allowed();
    let rule = if own::is_own(action) {
        None
    } else if matches!(actor, Actor::Operator) {
        Some("operator")
    } else if standing.organization == Some(OrganizationRole::Owner) {
        Some("organization owner")
    } else if standing.project == Some(ProjectRole::Owner) && allowed.project_owner {
        Some("project owner")
    } else if standing.project == Some(ProjectRole::Member) && allowed.project_member {
        Some("project member")
    } else if standing.organization == Some(OrganizationRole::Member) && allowed.organization_member
    {
        Some("organization member")
    } else if standing.key_of_project && allowed.key == KeyMay::Yes {
        Some("key of the project")
    } else if standing.manages_keys && allowed.key == KeyMay::Managing {
        Some("key that manages keys")
    } else if standing.own && allowed.own {
        Some("own")
    } else if let Some(privilege) = allowed.privilege
        && standing.cluster_rights.is_some_and(|rights| rights.contains(privilege))
    {
        Some(privilege.milvus_name())
    } else if *actor == Actor::Report && action == Action::ReportKey {
        Some("report of a leak")
    } else {
        None
    };
    let actor = actor.clone();
    if let Some(rule) = rule {
        return Ok(Permit { actor, action, resource, rule });
    }
    let visible = match resource {
        Resource::Organization(_) | Resource::User(_) => standing.organization.is_some(),
        _ => {
            standing.project.is_some()
                || standing.key_of_project
                || standing.cluster_rights.is_some()
                || standing.own
        }
    };
    Err(Denial { actor, action, resource, visible, reason: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privilege::{Privilege, PrivilegeSet};
    use std::fmt::Write;

    fn standings() -> [(&'static str, Actor, Standing); 12] {
        let user = Actor::User(UserId::from_number(1).unwrap());
        let key = KeyId::from_number(2).unwrap();
        let project_key = Actor::ProjectKey { key, project: ProjectId::from_number(3).unwrap() };
        let organization = |role| Standing { organization: Some(role), ..Standing::NONE };
        let project = |role| Standing {
            organization: Some(OrganizationRole::Member),
            project: Some(role),
            ..Standing::NONE
        };
        let of_project = Standing { key_of_project: true, ..Standing::NONE };
        let cluster = ClusterId::from_number(7).unwrap();
        let cluster_user =
            Actor::ClusterUser { user: ClusterUserId::from_number(8).unwrap(), cluster };
        let rights = |held| Standing { cluster_rights: Some(held), ..Standing::NONE };
        [
            ("operator", Actor::Operator, Standing::NONE),
            ("org owner", user.clone(), organization(OrganizationRole::Owner)),
            ("org member", user.clone(), organization(OrganizationRole::Member)),
            ("proj owner", user.clone(), project(ProjectRole::Owner)),
            ("proj member", user.clone(), project(ProjectRole::Member)),
            ("proj key", project_key.clone(), of_project),
            ("key manager", project_key, Standing { manages_keys: true, ..of_project }),
            ("own", user.clone(), Standing { own: true, ..Standing::NONE }),
            ("cl user", cluster_user.clone(), rights(PrivilegeSet::EMPTY)),
            ("cl admin", cluster_user, rights(PrivilegeSet::ALL)),
            ("reporter", Actor::Report, Standing::NONE),
            ("stranger", user, Standing::NONE),
        ]
    }

    /// The whole table, readable by anybody. 404 means: is told that there is no such thing.
    #[test]
    fn who_may_do_what() {
        let mut table = format!("{:<24}", "");
        for (name, ..) in standings() {
            let _ = write!(table, "{name:<12}");
        }
        for &action in Action::ALL.iter().filter(|&&action| !own::is_own(action)) {
            let resource = match action {
                Action::CreateOrganization
                | Action::ViewOrganization
                | Action::UpdateOrganization
                | Action::ViewMember
                | Action::UpdateMember
                | Action::RemoveMember
                | Action::CreateInvitation
                | Action::CreateOwnerInvitation
                | Action::CreateProject
                | Action::ViewAudit => {
                    Resource::Organization(OrganizationId::from_number(5).unwrap())
                }
                _ if action.as_str().starts_with("user.") => {
                    Resource::User(UserId::from_number(6).unwrap())
                }
                _ => Resource::Project(ProjectId::from_number(3).unwrap()),
            };
            let _ = write!(table, "\n{:<24}", action.as_str());
            for (_, actor, standing) in standings() {
                let answer = match decide(&actor, standing, action, resource) {
                    Ok(_) => "yes",
                    Err(denial) if denial.to_error().kind() == ErrorKind::Forbidden => "403",
                    Err(_) => "404",
                };
                let _ = write!(table, "{answer:<12}");
            }
        }
        let table: Vec<_> = table.lines().map(str::trim_end).collect();
        insta::assert_snapshot!("policy", table.join("\n"));
    }

    #[test]
    fn the_operator_and_the_owner_may_do_everything() {
        for &action in Action::ALL {
            let resource = Resource::Project(ProjectId::from_number(3).unwrap());
            for (_, actor, standing) in &standings()[..2] {
                if own::is_own(action) {
                    assert!(decide(actor, *standing, action, resource).is_err());
                    continue;
                }
                let permit = decide(actor, *standing, action, resource).unwrap();
                assert_eq!((permit.action(), permit.resource()), (action, resource));
            }
            assert_eq!(Action::from_text(action.as_str()), Some(action));
        }
    }

    #[test]
    fn a_cluster_user_needs_the_privilege_of_the_act_on_that_cluster() {
        let cluster = ClusterId::from_number(7).unwrap();
        let user = ClusterUserId::from_number(8).unwrap();
        let (actor, resource) = (Actor::ClusterUser { user, cluster }, Resource::Cluster(cluster));
        for &action in Action::ALL {
            for &privilege in Privilege::ALL {
                let rights = PrivilegeSet::EMPTY.with(privilege);
                let here = Standing { cluster_rights: Some(rights), ..Standing::NONE };
                let decided = decide(&actor, here, action, resource);
                assert_eq!(decided.is_ok(), action.privilege() == Some(privilege), "{action:?}");
                // Rights on another cluster are none here.
                let elsewhere = Standing::NONE;
                let denial = decide(&actor, elsewhere, action, resource).unwrap_err();
                let kind = denial.to_error().kind();
                assert!(kind == ErrorKind::NotFound || action == Action::AcceptInvitation);
            }
        }
    }

    #[test]
    fn who_may_found_an_organization() {
        let user = UserId::from_number(1).unwrap();
        let key = KeyId::from_number(2).unwrap();
        let project = ProjectId::from_number(3).unwrap();
        let mut allowed = Vec::new();
        for founders in [Founders::Operator, Founders::Owners, Founders::Everybody] {
            for actor in [
                Actor::Operator,
                Actor::User(user),
                Actor::PersonalKey { key, user },
                Actor::ProjectKey { key, project },
                Actor::Anonymous,
            ] {
                for owner in [false, true] {
                    if decide_founding(&actor, owner, founders, Resource::User(user)).is_ok() {
                        allowed.push((founders, actor.to_string(), owner));
                    }
                }
            }
        }
        let everybody = |owners: &[bool], founders| {
            let operator = [false, true].map(|owner| (founders, "operator".to_owned(), owner));
            let people = [user.to_string(), key.to_string()];
            let people = people.into_iter().flat_map(|who| {
                owners.iter().map(move |&owner| (founders, who.clone(), owner)).collect::<Vec<_>>()
            });
            operator.into_iter().chain(people).collect::<Vec<_>>()
        };
        let expected = [
            everybody(&[], Founders::Operator),
            everybody(&[true], Founders::Owners),
            everybody(&[false, true], Founders::Everybody),
        ];
        assert_eq!(allowed, expected.concat());
    }
}
