//! `keyward cluster`: clusters.

mod attach;
mod connect;
mod create;
mod detach;
mod list;
mod role;
mod set_port;
mod show;
mod suspend;
mod update;
mod user;

use super::output::{self, text};
use clap::Subcommand;
use model::Error;
use serde_json::Value;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Attach a Milvus that you run.
    Attach(attach::Arguments),
    /// Make a cluster on a Milvus Lite that the server runs.
    Create(create::Arguments),
    /// Show how to connect to a cluster.
    Connect(connect::Arguments),
    /// List the clusters you may see.
    List(list::Arguments),
    /// Show a cluster.
    Show(show::Arguments),
    /// Rename a cluster, or say anew what it is for.
    Update(update::Arguments),
    /// Give a cluster a gateway port of its own, or take it away.
    SetPort(set_port::Arguments),
    /// Stop serving a cluster; its data stays.
    Suspend(suspend::Arguments),
    /// Serve a suspended cluster again.
    Resume(suspend::ResumeArguments),
    /// Detach a cluster; its Milvus and its data stay as they are unless you say otherwise.
    Detach(detach::Arguments),
    /// Make, list, show and drop users of a cluster, and choose their passwords and roles.
    #[command(subcommand)]
    User(user::Command),
    /// Make, list, show and drop roles of a cluster, and choose what they hold.
    #[command(subcommand)]
    Role(role::Command),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Attach(arguments) => attach::run(arguments),
        Command::Create(arguments) => create::run(arguments),
        Command::Connect(arguments) => connect::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Update(arguments) => update::run(arguments),
        Command::SetPort(arguments) => set_port::run(arguments),
        Command::Suspend(arguments) => suspend::run(arguments),
        Command::Resume(arguments) => suspend::resume(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::Detach(arguments) => detach::run(arguments),
        Command::User(command) => user::run(command),
        Command::Role(command) => role::run(command),
    }
}

/// Prints a table of clusters.
pub(super) fn table(clusters: &[Value]) -> Result<(), Error> {
    let row = |cluster: &Value| {
        vec![
            text(cluster, "/clusterId"),
            text(cluster, "/clusterName"),
            text(cluster, "/engine"),
            text(cluster, "/status"),
            text(cluster, "/connectAddress"),
            text(cluster, "/statusMessage"),
        ]
    };
    let rows: Vec<_> = clusters.iter().map(row).collect();
    output::table(&["ID", "NAME", "ENGINE", "STATUS", "CONNECT TO", ""], &rows)
}

/// Shows the user that comes with a new cluster, and its password, once.
fn tell_user(made: &Value) -> Result<(), Error> {
    let user = text(made, "/username");
    output::note(&format!("The cluster has a user {user}; its password, shown this once:"));
    output::only_once(&format!("{}\n", text(made, "/password")))
}

fn details(cluster: &Value) -> Result<(), Error> {
    let mut lines = vec![
        ("ID", text(cluster, "/clusterId")),
        ("Name", text(cluster, "/clusterName")),
        ("Description", text(cluster, "/description")),
        ("Project", text(cluster, "/projectId")),
        ("Engine", text(cluster, "/engine")),
        ("Version", text(cluster, "/version")),
        ("Address", text(cluster, "/uri")),
        ("Status", text(cluster, "/status")),
        ("Message", text(cluster, "/statusMessage")),
        ("Connect to", text(cluster, "/connectAddress")),
        ("Made at", text(cluster, "/createTime")),
    ];
    lines.retain(|(_, value)| !value.is_empty());
    output::fields(&lines)
}
