//! A running system: started from what was opened, stopped in the order that loses nothing.

use super::background;
use super::calls::Calls;
use super::clusters::Watch;
use super::engines::Engines;
use super::explain::Explain;
use super::feed::Feed;
use super::identity::Identity;
use super::listen;
use super::notices;
use super::open::Opened;
use super::probing::Looks;
use super::settings::{Parts, Settings};
use super::usage::UsageBook;
use crate::data::DataFolder;
use crate::lite::Host;
use crate::mail::{MailSettings, Smtp};
use control::{Deps, Mailer};
use gateway::Gateway;
use model::{ClusterId, Entropy, Error, ErrorKind, GatewayId};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use store::Store;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

/// How long requests to the control API may take to end when the server stops.
const CONTROL_DRAIN: Duration = Duration::from_secs(5);
/// How long the last users of the gateway may take to let go of it.
const RELEASE_LIMIT: Duration = Duration::from_secs(2);

/// A running system. Stop it with [`Server::stop`]; dropping it ends its tasks but does not drain.
pub struct Server {
    gateway: Arc<Gateway>,
    feed: Arc<Feed>,
    engines: Arc<Engines>,
    usage: Arc<UsageBook>,
    watch: Arc<Watch>,
    store: Store,
    displaced: watch::Receiver<Option<Error>>,
    folder: Arc<DataFolder>,
    background: JoinSet<()>,
    control: JoinHandle<()>,
    stop_control: oneshot::Sender<()>,
    control_address: SocketAddr,
    public_url: String,
    mail: Option<Arc<Smtp>>,
}

impl Opened {
    /// Starts gateway, engines and control API. Engines become ready later: see
    /// [`Server::engines`].
    ///
    /// # Errors
    /// The system is out of something, or the store does not answer.
    pub async fn serve(self) -> Result<Server, Error> {
        let Self {
            settings,
            parts,
            folder,
            store,
            serving,
            digest_key,
            gateway_socket,
            control_socket,
        } = self;
        let roots = gateway::Roots::default();
        let (config, identity) = configuration(&settings, &parts, &folder, roots.clone())?;
        let started = Gateway::start_on(gateway_socket, config, &digest_key, &parts.clock);
        let gateway = Arc::new(started.map_err(|error| unavailable(error.to_string()))?);
        let feed = Arc::new(Feed::new(store.clone(), &gateway));
        let loading = Arc::clone(&feed);
        blocking(move || loading.load()).await?;

        let engines = run_engines(&folder, parts.host, &parts.entropy, &feed).await;
        let looks = Arc::new(Looks::new(roots));
        let (mut background, displaced) = background::begin(&feed, &engines, &looks, serving);
        let usage = Arc::new(UsageBook::new(store.clone(), gateway.id()));
        background.spawn(background::keep_book(Arc::clone(&usage), Arc::downgrade(&gateway)));

        let watch = Arc::new(Watch {
            listen: gateway.local_addr(),
            gateway: Arc::downgrade(&gateway),
            feed: Arc::clone(&feed),
            engines: Arc::clone(&engines),
            looks,
            domain: settings.domain,
        });
        let local = || control_url(&control_socket);
        let public_url = settings.public_url.unwrap_or_else(local);
        let mail = sending(settings.mail, &parts.entropy)?;
        let deps = Deps {
            store: store.clone(),
            clock: parts.clock,
            entropy: parts.entropy,
            fence: (parts.fence)(&feed),
            clusters: Arc::clone(&watch) as _,
            explainer: Arc::new(Explain(Arc::downgrade(&gateway))),
            calls: Arc::new(Calls { gateway: Arc::downgrade(&gateway) }),
            metrics: metrics(Arc::downgrade(&gateway)),
            mailer: mail.clone().map(|mail| mail as Arc<dyn Mailer>),
            public_url: public_url.clone(),
            founders: settings.founders,
            limits: parts.control_limits,
        };
        let (stop_control, stopped) = oneshot::channel();
        let (control_address, control) =
            serve_control(control_socket, deps, identity, stopped, &mut background).await?;
        Ok(Server {
            gateway,
            feed,
            engines,
            usage,
            watch,
            store,
            displaced,
            folder,
            background,
            control,
            stop_control,
            control_address,
            public_url,
            mail,
        })
    }
}

/// What `GET /metrics` answers; nothing once the gateway has stopped.
fn metrics(gateway: Weak<Gateway>) -> Arc<dyn Fn() -> String + Send + Sync> {
    Arc::new(move || gateway.upgrade().map_or_else(String::new, |gateway| gateway.metrics()))
}

/// What letters are sent with, if the operator has named a mail server.
fn sending(
    settings: Option<MailSettings>,
    entropy: &Arc<dyn Entropy>,
) -> Result<Option<Arc<Smtp>>, Error> {
    let smtp = settings.map(|mail| Smtp::new(mail, Arc::clone(entropy))).transpose()?;
    Ok(smtp.map(Arc::new))
}

/// Begins to run the engines of the clusters that there are.
async fn run_engines(
    folder: &Arc<DataFolder>,
    host: Host,
    entropy: &Arc<dyn Entropy>,
    feed: &Arc<Feed>,
) -> Arc<Engines> {
    let engines = Engines::new(Arc::clone(folder), host, Arc::clone(entropy), Arc::clone(feed));
    engines.reconcile(&feed.clusters().borrow().clone()).await;
    engines
}

