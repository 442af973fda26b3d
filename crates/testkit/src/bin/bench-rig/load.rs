//! The load generator as a process.

use crate::Result;
use clap::ValueEnum;
use serde_json::{Map, json};
use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;
use testkit::keys::{generated, sdk_form};
use testkit::load::{Bound, Plan, Report, run as make_load};
use testkit::message;
use testkit::usage::cpu_nanoseconds;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to connect
    #[arg(long)]
    target: SocketAddr,
    /// How many connections
    #[arg(long)]
    connections: usize,
    /// Calls in flight on each
    #[arg(long)]
    streams: usize,
    /// What to call
    #[arg(long)]
    rpc: Rpc,
    /// Bytes of each request's message
    #[arg(long)]
    size: usize,
    /// Seconds before counting
    #[arg(long, default_value_t = 0.3)]
    warmup: f64,
    /// Seconds of counting
    #[arg(long)]
    seconds: f64,
    /// How many generated keys to present in turn
    #[arg(long, conflicts_with = "authorization")]
    keys: Option<usize>,
    /// Present this instead
    #[arg(long)]
    authorization: Option<String>,
    /// Processes whose processor time is measured along
    #[arg(long, value_delimiter = ',')]
    watch: Vec<u32>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Rpc {
    HasCollection,
    Search,
    Insert,
}

impl Rpc {
    fn path(self) -> &'static str {
        match self {
            Self::HasCollection => "/milvus.proto.milvus.MilvusService/HasCollection",
            Self::Search => "/milvus.proto.milvus.MilvusService/Search",
            Self::Insert => "/milvus.proto.milvus.MilvusService/Insert",
        }
    }

    fn message(self, size: usize) -> Vec<u8> {
        match self {
            Self::HasCollection => message::has_collection(size),
            Self::Search => message::search(size),
            Self::Insert => message::insert(size),
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let keys = generated(args.keys.unwrap_or(0)).map(|key| sdk_form(key.expose()).into());
    let plan = Plan {
        target: args.target,
        connections: args.connections,
        streams: args.streams,
        path: args.rpc.path().to_owned(),
        message: args.rpc.message(args.size),
        authorizations: args
            .authorization
            .as_deref()
            .map(Into::into)
            .into_iter()
            .chain(keys)
            .collect(),
        warmup: Duration::try_from_secs_f64(args.warmup)?,
        bound: Bound::Time(Duration::try_from_secs_f64(args.seconds)?),
    };
    let (before, after) = (Cell::default(), Cell::default());
    let report =
        make_load(&plan, || before.set(used(&args.watch)), || after.set(used(&args.watch)))?;
    let used = after.into_inner().into_iter().zip(before.into_inner());
    let cpu = used.map(|(after, before)| after.saturating_sub(before)).collect::<Vec<_>>();
    println!("{}", shown(&report, &cpu));
    Ok(())
}

fn used(processes: &[u32]) -> Vec<u64> {
    processes.iter().map(|&process| cpu_nanoseconds(process).unwrap_or(0)).collect()
}

fn shown(report: &Report, cpu: &[u64]) -> serde_json::Value {
    let nanoseconds =
        |permille| u64::try_from(report.latency.quantile(permille).as_nanos()).unwrap_or(u64::MAX);
    let codes = report.codes.iter().map(|(code, count)| (code.to_string(), json!(count)));
    json!({
        "calls": report.calls,
        "ended": report.ended,
        "seconds": report.elapsed.as_secs_f64(),
        "rate": report.rate(),
        "codes": codes.collect::<Map<_, _>>(),
        "broken": report.broken,
        "lostConnections": report.lost_connections,
        "firstError": report.first_error,
        "p50Nanoseconds": nanoseconds(500),
        "p99Nanoseconds": nanoseconds(990),
        "cpuNanoseconds": cpu,
    })
}
