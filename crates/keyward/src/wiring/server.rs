//! A running system: started from what was opened, stopped in the order that loses nothing.

use super::background;
use super::calls::Calls;
use super::clusters::Watch;
use super::data_path::{DataPath, outlive_others};
use super::door::{Door, control_url};
use super::ears;
use super::engines::Engines;
use super::explain::Explain;
use super::feed::Feed;
use super::identity::Identity;
use super::listen;
use super::member::Member;
use super::open::Opened;
use super::probing::{self, Looks};
use super::reached::GatewayUrl;
use super::role::Role;
use super::roll::Roll;
use super::status;
use crate::data::DataFolder;
use crate::mail::{MailSettings, Smtp};
use control::{Deps, Mailer};
use gateway::{Gateway, Mirror};
use model::{ClusterId, Entropy, Error, ErrorKind};
use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Weak};
use std::time::Duration;
use store::{Channel, Serving, Store};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

/// How long requests to the control API may take to end when the server stops.
const CONTROL_DRAIN: Duration = Duration::from_secs(5);

/// How long a gateway that has stopped may take to tell the others.
const LEAVE_LIMIT: Duration = Duration::from_secs(3);

/// A running system. Stop it with [`Server::stop`]; dropping it ends its tasks but does not drain.
pub struct Server {
    role: Role,
    /// None in a process without a gateway.
    path: Option<DataPath>,
    member: Option<Arc<Member>>,
    feed: Arc<Feed>,
    engines: Arc<Engines>,
    watch: Arc<Watch>,
    store: Store,
    displaced: watch::Receiver<Option<Error>>,
    folder: Arc<DataFolder>,
    background: JoinSet<()>,
    /// What keeps the lease, and hears of others: the last to end.
    keeping: JoinSet<()>,
    control: JoinHandle<()>,
    stop_control: oneshot::Sender<()>,
    control_address: SocketAddr,
    public_url: String,
    mail: Option<Arc<Smtp>>,
}

impl Opened {
    /// Starts what the role of this process has: gateway, engines, control API. Engines become
    /// ready later: see [`Server::engines`].
    ///
    /// # Errors
    /// The system is out of something, or the store does not answer.
    pub async fn serve(mut self) -> Result<Server, Error> {
        let (role, listen) = (self.settings.role, self.gateway_address()?);
        let Core { path, mirror, feed, serving, member, identity, looks } = self.core()?;
        load(&self.store, &serving, &feed, role, member.as_ref()).await?;
        let gateway = path.as_ref().map_or_else(Weak::new, DataPath::weak);
        let (mut background, displaced) = background::begin(&feed, &serving);
        if role.has_control() {
            background.spawn(probing::keep_looking(Arc::clone(&feed), Arc::clone(&looks)));
        }
        let engines = self.engines(&feed, &mut background).await;
        if let Some(path) = &path {
            background.spawn(background::keep_book(Arc::clone(&path.usage), path.weak()));
        }
        let clock = Arc::clone(&self.parts.clock);
        let roll = Arc::new(Roll::new(self.store.clone(), Arc::clone(&serving), clock.clone()));
        let mut keeping = JoinSet::new();
        if role != Role::All {
            follow_others(&self.store, &feed, &roll, member.clone(), &mut keeping);
        }
        let watch = Arc::new(Watch {
            listen,
            reached: self.settings.public_gateway.take().unwrap_or(GatewayUrl::of_socket(listen)),
            role,
            gateway: Weak::clone(&gateway),
            feed: Arc::clone(&feed),
            engines: Arc::clone(&engines),
            looks,
            domain: self.settings.domain.clone(),
        });
        let mail = sending(self.settings.mail.take(), &self.parts.entropy)?;
        let (control_socket, public_url) = self.control_face()?;
        let lease = path.as_ref().and_then(|path| path.lease.clone());
        let instead = lease.map(|lease| status::router(Weak::clone(&gateway), lease));
        let deps = Deps {
            store: self.store.clone(),
            clock,
            entropy: Arc::clone(&self.parts.entropy),
            fence: if role == Role::All { (self.parts.fence)(&feed) } else { roll.clone() },
            clusters: Arc::clone(&watch) as _,
            explainer: Arc::new(Explain::of(path.as_ref(), mirror)),
            calls: Arc::new(Calls { gateway: Weak::clone(&gateway), is_alone: role == Role::All }),
            metrics: metrics(gateway, roll),
            mailer: mail.clone().map(|mail| mail as Arc<dyn Mailer>),
            public_url: public_url.clone(),
            founders: self.settings.founders,
            limits: self.parts.control_limits,
        };
        let (stop_control, stopped) = oneshot::channel();
        let door = Door { socket: control_socket, deps, identity, serving, instead };
        let (control_address, control) = door.open(stopped, &mut background).await?;
        Ok(Server {
            role,
            path,
            member,
            feed,
            engines,
            watch,
            store: self.store,
            displaced,
            folder: self.folder,
            background,
            keeping,
            control,
            stop_control,
            control_address,
            public_url,
            mail,
        })
    }

    /// Where the control API listens, and what people call it.
    fn control_face(&mut self) -> Result<(TcpListener, String), Error> {
        let socket = self.control_socket.take().ok_or_else(taken)?;
        let named = self.settings.public_url.take();
        let public_url = named.unwrap_or_else(|| control_url(&socket));
        Ok((socket, public_url))
    }

