//! Letters over SMTP.
//!
//! Each letter has a connection of its own, bounded in time as a whole. Nothing is sent in the
//! clear but to a server on this machine, and no certificate is taken that this machine does not
//! trust.
//! This module must never log a letter, an address or the password, and never decide whom to write
//! to. What names and reports say reaches a server only encoded by the library: see
//! [`control::Subject`] for what a header takes.

mod failure;
mod server;

pub use server::MailServer;

use control::{Letter, Mailer, Sending};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use model::{Entropy, Error, ErrorKind, SecretText};
use server::Encryption;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long a server may take for everything about one letter. Shorter than what the control API
/// waits for, so that its reason is told.
const LETTER_LIMIT: Duration = Duration::from_secs(12);

/// What the operator says about letters.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The server.
    pub server: MailServer,
    /// Whom letters are from.
    pub from: Sender,
    /// What to sign in with there: a name and a password.
    pub login: Option<(String, SecretText)>,
}

/// Whom letters are from: an address, with or without a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads `keyward@example.com` or `Keyward <keyward@example.com>`.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let unreadable = "must be an address, such as keyward@example.com or \
                          Keyward <keyward@example.com>";
        if text.chars().any(char::is_control) {
            return Err(Error::invalid(unreadable));
        }
        text.parse().map(Self).map_err(|_| Error::invalid(unreadable))
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

/// Sends letters through one mail server.
pub struct Smtp {
    settings: MailSettings,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    entropy: Arc<dyn Entropy>,
}

impl Smtp {
    /// Sets it up; nothing is asked of the server.
    ///
    /// # Errors
    /// `Unavailable` if TLS cannot be set up on this machine.
    pub fn new(settings: MailSettings, entropy: Arc<dyn Entropy>) -> Result<Self, Error> {
        let server = &settings.server;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host())
            .port(server.port())
            .timeout(Some(LETTER_LIMIT))
            .tls(tls(server)?);
        if let Some((user, password)) = &settings.login {
            let password = password.expose().to_owned();
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self { transport: transport.build(), settings, entropy })
    }

    /// What letters go through and whom they are from, for the operator.
    pub fn describe(&self) -> String {
        format!("through {} as {}", self.settings.server, self.settings.from)
    }

    /// Greets the server and signs in.
    ///
    /// # Errors
    /// One sentence: why no letter would be taken now.
    pub async fn check(&self) -> Result<(), Error> {
        let server = &self.settings.server;
        match tokio::time::timeout(LETTER_LIMIT, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) | Err(_) => Err(failure::silent(server)),
            Ok(Err(error)) => Err(failure::of_server(server, &error)),
        }
    }

    fn message(&self, letter: Letter) -> Result<Message, Error> {
        let never = |error: &dyn StdError| {
            Error::new(ErrorKind::Invalid, "no letter can be written to this address")
                .with_context(error.to_string())
        };
        let to = letter.to.as_str().parse().map_err(|error| never(&error))?;
        let from = &self.settings.from.0;
        let mut random = [0; 16];
        self.entropy.fill(&mut random);
        let id = format!("<{:032x}@{}>", u128::from_be_bytes(random), from.email.domain());
        Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.as_str())
            .message_id(Some(id))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(|error| never(&error))
    }
}

fn tls(server: &MailServer) -> Result<Tls, Error> {
    let parameters = || {
        TlsParameters::new(server.host().to_owned()).map_err(|error| {
            Error::new(ErrorKind::Unavailable, "TLS to the mail server cannot be set up")
                .with_context(error.to_string())
        })
    };
    Ok(match server.encryption() {
        Encryption::FromTheStart => Tls::Wrapper(parameters()?),
        Encryption::StartTls => Tls::Required(parameters()?),
        Encryption::Not => Tls::None,
    })
}

impl Mailer for Smtp {
    fn send(&self, letter: Letter) -> Sending<'_> {
        Box::pin(async move {
            let (server, message) = (&self.settings.server, self.message(letter)?);
            match tokio::time::timeout(LETTER_LIMIT, self.transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(failure::of_server(server, &error)),
                Err(_) => Err(failure::silent(server)),
            }
        })
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({})", self.settings.server)
    }
}

/// Says that no person wrote this, so that no absent person's mail server answers.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
