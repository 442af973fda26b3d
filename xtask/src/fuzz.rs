//! `cargo xtask fuzz`: runs what reads strangers' bytes on what a fuzzer makes up.
//!
//! The targets are in `fuzz/`, a workspace of its own. They are built with the compiler's
//! coverage counters, which libFuzzer follows. Everything is safe Rust, so no sanitizer is needed
//! to see that something is wrong: it panics. This module must never change a corpus unless it is
//! told to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::command::{cargo, program, read, root, run, target};

/// Counters at every edge and of every comparison, as libFuzzer reads them.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";
/// Seconds for each target in CI.
const BRIEFLY: u32 = 10;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The target; all of them if none is named
    name: Option<String>,
    /// Seconds for each target
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Add what was found to be new to the corpora in `fuzz/corpus`
    #[arg(long)]
    keep: bool,
}

/// Fuzzes as asked.
pub(crate) fn run_asked(args: &Args) -> Result<()> {
    let names = targets()?;
    let chosen: Vec<_> = match &args.name {
        None => names,
        Some(name) if names.contains(name) => vec![name.clone()],
        Some(name) => return Err(format!("{name} is no target: there are {}", names.join(", "))),
    };
    let fuzzer = build()?;
    for name in &chosen {
        fuzz(&fuzzer, name, args.seconds)?;
        if args.keep {
            keep(&fuzzer, name)?;
        }
    }
    Ok(())
}

/// Replays the corpora, and fuzzes each target for a moment.
pub(crate) fn briefly() -> Result<()> {
    let test = ["test", "--quiet", "--locked", "--manifest-path"];
    run(cargo().args(test).arg(manifest()).arg("--target-dir").arg(target().join("fuzz")))?;
    run_asked(&Args { name: None, seconds: BRIEFLY, keep: false })
}

fn manifest() -> PathBuf {
    root().join("fuzz/Cargo.toml")
}

fn corpus(name: &str) -> PathBuf {
    root().join("fuzz/corpus").join(name)
}

/// Every target has a corpus, and is named by it.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/corpus");
    let unreadable = |error| format!("cannot read {}: {error}", folder.display());
    let entries = fs::read_dir(&folder).map_err(unreadable)?.collect::<std::io::Result<Vec<_>>>();
    let entries = entries.map_err(unreadable)?;
    let mut names: Vec<_> =
        entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

fn build() -> Result<PathBuf> {
    // With a target named, build scripts and macros are built without counters.
    let host = host()?;
    let mut command = cargo();
    command.args(["build", "--quiet", "--locked", "--release", "--features", "libfuzzer"]);
    command.args(["--manifest-path"]).arg(manifest()).args(["--target", &host]);
    command.arg("--target-dir").arg(target().join("fuzz")).env("RUSTFLAGS", FLAGS);
    run(&mut command)?;
    Ok(target().join("fuzz").join(host).join("release/fuzz"))
}

fn host() -> Result<String> {
    let said = read(program("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say which host this is".to_owned())
}

fn fuzz(fuzzer: &Path, name: &str, seconds: u32) -> Result<()> {
    let (found, grown) = (target().join("fuzz/found"), target().join("fuzz/corpus").join(name));
    for folder in [&found, &grown] {
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    println!("fuzz: {name}, {seconds} s");
    let mut command = program(fuzzer);
    command.env("KEYWARD_FUZZ_TARGET", name);
    command.arg(format!("-max_total_time={seconds}"));
    command.args(["-max_len=4096", "-timeout=10", "-rss_limit_mb=1024", "-verbosity=0"]);
    command.args(["-print_final_stats=1"]);
    command.arg(format!("-artifact_prefix={}/{name}-", found.display()));
    command.args([&grown, &corpus(name)]);
    run(&mut command).map_err(|error| format!("{error}: the input is in {}", found.display()))
}

/// Adds to the corpus what reaches something that nothing in it reaches.
fn keep(fuzzer: &Path, name: &str) -> Result<()> {
    let mut command = program(fuzzer);
    command.env("KEYWARD_FUZZ_TARGET", name).args(["-set_cover_merge=1", "-verbosity=0"]);
    run(command.arg(corpus(name)).arg(target().join("fuzz/corpus").join(name)))
}
