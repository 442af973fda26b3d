//! What `quickstart` and `serve` have in common: options, signals, and an orderly end.

use super::mail::MailOptions;
use super::{DataOption, logging, output};
use crate::wiring::{GatewayUrl, LeaseLength, Parts, Role, Server, Settings};
use clap::{Args, ValueEnum};
use control::Limits;
use model::name::Email;
use model::policy::Founders;
use model::{Error, ErrorKind, RateLimit};
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::PostgresAddress;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// How long calls in flight may take to end after the first signal.
const DRAIN: Duration = Duration::from_secs(10);
/// How long what is still under way may keep a process that has stopped.
const LAST_WAIT: Duration = Duration::from_secs(5);
/// The exit code of a process that was told twice to stop.
const FORCED: i32 = 130;

#[derive(Debug, Args)]
pub(super) struct ServerOptions {
    #[command(flatten)]
    data: DataOption,
    /// Where SDKs connect
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:19530")]
    gateway_listen: SocketAddr,
    /// Where the control API is
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    control_listen: SocketAddr,
    /// Clusters are reached as `<cluster id>.<DOMAIN>`, if your DNS leads these names here
    #[arg(long, value_parser = domain)]
    domain: Option<String>,
    /// Where SDKs reach the gateways, such as `https://milvus.example.com:443`, as endpoints of
    /// clusters are shown
    /// [default: the address the gateway listens on]
    #[arg(long, env = "KEYWARD_PUBLIC_GATEWAY_URL", value_name = "URL", value_parser = gateway_url)]
    public_gateway_url: Option<GatewayUrl>,
    /// Where people reach the control API, such as `https://keyward.example.com`, for links in
    /// letters
    /// [default: the address it listens on]
    #[arg(long, env = "KEYWARD_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    #[command(flatten)]
    mail: MailOptions,
    /// Who may found organizations, besides the operator
    #[arg(long, value_enum, default_value = "owners")]
    organization_founders: OrganizationFounders,
    /// Threads of the gateway [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,
    /// Requests a second that one caller may send to the control API; those of ten seconds may come
    /// at once
    #[arg(long, env = "KEYWARD_CONTROL_RATE", value_name = "N", default_value = "100",
          value_parser = rate)]
    control_rate: RateLimit,
    /// What the owner of a new installation signs in with
    #[arg(long, value_name = "EMAIL", default_value = "owner@example.com", value_parser = email)]
    owner_email: Email,
    /// What to log on standard error: error, warn, info or debug
    #[arg(long, env = "KEYWARD_LOG", value_name = "LEVEL", default_value = "warn")]
    log: String,
}

impl ServerOptions {
    pub(super) fn settings(&self, database: Option<PostgresAddress>) -> Result<Settings, Error> {
        Ok(Settings {
            role: Role::All,
            lease: LeaseLength::USUAL,
            data: self.data.folder(),
            database,
            gateway_listen: self.gateway_listen,
            control_listen: self.control_listen,
            domain: self.domain.clone(),
            public_gateway: self.public_gateway_url.clone(),
            public_url: self.public_url.clone(),
            founders: self.organization_founders.into(),
            workers: self.workers.map(usize::from),
            mail: self.mail.settings()?,
        })
    }

    /// The parts of production, with the bounds that the operator chose.
    fn parts(&self) -> Parts {
        let control_limits = Limits { rate: self.control_rate, ..Limits::default() };
        Parts { control_limits, ..Parts::system() }
    }

    pub(super) fn owner_email(&self) -> &Email {
        &self.owner_email
    }
}

/// Who may found organizations, besides the operator.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OrganizationFounders {
    /// Nobody
    Operator,
    /// Whoever owns an organization already
    Owners,
    /// Everybody with an account
    Everybody,
}

impl From<OrganizationFounders> for Founders {
    fn from(founders: OrganizationFounders) -> Self {
        match founders {
            OrganizationFounders::Operator => Self::Operator,
            OrganizationFounders::Owners => Self::Owners,
            OrganizationFounders::Everybody => Self::Everybody,
        }
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '#' | '?' | '@'));
    if plain && text.len() <= 200 && rest.is_some_and(|host| !host.trim_matches('/').is_empty()) {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err("must be an address such as https://keyward.example.com".to_owned())
}

fn gateway_url(text: &str) -> Result<GatewayUrl, String> {
    text.parse().map_err(|error: Error| error.message())
}

fn rate(text: &str) -> Result<RateLimit, String> {
    let number = text.parse().map_err(|_| format!("must be 1 to {}", RateLimit::MAX))?;
    RateLimit::new(number).map_err(|_| format!("must be 1 to {}", RateLimit::MAX))
}

