//! Who may do what on the control plane: one pure function over one table.
//!
//! Call sites state the act; only this file knows who may. Deciding returns a [`Permit`], whose
//! fields are private, and acting requires one. To add an act: a variant of [`Action`] and its row
//! in [`Action::allowed`]; the snapshot test prints the new table for review. Acts of people on
//! their own accounts are decided in [`own`].

mod founding;
pub mod own;

pub use founding::{Founders, decide_founding};

use crate::actor::{Actor, Standing};
use crate::error::{Error, ErrorKind};
use crate::id::{AuditId, ClusterId, InvitationId, KeyId, OrganizationId, ProjectId, UserId};
use crate::role::{OrganizationRole, ProjectRole};
use std::fmt;

/// The thing acted upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// An organization, its settings, members and projects.
    Organization(OrganizationId),
    /// A project and the lists in it.
    Project(ProjectId),
    /// A cluster.
    Cluster(ClusterId),
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
            Self::Key(id) => id.fmt(f),
            Self::Invitation(id) => id.fmt(f),
            Self::User(id) => id.fmt(f),
            Self::Audit(id) => id.fmt(f),
        }
    }
}

/// Which standings allow an act.
#[expect(clippy::struct_excessive_bools, reason = "it is one row of a table of yes and no")]
struct Allowed {
    organization_member: bool,
    project_owner: bool,
    project_member: bool,
    key: KeyMay,
    own: bool,
}

/// Which keys of a project may do something by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyMay {
    /// None.
    No,
    /// Every key of the project.
    Yes,
    /// A key of the project that was given the right to manage keys.
    Managing,
}

macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $name:ident = $text:literal: $om:tt $po:tt $pm:tt $pk:tt $($own:ident)?;
    )*) => {
        /// An act on the control plane.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $name),* }

        impl Action {
            /// Every act.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// How the audit trail writes the act.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// Reads what [`Self::as_str`] writes.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }

            const fn allowed(self) -> Allowed {
                match self {
                    $(Self::$name => Allowed {
                        organization_member: actions!(@ $om),
                        project_owner: actions!(@ $po),
                        project_member: actions!(@ $pm),
                        key: actions!(# $pk),
                        own: actions!(@ $($own)?),
                    }),*
                }
            }
        }
    };
    (@ yes) => { true };
    (@ own) => { true };
    (@ no) => { false };
    (@) => { false };
    (# yes) => { KeyMay::Yes };
    (# no) => { KeyMay::No };
    (# managing) => { KeyMay::Managing };
}

// An organization owner may do everything. Columns: organization member, project owner, project
// member, key of the project (`managing`: only one with the right to manage keys); a row that ends
// with `own` is also allowed to whoever the thing belongs to.
actions! {
    /// Found an organization. Who may besides the operator is a setting: see [`decide_founding`].
    CreateOrganization = "organization.create": no no no no;
    /// See an organization's name and settings.
    ViewOrganization = "organization.view": yes no no no;
    /// Rename an organization or change its settings.
    UpdateOrganization = "organization.update": no no no no;
    /// See who is a member of an organization.
    ViewMember = "member.view": yes no no no;
    /// Give a member another role in the organization.
    UpdateMember = "member.update": no no no no;
    /// End a membership of an organization, one's own included.
    RemoveMember = "member.remove": no no no no own;
    /// Invite somebody as a member.
    CreateInvitation = "invitation.create": yes no no no;
    /// Invite somebody as an owner.
    CreateOwnerInvitation = "invitation.create-owner": no no no no;
    /// See an invitation, never its token. One's own is one that one has sent.
    ViewInvitation = "invitation.view": no no no no own;
    /// Take an invitation back.
    RevokeInvitation = "invitation.revoke": no no no no own;
    /// Take up an invitation. One's own is one that one was sent.
    AcceptInvitation = "invitation.accept": no no no no own;
    /// Make a project.
    CreateProject = "project.create": no no no no;
    /// See a project.
    ViewProject = "project.view": no yes yes yes;
    /// Rename a project, or change its plan.
    UpdateProject = "project.update": no no no no;
    /// Delete a project with its keys and clusters.
    DeleteProject = "project.delete": no no no no;
    /// See who is a member of a project.
    ViewProjectMember = "project-member.view": no yes yes no;
    /// Make somebody a member of a project, or give them another role there.
    SetProjectMember = "project-member.set": no yes no no;
    /// End a membership of a project, one's own included.
    RemoveProjectMember = "project-member.remove": no yes no no own;
    /// See from where a project's clusters may be used.
    ViewWhitelist = "whitelist.view": no yes no no;
    /// Change from where a project's clusters may be used.
    UpdateWhitelist = "whitelist.update": no yes no no;
    /// Attach or create a cluster.
    CreateCluster = "cluster.create": no yes no no;
    /// See a cluster, its endpoint and health.
    ViewCluster = "cluster.view": no yes yes yes;
    /// Change a cluster's name, description or gateway port.
    UpdateCluster = "cluster.update": no yes no no;
    /// Stop serving a cluster until it is resumed.
    SuspendCluster = "cluster.suspend": no yes no no;
    /// Serve a suspended cluster again.
    ResumeCluster = "cluster.resume": no yes no no;
    /// Detach a cluster.
    DeleteCluster = "cluster.delete": no yes no no;
    /// Make an API key. One's own is a personal one.
    CreateKey = "key.create": no yes no managing own;
    /// See a key's record, never its secret.
    ViewKey = "key.view": no yes no managing own;
    /// See a key's secret again.
    RevealKey = "key.reveal": no yes no no own;
    /// Change a key's name, description, scope, limits or end.
    UpdateKey = "key.update": no yes no no own;
    /// Switch a key off.
    DisableKey = "key.disable": no yes no managing own;
    /// Switch a key on again.
    EnableKey = "key.enable": no yes no no own;
    /// Make a key that takes another's place.
    RotateKey = "key.rotate": no yes no no own;
    /// Delete (revoke) a key.
    DeleteKey = "key.delete": no yes no managing own;
    /// Delete the key that the request is signed with.
    DeleteOwnKey = "key.delete-self": no no no no own;
    /// Take the word of somebody who found a key.
    ReportKey = "key.report": no no no no;
    /// Sign in.
    OpenSession = "session.open": no no no no;
    /// Sign out, or end another session of one's own.
    CloseSession = "session.close": no no no no;
    /// See how much clusters are used.
    ViewUsage = "usage.view": no yes yes no;
    /// Read the audit trail.
    ViewAudit = "audit.view": no no no no;
    /// See a person's account.
    ViewUser = "user.view": no no no no;
    /// Make an account for a person.
    CreateUser = "user.create": no no no no;
    /// Make a link with which a person sets a new password.
    ResetUser = "user.reset": no no no no;
    /// Disable or enable an account.
    UpdateUser = "user.update": no no no no;
    /// Take the second factor off an account.
    RemoveSecondFactor = "user.secondFactor": no no no no;
    /// End the sessions of a person.
    EndSessions = "user.sessions": no no no no;
    /// See one's own account and sessions.
    ViewAccount = "account.view": no no no no;
    /// Change one's own name.
    UpdateAccount = "account.update": no no no no;
    /// Change one's own password, or set it with a reset token.
    ChangePassword = "account.password": no no no no;
    /// Enable, disable or renew one's own second factor.
    ChangeSecondFactor = "account.secondFactor": no no no no;
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
        _ => standing.project.is_some() || standing.key_of_project || standing.own,
    };
    Err(Denial { actor, action, resource, visible, reason: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn standings() -> [(&'static str, Actor, Standing); 10] {
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
        [
            ("operator", Actor::Operator, Standing::NONE),
            ("org owner", user.clone(), organization(OrganizationRole::Owner)),
            ("org member", user.clone(), organization(OrganizationRole::Member)),
            ("proj owner", user.clone(), project(ProjectRole::Owner)),
            ("proj member", user.clone(), project(ProjectRole::Member)),
            ("proj key", project_key.clone(), of_project),
            ("key manager", project_key, Standing { manages_keys: true, ..of_project }),
            ("own", user.clone(), Standing { own: true, ..Standing::NONE }),
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
