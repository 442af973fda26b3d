//! The people of a machine, with their roles and sessions.

use super::{Machine, Who};
use control::Caller;
use control::command::{invitations, keys};
use model::account::TotpSecret;
use model::name::{Description, Email, KeyName, OrganizationName};
use model::{
    ApiKey, Error, OrganizationId, OrganizationRole, ProjectId, ProjectRole, SecretText, Timestamp,
    UserId,
};
use store::users::NewUser;
use store::{Work, members, second_factors, sessions, users};

impl Machine {
    /// Enrols a caller, and opens their session and another one.
    pub(super) fn enrol_as(
        &mut self,
        who: Who,
        name: &str,
        role: Option<ProjectRole>,
        also: Option<(Who, UserId)>,
    ) -> UserId {
        let (organization, project) = (self.organization, self.project);
        let (user, opened) = self.change(|work| {
            let user = Self::insert_user(work, name)?;
            Self::enlist(work, organization, user, role.map(|role| (project, role)))?;
            let opening = also.into_iter().chain([(who, user)]);
            let opened = opening.map(|(who, user)| self.open_session(work, who, user));
            Ok((user, opened.collect::<Result<Vec<_>, _>>()?))
        });
        self.sessions.extend(opened);
        user
    }

    fn enrol(&self, name: &str, role: Option<ProjectRole>) -> UserId {
        self.change(|work| {
            let user = Self::insert_user(work, name)?;
            let role = role.map(|role| (self.project, role));
            Self::enlist(work, self.organization, user, role)?;
            Ok(user)
        })
    }

    fn enlist(
        work: &mut Work<'_>,
        organization: OrganizationId,
        user: UserId,
        role: Option<(ProjectId, ProjectRole)>,
    ) -> Result<(), Error> {
        members::set_organization_role(work, organization, user, OrganizationRole::Member)?;
        role.map_or(Ok(()), |(project, role)| members::set_project_role(work, project, user, role))
    }

    pub(super) fn personal_key_of(&self, user: UserId) -> ApiKey {
        let request = keys::CreatePersonalKey {
            organization: self.organization,
            user,
            name: KeyName::new("own").unwrap(),
            description: Description::new("").unwrap(),
        };
        keys::create_personal(&self.desk, &Caller::operator(), request).unwrap().into_value().plain
    }

    fn insert_user(work: &mut Work<'_>, name: &str) -> Result<UserId, Error> {
        let new = NewUser {
            id: UserId::generate(work.entropy()),
            email: Email::new(&format!("{name}@example.com"))?,
            name: name.to_owned(),
            password_hash: None,
        };
        Ok(users::insert(work, new)?.id)
    }

    /// A member of the organization with a second factor, of none of its projects.
    pub(crate) fn colleague(&self, name: &str) -> UserId {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        self.change(|work| {
            let user = Self::insert_user(work, name)?;
            Self::enlist(work, self.organization, user, None)?;
            second_factors::enrol(work, user, &secret)?;
            second_factors::confirm(work, user)?;
            Ok(user)
        })
    }

    pub(super) fn found_elsewhere(&mut self) {
        let opened = self.change(|work| {
            let organization = OrganizationId::generate(work.entropy());
            let name = OrganizationName::new("Elsewhere")?;
            store::organizations::insert(work, organization, &name)?;
            let user = Self::insert_user(work, "stranger")?;
            members::set_organization_role(work, organization, user, OrganizationRole::Owner)?;
            self.open_session(work, Who::Stranger, user)
        });
        self.sessions.push(opened);
    }

    /// A new member of the organization and, with a role, of the project; nobody has signed in yet.
    pub(crate) fn newcomer(&self, name: &str, role: Option<ProjectRole>) -> UserId {
        self.enrol(name, role)
    }

    /// An invitation that the operator sent.
    pub(crate) fn invitation(&self, email: &str) -> invitations::CreatedInvitation {
        let request = invitations::CreateInvitation {
            organization: self.organization,
            email: Email::new(email).unwrap(),
            role: OrganizationRole::Member,
            projects: vec![(self.project, ProjectRole::Member)],
        };
        let sent = invitations::create(&self.desk, &Caller::operator(), request).unwrap();
        sent.into_value()
    }

    /// Makes a caller an owner of the organization.
    pub(crate) fn promote(&self, who: Who) {
        let token = self.credential(who).unwrap();
        let token = SecretText::new(token);
        self.change(|work| {
            let now = work.now();
            let user = sessions::find(work, &token, now)?.unwrap().user;
            let owner = OrganizationRole::Owner;
            members::set_organization_role(work, self.organization, user, owner)
        });
    }

    fn open_session(
        &self,
        work: &mut Work<'_>,
        who: Who,
        user: UserId,
    ) -> Result<(Who, SecretText), Error> {
        let digits = format!("{:064x}", who as usize);
        let token = SecretText::new(format!("{}{digits}", control::SESSION_PREFIX));
        let expires_at = Timestamp::from_millis(self.clock.millis() + 12 * 3_600_000);
        let client = "a test".to_owned();
        let new =
            sessions::NewSession { token: token.clone(), user, address: None, client, expires_at };
        sessions::open(work, new)?;
        Ok((who, token))
    }
}
