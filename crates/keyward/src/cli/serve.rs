//! `keyward serve`

use super::database::DatabaseOption;
use super::lifecycle::{self, ServerOptions, Start};
use super::output;
use crate::bootstrap::{self, Home};
use crate::data::admin;
use crate::data::owner_password;
use crate::wiring::{LeaseLength, Opened, Parts, Role, Server, Settings};
use clap::{Args, ValueEnum};
use model::Error;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerOptions,
    #[command(flatten)]
    database: DatabaseOption,
    /// What this process does
    #[arg(long, value_enum, default_value = "all", env = "KEYWARD_ROLE")]
    role: RoleName,
    /// With --role gateway: for how many seconds calls are let through after the database was last
    /// heard of, 1 to 30. The longest that a gateway which is dead keeps a change waiting, and that
    /// the database may be away
    #[arg(long, env = "KEYWARD_LEASE", value_name = "SECONDS", default_value = "10",
          value_parser = lease)]
    lease: LeaseLength,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    /// Control API, gateway and engines, alone on its database
    All,
    /// Control API and console, on a PostgreSQL database that it shares with others
    Control,
    /// A gateway, on a PostgreSQL database that it shares with others. At --control-listen it has
    /// /healthz and /metrics only
    Gateway,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::All => Self::All,
            RoleName::Control => Self::Control,
            RoleName::Gateway => Self::Gateway,
        }
    }
}

fn lease(text: &str) -> Result<LeaseLength, String> {
    let seconds = text.parse().map_err(|_| "must be 1 to 30 seconds".to_owned())?;
    LeaseLength::from_seconds(seconds).map_err(|error| error.message())
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let mut serve = Serve { arguments, home: None };
    let database = arguments.database.address()?;
    let settings = Settings {
        role: arguments.role.into(),
        lease: arguments.lease,
        ..arguments.server.settings(database)?
    };
    lifecycle::run(&arguments.server, settings, &mut serve)
}

struct Serve<'a> {
    arguments: &'a Arguments,
    home: Option<Home>,
}

impl Start for Serve<'_> {
    async fn start(&mut self, settings: Settings, parts: Parts) -> Result<Server, Error> {
        let opened = Opened::open(settings, parts)?;
        if !opened.role().has_control() {
            return opened.serve().await;
        }
        let desk = opened.desk()?;
        let owner = self.arguments.server.owner_email();
        let home = bootstrap::home(&desk, opened.store(), opened.folder(), owner)?;
        self.home = Some(home);
        opened.serve().await
    }

    async fn announce(&mut self, server: &Server) -> Result<(), Error> {
        if !server.role().has_control() {
            output::note(&format!(
                "keyward: data folder {}, gateway on {}, health and metrics on {}",
                server.folder().root().display(),
                server.gateway_address(),
                server.control_url(),
            ));
            return Ok(());
        }
        let home = self.home.take();
        let home = home.ok_or_else(|| Error::internal("announced before it was started"))?;
        let url = server.control_url();
        admin::renew(server.folder().root(), url.clone(), home.personal_key.as_ref())?;
        let folder = server.folder().root().display();
        let gateway = match server.role() {
            Role::Control => String::new(),
            Role::All | Role::Gateway => format!(" gateway on {},", server.gateway_address()),
        };
        output::note(&format!("keyward: data folder {folder},{gateway} control API on {url}"));
        if home.personal_key.is_none() {
            output::note(&super::client::no_key());
        }
        if let Some(password) = home.password {
            output::only_once(&format!(
                "Owner     {}\nPassword  {}   (shown this once)\n",
                home.owner,
                password.expose()
            ))?;
        }
        if let Some(choice) = &home.choice {
            output::only_once(&format!(
                "Console   {}   (choose a password of your own; works once, for a day)\n",
                bootstrap::first_sign_in(server.public_url(), choice).expose()
            ))?;
        }
        owner_password::shown(server.folder())
    }
}
