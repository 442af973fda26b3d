//! What the operator says about letters: options of the commands that start a server.

use super::{environment, hidden};
use crate::mail::{MailServer, MailSettings, Sender};
use clap::Args;
use model::{Error, SecretText};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct MailOptions {
    /// Send letters (invitations; keys that leak or end soon) through this mail server:
    /// `smtp://host:port` or `smtps://host:port`. STARTTLS is required unless it is on this machine
    #[arg(id = "smtp_url", long = "smtp-url", env = "KEYWARD_SMTP_URL", value_name = "URL",
          value_parser = server, requires = "smtp_from")]
    url: Option<MailServer>,
    /// Whom letters are from, such as `Keyward <keyward@example.com>`
    #[arg(id = "smtp_from", long = "smtp-from", env = "KEYWARD_SMTP_FROM",
          value_name = "ADDRESS", value_parser = sender)]
    from: Option<Sender>,
    /// What to sign in to the mail server as; the password comes from `KEYWARD_SMTP_PASSWORD`
    #[arg(id = "smtp_user", long = "smtp-user", env = "KEYWARD_SMTP_USER", value_name = "NAME")]
    user: Option<String>,
    /// Read the password for the mail server from this file
    #[arg(
        id = "smtp_password_file",
        long = "smtp-password-file",
        env = "KEYWARD_SMTP_PASSWORD_FILE",
        value_name = "FILE"
    )]
    password_file: Option<PathBuf>,
}

impl MailOptions {
    /// What to send letters with, if a server is named.
    ///
    /// # Errors
    /// `Invalid` if a name comes without a password; those of reading the file.
    pub(super) fn settings(&self) -> Result<Option<MailSettings>, Error> {
        let (Some(server), Some(from)) = (self.url.clone(), self.from.clone()) else {
            return Ok(None);
        };
        let login = match self.user.clone().filter(|user| !user.is_empty()) {
            Some(user) => Some((user, self.password()?)),
            None => None,
        };
        Ok(Some(MailSettings { server, from, login }))
    }

    fn password(&self) -> Result<SecretText, Error> {
        if let Some(path) = &self.password_file {
            return hidden::of_file("password for the mail server", path);
        }
        environment::secret(environment::SMTP_PASSWORD).ok_or_else(|| {
            Error::invalid(format!(
                "--smtp-user needs a password: name a file that holds it with \
                 --smtp-password-file, or set {}",
                environment::SMTP_PASSWORD
            ))
        })
    }
}

fn server(text: &str) -> Result<MailServer, String> {
    MailServer::parse(text).map_err(|error| error.message())
}

fn sender(text: &str) -> Result<Sender, String> {
    Sender::parse(text).map_err(|error| error.message())
}