fn email(text: &str) -> Result<Email, String> {
    Email::new(text).map_err(|error| error.message())
}

fn domain(text: &str) -> Result<String, String> {
    let labels = text.split('.').all(|label| {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty() && label.len() <= 63 && label.chars().all(allowed)
    });
    if labels && text.len() <= 200 {
        return Ok(text.to_owned());
    }
    Err("must be a domain name in lower case, such as milvus.example.com".to_owned())
}

/// A way to start the system and to tell that it is ready.
pub(super) trait Start {
    /// Everything up to a running server.
    async fn start(&mut self, settings: Settings, parts: Parts) -> Result<Server, Error>;

    /// Tells about the server once it is ready.
    async fn announce(&mut self, server: &Server) -> Result<(), Error>;
}

/// Starts, serves until a signal, and stops. A signal during the start ends it where it waits.
///
/// # Errors
/// Why the system did not start.
pub(super) fn run(
    options: &ServerOptions,
    settings: Settings,
    start: &mut impl Start,
) -> Result<(), Error> {
    logging::start(&options.log)?;
    forbid_core_files()?;
    for (what, address, is_ours) in [
        ("API keys and data", options.gateway_listen, settings.role.has_gateway()),
        ("passwords and keys", options.control_listen, settings.role.has_control()),
    ] {
        if is_ours && !address.ip().is_loopback() {
            output::note(&format!(
                "keyward: {address} can be reached over the network and is not encrypted: put TLS \
                 in front of it, or {what} can be read on the way"
            ));
        }
    }
    let runtime = Runtime::new().map_err(|error| failed(&error))?;
    let served = runtime.block_on(serve(settings, options.parts(), start));
    // A question to a database that is away must not keep the process.
    runtime.shutdown_timeout(LAST_WAIT);
    served
}

/// A core file would hold the master key and every secret in flight, and a debugger of another
/// process of this user could read them. Engines are other programs and not concerned.
fn forbid_core_files() -> Result<(), Error> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|error| failed(&error.into()))
}

async fn serve(settings: Settings, parts: Parts, start: &mut impl Start) -> Result<(), Error> {
    let mut stop = listen_for_signals()?;
    let server = tokio::select! {
        started = start.start(settings, parts) => started?,
        _ = stop.wait_for(|stop| *stop) => return Err(interrupted()),
    };
    let outcome = tokio::select! {
        announced = start.announce(&server) => announced,
        _ = stop.wait_for(|stop| *stop) => Err(interrupted()),
    };
    if outcome.is_err() {
        server.stop(DRAIN).await;
        return outcome;
    }
    if server.role().has_control() {
        tell_about_letters(&server);
    }
    let displaced = tokio::select! {
        error = server.displaced() => Some(error),
        _ = stop.wait_for(|stop| *stop) => None,
    };
    if let Some(error) = displaced {
        // No call may be let through on what this process knows.
        server.stop(Duration::ZERO).await;
        return Err(error);
    }
    output::note("keyward: stopping; press Ctrl-C again to stop at once");
    server.stop(DRAIN).await;
    Ok(())
}

/// Tells the operator whether letters go out. The mail server is asked in the background: one that
/// hangs holds up nothing.
fn tell_about_letters(server: &Server) {
    let Some(mail) = server.mail() else {
        output::note(
            "keyward: no letters are sent: name a mail server with --smtp-url, or pass the links of \
             invitations on yourself",
        );
        return;
    };
    let mail = Arc::clone(mail);
    tokio::spawn(async move {
        match mail.check().await {
            Ok(()) => output::note(&format!("keyward: letters are sent {}", mail.describe())),
            Err(error) => output::note(&format!(
                "keyward: no letters are sent until this is mended: {}",
                error.message()
            )),
        }
    });
}

/// Becomes true at the first SIGINT or SIGTERM; the second ends the process.
fn listen_for_signals() -> Result<watch::Receiver<bool>, Error> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| failed(&error))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| failed(&error))?;
    let (publish, stop) = watch::channel(false);
    tokio::spawn(async move {
        either(&mut interrupt, &mut terminate).await;
        publish.send_replace(true);
        either(&mut interrupt, &mut terminate).await;
        output::note("keyward: stopped at once");
        // Engines end by themselves when this process is gone; commits are durable.
        std::process::exit(FORCED);
    });
    Ok(stop)
}

async fn either(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

fn interrupted() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "stopped before it was ready; run the same command again to go on",
    )
}

fn failed(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, format!("cannot start: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::dumpable_behavior;

    #[test]
    fn a_server_leaves_no_core_file() {
        forbid_core_files().unwrap();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
