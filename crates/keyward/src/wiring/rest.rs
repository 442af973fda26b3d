//! The RESTful API on the gateway's port: what the gateway hands over, the façade serves.

use gateway::{KNOCK, RestDoor};
use rest::{Facade, Settings};
use std::sync::Arc;
use tokio::runtime::Handle;

/// A façade on the runtime of the caller.
pub(super) fn door() -> Arc<dyn RestDoor> {
    Arc::new(Door(Facade::new(Settings::new(KNOCK), Handle::current())))
}

#[derive(Debug)]
struct Door(Facade);

impl RestDoor for Door {
    fn has_room(&self) -> bool {
        self.0.has_room()
    }

    fn serve(&self, handed: gateway::Handed) {
        let gateway::Handed { client, read, inner, .. } = handed;
        self.0.serve(rest::Handed { client, read, inner });
    }
}
