//! `keyward user`: people's accounts.
//!
//! Through a running server this has the rights of its key. With `--offline` it works on the data
//! folder of a stopped server in the operator's name, for whoever is locked out.

mod offline;

use super::database::DatabaseOption;
use super::output::{self, text};
use super::{Remote, account, find};
use clap::{Args, Subcommand};
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List people.
    List(List),
    /// Make an account and print the token its person sets a password with.
    Create(Create),
    /// Show somebody's account.
    Show(OfUser),
    /// Print a token with which somebody sets a new password, once.
    ResetPassword(Reset),
    /// Disable an account: sessions and personal keys stop at once.
    Disable(OfUser),
    /// Enable an account again.
    Enable(OfUser),
    /// Take the second factor off somebody's account.
    RemoveSecondFactor(OfUser),
    /// End the sessions of somebody.
    #[command(subcommand)]
    Sessions(Sessions),
}

#[derive(Debug, Subcommand)]
pub(super) enum Sessions {
    /// End all of them.
    End(OfUser),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only people with this text in their name, address or id
    #[arg(long)]
    search: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// What the person signs in with
    email: String,
    /// What they are called
    #[arg(long)]
    name: Option<String>,
    /// Make them an owner of the organization
    #[arg(long)]
    owner: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(super) struct OfUser {
    /// The person, by e-mail address or id
    user: String,
    /// Work on the data folder of a server that is stopped
    #[arg(long, conflicts_with = "url")]
    offline: bool,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(super) struct Reset {
    /// Using the token takes the second factor off too
    #[arg(long)]
    remove_second_factor: bool,
    #[command(flatten)]
    of: OfUser,
}

/// What is done to one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Show,
    Reset { remove_second_factor: bool },
    Disable,
    Enable,
    RemoveSecondFactor,
    EndSessions,
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list(arguments),
        Command::Create(arguments) => create(arguments),
        Command::Show(of) => act(of, Act::Show),
        Command::ResetPassword(arguments) => {
            let remove_second_factor = arguments.remove_second_factor;
            act(&arguments.of, Act::Reset { remove_second_factor })
        }
        Command::Disable(of) => act(of, Act::Disable),
        Command::Enable(of) => act(of, Act::Enable),
        Command::RemoveSecondFactor(of) => act(of, Act::RemoveSecondFactor),
        Command::Sessions(Sessions::End(of)) => act(of, Act::EndSessions),
    }
}

fn list(arguments: &List) -> Result<(), Error> {
    let search = arguments.search.as_deref().map(super::client::query);
    let path = search
        .map_or_else(|| "/v2/users".to_owned(), |search| format!("/v2/users?search={search}"));
    let users = arguments.remote.client()?.list(&path, "users")?;
    if arguments.remote.json {
        return output::json(&json!({ "users": users }));
    }
    let fields = ["/userId", "/email", "/name", "/status", "/createTime"];
    let rows: Vec<Vec<String>> =
        users.iter().map(|user| fields.iter().map(|field| text(user, field)).collect()).collect();
    output::table(&["ID", "E-MAIL", "NAME", "STATUS", "MADE AT"], &rows)
}

fn create(arguments: &Create) -> Result<(), Error> {
    let role = if arguments.owner { "Owner" } else { "Member" };
    let body = json!({ "email": arguments.email, "name": arguments.name, "role": role });
    let made = arguments.remote.client()?.post("/v2/users", &body)?;
    if arguments.remote.json {
        return output::json(&made);
    }
    let token = made.get("reset").unwrap_or(&Value::Null);
    output::note(&format!("Made {} ({}).", arguments.email, text(&made, "/userId")));
    tell_token(token)
}

fn act(of: &OfUser, act: Act) -> Result<(), Error> {
    let answer = if of.offline { offline::act(of, act)? } else { through_server(of, act)? };
    if of.remote.json {
        return output::json(&answer);
    }
    match act {
        Act::Show => account::print(&of.remote, &answer),
        Act::Reset { .. } => tell_token(&answer),
        Act::Disable | Act::Enable => {
            let receipt = answer.get("revocation").or_else(|| answer.get("activation"));
            let settled = receipt.and_then(|receipt| receipt.get("settled"));
            if settled.and_then(Value::as_bool) == Some(false) {
                output::note("Not every gateway has confirmed yet: restart the server to be sure.");
            }
            output::note(&format!("{} is now {}.", of.user, text(&answer, "/status")));
            Ok(())
        }
        Act::RemoveSecondFactor => {
            output::note(&format!("{} has no second factor any more.", of.user));
            Ok(())
        }
        Act::EndSessions => {
            output::note(&format!("Sessions ended: {}.", text(&answer, "/count")));
            Ok(())
        }
    }
}

fn through_server(of: &OfUser, act: Act) -> Result<Value, Error> {
    let client = of.remote.client()?;
    let id = find::user(&client, &of.user)?;
    let path = format!("/v2/users/{id}");
    match act {
        Act::Show => client.get(&path),
        Act::Reset { remove_second_factor } => client
            .post(&format!("{path}/reset"), &json!({ "removeSecondFactor": remove_second_factor })),
        Act::Disable => client.post_empty(&format!("{path}/disable")),
        Act::Enable => client.post_empty(&format!("{path}/enable")),
        Act::RemoveSecondFactor => client.delete(&format!("{path}/totp")),
        Act::EndSessions => client.delete(&format!("{path}/sessions")),
    }
}

fn tell_token(reset: &Value) -> Result<(), Error> {
    output::note(&format!(
        "Hand this token to its person; it sets a password once, until {}:",
        text(reset, "/expireTime")
    ));
    output::only_once(&format!("{}\n", text(reset, "/token")))
}