    /// The gateway, or what stands in for it, and what feeds it.
    fn core(&mut self) -> Result<Core, Error> {
        let roots = gateway::Roots::default();
        let identity = Arc::new(Identity::default());
        let path = self.gateway_socket.take();
        let path = path.map(|socket| self.start_gateway(socket, roots.clone(), &identity));
        let path = path.transpose()?;
        let mirror = Arc::new(Mirror::new());
        let feed = Arc::new(match &path {
            Some(path) => Feed::new(self.store.clone(), &path.gateway),
            None => Feed::to_mirror(self.store.clone(), &mirror),
        });
        let serving = Arc::new(self.serving.take().ok_or_else(taken)?);
        let member = path.as_ref().and_then(|path| self.member(path, &feed, &serving));
        let looks = Arc::new(Looks::new(roots));
        Ok(Core { path, mirror, feed, serving, member, identity, looks })
    }

    /// The engines of this process; they run if its role has any.
    async fn engines(&mut self, feed: &Arc<Feed>, background: &mut JoinSet<()>) -> Arc<Engines> {
        let engines = Engines::new(
            Arc::clone(&self.folder),
            std::mem::take(&mut self.parts.host),
            Arc::clone(&self.parts.entropy),
            Arc::clone(feed),
        );
        if self.settings.role.has_engines() {
            engines.reconcile(&feed.clusters().borrow().clone()).await;
            background.spawn(Arc::clone(&engines).follow());
        }
        engines
    }
}

/// What decides about calls, and what it is fed by.
struct Core {
    path: Option<DataPath>,
    mirror: Arc<Mirror>,
    feed: Arc<Feed>,
    serving: Arc<Serving>,
    member: Option<Arc<Member>>,
    identity: Arc<Identity>,
    looks: Arc<Looks>,
}

/// Brings everything to the gateway, and opens it.
async fn load(
    store: &Store,
    serving: &Arc<Serving>,
    feed: &Arc<Feed>,
    role: Role,
    member: Option<&Arc<Member>>,
) -> Result<(), Error> {
    if role == Role::All {
        outlive_others(store, serving).await?;
    }
    if let Some(member) = member.cloned() {
        return blocking(move || member.begin()).await;
    }
    let feed = Arc::clone(feed);
    blocking(move || feed.load().map(drop)).await
}

/// Hears of what others who share the database do.
fn follow_others(
    store: &Store,
    feed: &Arc<Feed>,
    roll: &Arc<Roll>,
    member: Option<Arc<Member>>,
    keeping: &mut JoinSet<()>,
) {
    let changed = Arc::new(Notify::new());
    keeping.spawn(ears::listen(store.clone(), Channel::Changes, Arc::clone(&changed)));
    match member {
        Some(member) => keeping.spawn(member.keep(changed)),
        None => keeping.spawn(background::follow(Arc::clone(feed), changed)),
    };
    keeping.spawn(ears::listen(store.clone(), Channel::Confirmations, roll.wanted()));
    keeping.spawn(Arc::clone(roll).keep());
}

/// What `GET /metrics` answers: the gateway's counters, or how far the gateways are.
fn metrics(gateway: Weak<Gateway>, roll: Arc<Roll>) -> Arc<dyn Fn() -> String + Send + Sync> {
    Arc::new(move || gateway.upgrade().map_or_else(|| roll.metrics(), |gateway| gateway.metrics()))
}

/// What letters are sent with, if the operator has named a mail server.
fn sending(
    settings: Option<MailSettings>,
    entropy: &Arc<dyn Entropy>,
) -> Result<Option<Arc<Smtp>>, Error> {
    let smtp = settings.map(|mail| Smtp::new(mail, Arc::clone(entropy))).transpose()?;
    Ok(smtp.map(Arc::new))
}

fn taken() -> Error {
    Error::internal("a server is started once")
}

impl Server {
    /// Where SDKs connect; where a gateway would listen if this process is none.
    pub fn gateway_address(&self) -> SocketAddr {
        self.path.as_ref().map_or(self.watch.listen, DataPath::address)
    }

    /// What this process does.
    pub fn role(&self) -> Role {
        self.role
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

    /// The gateway's counters, in Prometheus' text format; nothing without a gateway.
    pub fn metrics(&self) -> String {
        self.path.as_ref().map(|path| path.gateway.metrics()).unwrap_or_default()
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
        let Some(path) = &self.path else { return Ok(()) };
        path.usage.write(|| path.gateway.usage())
    }

    /// Takes no more calls, lets those in flight end for as long as `drain`, and stops: first the
    /// control API, then the gateway, then the engines behind it. A gateway that shares its
    /// database keeps its lease until its last call has ended.
    pub async fn stop(self, drain: Duration) {
        let Self { path, member, engines, mut background, mut keeping, .. } = self;
        let (mut control, stop_control) = (self.control, self.stop_control);
        let _ = stop_control.send(());
        if tokio::time::timeout(CONTROL_DRAIN, &mut control).await.is_err() {
            control.abort();
        }
        background.shutdown().await;
        if let Some(path) = path {
            path.stop(drain).await;
        }
        keeping.shutdown().await;
        if let Some(member) = member {
            let left = blocking(move || {
                member.leave();
                Ok(())
            });
            // It says by itself what went wrong. Without the database others wait for its lease.
            let _ = tokio::time::timeout(LEAVE_LIMIT, left).await;
        }
        engines.stop().await;
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({:?}, {:?})", self.role, self.path)
    }
}

/// Runs blocking work where blocking is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Error::internal(format!("a task ended: {error}"))))
}

pub(super) fn unavailable(sentence: String) -> Error {
    Error::new(ErrorKind::Unavailable, sentence)
}
