//! The reference page of the command line: what `--help` says, of every command.
//!
//! The committed copy is `docs/CLI.md`; the test below compares it and renews it when asked to.

use super::Cli;
use clap::{Command, CommandFactory};
use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "# The command line\n\n\
    <!-- Made from the code by `KEYWARD_UPDATE=1 cargo test -p keyward reference`. -->\n\n\
    Every command but `serve` and `quickstart` is a client of the control API with a key and has no\n\
    rights of its own. Answers go to standard output, everything else to standard error. A secret is\n\
    never an argument where a prompt, a file or standard input can carry it. There are no colours\n\
    and no progress in a pipe or a file.\n\n\
    To complete command lines with the tabulator key: `source <(keyward completion bash)`, or for\n\
    zsh `keyward completion zsh > \"${fpath[1]}/_keyward\"`.\n";

fn page() -> String {
    let mut page = String::from(HEAD);
    let mut program = Cli::command().term_width(100).disable_help_subcommand(true);
    program.build();
    section(&mut page, program, "keyward");
    page
}

fn section(page: &mut String, command: Command, name: &str) {
    // What is set on this machine does not belong on the page.
    let mut command = command.mut_args(|argument| argument.hide_env_values(true)).term_width(100);
    let help = command.render_long_help().to_string();
    let help: Vec<_> = help.trim().lines().map(str::trim_end).collect();
    let _ = write!(page, "\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n"));
    let inner: Vec<_> = command.get_subcommands().cloned().collect();
    for inner in inner.into_iter().filter(|inner| !inner.is_hide_set()) {
        let name = format!("{name} {}", inner.get_name());
        section(page, inner, &name);
    }
}

#[test]
fn the_committed_page_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/CLI.md");
    let made = page();
    if std::env::var_os("KEYWARD_UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "docs/CLI.md is not what the code says: renew it with KEYWARD_UPDATE=1");
}

#[test]
fn every_command_and_argument_says_what_it_is_for() {
    fn look(command: &Command, name: &str) {
        assert!(command.get_about().is_some(), "{name} says nothing of itself");
        for argument in command.get_arguments() {
            let id = argument.get_id();
            assert!(argument.get_help().is_some(), "{name}: {id} says nothing of itself");
        }
        for inner in command.get_subcommands() {
            look(inner, &format!("{name} {}", inner.get_name()));
        }
    }
    look(&Cli::command(), "keyward");
}
