//! The control API, the console and the reference on their socket; in a process without a control
//! API, what is there instead.

use super::identity::Identity;
use super::server::{blocking, unavailable};
use super::{listen, notices};
use control::Deps;
use model::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use store::Serving;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// The control API on its socket, or what is there instead.
pub(super) struct Door {
    pub(super) socket: std::net::TcpListener,
    pub(super) deps: Deps,
    pub(super) identity: Arc<Identity>,
    pub(super) serving: Arc<Serving>,
    pub(super) instead: Option<axum::Router>,
}

impl Door {
    /// Opens it until `stopped`.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) async fn open(
        self,
        stopped: oneshot::Receiver<()>,
        background: &mut JoinSet<()>,
    ) -> Result<(SocketAddr, JoinHandle<()>), Error> {
        let Self { socket, deps, identity, serving, instead } = self;
        let unusable =
            |error: std::io::Error| unavailable(format!("the control API failed: {error}"));
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
        let is_control = instead.is_none();
        let router = instead.unwrap_or(router);
        let limits = control::ServeLimits::default();
        let served = control::serve(listener, router, limits, stop);
        if let Some(owners) = owners.filter(|_| is_control) {
            background.spawn(notices::keep_telling(owners, serving));
        }
        Ok((address, tokio::spawn(served)))
    }
}

/// Where the control API is, as far as this host knows.
pub(super) fn control_url(socket: &std::net::TcpListener) -> String {
    socket.local_addr().map_or_else(
        |_| String::new(),
        |address| format!("http://{}", listen::connectable(address)),
    )
}
