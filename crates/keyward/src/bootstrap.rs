//! What a first start makes, through the same commands as everybody, in the operator's name.
//!
//! Each step looks before it makes, so a start that was interrupted anywhere is continued by the
//! next one, and a start on a complete folder makes nothing.

use crate::data::{DataFolder, admin, owner_password};
use control::command::{bootstrap, clusters, keys, projects, users};
use control::{Caller, Desk};
use model::cluster_user::ClusterPassword;
use model::name::{ClusterName, Description, Email, OrganizationName, ProjectName};
use model::{
    ApiKey, ClusterId, Error, ErrorKind, KeyId, KeyState, OrganizationRole, ProjectId, SecretText,
    UserId,
};
use std::collections::BTreeSet;
use store::keys::{KeyFilter, KeyOrder, KeySort};
use store::members::Member;
use store::organizations::Organization;
use store::{Page, Reader, Store};

/// The project and its cluster that a quickstart offers.
const PROJECT: &str = "default";
const CLUSTER: &str = "quickstart";

/// The organization of this installation and the way into it.
#[derive(Debug)]
pub struct Home {
    /// The organization.
    pub organization: Organization,
    /// What its owner signs in with.
    pub owner: Email,
    /// The owner's first password, if nobody has been shown it yet.
    pub password: Option<SecretText>,
    /// What opens the page on which the owner chooses a password of their own, made together with
    /// showing the first one: see [`first_sign_in`].
    pub choice: Option<SecretText>,
    /// The owner's own key, which may manage keys, unless it works no more or no copy is kept.
    pub personal_key: Option<ApiKey>,
}

/// What a newcomer works with.
#[derive(Debug)]
pub struct Quick {
    /// The project.
    pub project: ProjectId,
    /// Its default key, unless that works no more or no copy is kept.
    pub default_key: Option<ApiKey>,
    /// The cluster on Milvus Lite.
    pub cluster: ClusterId,
    /// The password of its user `db_admin`, if it was made just now: no copy is kept.
    pub cluster_password: Option<ClusterPassword>,
    /// The cluster's own gateway port, if it has one.
    pub port: Option<u16>,
}

/// Finds the organization, or founds it.
///
/// # Errors
/// The store or the data folder does not answer.
pub fn home(desk: &Desk, store: &Store, folder: &DataFolder, owner: &Email) -> Result<Home, Error> {
    let Some(organization) = store.read(store::organizations::first)? else {
        refuse_emptied(folder)?;
        let founding = bootstrap::Founding {
            organization: OrganizationName::new("default")?,
            owner: owner.clone(),
            password: first_password(desk, folder)?,
        };
        let password = founding.password.clone();
        let founded = bootstrap::found(desk, founding)?.into_value();
        return Ok(Home {
            choice: Some(choice(desk, founded.owner.id)?),
            organization: founded.organization,
            owner: founded.owner.email,
            password: Some(password),
            personal_key: Some(founded.personal_key),
        });
    };
    let owner = store.read(|reader| first_owner(reader, &organization))?;
    let password = owner_password::kept(folder)?;
    Ok(Home {
        personal_key: personal_key(desk, store, folder, &organization, &owner)?,
        choice: password.as_ref().map(|_| choice(desk, owner.user)).transpose()?,
        owner: owner.email,
        password,
        organization,
    })
}

/// A token with which the owner sets a password, once and within a day.
fn choice(desk: &Desk, owner: UserId) -> Result<SecretText, Error> {
    let request = users::ResetUser { user: owner, remove_second_factor: false };
    Ok(users::reset(desk, &Caller::operator(), request)?.into_value().token)
}

/// The link to the page on which the owner chooses a password. The token stands behind a `#`: no
/// browser sends that to a server, and the page takes it out of the browser's history.
pub fn first_sign_in(control_url: &str, choice: &SecretText) -> SecretText {
    SecretText::new(format!("{control_url}/console/password#{}", choice.expose()))
}

