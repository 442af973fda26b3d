//! `keyward quickstart`

use super::lifecycle::{self, ServerOptions, Start};
use super::progress::Bar;
use super::ready::Ready;
use super::{environment, output};
use crate::bootstrap::{self, Home, Quick};
use crate::data::admin;
use crate::data::owner_password;
use crate::lite::{Installation, State, Step};
use crate::wiring::{Opened, Parts, Server, Settings};
use clap::{Args, ValueEnum};
use model::{Error, ErrorKind};
use std::path::Path;
use std::time::Duration;

/// How long the engine may take from its start until it answers.
const READY_LIMIT: Duration = Duration::from_mins(3);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerOptions,
    /// How to tell that everything runs
    #[arg(long, value_enum, default_value = "text", conflicts_with = "json")]
    output: Output,
    /// The same as --output json
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// One JSON object, for programs
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let mut quickstart = Quickstart { arguments, made: None };
    let settings = arguments.server.settings(None)?;
    lifecycle::run(&arguments.server, settings, &mut quickstart)
}

struct Quickstart<'a> {
    arguments: &'a Arguments,
    made: Option<Made>,
}

impl Quickstart<'_> {
    fn for_programs(&self) -> bool {
        self.arguments.json || self.arguments.output == Output::Json
    }

    /// Installs Milvus Lite: a bar on a terminal, else a line for each package.
    async fn install(&self, opened: &Opened) -> Result<Installation, Error> {
        let mut bar: Option<Bar> = None;
        let progress = |step: Step<'_>| {
            let Step::Package { name, number, of } = step else {
                // What comes after the packages takes a while too: it has no bar.
                bar = None;
                return output::note(&step.to_string());
            };
            let bar =
                bar.get_or_insert_with(|| Bar::new("packages", of as u64, self.for_programs()));
            bar.reach(number as u64);
            bar.at(name);
            if !bar.is_shown() {
                output::note(&step.to_string());
            }
        };
        opened.install_lite(progress).await
    }
}

/// What the start found or made.
struct Made {
    home: Home,
    quick: Quick,
    python: String,
}

impl Start for Quickstart<'_> {
    async fn start(&mut self, settings: Settings, parts: Parts) -> Result<Server, Error> {
        let opened = Opened::open(settings, parts)?;
        let folder = opened.folder();
        output::note(&format!("data folder {}", folder.root().display()));
        // Before anything is made in the database, because this is what fails on a new machine.
        let installation = self.install(&opened).await?;
        let desk = opened.desk()?;
        let owner = self.arguments.server.owner_email();
        let home = bootstrap::home(&desk, opened.store(), folder, owner)?;
        let quick = bootstrap::quick(&desk, opened.store(), &home.organization, |taken| {
            opened.own_port(taken)
        })?;
        self.made = Some(Made { home, quick, python: installation.python().display().to_string() });
        output::note("starting Milvus Lite");
        opened.serve().await
    }

    async fn announce(&mut self, server: &Server) -> Result<(), Error> {
        let made = self.made.take();
        let Made { home, quick, python } =
            made.ok_or_else(|| Error::internal("announced before it was started"))?;
        await_engine(server, &quick).await?;
        let control_url = server.control_url();
        let key = home.personal_key.as_ref();
        admin::renew(server.folder().root(), control_url.clone(), key)?;
        let choice = home.choice.as_ref();
        let public = server.public_url();
        let first_sign_in = choice.map(|token| bootstrap::first_sign_in(public, token));
        let ready = Ready {
            endpoint: server.endpoint(quick.cluster, quick.port),
            api_key: quick.default_key,
            personal_api_key: home.personal_key,
            project: quick.project,
            cluster: quick.cluster,
            cluster_password: quick.cluster_password,
            control_url,
            owner_email: home.owner.to_string(),
            owner_password: home.password,
            first_sign_in,
            python,
            data_option: data_option(server.folder().root()),
        };
        if self.for_programs() {
            ready.print_json()?;
        } else {
            ready.print_text()?;
        }
        owner_password::shown(server.folder())
    }
}

fn data_option(root: &Path) -> String {
    if root == environment::default_data_folder() {
        return String::new();
    }
    format!(" --data '{}'", root.display())
}

async fn await_engine(server: &Server, quick: &Quick) -> Result<(), Error> {
    let settled = |state: &State| matches!(state, State::Running(_) | State::Failed(_));
    let reached = server.engines().reach(quick.cluster, settled);
    let sentence = match tokio::time::timeout(READY_LIMIT, reached).await {
        Ok(Some(State::Running(_))) => return Ok(()),
        Ok(Some(State::Failed(message))) => message,
        Ok(_) => "Milvus Lite was stopped before it was ready".to_owned(),
        Err(_) => "Milvus Lite was not ready in time; see its log".to_owned(),
    };
    Err(Error::new(ErrorKind::Unavailable, sentence))
}
