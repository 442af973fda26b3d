//! `keyward invitation accept`

use crate::cli::client::Client;
use crate::cli::output::{self, text};
use crate::cli::{Remote, hidden};
use clap::Args;
use model::{Error, ErrorKind};
use serde_json::{Value, json};
use std::path::PathBuf;

const PATH: &str = "/v2/invitations/accept";

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Read the token from this file; else from KEYWARD_INVITATION, else it is asked for
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// What you are called, if you are new
    #[arg(long, required_unless_present = "signed_in", conflicts_with = "signed_in")]
    name: Option<String>,
    /// Read the password of the new account from this file; else from KEYWARD_PASSWORD, else it is
    /// asked for
    #[arg(long, value_name = "FILE", conflicts_with = "signed_in")]
    password_file: Option<PathBuf>,
    /// Join with the account this command line works with
    #[arg(long)]
    signed_in: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let file = arguments.token_file.as_deref();
    let token = hidden::secret("token of the invitation", file, "KEYWARD_INVITATION")?;
    // People paste the whole link.
    let token = token.expose().rsplit('#').next().unwrap_or_default().trim();
    let joined = if arguments.signed_in {
        arguments.remote.client()?.post(PATH, &json!({ "token": token }))?
    } else {
        let url = arguments.remote.url.as_deref().ok_or_else(|| {
            Error::invalid("name the server with --url: its address stands in the link")
        })?;
        let file = arguments.password_file.as_deref();
        let password = hidden::secret("password of your account", file, "KEYWARD_PASSWORD")?;
        let body = json!({ "token": token, "name": arguments.name, "password": password.expose() });
        Client::anonymous(url, PATH, &body)?.ok_or_else(|| {
            let sentence = "this account asks for a second factor: use keyward login, then \
                            --signed-in";
            Error::new(ErrorKind::Unauthenticated, sentence)
        })?
    };
    tell(&joined, arguments.remote.json)
}

fn tell(joined: &Value, json: bool) -> Result<(), Error> {
    if json {
        return output::json(joined);
    }
    output::fields(&[
        ("Organization", text(joined, "/organizationName")),
        ("Your role", text(joined, "/role")),
        ("You sign in with", text(joined, "/email")),
    ])
}
