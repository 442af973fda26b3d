//! Serving the API on a socket, with a bound on everything a client can hold open.
//!
//! HTTP/1.1 only: it is what every client of a control plane speaks, and the one protocol whose
//! silent connections can be given up on from their first moment.

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long to wait before accepting again when the system refuses a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Bounds on connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServeLimits {
    /// How many connections are open at once; more wait to be accepted.
    pub connections: usize,
    /// How long a client may take to send the head of a request, from connecting or from the end of
    /// the request before.
    pub head: Duration,
    /// How many bytes a connection buffers, which bounds the head of a request.
    pub buffer_bytes: usize,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self { connections: 1024, head: Duration::from_secs(30), buffer_bytes: 64 << 10 }
    }
}

/// Serves the router until `stop`, then lets the requests under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.buffer_bytes);
    let mut stop = pin!(stop);
    loop {
        let (place, stream, peer) = tokio::select! {
            () = &mut stop => break,
            next = next(&listener, &places) => next,
        };
        let router = router.clone().layer(Extension(ConnectInfo(peer)));
        let service = TowerToHyperService::new(router);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    // Nobody may connect while the last requests end.
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, once there is room for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, TcpStream, SocketAddr) {
    // The semaphore is never closed, so there always is a place.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (place, stream, peer),
            // Usually too many open files; those who are served will close some.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
