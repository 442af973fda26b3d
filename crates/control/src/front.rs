//! What a front beside the REST API works with: the console.
//!
//! A front decodes what its users send, calls one command and shows what came of it. It must never
//! decide anything, and never reach the store but through a command. To give fronts more: a method
//! here that hands on what the REST API has.

use crate::caller::{Caller, Credential, identify};
use crate::command::invitations::{self, Accepted, CreateInvitation, CreatedInvitation, NewPerson};
use crate::command::sessions::{self, SignIn, SignedIn};
use crate::command::users::{self, Forgotten, Redeem};
use crate::desk::Desk;
use crate::explain::Explainer;
use crate::fence::Receipt;
use crate::notices::Notices;
use crate::rest::app::{App, holding};
use crate::rest::letter::{letter, link};
use crate::rest::{of_address, send_link, stream_audit};
use crate::watch::ClusterWatch;
use axum::body::Body;
use model::{Error, ErrorKind, KeyId, OrganizationId, SecretText, Timestamp};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use store::Committed;
use store::audit::AuditFilter;
use store::users::User;
use tokio::runtime::Handle;

/// An invitation that was sent, and how it reaches whom it is for.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The invitation.
    pub created: CreatedInvitation,
    /// Where the invited person goes; it holds the token.
    pub link: SecretText,
    /// Why no letter was sent; `None` if one was.
    pub mail_failure: Option<String>,
}

/// The commands, for a front of its own. Clones share everything.
#[derive(Clone)]
pub struct Front(Arc<App>);

