//! The fence on this worker: end every call that may no longer run.
//!
//! A cut runs between turns, so every call is either not read yet, and will be decided on the new
//! table, or is known here. After the cut no byte of an ended call's answer leaves: what waits in a
//! write buffer because the client reads slowly cannot be taken out of the byte stream, so such a
//! connection is reset, and with it what the kernel still holds.

use super::connection::Side;
use super::worker::Worker;
use crate::table::Route;
use milvus::refusal::Refusal;
use model::KeyId;
use std::time::Duration;

impl Worker {
    /// Ends the calls of keys that died or lost a right, and of routes that changed.
    pub(super) fn cut(&mut self, keys: &[KeyId], routes: &[u32]) {
        let named: hashbrown::HashSet<u128> = keys.iter().map(|key| key.number()).collect();
        let mut lost = Vec::new();
        for (number, call) in &self.calls {
            let key = call.permit.key().id();
            if named.contains(&key.number()) && !call.permit.holds(&self.parts.view) {
                lost.push((number, Refusal::KeyRevoked(key)));
            } else if routes.contains(&call.permit.route().number) {
                lost.push((number, self.route_lost(call.permit.route())));
            }
        }
        self.reset_slow_readers(&named, &lost);
        for (number, refusal) in lost {
            if self.calls.contains(number) {
                self.fail(number, &refusal);
            }
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

    /// Resets connections on which bytes of an ended answer still wait to be written.
    fn reset_slow_readers(&mut self, keys: &hashbrown::HashSet<u128>, lost: &[(usize, Refusal)]) {
        let lost: hashbrown::HashSet<(usize, u32)> = lost
            .iter()
            .map(|(number, _)| (self.calls[*number].client, self.calls[*number].stream))
            .collect();
        let slow: Vec<usize> = self
            .connections
            .iter()
            .filter(|(index, connection)| match &connection.side {
                Side::Client(client) if connection.link.out.waiting() > 0 => {
                    connection.link.out.carries(|stream| {
                        let ended = |(sent, key): &(u32, KeyId)| {
                            *sent == stream && keys.contains(&key.number())
                        };
                        lost.contains(&(*index, stream)) || client.unsent.iter().any(ended)
                    })
                }
                _ => false,
            })
            .map(|(index, _)| index)
            .collect();
        for index in slow {
            let socket = self.connections[index].link.socket.socket();
            // A zero linger makes closing discard what the kernel has not sent either.
            let _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
            self.close(index, &super::Fault::Gone);
        }
    }
}