/// How the gateway is to run, and who will answer its calls about users.
fn configuration(
    settings: &Settings,
    parts: &Parts,
    folder: &DataFolder,
    roots: gateway::Roots,
) -> Result<(gateway::Config, Arc<Identity>), Error> {
    let identity = Arc::new(Identity::default());
    let rest = super::rest::door()
        .map_err(|error| unavailable(format!("cannot start a thread for REST: {error}")))?;
    let config = gateway::Config {
        id: GatewayId::generate(&*parts.entropy),
        listen: settings.gateway_listen,
        workers: settings.workers.unwrap_or_else(cores),
        access_log: Some(folder.logs().join("access.jsonl")),
        roots,
        desk: Some(Arc::clone(&identity) as _),
        rest: Some(rest),
        lease: None,
        limits: parts.gateway_limits.clone(),
    };
    Ok((config, identity))
}

impl Server {
    /// Where SDKs connect.
    pub fn gateway_address(&self) -> SocketAddr {
        self.gateway.local_addr()
    }

    /// Where the control API is, such as `http://127.0.0.1:8080`.
    pub fn control_url(&self) -> String {
        format!("http://{}", listen::connectable(self.control_address))
    }

    /// Where people reach the control API, for links.
    pub fn public_url(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }

    /// What letters are sent with, if they are.
    pub fn mail(&self) -> Option<&Arc<Smtp>> {
        self.mail.as_ref()
    }

    /// Where clients of the cluster connect.
    pub fn endpoint(&self, cluster: ClusterId, port: Option<u16>) -> String {
        control::ClusterWatch::endpoint(&*self.watch, cluster, port)
    }

    /// The engines this process runs.
    pub fn engines(&self) -> &Arc<Engines> {
        &self.engines
    }

    /// The feed to the gateway.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// The data folder.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The gateway's counters, in Prometheus' text format.
    pub fn metrics(&self) -> String {
        self.gateway.metrics()
    }

    /// Waits until another process serves the database, and says so: then this one must stop,
    /// because changes made there are answered without it.
    pub async fn displaced(&self) -> Error {
        let mut displaced = self.displaced.clone();
        match displaced.wait_for(Option::is_some).await.map(|error| error.clone()) {
            Ok(Some(error)) => error,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// Writes down what the gateway has counted by now, instead of in a few seconds. Blocks.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn write_usage(&self) -> Result<(), Error> {
        self.usage.write(|| self.gateway.usage())
    }

    /// Takes no more calls, lets those in flight end for as long as `drain`, and stops: first the
    /// control API, then the gateway, then the engines behind it.
    pub async fn stop(self, drain: Duration) {
        let Self { gateway, engines, usage, mut background, mut control, stop_control, .. } = self;
        let _ = stop_control.send(());
        if tokio::time::timeout(CONTROL_DRAIN, &mut control).await.is_err() {
            control.abort();
        }
        background.shutdown().await;
        if let Some(gateway) = sole_owner(gateway).await {
            let last = move || {
                let counted = gateway.shutdown(drain);
                usage.write(|| counted)
            };
            if let Err(error) = blocking(last).await {
                tracing::warn!(%error, "the last calls could not be counted");
            }
        } else {
            tracing::warn!("the gateway was still in use and could not be drained");
        }
        engines.stop().await;
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({:?})", self.gateway)
    }
}

/// Where the control API is, as far as this host knows.
fn control_url(socket: &std::net::TcpListener) -> String {
    socket.local_addr().map_or_else(
        |_| String::new(),
        |address| format!("http://{}", listen::connectable(address)),
    )
}

async fn serve_control(
    socket: std::net::TcpListener,
    deps: Deps,
    identity: Arc<Identity>,
    stopped: oneshot::Receiver<()>,
    background: &mut JoinSet<()>,
) -> Result<(SocketAddr, JoinHandle<()>), Error> {
    let unusable = |error: std::io::Error| unavailable(format!("the control API failed: {error}"));
    let runtime = tokio::runtime::Handle::current();
    let make = move || {
        let mut owners = None;
        let beside = |front: control::Front| {
            identity.open(front.blocking(runtime));
            owners = front.notices();
            console::router(front).merge(super::reference::router())
        };
        let router = control::router_beside(deps, beside)?;
        Ok((router.layer(axum::middleware::from_fn(console::name_failures)), owners))
    };
    let (router, owners) = blocking(make).await?;
    socket.set_nonblocking(true).map_err(unusable)?;
    let listener = tokio::net::TcpListener::from_std(socket).map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let stop = async {
        // A sender that is gone means the same as one that says stop.
        let _ = stopped.await;
    };
    let serving = control::serve(listener, router, control::ServeLimits::default(), stop);
    if let Some(owners) = owners {
        background.spawn(notices::keep_telling(owners));
    }
    Ok((address, tokio::spawn(serving)))
}

/// The gateway itself, once nobody is in the middle of using it.
async fn sole_owner(mut shared: Arc<Gateway>) -> Option<Gateway> {
    let released = async {
        loop {
            match Arc::try_unwrap(shared) {
                Ok(gateway) => return gateway,
                Err(still) => shared = still,
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(RELEASE_LIMIT, released).await.ok()
}

/// Runs blocking work where blocking is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Error::internal(format!("a task ended: {error}"))))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn unavailable(sentence: String) -> Error {
    Error::new(ErrorKind::Unavailable, sentence)
}
