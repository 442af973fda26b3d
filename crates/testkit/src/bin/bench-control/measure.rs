//! The measurements, in an order that leaves the later ones undisturbed: reading before writing.

use crate::Result;
use crate::api::{Api, Made};
use crate::figures::Figures;
use crate::ground::{Ground, Site};
use crate::program::Program;
use crate::{console, lists};
use serde_json::Value;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use testkit::clock::instant;
use testkit::load::Histogram;
use ureq::Agent;

/// How often the program is started.
const STARTS: usize = 3;
/// Keys in one bulk request.
const BULK: usize = 1000;
/// A number without a factor in common with the number of projects, to walk over them in leaps.
const LEAP: usize = 7919;

/// How long and with how many.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// How long keys are made.
    pub(crate) time: Duration,
    /// Callers at once where several call.
    pub(crate) callers: usize,
}

/// One running program and how to speak to it.
pub(crate) struct Running<'a> {
    program: &'a Program,
    ground: &'a Ground,
    pace: Pace,
    browser: Agent,
}

/// Takes every figure on one database.
pub(crate) fn all(ground: &Ground, site: &Site<'_>, pace: Pace) -> Result<Figures> {
    let mut figures = Figures::default();
    figures.add("fill", "s", site.filling.as_secs_f64(), 1);
    let program = starts(ground, site, &mut figures)?;
    let running = Running { program: &program, ground, pace, browser: console::browser() };
    lists::measure(&running, &mut figures)?;
    console::measure(&running, &mut figures)?;
    let mut made = running.creates(&mut figures)?;
    running.bulk(&mut figures)?;
    running.deletes(&mut figures, &mut made)?;
    Ok(figures)
}

/// Starts the program several times; the last one is left running.
fn starts(ground: &Ground, site: &Site<'_>, figures: &mut Figures) -> Result<Program> {
    let mut times = Histogram::default();
    let mut last = None;
    for _ in 0..STARTS {
        drop(last.take());
        let started = instant();
        let mut program = site.place.serve()?;
        program.wait_for_key(&ground.seeded().key)?;
        times.add(started.elapsed());
        program.wait()?;
        last = Some(program);
    }
    let program = last.ok_or("the program was not started")?;
    figures.add("start", "s", times.quantile(500).as_secs_f64(), times.count());
    figures.add("start.worst", "s", times.quantile(1000).as_secs_f64(), times.count());
    if let Some(bytes) = program.peak_memory() {
        figures.add("start.memory", "MB", bytes / 1e6, 1);
    }
    Ok(program)
}

