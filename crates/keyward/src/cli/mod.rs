//! The command line.
//!
//! `quickstart` and `serve` run the system; every other command talks to a running one over its
//! control API, with the key the server left in the data folder, the one in `KEYWARD_API_KEY`, or
//! the session of `keyward login`.
//! Answers go to standard output, everything else to standard error; the exit code says what
//! happened ([`exit`]).
//!
//! To add a command: a file with its arguments and its `run`, and a variant of the list it belongs
//! to. No command may take a secret that only an argument can carry.

mod account;
mod ask;
mod audit;
mod client;
mod cluster;
mod completion;
mod confirm;
mod database;
mod environment;
mod exit;
mod explain;
mod find;
mod hidden;
mod invitation;
mod key;
mod lifecycle;
mod logging;
mod login;
mod mail;
mod member;
mod migrate;
mod organization;
mod output;
mod personal_key;
mod privilege_group;
mod progress;
mod project;
mod quickstart;
mod ready;
mod receipt;
#[cfg(test)]
mod reference;
mod serve;
mod status;
mod usage;
mod user;
mod whitelist;

use crate::data::login as login_file;
use clap::{Args, Parser, Subcommand};
use client::Client;
use model::Error;
use std::path::PathBuf;
use std::process::ExitCode;

/// API keys, projects and a gateway for self-hosted Milvus.
#[derive(Debug, Parser)]
#[command(name = "keyward", version, max_term_width = 100, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything on an empty folder, with a project, a key and a Milvus Lite to try.
    Quickstart(quickstart::Arguments),
    /// Start everything on a data folder.
    Serve(serve::Arguments),
    /// Show whether the server runs and how its clusters are.
    Status(status::Arguments),
    /// Make, list, show, change and delete API keys.
    #[command(subcommand)]
    Key(key::Command),
    /// Attach, list, show and detach clusters.
    #[command(subcommand)]
    Cluster(cluster::Command),
    /// Name sets of privileges, to grant them to roles of a cluster together.
    #[command(subcommand)]
    PrivilegeGroup(privilege_group::Command),
    /// Make, list, show, rename and delete projects, and choose their members.
    #[command(subcommand)]
    Project(project::Command),
    /// Found, list, show and rename organizations, and change their settings.
    #[command(subcommand, visible_alias = "org")]
    Organization(organization::Command),
    /// List and remove members of an organization, and choose their roles.
    #[command(subcommand)]
    Member(member::Command),
    /// Invite people, and take an invitation up.
    #[command(subcommand)]
    Invitation(invitation::Command),
    /// Make and list your own keys, which follow your roles.
    #[command(subcommand)]
    PersonalKey(personal_key::Command),
    /// Show and change from which addresses a project's clusters may be used.
    #[command(subcommand)]
    Whitelist(whitelist::Command),
    /// Move everything to another database.
    #[command(subcommand)]
    Migrate(migrate::Command),
    /// Say what a key or user may do on a cluster, and by which rule.
    Explain(explain::Arguments),
    /// Show how much keys, users and clusters are used.
    Usage(usage::Arguments),
    /// Read and check the audit trail.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Sign in to a server; the commands after it work there in your name.
    Login(login::Arguments),
    /// End the session of keyward login.
    Logout(login::LogoutArguments),
    /// Show and change your own account.
    #[command(subcommand)]
    Account(account::Command),
    /// Manage people's accounts.
    #[command(subcommand)]
    User(user::Command),
    /// Print a script that completes command lines in a shell.
    Completion(completion::Arguments),
}

/// Where the data folder is.
#[derive(Debug, Args)]
struct DataOption {
    /// The data folder [default: ~/.local/share/keyward]
    #[arg(long = "data", env = "KEYWARD_DATA", value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl DataOption {
    fn folder(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(environment::default_data_folder)
    }
}

