//! `keyward completion`: what a shell needs to complete command lines.

use super::{Cli, output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use model::Error;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "keyward", &mut script);
    let script = String::from_utf8(script)
        .map_err(|error| Error::internal(format!("a completion script: {error}")))?;
    output::text_block(&script)
}
