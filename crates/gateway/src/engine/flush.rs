//! Writing every touched connection once, at the end of a turn.

use super::Fault;
use super::connection::Side;
use super::transport::is_over;
use super::worker::Worker;

impl Worker {
    /// Writes what waits, and lets blocked calls fill the room that this makes.
    pub(super) fn flush(&mut self) {
        // Filling room touches connections again; each is written until it blocks or has no more.
        while let Some(index) = self.dirty.pop() {
            let Some(connection) = self.connections.get_mut(index) else {
                continue;
            };
            connection.link.dirty = false;
            if !connection.link.writable {
                continue;
            }
            match connection.link.out.flush(&mut connection.link.socket) {
                Ok(true) => {
                    match connection.link.socket.drive() {
                        Ok(done) => connection.link.writable = done,
                        Err(error) if is_over(&error) => {
                            self.held_back(index);
                            continue;
                        }
                        Err(error) => {
                            self.close(index, &Fault::Socket(error));
                            continue;
                        }
                    }
                    if connection.link.writable {
                        connection.link.unsent.clear();
                    }
                    let route = match &connection.side {
                        Side::Engine(engine) if engine.connected => Some(engine.route.number),
                        _ => None,
                    };
                    if !connection.link.blocked.is_empty() {
                        self.unblock(index);
                    }
                    if let Some(route) = route {
                        self.pump(route);
                    }
                }
                Ok(false) => {
                    connection.link.writable = false;
                    self.expect_room(index);
                }
                Err(error) if is_over(&error) => self.held_back(index),
                Err(error) if is_unconnected(&error) => connection.link.writable = false,
                Err(error) => self.close(index, &Fault::Socket(error)),
            }
        }
    }

    /// The lease was over when a connection was about to be written: it goes out if it still may
    /// when everything has ended.
    fn held_back(&mut self, index: usize) {
        self.look_at_lease();
        self.touch(index);
    }
}

/// A socket that is still connecting takes nothing yet.
fn is_unconnected(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::NotConnected
}
