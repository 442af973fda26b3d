//! `keyward serve`

use super::database::DatabaseOption;
use super::lifecycle::{self, ServerOptions, Start};
use super::output;
use crate::bootstrap::{self, Home};
use crate::data::admin;
use crate::data::owner_password;
use crate::wiring::{Opened, Parts, Server, Settings};
use clap::{Args, ValueEnum};
use model::Error;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerOptions,
    #[command(flatten)]
    database: DatabaseOption,
    /// What this process does
    #[arg(long, value_enum, default_value = "all")]
    role: Role,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    /// Control API, gateway and engines
    All,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let Role::All = arguments.role;
    let mut serve = Serve { arguments, home: None };
    lifecycle::run(&arguments.server, arguments.database.address()?, &mut serve)
}

struct Serve<'a> {
    arguments: &'a Arguments,
    home: Option<Home>,
}

impl Start for Serve<'_> {
    async fn start(&mut self, settings: Settings, parts: Parts) -> Result<Server, Error> {
        let opened = Opened::open(settings, parts)?;
        let desk = opened.desk()?;
        let owner = self.arguments.server.owner_email();
        let home = bootstrap::home(&desk, opened.store(), opened.folder(), owner)?;
        self.home = Some(home);
        opened.serve().await
    }

    async fn announce(&mut self, server: &Server) -> Result<(), Error> {
        let home = self.home.take();
        let home = home.ok_or_else(|| Error::internal("announced before it was started"))?;
        let url = server.control_url();
        admin::renew(server.folder().root(), url.clone(), home.personal_key.as_ref())?;
        output::note(&format!(
            "keyward: data folder {}, gateway on {}, control API on {}",
            server.folder().root().display(),
            server.gateway_address(),
            url,
        ));
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
