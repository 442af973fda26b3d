//! The fence on this worker: end every call that may no longer run.
//!
//! A cut runs between turns, so every call is either not read yet, and will be decided on the new
//! table, or is known here. After the cut no byte of an ended call leaves, neither of its answer to
//! the client nor of its request to the engine: what waits in a write buffer because the peer reads
//! slowly cannot be taken out of the byte stream, so such a connection is reset, and with it what
//! the kernel still holds.

use super::call::{Call, Upstream};
use super::connection::{Client, Connection, Side};
use super::errand::is_changing;
use super::lease::CLOSED;
use super::worker::Worker;
use crate::calls::CutCalls;
use crate::desk::DataCaller;
use crate::path::{Caller, Origin, bounds};
use crate::table::{Effects, Route};
use hashbrown::HashSet;
use milvus::refusal::Refusal;
use model::KeyId;
use model::address::AddressList;
use model::cluster::Service;
use std::net::{IpAddr, Ipv4Addr};

impl Worker {
    /// Ends the calls of keys and users that died or lost a right, of routes that changed, and of
    /// clients that may no longer enter. How many calls of which keys those were.
    pub(super) fn cut(&mut self, effects: &Effects) -> CutCalls {
        let keys = effects.keys.iter().map(|key| DataCaller::Key(*key));
        let users = effects.users.iter().map(|user| DataCaller::User(*user));
        let named: HashSet<DataCaller> = keys.chain(users).collect();
        let mut lost = Vec::new();
        for (number, call) in &self.calls {
            let route = call.permit.route();
            let held = if named.contains(&call.permit.caller_id()) && !is_changing(call) {
                self.caller_holds(call)
            } else {
                Ok(())
            };
            let held = held.and_then(|()| {
                if effects.routes.contains(&route.number) {
                    return Err(self.route_lost(route));
                }
                if effects.fenced.contains(&route.number) { self.enters(call) } else { Ok(()) }
            });
            lost.extend(held.err().map(|refusal| (number, refusal)));
        }
        // Looked for before ending the calls adds a last word to the same buffers.
        let mut slow = self.slow_readers(&named, &lost);
        slow.extend(self.locked_out(&effects.fenced));
        slow.extend(self.inner_ends(effects, &named, &lost));
        let mut cut = CutCalls::new();
        for (number, refusal) in lost {
            let Some(call) = self.calls.get(number) else { continue };
            if let DataCaller::Key(key) = call.permit.caller_id() {
                *cut.entry(key).or_default() += 1;
            }
            self.fail(number, &refusal);
        }
        for index in slow {
            self.discard(index);
        }
        for route in &effects.routes {
            self.close_pool(*route);
        }
        cut
    }

    /// How many calls of a key run on this worker.
    pub(super) fn calls_of(&self, key: KeyId) -> u64 {
        let of_key = |call: &&Call| call.permit.caller_id() == DataCaller::Key(key);
        self.calls.iter().map(|(_, call)| call).filter(of_key).count() as u64
    }

    /// Ends the calls of keys whose time has run out since this was done last.
    pub(super) fn cut_expired(&mut self) {
        let (from, to) = (self.expired_to, self.moment.wall);
        self.expired_to = to;
        let keys = self.parts.view.ended(from, to);
        if !keys.is_empty() {
            let _cut = self.cut(&Effects { keys, ..Effects::default() });
        }
    }

    /// Whether a call's caller may still make it, from where it is made and at this time.
    pub(super) fn caller_holds(&self, call: &Call) -> Result<(), Refusal> {
        if self.has_lapsed() {
            return Err(CLOSED);
        }
        let read = call.watch.as_ref().map(|watch| watch.read());
        let holds = call.permit.holds(&self.parts.view, read);
        let key = match call.permit.caller() {
            Caller::User(_) if holds => return Ok(()),
            Caller::User(user) => return Err(Refusal::UserRevoked(user.name.clone())),
            Caller::Key(key) => key,
        };
        if !holds {
            return Err(Refusal::KeyRevoked(key.id()));
        }
        let port = 0;
        let address = self.address_of(call.client);
        bounds::key_now(key, Origin { port, address, now: self.moment.wall }, &self.parts.view)
    }

