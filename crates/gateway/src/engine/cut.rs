//! The fence on this worker: end every call that may no longer run.
//!
//! A cut runs between turns, so every call is either not read yet, and will be decided on the new
//! table, or is known here. After the cut no byte of an ended call leaves, neither of its answer to
//! the client nor of its request to the engine: what waits in a write buffer because the peer reads
//! slowly cannot be taken out of the byte stream, so such a connection is reset, and with it what
//! the kernel still holds.

use super::call::Upstream;
use super::connection::Connection;
use super::worker::Worker;
use crate::table::Route;
use hashbrown::HashSet;
use milvus::refusal::Refusal;
use model::KeyId;
use std::time::Duration;

impl Worker {
    /// Ends the calls of keys that died or lost a right, and of routes that changed.
    pub(super) fn cut(&mut self, keys: &[KeyId], routes: &[u32]) {
        let named: HashSet<u128> = keys.iter().map(|key| key.number()).collect();
        let mut lost = Vec::new();
        for (number, call) in &self.calls {
            let key = call.permit.key().id();
            if named.contains(&key.number()) && !call.permit.holds(&self.parts.view) {
                lost.push((number, Refusal::KeyRevoked(key)));
            } else if routes.contains(&call.permit.route().number) {
                lost.push((number, self.route_lost(call.permit.route())));
            }
        }
        // Looked for before ending the calls adds a last word to the same buffers.
        let slow = self.slow_readers(&named, &lost);
        for (number, refusal) in lost {
            if self.calls.contains(number) {
                self.fail(number, &refusal);
            }
        }
        for index in slow {
            self.discard(index);
        }
        for route in routes {
            self.close_pool(*route);
        }
    }

    /// Why calls of a route that no longer stands end: the cluster is detached, or only its address
    /// or credential has changed and the caller may try again.
    pub(super) fn route_lost(&self, route: &Route) -> Refusal {
        match self.parts.view.routes().by_id(route.id) {
            Some(_) => Refusal::UpstreamUnavailable("its engine has moved or restarted".into()),
            None => Refusal::ClusterGone,
        }
    }

    /// Connections on which bytes of an ended call still wait to be written.
    fn slow_readers(&self, keys: &HashSet<u128>, lost: &[(usize, Refusal)]) -> Vec<usize> {
        let mut ended = HashSet::new();
        for (number, _) in lost {
            let call = &self.calls[*number];
            ended.insert((call.client, call.stream));
            if let Upstream::Open { connection, stream } = call.upstream {
                ended.insert((connection, stream));
            }
        }
        self.connections
            .iter()
            .filter(|(index, connection)| carries(*index, connection, keys, &ended))
            .map(|(index, _)| index)
            .collect()
    }

    /// Closes a connection so that nothing that waits on it is sent.
    fn discard(&mut self, index: usize) {
        if let Some(connection) = self.connections.get(index) {
            // A zero linger makes closing discard what the kernel has not sent either.
            let socket = connection.link.socket.socket();
            let _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
            self.close(index, &super::Fault::Gone);
        }
    }
}

/// Whether bytes of an ended call wait in a connection: of one of these streams, or of a stream
/// that has ended before and was of one of these keys.
fn carries(
    index: usize,
    connection: &Connection,
    keys: &HashSet<u128>,
    ended: &HashSet<(usize, u32)>,
) -> bool {
    let link = &connection.link;
    if link.socket.holds_bytes() {
        // What is encrypted no longer shows whose it is.
        return link.unsent.iter().any(|(_, key)| keys.contains(&key.number()))
            || link.streams.keys().any(|&stream| ended.contains(&(index, stream)));
    }
    link.out.waiting() > 0
        && link.out.carries(|stream| {
            ended.contains(&(index, stream))
                || link
                    .unsent
                    .iter()
                    .any(|(sent, key)| *sent == stream && keys.contains(&key.number()))
        })
}
