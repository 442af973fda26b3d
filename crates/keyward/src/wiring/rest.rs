//! The RESTful API on the gateway's port: what the gateway hands over, the façade serves.

use gateway::{KNOCK, RestDoor, RestLoop, Standing};
use rest::{Facade, Leave, Serving, Settings};
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Threads for what takes long: as many large bodies and answers are worked on at once.
const THREADS: usize = 2;

/// A façade that does what takes long on threads of its own: neither the clients of a worker nor
/// the control plane wait for megabytes of JSON.
///
/// # Errors
/// The system cannot start a thread.
pub fn door() -> io::Result<Arc<dyn RestDoor>> {
    let others = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("rest-work")
        .enable_time()
        .build()?;
    let facade = Facade::new(Settings::new(KNOCK), others.handle().clone());
    Ok(Arc::new(Door { facade, others: Some(others) }))
}

#[derive(Debug)]
struct Door {
    facade: Facade,
    others: Option<Runtime>,
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Some(others) = self.others.take() {
            // Whoever drops this must not wait, and there is nobody left to answer.
            others.shutdown_background();
        }
    }
}

impl RestDoor for Door {
    fn has_room(&self) -> bool {
        self.facade.has_room()
    }

    fn open(&self, worker: OwnedFd) -> io::Result<Box<dyn RestLoop>> {
        Ok(Box::new(Loop(self.facade.open(worker)?)))
    }
}

struct Loop(Serving);

/// What the gateway's lease lets through.
#[derive(Debug)]
struct Leased(Arc<Standing>);

impl Leave for Leased {
    fn may_write(&self) -> bool {
        self.0.may_write()
    }
}

impl RestLoop for Loop {
    fn serve(&mut self, handed: gateway::Handed) {
        let gateway::Handed { client, read, inner, standing, .. } = handed;
        let leave = standing.map(|standing| Arc::new(Leased(standing)) as Arc<dyn Leave>);
        self.0.serve(rest::Handed { client, read, inner, leave });
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn turn(&mut self, patience: Option<Duration>) -> io::Result<()> {
        self.0.turn(patience)
    }
}
