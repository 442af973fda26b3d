//! Clusters and what is on them, written into the store directly: making them by command hashes a
//! password each time.

use super::Machine;
use model::cluster_role::ClusterRoleName;
use model::cluster_user::{ClusterUserName, PasswordVerifier};
use model::grant::PrivilegeGroupName;
use model::name::{ClusterName, Description};
use model::{ClusterId, SecretText};
use store::cluster_users::NewClusterUser;
use store::clusters::{ClusterEngine, NewCluster};
use store::{cluster_roles, cluster_users, clusters, privilege_groups};

impl Machine {
    /// A cluster of the project from before clusters had users.
    pub(crate) fn cluster(&self, name: &str) -> ClusterId {
        self.change(|work| {
            let new = NewCluster {
                id: ClusterId::generate(work.entropy()),
                project: self.project,
                name: ClusterName::new(name)?,
                description: Description::new("")?,
                engine: ClusterEngine::Lite,
                credential: None,
                port: None,
            };
            Ok(clusters::insert(work, new)?.id)
        })
    }

    /// The cluster that was made for this call.
    pub(crate) fn cluster_named(&self, call: usize) -> ClusterId {
        let name = ClusterName::new(&format!("made-{call}")).unwrap();
        let found = self.store.read(|reader| clusters::find_by_name(reader, self.project, &name));
        found.unwrap().unwrap().id
    }

    /// A user of the cluster that nobody can sign in as.
    pub(crate) fn cluster_user(&self, cluster: ClusterId, name: &str) -> String {
        let phc = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g".to_owned();
        let verifier = PasswordVerifier::from_phc(SecretText::new(phc)).unwrap();
        let new = NewClusterUser { cluster, name: ClusterUserName::new(name).unwrap(), verifier };
        self.change(|work| cluster_users::insert(work, &new)).name.to_string()
    }

    /// A role on the cluster that holds nothing.
    pub(crate) fn cluster_role(&self, cluster: ClusterId, name: &str) -> String {
        let name = ClusterRoleName::new(name).unwrap();
        let none = Description::new("").unwrap();
        self.change(|work| cluster_roles::insert(work, cluster, &name, &none)).name.to_string()
    }

    /// A privilege group on the cluster that holds nothing.
    pub(crate) fn privilege_group(&self, cluster: ClusterId, name: &str) -> String {
        let name = PrivilegeGroupName::new(name).unwrap();
        self.change(|work| privilege_groups::insert(work, cluster, &name)).name.to_string()
    }
}