impl Front {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self(app)
    }

    /// Runs a command that reads.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn see<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<T, Error> + Send + 'static,
    {
        self.0.ask(work).await
    }

    /// Runs a command that changes something, and waits until the change holds on every gateway.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn change<T, F>(&self, work: F) -> Result<(T, Receipt), Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<Committed<T>, Error> + Send + 'static,
    {
        self.0.act(work).await
    }

    /// The same for a command that hashes passwords: few of them run at once.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn change_hashing<T, F>(&self, work: F) -> Result<(T, Receipt), Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<Committed<T>, Error> + Send + 'static,
    {
        let place = self.0.hashing().await?;
        self.0.act(holding(place, work)).await
    }

    /// The same commands for threads that may block, such as those that answer RPCs about users.
    /// Their futures run on this runtime.
    pub fn blocking(&self, runtime: Handle) -> ClusterDoor {
        ClusterDoor { front: self.clone(), runtime }
    }

    /// Runs a command that hashes or verifies a password, one of few at a time.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn prove<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<T, Error> + Send + 'static,
    {
        let place = self.0.hashing().await?;
        self.0.ask(holding(place, work)).await
    }

    /// Sets a password with a reset token, and answers whose it is.
    ///
    /// # Errors
    /// Those of [`users::redeem`]; `LimitReached` if too much is asked from this address.
    pub async fn redeem(&self, request: Redeem) -> Result<User, Error> {
        self.0.count(&of_address(request.address))?;
        self.prove(move |desk| users::redeem(desk, &request)).await
    }

    /// Sends a link to whoever forgot their password, if there is such an account; the answer does
    /// not say.
    ///
    /// # Errors
    /// `Conflict` if no letters are sent here; `LimitReached` if too much is asked from this
    /// address; `Unavailable` while too many others ask.
    pub fn send_link(&self, request: Forgotten) -> Result<(), Error> {
        self.0.count(&of_address(request.address))?;
        send_link(&self.0, request)
    }

    /// Whether letters are sent at all.
    pub fn sends_letters(&self) -> bool {
        self.0.sends_letters()
    }

    /// Takes up an invitation as a new person.
    ///
    /// # Errors
    /// Those of [`invitations::accept_as_new`]; `LimitReached` if too much is asked from this
    /// address.
    pub async fn join(
        &self,
        token: SecretText,
        person: NewPerson,
        address: Option<IpAddr>,
    ) -> Result<(Accepted, Receipt), Error> {
        self.0.count(&of_address(address))?;
        let (place, caller) = (self.0.hashing().await?, Caller::anonymous(address));
        let accept = move |desk: &Desk| invitations::accept_as_new(desk, &caller, &token, &person);
        self.0.act(holding(place, accept)).await
    }

    /// Invites somebody, and sends them a letter if there is a mail server.
    ///
    /// # Errors
    /// Those of [`invitations::create`].
    pub async fn invite(
        &self,
        caller: Caller,
        request: CreateInvitation,
    ) -> Result<(Invited, Receipt), Error> {
        let (created, receipt) =
            self.0.act(move |desk| invitations::create(desk, &caller, request)).await?;
        let mail_failure = self.0.mail(letter(self.0.public_url(), &created)).await.err();
        let link = SecretText::new(link(self.0.public_url(), &created));
        Ok((Invited { created, link, mail_failure }, receipt))
    }

    /// What tells owners of their keys by letter, if letters are sent.
    pub fn notices(&self) -> Option<Notices> {
        self.0.sends_letters().then(|| Notices::new(Arc::clone(&self.0)))
    }

    /// Every record of an organization's audit trail that passes the filter, as JSON lines.
    ///
    /// # Errors
    /// Those of [`export`](crate::command::audit::export); `LimitReached` while others do the same.
    pub async fn export_audit(
        &self,
        caller: Caller,
        organization: OrganizationId,
        filter: AuditFilter,
    ) -> Result<Body, Error> {
        stream_audit(Arc::clone(&self.0), caller, Some(organization), filter).await
    }

    /// Signs a person in.
    ///
    /// # Errors
    /// Those of [`sessions::open`]; `LimitReached` if too much is asked from this address.
    pub async fn sign_in(&self, request: SignIn) -> Result<SignedIn, Error> {
        self.0.count(&of_address(request.address))?;
        let place = self.0.hashing().await?;
        self.0.ask(holding(place, move |desk| sessions::open(desk, &request))).await
    }

    /// Whose session it is.
    ///
    /// # Errors
    /// `Unauthenticated` if it is nobody's; `LimitReached` if the person, or whoever tries sessions
    /// from this address, asks faster than the REST API allows.
    pub async fn caller(&self, token: &str, address: Option<IpAddr>) -> Result<Caller, Error> {
        let credential = Credential::parse(token)
            .filter(|credential| matches!(credential, Credential::Session(_)))
            .ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "the session is not valid"));
        let found = match credential {
            Ok(credential) => self.0.ask(move |desk| identify(desk, &credential, address)).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(caller) => {
                self.0.count(&caller.actor().to_string())?;
                Ok(caller)
            }
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                self.0.count(&of_address(address))?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// How many calls of a key run on the gateways; `None` if one of them does not say.
    pub async fn live_calls(&self, key: KeyId) -> Option<u64> {
        self.0.live_calls(key).await
    }

    /// How many calls of these keys their end has cut; `None` if that is not known.
    pub fn calls_cut(&self, keys: impl Iterator<Item = KeyId>, receipt: &Receipt) -> Option<u64> {
        self.0.calls_cut(keys, receipt)
    }

    /// Endpoints and health of clusters.
    pub fn clusters(&self) -> &dyn ClusterWatch {
        self.0.clusters()
    }

    /// The same, for work on another thread.
    pub fn shared_clusters(&self) -> Arc<dyn ClusterWatch> {
        self.0.shared_clusters()
    }

    /// Who says what would become of calls on clusters.
    pub fn explainer(&self) -> Arc<dyn Explainer> {
        self.0.explainer()
    }

    /// Where people reach the console, for links that are passed on.
    pub fn public_url(&self) -> &str {
        self.0.public_url()
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// The commands, for threads that may block. It must not be used on a thread of the runtime.
#[derive(Clone, Debug)]
pub struct ClusterDoor {
    front: Front,
    runtime: Handle,
}

impl ClusterDoor {
    /// Runs a command that reads.
    ///
    /// # Errors
    /// Those of the command.
    pub fn see<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<T, Error> + Send + 'static,
    {
        self.runtime.block_on(self.front.see(work))
    }

    /// Runs a command that changes something, and waits until the change holds on every gateway.
    ///
    /// # Errors
    /// Those of the command.
    pub fn change<T, F>(&self, work: F) -> Result<(T, Receipt), Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<Committed<T>, Error> + Send + 'static,
    {
        self.runtime.block_on(self.front.change(work))
    }

    /// The same for a command that hashes passwords.
    ///
    /// # Errors
    /// Those of the command.
    pub fn change_hashing<T, F>(&self, work: F) -> Result<(T, Receipt), Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<Committed<T>, Error> + Send + 'static,
    {
        self.runtime.block_on(self.front.change_hashing(work))
    }
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Front")
    }
}
