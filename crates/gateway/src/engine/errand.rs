//! Calls about users and roles, which the desk answers and no engine.
//!
//! Such a call has a permit like any other. Its message is read whole, handed to the desk, and its
//! answer is passed on when it comes; the worker waits for nothing. A change that ends the caller's
//! right ends the call, unless the call itself is a change that is on its way: the desk decides
//! about that again, in the change's own transaction, so that it does nothing any more, and who has
//! just changed its own password hears that it has. When the gateway's lease ends such a change may
//! be made or not, and its caller is told so.

use super::call::Call;
use super::command::Command;
use super::forward::Direction;
use super::lease::CLOSED;
use super::refuse::BEGIN;
use super::upstream::write_fields;
use super::worker::Worker;
use crate::desk::{Answered, IdentityCall, LONGEST_MESSAGE};
use milvus::refusal::Refusal;
use milvus::rpc::{Class, Row};
use milvus::scan::ScanError;
use model::privilege::Privilege;
use std::time::Duration;
use zeroize::Zeroizing;

/// What gRPC puts before a message.
const PREFIX: usize = 5;
/// When to come back if too many wait for the desk.
const CROWDED: Refusal = Refusal::RateLimited { retry_after: Duration::from_secs(1) };

/// A call on its way to the desk.
#[derive(Debug)]
pub(super) struct Errand {
    ticket: u64,
    /// What came of the request's body.
    body: Zeroizing<Vec<u8>>,
    /// Whether the desk has it.
    asked: bool,
}

impl Errand {
    /// Nothing came yet.
    pub(super) fn new(ticket: u64) -> Self {
        Self { ticket, body: Zeroizing::default(), asked: false }
    }

    /// Bytes that wait here.
    pub(super) fn waiting(&self) -> usize {
        self.body.len()
    }
}

/// Whether a call is a change that the desk may be about to make.
pub(super) fn is_changing(call: &Call) -> bool {
    call.errand.as_ref().is_some_and(|errand| errand.asked) && changes(call.permit.rpc())
}

/// Whether an RPC for the desk changes anything, by the privilege it asks for.
fn changes(rpc: &Row) -> bool {
    let Class::Identity { privilege } = rpc.class else {
        return false;
    };
    !matches!(
        privilege,
        Privilege::SelectOwnership
            | Privilege::SelectUser
            | Privilege::BackupRBAC
            | Privilege::ListPrivilegeGroups
            | Privilege::ViewRLS
    )
}

impl Worker {
    /// Takes data of a request for the desk, and hands it over when it is whole.
    pub(super) fn take_message(&mut self, number: usize, data: &[u8], end: bool) {
        let call = &mut self.calls[number];
        let Some(errand) = &mut call.errand else {
            return;
        };
        call.request.bytes += data.len() as u64;
        call.request.ended |= end;
        errand.body.extend_from_slice(data);
        self.buffered += data.len();
        if errand.body.len() > PREFIX + LONGEST_MESSAGE {
            self.turn_away(number, &Refusal::MessageTooLarge(LONGEST_MESSAGE as u64));
            return;
        }
        let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
        self.acknowledge(number, Direction::Request, length);
        if end && let Err(refusal) = self.ask_desk(number) {
            self.turn_away(number, &refusal);
        }
    }

    fn ask_desk(&mut self, number: usize) -> Result<(), Refusal> {
        let from = self.address_of(self.calls[number].client);
        let call = &mut self.calls[number];
        let (Some(errand), Some(clerks)) = (&mut call.errand, &self.parts.clerks) else {
            return Err(Refusal::IdentityRpc(call.permit.rpc()));
        };
        if self.parts.standing.as_ref().is_some_and(|standing| !standing.may_write()) {
            return Err(CLOSED);
        }
        let message = message(&errand.body).map_err(Refusal::MalformedMessage)?;
        call.permit.admit_message(message)?;
        let asked = IdentityCall {
            cluster: call.permit.route().id,
            caller: call.permit.caller(),
            from,
            rpc: call.permit.rpc(),
            message: message.to_vec(),
        };
        self.buffered -= errand.body.len();
        errand.body = Zeroizing::default();
        errand.asked = true;
        let (outlet, ticket) = (self.outlet.clone(), errand.ticket);
        let done = move |answer| outlet.insist(Command::Answered { number, ticket, answer });
        if clerks.hand(asked, done) { Ok(()) } else { Err(CROWDED) }
    }

    /// The desk has answered: the answer is passed on, unless the call has ended meanwhile.
    pub(super) fn desk_answered(&mut self, number: usize, ticket: u64, answer: Answered) {
        let errand = self.calls.get(number).and_then(|call| call.errand.as_ref());
        if errand.is_none_or(|errand| errand.ticket != ticket) {
            return;
        }
        let message = match answer {
            Ok(message) => message,
            Err(refusal) => {
                self.turn_away(number, &refusal);
                return;
            }
        };
        let Ok(length) = u32::try_from(message.len()) else {
            self.fail(number, &Refusal::MessageTooLarge(u64::from(u32::MAX)));
            return;
        };
        let call = &mut self.calls[number];
        call.answered = true;
        call.status = Some(0);
        call.trailers = Some(Box::new(vec![(b"grpc-status"[..].into(), b"0"[..].into())]));
        let (client, stream) = (call.client, call.stream);
        write_fields(&mut self.connections[client].link, stream, false, BEGIN.into_iter());
        let mut framed = Vec::with_capacity(PREFIX + message.len());
        framed.push(0);
        framed.extend(length.to_be_bytes());
        framed.extend(message);
        self.pass(number, Direction::Response, &framed, false);
    }
}

/// The only message in a body.
fn message(body: &[u8]) -> Result<&[u8], ScanError> {
    let (prefix, message) = body.split_first_chunk().ok_or(ScanError::NoMessage)?;
    let &[flag, a, b, c, d] = prefix;
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    match message.len().cmp(&length) {
        _ if flag != 0 => Err(ScanError::Compressed),
        std::cmp::Ordering::Less => Err(ScanError::Truncated),
        std::cmp::Ordering::Greater => Err(ScanError::SeveralMessages),
        std::cmp::Ordering::Equal => Ok(message),
    }
}
