//! `keyward cluster user`: who signs in to a cluster with `user:password`.
//!
//! A password is generated and shown once, or comes from a file or the terminal; it is never an
//! argument.

mod create;
mod drop;
mod list;
mod reset_password;
mod roles;
mod show;

use crate::cli::client::Client;
use crate::cli::output::{self, text};
use crate::cli::{find, hidden};
use clap::{Args, Subcommand};
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{Error, SecretText};
use serde_json::Value;
use std::path::PathBuf;

/// The variable that may hold a password.
const VARIABLE: &str = "KEYWARD_CLUSTER_PASSWORD";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Make a user; its password is generated and shown once unless you give one.
    Create(create::Arguments),
    /// List the users of a cluster and their roles.
    List(list::Arguments),
    /// Show a user and its roles.
    Show(show::Arguments),
    /// Give a user another password; the old one is dead when the command ends.
    ResetPassword(reset_password::Arguments),
    /// Drop a user; its connections are dead when the command ends.
    Drop(drop::Arguments),
    /// Give a user roles.
    Grant(roles::Arguments),
    /// Take roles from a user.
    Revoke(roles::Arguments),
}

/// Where a new password comes from.
#[derive(Debug, Args)]
struct PasswordOptions {
    /// A file that holds the password [default: one is generated]
    #[arg(long, value_name = "FILE", conflicts_with = "ask_password")]
    password_file: Option<PathBuf>,
    /// Take the password from `KEYWARD_CLUSTER_PASSWORD`, or ask for it
    #[arg(long)]
    ask_password: bool,
}

impl PasswordOptions {
    /// The password people chose; `None` if one is to be generated.
    fn chosen(&self) -> Result<Option<SecretText>, Error> {
        if self.password_file.is_none() && !self.ask_password {
            return Ok(None);
        }
        let secret = hidden::secret("password", self.password_file.as_deref(), VARIABLE)?;
        // Said before asking the server.
        Ok(Some(ClusterPassword::new(secret)?.secret().clone()))
    }
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::ResetPassword(arguments) => reset_password::run(arguments),
        Command::Drop(arguments) => drop::run(arguments),
        Command::Grant(arguments) => roles::grant(arguments),
        Command::Revoke(arguments) => roles::revoke(arguments),
    }
}

/// The path of a cluster's users.
fn path(client: &Client, cluster: &str) -> Result<String, Error> {
    let cluster = find::cluster(client, cluster)?;
    Ok(format!("/v2/clusters/{}/users", text(&cluster, "/clusterId")))
}

/// The path of one user.
fn path_of(client: &Client, cluster: &str, user: &str) -> Result<String, Error> {
    let user = ClusterUserName::new(user)?;
    Ok(format!("{}/{user}", path(client, cluster)?))
}

/// Shows a password that is never shown again.
fn tell_password(user: &str, answer: &Value) -> Result<(), Error> {
    output::note(&format!("The password of {user}, shown this once:"));
    output::only_once(&format!("{}\n", text(answer, "/password")))
}

/// The names in a list of an answer, in one cell.
fn names(value: &Value, field: &str) -> String {
    let all = value.get(field).and_then(Value::as_array);
    let names: Vec<_> = all.into_iter().flatten().filter_map(Value::as_str).collect();
    names.join(", ")
}
