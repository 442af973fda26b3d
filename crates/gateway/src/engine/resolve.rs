//! Looking up host names, on a thread of its own because the system's resolver blocks.

use super::command::{Command, Outlet};
use model::cluster::UpstreamAddress;
use std::io;
use std::net::ToSocketAddrs;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// Questions that may wait.
const QUEUE: usize = 256;

struct Question {
    host: String,
    port: u16,
    route: u32,
    answer: Outlet,
}

/// Where to ask.
#[derive(Clone)]
pub struct Resolver(SyncSender<Question>);

impl Resolver {
    /// Starts the thread; it ends with the last asker.
    ///
    /// # Errors
    /// The system cannot start a thread.
    pub fn start() -> io::Result<Self> {
        let (sender, questions) = sync_channel::<Question>(QUEUE);
        thread::Builder::new().name("gateway-resolve".into()).spawn(move || {
            for question in questions {
                let found = (question.host.as_str(), question.port)
                    .to_socket_addrs()
                    .map(|addresses| addresses.take(16).collect())
                    .map_err(|error| format!("cannot look up {}: {error}", question.host));
                question.answer.send(Command::Resolved { route: question.route, found });
            }
        })?;
        Ok(Self(sender))
    }

    /// Asks for a host's addresses; false if too many questions wait.
    pub fn ask(&self, address: &UpstreamAddress, route: u32, answer: Outlet) -> bool {
        let host = address.host().to_owned();
        self.0.try_send(Question { host, port: address.port(), route, answer }).is_ok()
    }
}
