//! The RESTful API on the gateway's port: what the gateway hands over, the façade serves.

use gateway::{KNOCK, RestDoor, RestLoop};
use rest::{Facade, Serving, Settings};
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// A façade that does what takes long on the runtime of the caller.
pub(super) fn door() -> Arc<dyn RestDoor> {
    Arc::new(Door(Facade::new(Settings::new(KNOCK), Handle::current())))
}

#[derive(Debug)]
struct Door(Facade);

impl RestDoor for Door {
    fn has_room(&self) -> bool {
        self.0.has_room()
    }

    fn open(&self, worker: OwnedFd) -> io::Result<Box<dyn RestLoop>> {
        Ok(Box::new(Loop(self.0.open(worker)?)))
    }
}

struct Loop(Serving);

impl RestLoop for Loop {
    fn serve(&mut self, handed: gateway::Handed) {
        let gateway::Handed { client, read, inner, .. } = handed;
        self.0.serve(rest::Handed { client, read, inner });
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn turn(&mut self, patience: Option<Duration>) -> io::Result<()> {
        self.0.turn(patience)
    }
}