/// What every command that talks to a server takes. The key comes from `KEYWARD_API_KEY`, from the
/// data folder if one is named, from `keyward login`, or from the default data folder.
#[derive(Debug, Args)]
struct Remote {
    #[command(flatten)]
    data: DataOption,
    /// The control API of the server [default: the one of the data folder]
    #[arg(long, env = "KEYWARD_URL")]
    url: Option<String>,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Remote {
    fn client(&self) -> Result<Client, Error> {
        let key = environment::secret(environment::API_KEY);
        if self.data.folder.is_none()
            && key.is_none()
            && let Some(login) = login_file::read(&environment::login_file())?
            && self.url.as_deref().is_none_or(|url| login.is_for(url))
        {
            return Ok(Client::of_login(&login));
        }
        Client::find(&self.data.folder(), self.url.as_deref())
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // Asked of the line itself, because it matters most when the rest cannot be understood.
    let as_json = std::env::args_os().any(|argument| argument == "--json");
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::not_understood(&error, as_json),
    };
    let starts_a_server = matches!(cli.command, Command::Quickstart(_) | Command::Serve(_));
    match run(&cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::failed(&error, starts_a_server, as_json),
    }
}

fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Quickstart(arguments) => quickstart::run(arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Status(arguments) => status::run(arguments),
        Command::Key(command) => key::run(command),
        Command::Cluster(command) => cluster::run(command),
        Command::PrivilegeGroup(command) => privilege_group::run(command),
        Command::Project(command) => project::run(command),
        Command::Organization(command) => organization::run(command),
        Command::Member(command) => member::run(command),
        Command::Invitation(command) => invitation::run(command),
        Command::PersonalKey(command) => personal_key::run(command),
        Command::Whitelist(command) => whitelist::run(command),
        Command::Migrate(command) => migrate::run(command),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Usage(arguments) => usage::run(arguments),
        Command::Audit(command) => audit::run(command),
        Command::Login(arguments) => login::run(arguments),
        Command::Logout(arguments) => login::logout(arguments),
        Command::Account(command) => account::run(command),
        Command::User(command) => user::run(command),
        Command::Completion(arguments) => completion::run(arguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn documented_lines_are_understood() {
        for line in [
            "keyward quickstart",
            "keyward quickstart --data d --gateway-listen 127.0.0.1:0 --control-listen [::1]:0 \
             --output json",
            "keyward serve --data d --domain milvus.example.com --role all",
            "keyward serve --data d --database postgres://ada@db.example.com/keyward",
            "keyward serve --data d --database-file f",
            "keyward migrate sqlite-to-postgres --data d --database postgres://ada@db/keyward",
            "keyward status --json",
            "keyward key create app --project default --role read-only --cluster c --cluster d",
            "keyward key create --name app --role read-only",
            "keyward key list --project default --json",
            "keyward key show app --secret",
            "keyward key update app --name web --all-clusters",
            "keyward key delete app --yes --descendants",
            "keyward key create app --expires-in 90d --database d --collection c_* --collection e \
             --privilege Search --allow-from 10.0.0.0/8 --rate-limit 5 --manage-keys",
            "keyward key create --prefix app --count 3",
            "keyward key list --state expired --role admin --sort-by name --sort-order desc",
            "keyward key view app",
            "keyward key update app --expires-in never --rate-limit 3",
            "keyward key disable app",
            "keyward key enable app --json",
            "keyward key rotate app --overlap 0",
            "keyward key report --source scanner",
            "keyward cluster attach prod --uri https://m.example.com --token-file t --port 19531",
            "keyward cluster list",
            "keyward cluster show prod",
            "keyward cluster detach prod --yes --delete-data",
            "keyward cluster create second --port 19540 --no-wait",
            "keyward cluster connect prod --sdk python",
            "keyward cluster update prod --name live --description big",
            "keyward cluster set-port prod 19540",
            "keyward cluster set-port prod --free",
            "keyward cluster set-port prod --none",
            "keyward cluster suspend prod --yes",
            "keyward cluster resume prod",
            "keyward serve --public-url https://k.example.com --organization-founders everybody",
            "keyward explain --key app --cluster c --rpc Search --database d --collection c \
             --address 10.0.0.1",
            "keyward explain --user ada --cluster c --rpc create_alias --collection c \
             --other-name a --json",
            "keyward usage",
            "keyward usage --key app --cluster c --project p --from 2026-11-01 --to 2026-12-01 \
             --by hour",
            "keyward whitelist list --project default",
            "keyward whitelist add 203.0.113.0/24 --description office --confirm-lockout",
            "keyward whitelist replace 203.0.113.0/24=office 2001:db8::/32",
            "keyward whitelist replace --open",
            "keyward whitelist remove 203.0.113.0/24 --yes",
            "keyward audit list --limit 20",
            "keyward login --url http://localhost:8080 --email ada@example.com",
            "keyward logout",
            "keyward account show --json",
            "keyward account totp enable",
            "keyward account redeem --url http://localhost:8080",
            "keyward account sessions --end-others",
            "keyward user list --search ada",
            "keyward user create eve@example.com --name Eve --owner",
            "keyward user reset-password ada@example.com --remove-second-factor --offline",
            "keyward user sessions end ada@example.com --data d",
            "keyward audit list --action key. --outcome refused --from 2026-11-23T18:00:00Z --search a",
            "keyward audit export --file f --actor operator --address 192.0.2.1",
            "keyward audit verify --data d",
            "keyward audit verify --offline --json",
        ] {
            assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
        }
    }

    #[test]
    fn documented_lines_about_people_and_projects_are_understood() {
        for line in [
            "keyward serve --smtp-url smtp://mail.example.com --smtp-from Keyward<k@example.com> \
             --smtp-user k --smtp-password-file f",
            "keyward key delete app web --yes",
            "keyward key delete --from f --yes",
            "keyward key delete --own --yes",
            "keyward project create web",
            "keyward project list",
            "keyward project show web",
            "keyward project rename web www",
            "keyward project delete web --detach-clusters --yes",
            "keyward project member list web",
            "keyward project member set web ada@example.com owner",
            "keyward project member remove web ada@example.com --yes",
            "keyward organization list --json",
            "keyward org show",
            "keyward org create acme",
            "keyward org rename acme --organization default",
            "keyward org settings --show-keys-once true --default-key-expiry 90 --yes",
            "keyward member list",
            "keyward member set-role ada@example.com owner",
            "keyward member remove ada@example.com --yes",
            "keyward invitation create ada@example.com --role member --project web",
            "keyward invitation list",
            "keyward invitation revoke ada@example.com",
            "keyward invitation accept --url http://h:1 --name Ada --token-file t",
            "keyward invitation accept --signed-in",
            "keyward personal-key create mine",
            "keyward personal-key list --member ada@example.com",
        ] {
            assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
        }
    }

    #[test]
    fn senseless_lines_are_refused_as_usage() {
        for line in [
            "keyward",
            "keyward serve --role store",
            "keyward quickstart --gateway-listen 19530",
            "keyward quickstart --output xml",
            "keyward serve --database postgres://ada@db/keyward --database-file f",
            "keyward migrate",
            "keyward key create",
            "keyward key create app --name app",
            "keyward key create app --role root",
            "keyward key create --count 3",
            "keyward key create app --count 3 --prefix a",
            "keyward key create --prefix a --count 0",
            "keyward key report kw_x",
            "keyward key delete",
            "keyward key delete a --own",
            "keyward key delete a --from f",
            "keyward explain --cluster c --rpc Search",
            "keyward explain --key app --user ada --cluster c --rpc Search",
            "keyward explain --key app --cluster c --rpc Search --address here",
            "keyward key update app --all-clusters --cluster c",
            "keyward cluster attach prod",
            "keyward cluster set-port prod",
            "keyward cluster set-port prod 1 --free",
            "keyward cluster update prod",
            "keyward cluster connect prod --sdk cobol",
            "keyward cluster attach prod --uri m --token a --token-file b",
            "keyward key create --api-key kw_x",
            "keyward member set-role ada@example.com admin",
            "keyward invitation accept",
            "keyward invitation accept --signed-in --name Ada",
            "keyward invitation accept --name Ada --token kwi_x",
            "keyward serve --smtp-url smtp://mail.example.com",
            "keyward serve --smtp-from nobody --smtp-url smtp://mail.example.com",
            "keyward serve --smtp-from k@example.com --smtp-url smtp://k:secret@mail.example.com",
            "keyward serve --smtp-password secret",
            "keyward serve --public-url keyward.example.com",
            "keyward serve --control-rate 0",
            "keyward serve --control-rate 1000001",
            "keyward whitelist replace",
            "keyward whitelist replace --open 10.0.0.0/8",
            "keyward login --password p",
            "keyward account sessions --end s --end-others",
            "keyward user show ada@example.com --offline --url http://localhost:8080",
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