/// Finds the project and cluster of a quickstart, or makes them. `own_port` chooses a gateway port
/// for a cluster that is not the project's first.
///
/// # Errors
/// The store does not answer.
pub fn quick(
    desk: &Desk,
    store: &Store,
    organization: &Organization,
    own_port: impl FnOnce(&BTreeSet<u16>) -> Result<Option<u16>, Error>,
) -> Result<Quick, Error> {
    let operator = Caller::operator();
    let name = ProjectName::new(PROJECT)?;
    let found = store.read(|r| store::projects::find_by_name(r, organization.id, &name))?;
    let (project, default_key) = if let Some(project) = found {
        (project.id, default_key(desk, store, project.id)?)
    } else {
        let request = projects::CreateProject { organization: Some(organization.id), name };
        let made = projects::create(desk, &operator, request)?.into_value();
        (made.project.id, made.default_key)
    };
    let name = ClusterName::new(CLUSTER)?;
    let found = store.read(|r| store::clusters::find_by_name(r, project, &name))?;
    let (cluster, cluster_password) = if let Some(cluster) = found {
        (cluster, None)
    } else {
        let request = clusters::CreateCluster {
            project,
            name,
            description: Description::new("Milvus Lite, made by quickstart")?,
            port: None,
        };
        let made = clusters::create(desk, &operator, request, own_port)?.into_value();
        (made.cluster, Some(made.password))
    };
    let (cluster, port) = (cluster.id, cluster.port);
    Ok(Quick { project, default_key, cluster, cluster_password, port })
}

/// A folder that has run had an organization before anything ran: without one its database was
/// lost, and founding another would bury that.
fn refuse_emptied(folder: &DataFolder) -> Result<(), Error> {
    if !folder.has_run()? {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unavailable,
        format!(
            "Keyward has run on {} before, but the database there is missing or empty: restore \
             keyward.db, or the PostgreSQL database it names, from your backup, or start anew on another folder with --data",
            folder.root().display()
        ),
    ))
}

/// The password of an owner yet to be made. It is in the data folder before the account is in the
/// database, so that no crash comes between them.
fn first_password(desk: &Desk, folder: &DataFolder) -> Result<SecretText, Error> {
    let password = control::generate_password(desk.entropy());
    owner_password::keep(folder, &password)?;
    Ok(password)
}

fn first_owner(
    reader: &Reader<'_>,
    organization: &Organization,
) -> Result<Member<OrganizationRole>, Error> {
    let page = Page::new(1, Page::MAX_SIZE)?;
    let members = store::members::list_of_organization(reader, organization.id, page)?;
    let mut owners = members.items.into_iter();
    owners
        .find(|member| member.role == OrganizationRole::Owner)
        .ok_or_else(|| Error::internal("the organization has no owner"))
}

/// The key the command line on this host works with: the one in the data folder while it works, or
/// without one there, the owner's oldest that works, viewed again. None is ever made here: whoever
/// deleted the key did not want another.
fn personal_key(
    desk: &Desk,
    store: &Store,
    folder: &DataFolder,
    organization: &Organization,
    owner: &Member<OrganizationRole>,
) -> Result<Option<ApiKey>, Error> {
    if let Some(kept) = admin::key(folder.root())? {
        let found = store.read(|reader| store::keys::verify(reader, &kept))?;
        let works = found.is_some_and(|key| {
            key.organization == organization.id
                && key.user().is_some()
                && key.life.state(desk.now()).works()
        });
        return Ok(works.then_some(kept));
    }
    let filter = KeyFilter {
        organization: Some(organization.id),
        user: Some(owner.user),
        state: Some((KeyState::Active, desk.now())),
        order: KeyOrder { by: KeySort::Created, ascending: true },
        ..KeyFilter::default()
    };
    let page = Page::new(1, 1)?;
    let oldest = store.read(|reader| store::keys::list(reader, &filter, page))?.items.pop();
    oldest.map_or(Ok(None), |entry| viewed(desk, store, entry.key.id))
}

