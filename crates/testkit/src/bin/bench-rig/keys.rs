//! The keys that the peers are told to accept.

use crate::Result;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use testkit::keys::{generated, sdk_form};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many
    #[arg(long)]
    count: usize,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for key in generated(args.count) {
        let form = sdk_form(key.expose());
        let mut digest = String::with_capacity(64);
        for byte in Sha256::digest(&form) {
            write!(digest, "{byte:02X}")?;
        }
        writeln!(out, "{form} {digest}")?;
    }
    Ok(out.flush()?)
}
