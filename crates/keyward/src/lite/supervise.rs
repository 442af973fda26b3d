//! Keeps the engine of one cluster running.

use super::backoff::Backoff;
use super::process::{Endpoint, Launch, Process};
use model::{Entropy, Error};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// What the engine is doing.
#[derive(Clone, Debug)]
pub enum State {
    /// It has been started and does not accept calls yet.
    Starting,
    /// It accepts calls here.
    Running(Endpoint),
    /// It ended or did not start; it is started again soon. One sentence says why.
    Failed(String),
    /// It was asked to stop and has.
    Stopped,
}

/// Makes sure that the engine is installed and says how to start it; asked before every start.
pub type Prepare =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Launch, Error>> + Send>> + Send + Sync>;

/// Runs one engine. Dropping it kills the engine; [`Supervisor::stop`] lets it close its data.
#[derive(Debug)]
pub struct Supervisor {
    state: watch::Receiver<State>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Starts the engine, and starts it again whenever it ends. Call it on a tokio runtime.
    pub fn start(prepare: Prepare, entropy: Arc<dyn Entropy>) -> Self {
        let (publish, state) = watch::channel(State::Starting);
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(keep_running(prepare, entropy, publish, stopped));
        Self { state, stop, task }
    }

    /// What the engine is doing now, and when that changes.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Stops the engine for good: returns when its process has ended.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let _ = (&mut self.task).await;
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep_running(
    prepare: Prepare,
    entropy: Arc<dyn Entropy>,
    publish: watch::Sender<State>,
    mut stop: watch::Receiver<bool>,
) {
    let mut backoff = Backoff::new();
    loop {
        let begun = Instant::now();
        let run = run_once(&prepare, &*entropy, &publish, &mut stop);
        let Err(error) = run.await else {
            break;
        };
        let wait = backoff.after(begun.elapsed());
        tracing::warn!(%error, ?wait, "Milvus Lite is started again");
        publish.send_replace(State::Failed(error.message()));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
        publish.send_replace(State::Starting);
    }
    publish.send_replace(State::Stopped);
}

/// One life of the engine: `Ok` if it was stopped because somebody asked, otherwise why it ended.
async fn run_once(
    prepare: &Prepare,
    entropy: &dyn Entropy,
    publish: &watch::Sender<State>,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Error> {
    let start = async {
        let launch = prepare().await?;
        Process::start(&launch, entropy).await
    };
    let mut process = tokio::select! {
        started = start => started?,
        _ = stop.wait_for(|stop| *stop) => return Ok(()),
    };
    publish.send_replace(State::Running(process.endpoint().clone()));
    tokio::select! {
        error = process.ended() => return Err(error),
        _ = stop.wait_for(|stop| *stop) => {}
    }
    process.stop().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;
    use std::path::Path;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A port that answers like an HTTP/2 server.
    async fn http2_port() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut preface = [0; 33];
                let _ = client.read_exact(&mut preface).await;
                let _ = client.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await;
            }
        });
        port
    }

    fn launch(folder: &Path, script: &str) -> Prepare {
        let launch = Launch {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into(), "engine".into()],
            data: folder.join("data"),
            pid_file: folder.join("pid"),
            log: folder.join("log"),
        };
        Box::new(move || Box::pin(std::future::ready(Ok(launch.clone()))))
    }

    async fn reach(state: &mut watch::Receiver<State>, wanted: impl Fn(&State) -> bool) -> State {
        tokio::time::timeout(Duration::from_secs(20), state.wait_for(wanted))
            .await
            .expect("in time")
            .unwrap()
            .clone()
    }

    #[tokio::test]
    async fn an_engine_that_dies_is_started_again_and_stops_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let port = http2_port().await;
        let script = format!(
            "read settings; echo $$ >> {}/pids; echo '{{\"port\":{port},\"pid\":'$$'}}'; cat",
            folder.path().display()
        );
        let supervisor =
            Supervisor::start(launch(folder.path(), &script), Arc::new(SequenceEntropy::new(1)));
        let mut state = supervisor.state();
        let running = |state: &State| matches!(state, State::Running(_));
        let State::Running(first) = reach(&mut state, running).await else { unreachable!() };
        assert_eq!(first.address.port(), port);

        let pid = std::fs::read_to_string(folder.path().join("pid")).unwrap();
        let pid = rustix::process::Pid::from_raw(pid.parse().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        reach(&mut state, |state| matches!(state, State::Failed(_))).await;
        let State::Running(second) = reach(&mut state, running).await else { unreachable!() };
        assert!(!second.credential.matches(&first.credential), "a new token each start");

        supervisor.stop().await;
        assert!(matches!(*state.borrow(), State::Stopped));
        let pids = std::fs::read_to_string(folder.path().join("pids")).unwrap();
        for pid in pids.lines() {
            assert!(!Path::new(&format!("/proc/{pid}")).exists(), "{pid} still runs");
        }
    }

    #[tokio::test]
    async fn an_engine_that_cannot_start_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo 'the data is damaged' >&2; exit 1";
        let supervisor =
            Supervisor::start(launch(folder.path(), script), Arc::new(SequenceEntropy::new(1)));
        let mut state = supervisor.state();
        let failed = reach(&mut state, |state| matches!(state, State::Failed(_))).await;
        let State::Failed(message) = failed else { unreachable!() };
        assert!(message.contains("the data is damaged"), "{message}");
        supervisor.stop().await;
    }
}
