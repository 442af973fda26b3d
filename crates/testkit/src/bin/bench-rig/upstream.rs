//! The upstream as a process.

use crate::{Result, wait_for_parent};
use testkit::upstream::{Answer, Plan, serve};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Insist on this `authorization` and refuse calls without it
    #[arg(long)]
    authorization: Option<String>,
    /// Size of the answer to one RPC, such as Search=5000; all others get 100 bytes
    #[arg(long = "answer", value_name = "RPC=BYTES", value_parser = parse_answer)]
    answers: Vec<(String, Answer)>,
}

pub(crate) fn run(args: Args) -> Result<()> {
    std::thread::spawn(|| {
        wait_for_parent();
        std::process::exit(0);
    });
    let plan = Plan { answers: args.answers, authorization: args.authorization, ..Plan::default() };
    Ok(serve(plan, |address| println!("{address}"))?)
}

fn parse_answer(text: &str) -> std::result::Result<(String, Answer), String> {
    let (rpc, bytes) = text.split_once('=').ok_or("must be RPC=BYTES")?;
    let bytes = bytes.parse().map_err(|_| "must be RPC=BYTES with a whole number of bytes")?;
    Ok((format!("/{rpc}"), Answer::Message(bytes)))
}
