//! Every act on the control plane, and which standings allow it: the table of the policy.
//!
//! It is data. Only [`super::decide`] reads it, and nothing else may say who may do what. To add an
//! act: a row, and the snapshot of the policy renewed and read.

use crate::privilege::Privilege;

/// Which standings allow an act.
#[expect(clippy::struct_excessive_bools, reason = "it is one row of a table of yes and no")]
pub(super) struct Allowed {
    pub(super) organization_member: bool,
    pub(super) project_owner: bool,
    pub(super) project_member: bool,
    pub(super) key: KeyMay,
    pub(super) own: bool,
    /// What a user of the cluster needs.
    pub(super) privilege: Option<Privilege>,
}

/// Which keys of a project may do something by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyMay {
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
        $name:ident = $text:literal: $om:tt $po:tt $pm:tt $pk:tt $($own:ident)?
            $(/ $privilege:ident)?;
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

            /// The privilege with which a user of the cluster may do it, if any is enough.
            pub const fn privilege(self) -> Option<Privilege> {
                self.allowed().privilege
            }

            pub(super) const fn allowed(self) -> Allowed {
                match self {
                    $(Self::$name => Allowed {
                        organization_member: actions!(@ $om),
                        project_owner: actions!(@ $po),
                        project_member: actions!(@ $pm),
                        key: actions!(# $pk),
                        own: actions!(@ $($own)?),
                        privilege: actions!(/ $($privilege)?),
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
    (/) => { None };
    (/ $privilege:ident) => { Some(Privilege::$privilege) };
}

// An organization owner may do everything. Columns: organization member, project owner, project
// member, key of the project (`managing`: only one with the right to manage keys); a row with `own`
// is also allowed to whoever the thing belongs to, one with `/` and a privilege to a user of the
// cluster who holds it there.
actions! {
    /// Found an organization. Who may besides the operator is a setting: see
    /// [`super::decide_founding`].
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
    /// See the users of a cluster.
    ListClusterUsers = "cluster-user.list": no yes no managing / SelectOwnership;
    /// See a user of a cluster and the roles it has, never its password. One's own is oneself.
    ViewClusterUser = "cluster-user.view": no yes no managing own / SelectUser;
    /// Make a user of a cluster.
    CreateClusterUser = "cluster-user.create": no yes no managing / CreateOwnership;
    /// Give a user of a cluster another password. One's own is oneself.
    ChangeClusterPassword = "cluster-user.password": no yes no managing own / UpdateUser;
    /// Drop a user of a cluster.
    DeleteClusterUser = "cluster-user.delete": no yes no managing / DropOwnership;
    /// Give a user of a cluster a role, or take one.
    SetClusterUserRole = "cluster-user.role": no yes no managing / ManageOwnership;
    /// See the roles of a cluster and what they hold. One's own is one that one has.
    ViewClusterRole = "cluster-role.view": no yes no managing own / SelectOwnership;
    /// Make a role on a cluster.
    CreateClusterRole = "cluster-role.create": no yes no managing / CreateOwnership;
    /// Change the description of a role.
    UpdateClusterRole = "cluster-role.update": no yes no managing / CreateOwnership;
    /// Drop a role.
    DeleteClusterRole = "cluster-role.delete": no yes no managing / DropOwnership;
    /// Grant a role something, or take it back.
    SetClusterGrant = "cluster-role.grant": no yes no managing / ManageOwnership;
    /// Ask what a key, or a user of a cluster, may do on the cluster, and why. One's own is a
    /// personal key, or the key that asks.
    ExplainAccess = "access.explain": no yes no managing own;
    /// See the privilege groups of a cluster.
    ViewPrivilegeGroup = "privilege-group.view": no yes no managing / ListPrivilegeGroups;
    /// Make a privilege group.
    CreatePrivilegeGroup = "privilege-group.create": no yes no managing / CreatePrivilegeGroup;
    /// Change what a privilege group holds.
    UpdatePrivilegeGroup = "privilege-group.update": no yes no managing / OperatePrivilegeGroup;
    /// Drop a privilege group.
    DeletePrivilegeGroup = "privilege-group.delete": no yes no managing / DropPrivilegeGroup;
    /// Take out the users of a cluster with what verifies their passwords, roles and groups.
    ExportClusterAccess = "cluster-access.export": no yes no managing / BackupRBAC;
    /// Put such users, roles and groups in.
    ImportClusterAccess = "cluster-access.import": no yes no managing / RestoreRBAC;
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
