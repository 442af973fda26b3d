//! What tests put into a machine in the operator's name.

use super::Machine;
use control::Caller;
use control::command::{keys, projects, whitelist};
use model::name::{Description, KeyName, ProjectName};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{AccessRole, KeyId, ProjectId, WhitelistEntryId};
use store::members;
use store::whitelist::NewEntry;

impl Machine {
    /// Another project with the same members.
    pub(crate) fn project_named(&self, name: &str) -> ProjectId {
        let request = projects::CreateProject {
            organization: Some(self.organization),
            name: ProjectName::new(name).unwrap(),
        };
        let made = projects::create(&self.desk, &Caller::operator(), request).unwrap();
        let id = made.into_value().project.id;
        let page = store::Page::new(1, 100).unwrap();
        let listed = self.store.read(|r| members::list_of_project(r, self.project, page)).unwrap();
        self.change(|work| {
            let mut members = listed.items.iter();
            members.try_for_each(|one| members::set_project_role(work, id, one.user, one.role))
        });
        id
    }

    /// A key of the project, made by the operator.
    pub(crate) fn key(&self, name: &str) -> KeyId {
        self.key_of(self.project, name, ClusterScope::All)
    }

    pub(crate) fn key_of(&self, project: ProjectId, name: &str, clusters: ClusterScope) -> KeyId {
        let request = keys::CreateKey {
            grant: ProjectGrant {
                project,
                role: AccessRole::ReadWrite,
                clusters,
                data: DataScope::default(),
            },
            name: KeyName::new(name).unwrap(),
            description: Description::new("").unwrap(),
            terms: keys::KeyTerms::default(),
        };
        let created = keys::create(&self.desk, &Caller::operator(), request).unwrap();
        created.into_value().key.id
    }

    /// An entry of the project's whitelist, made by the operator.
    pub(crate) fn whitelist_entry(&self, cidr: &str) -> WhitelistEntryId {
        let request = whitelist::AddEntry {
            project: self.project,
            entry: NewEntry {
                cidr: cidr.parse().unwrap(),
                description: Description::new("").unwrap(),
            },
            confirm_lockout: false,
        };
        let added = whitelist::add(&self.desk, &Caller::operator(), request).unwrap();
        added.into_value().id
    }
}
