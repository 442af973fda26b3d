//! Telling owners by letter what happened to their keys: that one was reported as leaked, and that
//! one ends soon.
//!
//! What is due is in the store, so nothing is lost when the mail server is away or Keyward is
//! restarted. A key counts as told of once a letter about it has been taken: after a crash in
//! between its owners may get the same letter twice, and never none. Nothing here decides or
//! changes anything. To tell of one more thing: a `Notice` in the store, and its words in
//! `letter.rs`.

mod letter;

use crate::rest::app::App;
use letter::Mentioned;
use model::{Error, ErrorKind, OrganizationId, ProjectId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;
pub use store::keys::notices::Notice;
use store::keys::notices::{self, Addressee};
use store::keys::{Key, KeyKind};
use store::{Reader, organizations, projects};

/// After how many letters in a row that were not taken a round ends: the mail server is away.
const MOST_FAILURES: u32 = 3;

/// Tells owners of their keys.
pub struct Notices(Arc<App>);

/// What came of one round of letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How many letters were taken.
    pub letters: usize,
    /// How many may be taken later. They are due again, where nobody else was told of the same key.
    pub failed: usize,
    /// Whether there may be more to tell at once.
    pub more: bool,
}

/// The keys of one round, and what each addressee is to be told.
struct Round {
    keys: Vec<Key>,
    mentioned: Vec<Mentioned>,
    /// To whom, which of the keys.
    letters: Vec<(Addressee, Vec<usize>)>,
}

impl Notices {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self(app)
    }

    /// Tells owners of what is due, for one round.
    ///
    /// # Errors
    /// `Unavailable` if the store does not answer.
    pub async fn tell(&self, notice: Notice) -> Result<Told, Error> {
        let due = self.0.ask(move |desk| {
            let now = desk.now();
            desk.store().read(|reader| gather(reader, notice, notices::due(reader, notice, now)?))
        });
        let round = due.await?;
        let full = u32::try_from(round.keys.len()).is_ok_and(|keys| keys >= notices::AT_ONCE);
        let (mut told, done) = self.send(notice, &round).await;
        told.more = full && told.failed == 0;
        let keys = round.keys.into_iter().zip(done);
        let done: Vec<Key> = keys.filter_map(|(key, done)| done.then_some(key)).collect();
        if !done.is_empty() {
            self.0.ask(move |desk| notices::told(desk.store(), notice, &done)).await?;
        }
        Ok(told)
    }

    /// Sends the letters of a round, and answers which of its keys are done with: a letter about
    /// them was taken, or none ever will be.
    async fn send(&self, notice: Notice, round: &Round) -> (Told, Vec<bool>) {
        let mut told = Told::default();
        let mut done = vec![true; round.keys.len()];
        for index in round.letters.iter().flat_map(|(_, about)| about) {
            done[*index] = false;
        }
        let (mut failed_in_a_row, mut refused) = (0, Vec::<usize>::new());
        for (addressee, about) in &round.letters {
            if failed_in_a_row == MOST_FAILURES {
                break;
            }
            let mentioned: Vec<_> = about.iter().map(|&index| &round.mentioned[index]).collect();
            let letter = letter::letter(notice, self.0.public_url(), addressee, &mentioned);
            match self.0.send(letter).await {
                Ok(()) => {
                    told.letters += 1;
                    failed_in_a_row = 0;
                    mark(&mut done, about);
                }
                Err(error) if error.kind() == ErrorKind::Unavailable => {
                    told.failed += 1;
                    failed_in_a_row += 1;
                }
                Err(_) => refused.extend(about),
            }
        }
        // Refused for good is an address; but if no letter was taken, it may be Keyward itself.
        if told.letters > 0 {
            mark(&mut done, &refused);
        } else {
            told.failed += refused.len();
        }
        (told, done)
    }
}

fn mark(done: &mut [bool], which: &[usize]) {
    for &index in which {
        done[index] = true;
    }
}

/// Finds out who is to be told of these keys, one letter for each of them.
fn gather(reader: &Reader<'_>, notice: Notice, keys: Vec<Key>) -> Result<Round, Error> {
    let mut places = Places::default();
    let mut letters: Vec<(Addressee, Vec<usize>)> = Vec::new();
    let mut mentioned = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        mentioned.push(places.mention(reader, key)?);
        for addressee in addressees(reader, &mut places, notice, key)? {
            match letters.iter_mut().find(|(other, _)| *other == addressee) {
                Some((_, about)) => about.push(index),
                None => letters.push((addressee, vec![index])),
            }
        }
    }
    Ok(Round { keys, mentioned, letters })
}

/// Whom a letter about this key goes to: whoever may do something about it. The end of a personal
/// key concerns its person alone.
fn addressees(
    reader: &Reader<'_>,
    places: &mut Places,
    notice: Notice,
    key: &Key,
) -> Result<Vec<Addressee>, Error> {
    match &key.kind {
        KeyKind::Project(grant) => places.owners(reader, key, Some(grant.project)),
        KeyKind::Personal(user) => {
            let mut told: Vec<_> = notices::person(reader, *user)?.into_iter().collect();
            if notice == Notice::Leak {
                let owners = places.owners(reader, key, None)?;
                told.extend(owners.into_iter().filter(|owner| owner.user != *user));
            }
            Ok(told)
        }
    }
}

/// What many keys have in common, looked up once.
#[derive(Default)]
struct Places {
    organizations: HashMap<OrganizationId, String>,
    projects: HashMap<ProjectId, String>,
    owners: HashMap<(OrganizationId, Option<ProjectId>), Vec<Addressee>>,
}

impl Places {
    fn owners(
        &mut self,
        reader: &Reader<'_>,
        key: &Key,
        project: Option<ProjectId>,
    ) -> Result<Vec<Addressee>, Error> {
        let place = (key.organization, project);
        if let Some(owners) = self.owners.get(&place) {
            return Ok(owners.clone());
        }
        let owners = notices::owners(reader, key.organization, project)?;
        self.owners.insert(place, owners.clone());
        Ok(owners)
    }

    fn mention(&mut self, reader: &Reader<'_>, key: &Key) -> Result<Mentioned, Error> {
        let id = key.organization;
        let organization = match self.organizations.entry(id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let found = organizations::find(reader, id)?;
                new.insert(found.map_or_else(String::new, |found| found.name.to_string())).clone()
            }
        };
        let project = match key.project() {
            Some(project) => Some(match self.projects.entry(project) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => {
                    let found = projects::find(reader, project)?;
                    let name = found.map_or_else(String::new, |found| found.name.to_string());
                    new.insert(name).clone()
                }
            }),
            None => None,
        };
        Ok(Mentioned {
            id: key.id,
            name: key.name.to_string(),
            organization,
            project,
            report: key.report.clone(),
            life: key.life,
        })
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notices")
    }
}
