//! An engine that a test plays: every call is recorded, and answered by a function.

use axum::body::Bytes;
use axum::http;
use h2::server::SendResponse;
use milvus::message::Message;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// What a call is answered with: a message, or nothing for as long as the caller waits.
pub(crate) type Answer = Option<Vec<u8>>;
type Play = dyn Fn(&str, &[u8]) -> Answer + Send + Sync;

/// How long a call is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// gRPC's head of a message.
const HEAD: usize = 5;

/// The engine; it stops when dropped.
pub(crate) struct Engine {
    pub(crate) address: SocketAddr,
    calls: Arc<Calls>,
    runtime: Option<Runtime>,
}

type Recorded = Vec<(String, Vec<u8>)>;

/// The calls that came.
#[derive(Default)]
struct Calls {
    all: Mutex<Recorded>,
    came: Condvar,
}

impl Calls {
    fn record(&self, rpc: String, message: Vec<u8>) {
        self.all.lock().unwrap().push((rpc, message));
        self.came.notify_all();
    }
}

impl Engine {
    /// One that answers so; a call is known by the name of its RPC.
    pub(crate) fn play(play: impl Fn(&str, &[u8]) -> Answer + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (calls, play) = (Arc::<Calls>::default(), Arc::new(play) as Arc<Play>);
        let record = Arc::clone(&calls);
        runtime.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&record), Arc::clone(&play)));
            }
        });
        Self { address, calls, runtime: Some(runtime) }
    }

    /// How often an RPC was called.
    pub(crate) fn count(&self, rpc: &str) -> usize {
        self.calls.all.lock().unwrap().iter().filter(|(name, _)| name == rpc).count()
    }

    /// Waits until an RPC was called.
    pub(crate) fn wait_for(&self, rpc: &str) {
        let calls = self.calls.all.lock().unwrap();
        let waits = |calls: &mut Recorded| !calls.iter().any(|(name, _)| name == rpc);
        let waited = self.calls.came.wait_timeout_while(calls, PATIENCE, waits).unwrap();
        assert!(!waited.1.timed_out(), "{rpc} did not come");
    }

    /// The last message of an RPC.
    pub(crate) fn last<M: Message + Default>(&self, rpc: &str) -> M {
        let calls = self.calls.all.lock().unwrap();
        let (_, message) = calls.iter().rfind(|(name, _)| name == rpc).expect("such a call");
        M::decode(message.as_slice()).unwrap()
    }

    /// All messages of an RPC.
    pub(crate) fn all<M: Message + Default>(&self, rpc: &str) -> Vec<M> {
        let calls = self.calls.all.lock().unwrap();
        let calls = calls.iter().filter(|(name, _)| name == rpc);
        calls.map(|(_, message)| M::decode(message.as_slice()).unwrap()).collect()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(socket: TcpStream, calls: Arc<Calls>, play: Arc<Play>) {
    let mut builder = h2::server::Builder::new();
    builder.initial_window_size(1 << 24).initial_connection_window_size(1 << 24);
    let Ok(mut connection) = builder.handshake::<_, Bytes>(socket).await else { return };
    while let Some(Ok((request, response))) = connection.accept().await {
        let (calls, play) = (Arc::clone(&calls), Arc::clone(&play));
        tokio::spawn(async move {
            let rpc = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
            let mut body = request.into_body();
            let mut message = Vec::new();
            while let Some(Ok(part)) = body.data().await {
                let _ = body.flow_control().release_capacity(part.len());
                message.extend_from_slice(&part);
            }
            let message = message.split_off(HEAD.min(message.len()));
            let answer = play(&rpc, &message);
            calls.record(rpc, message);
            answer_with(response, answer).await;
        });
    }
}

async fn answer_with(mut response: SendResponse<Bytes>, answer: Answer) {
    let head = http::Response::builder().header("content-type", "application/grpc");
    let mut stream = response.send_response(head.body(()).unwrap(), false).unwrap();
    let Some(message) = answer else {
        std::future::poll_fn(|context| stream.poll_reset(context)).await.ok();
        return;
    };
    let mut framed = vec![0];
    framed.extend_from_slice(&u32::try_from(message.len()).unwrap().to_be_bytes());
    framed.extend_from_slice(&message);
    let mut framed = Bytes::from(framed);
    while !framed.is_empty() {
        stream.reserve_capacity(framed.len());
        let granted = std::future::poll_fn(|context| stream.poll_capacity(context)).await;
        let Some(Ok(granted)) = granted else { return };
        if stream.send_data(framed.split_to(granted.min(framed.len())), false).is_err() {
            return;
        }
    }
    let mut trailers = http::HeaderMap::new();
    trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
    let _ = stream.send_trailers(trailers);
}