/// The default key of the project, viewed again; `None` if it works no more, or no copy is kept.
fn default_key(desk: &Desk, store: &Store, project: ProjectId) -> Result<Option<ApiKey>, Error> {
    let filter = KeyFilter {
        projects: Some(vec![project]),
        state: Some((KeyState::Active, desk.now())),
        ..KeyFilter::default()
    };
    let mut number = 1;
    loop {
        let page = Page::new(number, Page::MAX_SIZE)?;
        let listed = store.read(|reader| store::keys::list(reader, &filter, page))?;
        let last = listed.items.len() < Page::MAX_SIZE as usize;
        if let Some(entry) = listed.items.into_iter().find(|entry| entry.key.is_default) {
            return viewed(desk, store, entry.key.id);
        }
        if last {
            return Ok(None);
        }
        number += 1;
    }
}

/// A key once more, recorded like every view; `None` if no copy is kept.
fn viewed(desk: &Desk, store: &Store, id: KeyId) -> Result<Option<ApiKey>, Error> {
    if store.read(|reader| store::keys::reveal(reader, id))?.is_none() {
        return Ok(None);
    }
    keys::reveal(desk, &Caller::operator(), id).map(|viewed| Some(viewed.into_value()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::data::master_key;
    use crate::entropy::SystemEntropy;
    use model::Entropy;
    use std::path::PathBuf;
    use std::sync::{Arc, Mutex};
    use store::Vault;

    struct Machine {
        desk: Desk,
        store: Store,
        folder: DataFolder,
    }

    /// Notes at every draw whether a file was there already.
    struct Watching {
        file: PathBuf,
        seen: Mutex<Vec<bool>>,
    }

    impl Entropy for Watching {
        fn fill(&self, bytes: &mut [u8]) {
            self.seen.lock().unwrap().push(self.file.exists());
            SystemEntropy.fill(bytes);
        }
    }

    fn machine(path: &std::path::Path) -> Machine {
        machine_with(path, Arc::new(SystemEntropy))
    }

    fn machine_with(path: &std::path::Path, entropy: Arc<dyn Entropy>) -> Machine {
        let folder = DataFolder::open(path).unwrap();
        let vault = Vault::new(&master_key::obtain(&folder, &SystemEntropy).unwrap());
        let clock = Arc::new(SystemClock);
        let store = Store::open(path, vault, clock.clone(), entropy.clone()).unwrap();
        let desk = Desk::new(store.clone(), clock, entropy).unwrap();
        Machine { desk, store, folder }
    }

    fn start(machine: &Machine) -> (Home, Quick) {
        let owner = Email::new("owner@example.com").unwrap();
        let home = home(&machine.desk, &machine.store, &machine.folder, &owner).unwrap();
        let quick = quick(&machine.desk, &machine.store, &home.organization, |_| Ok(None)).unwrap();
        (home, quick)
    }

    #[test]
    fn the_second_start_finds_what_the_first_made() {
        let path = tempfile::tempdir().unwrap();
        let machine = machine(path.path());
        let (home, quick) = start(&machine);
        let password = home.password.clone().unwrap();
        assert!(password.expose().len() >= 20);
        let (again, same) = start(&machine);
        assert!(again.password.as_ref().unwrap().matches(&password), "nobody saw it");
        owner_password::shown(&machine.folder).unwrap();
        let (again, _) = start(&machine);
        assert!(again.password.is_none());
        let key = |home: &Home| home.personal_key.as_ref().unwrap().expose().to_owned();
        assert_eq!(key(&again), key(&home));
        assert_eq!(same.project, quick.project);
        assert_eq!(same.cluster, quick.cluster);
        assert_eq!(same.default_key.unwrap().expose(), quick.default_key.unwrap().expose());
    }

    /// The ids of what is founded are drawn inside its transaction.
    #[test]
    fn the_password_is_kept_before_the_owner_is_made() {
        let path = tempfile::tempdir().unwrap();
        let file = path.path().join("owner-password");
        let watching = Arc::new(Watching { file, seen: Mutex::default() });
        let machine = machine_with(path.path(), watching.clone());
        let owner = Email::new("owner@example.com").unwrap();
        home(&machine.desk, &machine.store, &machine.folder, &owner).unwrap();
        assert_eq!(watching.seen.lock().unwrap().last(), Some(&true));
    }

    #[test]
    fn a_lost_database_is_not_silently_replaced() {
        let owner = Email::new("owner@example.com").unwrap();
        for trace in ["admin.json", "clusters/in01-000000000000001"] {
            let path = tempfile::tempdir().unwrap();
            let machine = machine(path.path());
            std::fs::write(path.path().join(trace), "").unwrap();
            let refused = home(&machine.desk, &machine.store, &machine.folder, &owner);
            let message = refused.unwrap_err().message();
            assert!(message.contains("restore keyward.db"), "{message}");
            assert!(machine.store.read(store::organizations::first).unwrap().is_none());
        }
    }

    /// As a server does once it answers.
    fn announced(machine: &Machine, home: &Home) {
        let url = "http://127.0.0.1:1".to_owned();
        admin::renew(machine.folder.root(), url, home.personal_key.as_ref()).unwrap();
    }

    fn keys_of_anybody(machine: &Machine) -> u64 {
        let page = Page::new(1, Page::MAX_SIZE).unwrap();
        let all = |reader: &Reader<'_>| store::keys::list(reader, &KeyFilter::default(), page);
        machine.store.read(all).unwrap().items.len() as u64
    }

    fn show_once(machine: &Machine, home: &Home) {
        let request = control::command::organizations::ChangeSettings {
            show_keys_once: Some(true),
            ..Default::default()
        };
        let (operator, id) = (Caller::operator(), home.organization.id);
        let _ =
            control::command::organizations::change_settings(&machine.desk, &operator, id, request)
                .unwrap();
    }

    #[test]
    fn deleted_keys_stay_deleted_and_none_is_made_in_their_place() {
        for kept_in_folder in [true, false] {
            let path = tempfile::tempdir().unwrap();
            let machine = machine(path.path());
            let (home, quick) = start(&machine);
            if kept_in_folder {
                announced(&machine, &home);
            }
            let personal = home.personal_key.as_ref().unwrap().id();
            for id in [quick.default_key.unwrap().id(), personal] {
                let deleted = keys::delete(&machine.desk, &Caller::operator(), id).unwrap();
                assert_eq!(deleted.value().key.id, id);
            }
            let (again, same) = start(&machine);
            assert!(same.default_key.is_none() && again.personal_key.is_none());
            assert_eq!(keys_of_anybody(&machine), 0);
        }
    }

    #[test]
    fn keys_that_are_shown_once_are_used_as_long_as_the_folder_has_them() {
        let path = tempfile::tempdir().unwrap();
        let machine = machine(path.path());
        let (home, _) = start(&machine);
        announced(&machine, &home);
        show_once(&machine, &home);
        let (again, same) = start(&machine);
        let key = |home: &Home| home.personal_key.as_ref().unwrap().expose().to_owned();
        assert_eq!(key(&again), key(&home));
        assert!(same.default_key.is_none(), "no copy is kept");
        std::fs::remove_file(path.path().join("admin.json")).unwrap();
        assert!(start(&machine).0.personal_key.is_none());
        assert_eq!(keys_of_anybody(&machine), 2);
    }

    #[test]
    fn a_key_that_is_off_is_not_used_until_it_is_on_again() {
        let path = tempfile::tempdir().unwrap();
        let machine = machine(path.path());
        let (home, quick) = start(&machine);
        announced(&machine, &home);
        let ids = [home.personal_key.as_ref().unwrap().id(), quick.default_key.unwrap().id()];
        let operator = Caller::operator();
        for id in ids {
            let _ = keys::disable(&machine.desk, &operator, id).unwrap();
        }
        let (off, same) = start(&machine);
        announced(&machine, &off);
        assert!(off.personal_key.is_none() && same.default_key.is_none());
        for id in ids {
            let _ = keys::enable(&machine.desk, &operator, id).unwrap();
        }
        let (on, same) = start(&machine);
        assert_eq!(on.personal_key.map(|key| key.id()), Some(ids[0]));
        assert_eq!(same.default_key.map(|key| key.id()), Some(ids[1]));
    }
}