impl Running<'_> {
    pub(crate) fn api(&self) -> Api {
        Api::new(&self.program.control(), self.ground.owner_key())
    }

    /// Another project each time.
    pub(crate) fn project(&self, number: usize) -> &str {
        let all = &self.ground.seeded().projects;
        all.get(number * LEAP % all.len().max(1)).map_or("", String::as_str)
    }

    /// The project with the most keys, which is the first.
    pub(crate) fn large(&self) -> &str {
        self.ground.seeded().projects.first().map_or("", String::as_str)
    }

    /// How many pages of a hundred keys it has.
    pub(crate) fn pages_of_large(&self) -> usize {
        (self.ground.seeded().keys_of_large as usize / 100).max(1)
    }

    /// Its newest key.
    pub(crate) fn key_of_large(&self) -> Result<String> {
        let path = format!("/v2/api-keys?projectId={}&pageSize=1", self.large());
        let answer: Value = serde_json::from_str(&self.api().get(&path)?.1)?;
        let id = answer["data"]["apiKeys"][0]["apiKeyId"].as_str();
        Ok(id.ok_or("the largest project has no key")?.to_owned())
    }

    /// The only organization.
    pub(crate) fn organization(&self) -> Result<String> {
        let answer: Value = serde_json::from_str(&self.api().get("/v2/organizations")?.1)?;
        let id = answer["data"]["organizations"][0]["organizationId"].as_str();
        Ok(id.ok_or("there is no organization")?.to_owned())
    }

    /// Where the control API is.
    pub(crate) fn control(&self) -> String {
        self.program.control()
    }

    /// A browser of somebody.
    pub(crate) fn browser(&self) -> &Agent {
        &self.browser
    }

    /// Keys one by one: one caller, then several.
    fn creates(&self, figures: &mut Figures) -> Result<Vec<Made>> {
        let mut all = Vec::new();
        for (id, callers) in [("create.one", 1), ("create.many", self.pace.callers)] {
            let made = Mutex::new(Vec::new());
            let started = instant();
            at_once(callers, |caller| {
                let (api, mut own) = (self.api(), Vec::new());
                while started.elapsed() < self.pace.time {
                    own.push(api.create(self.project(caller + own.len() * callers))?);
                }
                made.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
                Ok(())
            })?;
            let seconds = started.elapsed().as_secs_f64();
            let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
            figures.add(id, "/s", rate(made.len(), seconds), made.len() as u64);
            all.extend(made);
        }
        Ok(all)
    }

    /// Keys a thousand at a time, made and deleted again.
    fn bulk(&self, figures: &mut Figures) -> Result<()> {
        let api = self.api();
        let (mut making, mut deleting) = (Duration::ZERO, Duration::ZERO);
        let mut count = 0;
        while making < self.pace.time {
            let started = instant();
            let made = api.create_many(self.project(count), BULK)?;
            making += started.elapsed();
            let ids: Vec<String> = made.into_iter().map(|made| made.id).collect();
            let started = instant();
            api.delete_many(&ids)?;
            deleting += started.elapsed();
            count += ids.len();
        }
        figures.add("create.bulk", "/s", rate(count, making.as_secs_f64()), count as u64);
        figures.add("delete.bulk", "/s", rate(count, deleting.as_secs_f64()), count as u64);
        Ok(())
    }

    /// Deletes what was made: the first half one after the other, the rest with several callers.
    fn deletes(&self, figures: &mut Figures, made: &mut Vec<Made>) -> Result<()> {
        let later = made.split_off(made.len() / 2);
        for (names, callers, keys) in [
            (["delete.p50", "delete.p99", "delete.rate"], 1, &*made),
            (["delete.many.p50", "delete.many.p99", "delete.many.rate"], self.pace.callers, &later),
        ] {
            let waits = Mutex::new(Histogram::default());
            let started = instant();
            at_once(callers, |caller| {
                let api = self.api();
                for key in keys.iter().skip(caller).step_by(callers) {
                    let took = api.delete(&key.id)?;
                    waits.lock().unwrap_or_else(PoisonError::into_inner).add(took);
                }
                Ok(())
            })?;
            let seconds = started.elapsed().as_secs_f64();
            let waits = waits.into_inner().unwrap_or_else(PoisonError::into_inner);
            let [p50, p99, per_second] = names;
            figures.add_waits(p50, p99, &waits);
            figures.add(per_second, "/s", rate(keys.len(), seconds), waits.count());
        }
        self.refused(made.first().into_iter().chain(later.first()))
    }

    /// The gateway under measurement must have followed: a deleted key opens nothing.
    fn refused<'k>(&self, keys: impl Iterator<Item = &'k Made>) -> Result<()> {
        for key in keys {
            if self.program.admits(&key.plain)? {
                return Err(format!("the deleted key {} still works", key.id).into());
            }
        }
        Ok(())
    }
}

/// Runs the work of so many callers at once.
fn at_once(callers: usize, work: impl Fn(usize) -> Result<()> + Sync) -> Result<()> {
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            (0..callers).map(|caller| scope.spawn(move || work(caller))).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err("a caller panicked".into()))
        })
    })
}

#[expect(clippy::cast_precision_loss, reason = "nobody makes 2^52 keys in a benchmark")]
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}
