//! `bench gateway`: starts everything, takes turns, reports.

use super::bars::bars;
use super::case::{Case, Shape};
use super::helper::write;
use super::machine;
use super::measure::{Pace, measure, refuses_strangers};
use super::memory;
use super::process::{Process, check_tools, repin};
use super::report::{self, Absent, Report};
use super::results::Results;
use super::rig::{Load, Present, Rig, load_core};
use super::subject::{Ground, Kind, Subject};
use crate::Result;
use std::path::PathBuf;

/// How to measure.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Write all numbers to this file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report to this file as Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// One short round: good to see that it works, too noisy to quote
    #[arg(long, conflicts_with_all = ["rounds", "seconds"])]
    quick: bool,
    /// Rounds; in each, every proxy has its turn at every load
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds to measure each time
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// Proxies to compare with
    #[arg(long, value_delimiter = ',', default_values_t = Kind::PEERS.to_vec(), value_enum)]
    peers: Vec<Kind>,
    /// Loads to make
    #[arg(long, value_delimiter = ',', default_values_t = Case::ALL.to_vec(), value_enum)]
    cases: Vec<Case>,
    /// Keys that every proxy knows
    #[arg(long, default_value_t = 100_000)]
    keys: usize,
    /// Measure this built `bench-rig` instead of building one, to compare two versions
    #[arg(long, value_name = "FILE")]
    rig: Option<PathBuf>,
}

/// Keys for the second memory bar.
const MILLION: usize = 1_000_000;

/// Runs it.
pub(super) fn run(args: &Args) -> Result<()> {
    check_tools()?;
    let rounds = if args.quick { 1 } else { args.rounds };
    let pace = if args.quick {
        Pace { warmup: 0.1, seconds: 0.3 }
    } else {
        Pace { warmup: 0.3, seconds: args.seconds }
    };
    let rig = Rig::prepare(args.keys, args.rig.as_deref())?;
    let keys = rig.key_list()?;
    let disturbance = machine::disturbance();
    if let Some(sentence) = &disturbance {
        println!("note: {sentence}");
    }
    let (upstream, address) = rig.upstream()?;
    let upstream_tree = upstream.tree();
    let ground = Ground { rig: &rig, upstream: address, upstream_tree, keys: &keys };
    let (subjects, absent) = start(&ground, &args.peers)?;
    let mut results = take_turns(&subjects, &ground, &args.cases, rounds, pace)?;
    for subject in &subjects {
        if let Some(bytes) = memory::peak(&subject.processes(&ground)) {
            results.set_memory(subject.kind, bytes);
        }
    }
    results.million = Some(million(&ground, pace)?);
    let report = Report {
        machine: machine::look(disturbance),
        keys: args.keys,
        rounds,
        seconds: pace.seconds,
        subjects: &subjects,
        absent,
        bars: bars(&results, args.keys),
        results: &results,
    };
    println!("\n{}", report::table::text(&report));
    if let Some(file) = &args.json {
        write(file, &format!("{:#}\n", report::json::value(&report)))?;
    }
    if let Some(file) = &args.markdown {
        write(file, &report::markdown::text(&report))?;
    }
    Ok(())
}

/// Starts everything; peers that do not start are named with the reason.
fn start(ground: &Ground<'_>, peers: &[Kind]) -> Result<(Vec<Subject>, Vec<Absent>)> {
    let mut subjects = Vec::new();
    let mut absent = Vec::new();
    for kind in [Kind::Direct, Kind::Keyward] {
        subjects.push(Subject::start(kind, ground)?);
    }
    for &kind in peers {
        match Subject::start(kind, ground) {
            Ok(subject) => subjects.push(subject),
            Err(reason) => {
                println!("{kind} is left out: {reason}");
                absent.push(Absent { kind, reason });
            }
        }
    }
    for subject in &subjects {
        refuses_strangers(subject, ground.rig)?;
    }
    Ok((subjects, absent))
}

/// Every subject has its turn at every load, round after round, so that what changes on the machine
/// meets all of them.
fn take_turns(
    subjects: &[Subject],
    ground: &Ground<'_>,
    cases: &[Case],
    rounds: usize,
    pace: Pace,
) -> Result<Results> {
    let mut results = Results::default();
    let loads: Vec<(Case, Shape)> =
        cases.iter().flat_map(|&case| case.shapes().iter().map(move |&s| (case, s))).collect();
    for round in 1..=rounds {
        for &(case, shape) in &loads {
            println!("round {round} of {rounds}: {case}, {shape}");
            for &process in &ground.upstream_tree {
                repin(load_core(shape), process)?;
            }
            for subject in subjects {
                let sample = measure(subject, ground, case, shape, pace)?;
                results.add(case, shape, subject.kind, sample);
            }
        }
    }
    Ok(results)
}

/// The gateway's peak memory with a million keys, all of which are used.
fn million(ground: &Ground<'_>, pace: Pace) -> Result<u64> {
    println!("memory with {MILLION} keys");
    let (process, address): (Process, _) = ground.rig.node(ground.upstream, MILLION)?;
    ground.rig.load(&Load {
        target: address,
        case: Case::Search,
        shape: Shape::new(32, 2),
        seconds: pace.seconds,
        warmup: pace.warmup,
        present: Present::Keys(MILLION),
        watch: Vec::new(),
    })?;
    memory::peak(&process.tree()).ok_or_else(|| "the gateway ended while it was measured".into())
}
