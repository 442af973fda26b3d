//! One call on its way: its message, its caller, and the commands it may use.

use super::failure::Failure;
use control::{Admitted, Caller, ClusterDoor, Desk, Receipt};
use gateway::IdentityCall;
use gateway::path::Caller as Presented;
use milvus::message::Message;
use milvus::message::common::Status;
use milvus::refusal::Refusal;
use milvus::scan::ScanError;
use model::{ClusterId, Error, ErrorKind};
use store::Committed;

/// Why a call has no answer of its own.
#[derive(Debug)]
pub(super) enum Stop {
    /// The caller may not do this, or the request cannot be read: said as a gRPC status.
    Refused(Refusal),
    /// It was not done: said inside the answer.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The answer's message, encoded.
pub(super) type Answer = Result<Vec<u8>, Stop>;

/// What a function that answers a call works with.
pub(super) struct Clerk<'a> {
    door: &'a ClusterDoor,
    call: &'a IdentityCall,
    caller: Caller,
}

impl<'a> Clerk<'a> {
    /// Finds out who calls.
    ///
    /// # Errors
    /// The caller is gone by now, or cannot be looked up.
    pub(super) fn new(door: &'a ClusterDoor, call: &'a IdentityCall) -> Result<Self, Stop> {
        let (cluster, from) = (call.cluster, Some(call.from));
        let admitted = match &call.caller {
            Presented::Key(key) => Admitted::Key(key.id()),
            Presented::User(user) => Admitted::User(user.id, user.proof.verifier().clone()),
        };
        let found = door.see(move |desk| control::on_cluster(desk, admitted, cluster, from));
        let caller = found.map_err(|error| stop(call, error, Failure::from))?;
        Ok(Self { door, call, caller })
    }

    /// The cluster that the call is about.
    pub(super) fn cluster(&self) -> ClusterId {
        self.call.cluster
    }

    /// The request.
    ///
    /// # Errors
    /// It is not what its RPC says.
    pub(super) fn request<M: Message + Default>(&self) -> Result<M, Stop> {
        M::decode(self.call.message.as_slice())
            .map_err(|_| Stop::Refused(Refusal::MalformedMessage(ScanError::Truncated)))
    }

    /// Runs a command that reads; `words` are what this call has for what went wrong.
    ///
    /// # Errors
    /// Those of the command.
    pub(super) fn see<T, F>(&self, work: F, words: impl FnOnce(Error) -> Failure) -> Result<T, Stop>
    where
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller) -> Result<T, Error> + Send + 'static,
    {
        let caller = self.caller.clone();
        self.door
            .see(move |desk| work(desk, &caller))
            .map_err(|error| stop(self.call, error, words))
    }

    /// The same for something that may not be there.
    ///
    /// # Errors
    /// Those of the command.
    pub(super) fn look_for<T, F>(&self, work: F) -> Result<Option<T>, Stop>
    where
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller) -> Result<T, Error> + Send + 'static,
    {
        let maybe = move |desk: &Desk, caller: &Caller| match work(desk, caller) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        self.see(maybe, Failure::from)
    }

    /// Runs a command that changes something, and waits until the change holds everywhere.
    ///
    /// # Errors
    /// Those of the command; not every gateway has confirmed the change.
    pub(super) fn change<T, F>(
        &self,
        work: F,
        words: impl FnOnce(Error) -> Failure,
    ) -> Result<(), Stop>
    where
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller) -> Result<Committed<T>, Error> + Send + 'static,
    {
        self.change_and_keep(work, words).map(drop)
    }

    /// The same where what is not there needs no change.
    ///
    /// # Errors
    /// Those of the command; not every gateway has confirmed the change.
    pub(super) fn change_if_there<T, F>(
        &self,
        work: F,
        words: impl FnOnce(Error) -> Failure,
    ) -> Result<(), Stop>
    where
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller) -> Result<Committed<T>, Error> + Send + 'static,
    {
        self.change_unless(work, |error| match error.kind() {
            ErrorKind::NotFound => None,
            _ => Some(words(error)),
        })
    }

    /// The same where some errors need no change: those without words.
    ///
    /// # Errors
    /// Those of the command; not every gateway has confirmed the change.
    pub(super) fn change_unless<T, F>(
        &self,
        work: F,
        words: impl FnOnce(Error) -> Option<Failure>,
    ) -> Result<(), Stop>
    where
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller) -> Result<Committed<T>, Error> + Send + 'static,
    {
        let mut needless = false;
        let changed = self.change(work, |error| {
            words(error).unwrap_or_else(|| {
                needless = true;
                Failure::unexpected("there is nothing to change")
            })
        });
        if needless { Ok(()) } else { changed }
    }

    /// The same, with what the command answers.
    ///
    /// # Errors
    /// Those of the command; not every gateway has confirmed the change.
    pub(super) fn change_and_keep<T, F>(
        &self,
        work: F,
        words: impl FnOnce(Error) -> Failure,
    ) -> Result<T, Stop>
    where
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller) -> Result<Committed<T>, Error> + Send + 'static,
    {
        let caller = self.caller.clone();
        self.held(self.door.change(move |desk| work(desk, &caller)), words)
    }

    /// The same for a command that hashes a password.
    ///
    /// # Errors
    /// Those of the command; not every gateway has confirmed the change.
    pub(super) fn change_hashing<T, F>(
        &self,
        work: F,
        words: impl FnOnce(Error) -> Failure,
    ) -> Result<(), Stop>
    where
        T: Send + 'static,
        F: FnOnce(&Desk, &Caller) -> Result<Committed<T>, Error> + Send + 'static,
    {
        let caller = self.caller.clone();
        self.held(self.door.change_hashing(move |desk| work(desk, &caller)), words).map(drop)
    }

    fn held<T>(
        &self,
        changed: Result<(T, Receipt), Error>,
        words: impl FnOnce(Error) -> Failure,
    ) -> Result<T, Stop> {
        match changed {
            Ok((value, receipt)) if receipt.settled => Ok(value),
            Ok(_) => Err(Failure::unexpected(
                "the change is made, but not every gateway has confirmed it in time",
            )
            .into()),
            Err(error) => Err(stop(self.call, error, words)),
        }
    }
}

/// The answer to a call that says nothing but that it was done.
pub(super) fn done() -> Vec<u8> {
    Status::success().encode_to_vec()
}

fn stop(call: &IdentityCall, error: Error, words: impl FnOnce(Error) -> Failure) -> Stop {
    if let Some(context) = error.context() {
        let rpc = call.rpc.name;
        tracing::error!(rpc, %error, context, "a call about users could not be answered");
    }
    refused(call, &error).map_or_else(|| Stop::Failed(words(error)), Stop::Refused)
}

/// What is said as a gRPC status: that the caller may not, or is gone by now.
fn refused(call: &IdentityCall, error: &Error) -> Option<Refusal> {
    match (error.kind(), &call.caller) {
        (ErrorKind::Unauthenticated, Presented::Key(_)) => Some(Refusal::UnknownKey),
        (ErrorKind::Unauthenticated, Presented::User(_)) => Some(Refusal::UnknownUser),
        (ErrorKind::Forbidden, Presented::Key(key)) => {
            Some(Refusal::PrivilegeMissing { rpc: call.rpc, key: key.id() })
        }
        (ErrorKind::Forbidden, Presented::User(user)) => Some(Refusal::UserLacks {
            rpc: call.rpc,
            user: user.name.clone(),
            database: "default".into(),
        }),
        _ => None,
    }
}
