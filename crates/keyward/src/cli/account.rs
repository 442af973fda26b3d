//! `keyward account`: one's own account.

use super::client::Client;
use super::output::{self, text};
use super::{Remote, ask};
use clap::{Args, Subcommand};
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show your account.
    Show(Arguments),
    /// Give yourself another name.
    Rename(Rename),
    /// Set another password.
    Password(Arguments),
    /// Enable or disable your second factor.
    #[command(subcommand)]
    Totp(Totp),
    /// Replace your recovery codes and print the new ones.
    RecoveryCodes(Arguments),
    /// List your sessions, or end some.
    Sessions(Sessions),
    /// Set a password with a reset token, if you cannot sign in.
    Redeem(Redeem),
}

#[derive(Debug, Subcommand)]
pub(super) enum Totp {
    /// Enrol an authenticator app.
    Enable(Arguments),
    /// Take the second factor off.
    Disable(Arguments),
}

#[derive(Debug, Args)]
pub(super) struct Rename {
    /// What you are called
    name: String,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(super) struct Sessions {
    /// End this session
    #[arg(long, value_name = "ID", conflicts_with = "end_others")]
    end: Option<String>,
    /// End all sessions but the one of this command line
    #[arg(long)]
    end_others: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(super) struct Redeem {
    /// The control API of the server, such as http://localhost:8080; asked for if left out
    #[arg(long, env = "KEYWARD_URL")]
    url: Option<String>,
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Show(arguments) => show(&arguments.remote),
        Command::Rename(arguments) => rename(arguments),
        Command::Password(arguments) => password(&arguments.remote),
        Command::Totp(Totp::Enable(arguments)) => enable(&arguments.remote),
        Command::Totp(Totp::Disable(arguments)) => disable(&arguments.remote),
        Command::RecoveryCodes(arguments) => recovery_codes(&arguments.remote),
        Command::Sessions(arguments) => sessions(arguments),
        Command::Redeem(arguments) => redeem(arguments),
    }
}

fn show(remote: &Remote) -> Result<(), Error> {
    let account = remote.client()?.get("/v2/account")?;
    print(remote, &account)
}

/// Prints an account as the API writes it.
pub(super) fn print(remote: &Remote, account: &Value) -> Result<(), Error> {
    if remote.json {
        return output::json(account);
    }
    let organizations = account.get("organizations").and_then(Value::as_array);
    let organizations: Vec<String> = organizations
        .into_iter()
        .flatten()
        .map(|one| format!("{}: {}", text(one, "/organizationName"), text(one, "/role")))
        .collect();
    let factor = if account.get("secondFactor").and_then(Value::as_bool) == Some(true) {
        format!("on, {} recovery codes left", text(account, "/recoveryCodesLeft"))
    } else {
        "off".to_owned()
    };
    output::fields(&[
        ("ID", text(account, "/userId")),
        ("E-mail", text(account, "/email")),
        ("Name", text(account, "/name")),
        ("Status", text(account, "/status")),
        ("Second factor", factor),
        ("Organizations", organizations.join("; ")),
        ("Made at", text(account, "/createTime")),
    ])
}

fn rename(arguments: &Rename) -> Result<(), Error> {
    let body = json!({ "name": arguments.name });
    let account = arguments.remote.client()?.patch("/v2/account", &body)?;
    print(&arguments.remote, &account)
}

fn password(remote: &Remote) -> Result<(), Error> {
    let client = remote.client()?;
    let old = ask::secret("Password")?;
    let new = ask::new_password("New password")?;
    let body = json!({ "oldPassword": old.expose(), "newPassword": new.expose() });
    client.put("/v2/account/password", &body)?;
    output::note("The new password holds. Your other sessions have ended.");
    Ok(())
}

fn redeem(arguments: &Redeem) -> Result<(), Error> {
    let url = ask::unless_given(arguments.url.as_deref(), "Address of the control API")?;
    let token = ask::secret("Reset token")?;
    let new = ask::new_password("New password")?;
    let body = json!({ "token": token.expose(), "newPassword": new.expose() });
    Client::anonymous(&url, "/v2/passwordResets", &body)?;
    output::note("The new password holds: sign in with keyward login.");
    Ok(())
}

fn enable(remote: &Remote) -> Result<(), Error> {
    let client = remote.client()?;
    let password = ask::secret("Password")?;
    let begun = client.post("/v2/account/totp", &json!({ "password": password.expose() }))?;
    if remote.json {
        // A program needs the key before it can answer with a code: one document now, one then.
        output::json(&begun)?;
    } else {
        output::only_once(&format!(
            "Add this account to your authenticator app:\n{}\nor type the key {}\n",
            text(&begun, "/otpauthUri"),
            text(&begun, "/secret")
        ))?;
    }
    let code = ask::line("Code that the app shows")?;
    let done = client.post("/v2/account/totp/confirm", &json!({ "code": code }))?;
    codes(remote, &done)
}

fn disable(remote: &Remote) -> Result<(), Error> {
    let client = remote.client()?;
    let password = ask::secret("Password")?;
    client.post("/v2/account/totp/disable", &json!({ "password": password.expose() }))?;
    output::note("The second factor is off.");
    Ok(())
}

fn recovery_codes(remote: &Remote) -> Result<(), Error> {
    let client = remote.client()?;
    let password = ask::secret("Password")?;
    let body = json!({ "password": password.expose() });
    codes(remote, &client.post("/v2/account/totp/recoveryCodes", &body)?)
}

/// Prints recovery codes, which are shown once.
fn codes(remote: &Remote, answer: &Value) -> Result<(), Error> {
    if remote.json {
        return output::json(answer);
    }
    let codes = answer.get("recoveryCodes").and_then(Value::as_array);
    let codes = codes.into_iter().flatten().filter_map(Value::as_str);
    let lines = codes.fold(String::new(), |lines, code| format!("{lines}  {code}\n"));
    output::only_once(&format!(
        "Keep these recovery codes; each stands in for the app once:\n{lines}"
    ))
}

fn sessions(arguments: &Sessions) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    if let Some(id) = &arguments.end {
        client.delete(&format!("/v2/sessions/{}", super::client::query(id)))?;
        output::note("The session has ended.");
        return Ok(());
    }
    if arguments.end_others {
        let ended = client.delete("/v2/sessions/others")?;
        output::note(&format!("Sessions ended: {}.", text(&ended, "/count")));
        return Ok(());
    }
    let sessions = client.list("/v2/sessions", "sessions")?;
    if arguments.remote.json {
        return output::json(&json!({ "sessions": sessions }));
    }
    let row = |session: &Value| {
        let current = session.get("current").and_then(Value::as_bool) == Some(true);
        vec![
            text(session, "/sessionId"),
            text(session, "/createTime"),
            text(session, "/lastSeenTime"),
            text(session, "/address"),
            text(session, "/client"),
            if current { "this one" } else { "" }.to_owned(),
        ]
    };
    let rows: Vec<_> = sessions.iter().map(row).collect();
    output::table(&["ID", "SINCE", "LAST SEEN", "ADDRESS", "CLIENT", ""], &rows)
}