    /// Whether the cluster of a call still takes calls from where this one is made.
    fn enters(&self, call: &Call) -> Result<(), Refusal> {
        let route = self.parts.view.routes().by_id(call.permit.route().id);
        let route = route.ok_or(Refusal::ClusterGone)?;
        bounds::cluster(route, self.address_of(call.client))
    }

    /// Where a client is.
    pub(super) fn address_of(&self, client: usize) -> IpAddr {
        match self.connections.get(client).map(|connection| &connection.side) {
            Some(Side::Client(client)) => client.peer.ip(),
            _ => Ipv4Addr::UNSPECIFIED.into(),
        }
    }

    /// Clients that may no longer enter one of these routes while answers of calls that have ended
    /// wait for them. Whose answers those are is not kept, so all are thrown away.
    fn locked_out(&self, fenced: &[u32]) -> Vec<usize> {
        let shut = self.lists_of(fenced);
        let is_shut = |client: &Client| shut.iter().any(|list| !list.admits(client.peer.ip()));
        self.connections
            .iter()
            .filter(|(_, connection)| !connection.link.unsent.is_empty())
            .filter(|(_, c)| c.link.out.waiting() > 0 || c.link.socket.holds_bytes())
            .filter(|(_, c)| matches!(&c.side, Side::Client(client) if is_shut(client)))
            .map(|(index, _)| index)
            .collect()
    }

    /// From where these routes may be entered.
    pub(super) fn lists_of(&self, routes: &[u32]) -> Vec<&AddressList> {
        let all = self.parts.view.routes().all();
        all.filter(|route| routes.contains(&route.number)).map(|route| &route.sources).collect()
    }

    /// Why calls of a route that no longer stands end: the cluster is detached, or only its address
    /// or credential has changed and the caller may try again.
    pub(super) fn route_lost(&self, route: &Route) -> Refusal {
        match self.parts.view.routes().by_id(route.id) {
            Some(route) if route.service == Service::Suspended => {
                Refusal::ClusterSuspended(route.id)
            }
            Some(_) => Refusal::UpstreamUnavailable("its engine has moved or restarted".into()),
            None => Refusal::ClusterGone,
        }
    }

    /// Connections on which bytes of an ended call still wait to be written.
    fn slow_readers(&self, callers: &HashSet<DataCaller>, lost: &[(usize, Refusal)]) -> Vec<usize> {
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
            .filter(|(index, connection)| {
                let has_ended = |stream| ended.contains(&(*index, stream));
                carries(connection, has_ended, |caller| callers.contains(caller))
            })
            .map(|(index, _)| index)
            .collect()
    }

    /// Closes a connection so that nothing that waits on it is sent.
    pub(super) fn discard(&mut self, index: usize) {
        if let Some(connection) = self.connections.get(index) {
            connection.link.socket.abort();
            self.close(index, &super::Fault::Gone);
        }
    }
}

/// Whether bytes of an ended call wait in a connection: of a stream that ends now, or of one that
/// has ended before and was of such a caller.
pub(super) fn carries(
    connection: &Connection,
    ends: impl Fn(u32) -> bool,
    is_named: impl Fn(&DataCaller) -> bool,
) -> bool {
    let link = &connection.link;
    if link.socket.holds_bytes() {
        // What is encrypted no longer shows whose it is.
        return link.unsent.iter().any(|(_, caller)| is_named(caller))
            || link.streams.keys().any(|&stream| ends(stream));
    }
    link.out.waiting() > 0
        && link.out.carries(|stream| {
            let was = |(sent, caller): &(u32, DataCaller)| *sent == stream && is_named(caller);
            ends(stream) || link.unsent.iter().any(was)
        })
}
