//! Where the mail server is and how it is spoken to: what `--smtp-url` says.
//!
//! An address never holds a name or a password: those come another way.

use model::Error;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The longest host name.
const MOST_HOST: usize = 253;

/// Whether the way to the server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encryption {
    /// From the first byte.
    FromTheStart,
    /// After a greeting, or no letter is sent.
    StartTls,
    /// Not at all, because the server is on this machine.
    Not,
}

/// A mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    host: String,
    port: u16,
    encryption: Encryption,
}

impl MailServer {
    /// Reads `smtp://host:port` or `smtps://host:port`. The usual ports are 587 and 465. With
    /// `smtp://`, a server on this machine is spoken to in the clear unless `?tls=required` follows;
    /// every other must offer STARTTLS.
    ///
    /// # Errors
    /// `Invalid`, with a sentence that says what is wrong and repeats nothing of the text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (scheme, rest) = text.split_once("://").ok_or_else(unreadable)?;
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let (from_the_start, usual) = match scheme {
            "smtps" => (true, 465),
            "smtp" => (false, 587),
            _ => return Err(unreadable()),
        };
        let required = match query {
            None => false,
            Some("tls=required") => true,
            Some(_) => return Err(unreadable()),
        };
        if rest.contains('@') {
            return Err(Error::invalid(
                "the address of a mail server holds no name and no password: use --smtp-user, and \
                 --smtp-password-file or KEYWARD_SMTP_PASSWORD",
            ));
        }
        let (host, port) = host_and_port(rest.strip_suffix('/').unwrap_or(rest), usual)?;
        let encryption = if from_the_start {
            Encryption::FromTheStart
        } else if required || !is_loopback(&host) {
            Encryption::StartTls
        } else {
            Encryption::Not
        };
        Ok(Self { host, port, encryption })
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn encryption(&self) -> Encryption {
        self.encryption
    }
}

impl fmt::Display for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn host_and_port(text: &str, usual: u16) -> Result<(String, u16), Error> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            address.parse::<Ipv6Addr>().map_err(|_| unreadable())?;
            (address, port)
        }
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().ok().filter(|&port| port != 0).ok_or_else(unreadable)?,
        None if port.is_empty() => usual,
        None => return Err(unreadable()),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || host.len() > MOST_HOST || !host.chars().all(plain) {
        return Err(unreadable());
    }
    Ok((host.to_owned(), port))
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn unreadable() -> Error {
    Error::invalid(
        "must be the address of a mail server, such as smtp://mail.example.com:587 or \
         smtps://mail.example.com",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Encryption) {
        let server = MailServer::parse(text).unwrap();
        (server.to_string(), server.encryption())
    }

    #[test]
    fn addresses_are_read() {
        for (text, shown, encryption) in [
            ("smtp://mail.example.com", "mail.example.com:587", Encryption::StartTls),
            ("smtp://mail.example.com:25/", "mail.example.com:25", Encryption::StartTls),
            ("smtps://mail.example.com", "mail.example.com:465", Encryption::FromTheStart),
            ("smtps://127.0.0.1:1465", "127.0.0.1:1465", Encryption::FromTheStart),
            ("smtp://localhost:25", "localhost:25", Encryption::Not),
            ("smtp://127.1.2.3", "127.1.2.3:587", Encryption::Not),
            ("smtp://[::1]:2525", "[::1]:2525", Encryption::Not),
            ("smtp://[2001:db8::1]", "[2001:db8::1]:587", Encryption::StartTls),
            ("smtp://localhost:25?tls=required", "localhost:25", Encryption::StartTls),
        ] {
            assert_eq!(read(text), (shown.to_owned(), encryption), "{text}");
        }
    }

    #[test]
    fn other_things_are_refused_without_repeating_them() {
        for text in [
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://:25",
            "smtp://h:0",
            "smtp://h:99999",
            "smtp://h:25x",
            "smtp://h/path",
            "smtp://h?tls=none",
            "smtp://[mail]:25",
            "smtp://[::1]25",
            "smtp://h\r\n.example.com",
            "smtp://ada:secret@mail.example.com",
        ] {
            let error = MailServer::parse(text).unwrap_err();
            assert!(!error.message().contains("secret"), "{error}");
        }
        let named = MailServer::parse("smtp://ada:x@h").unwrap_err();
        assert!(named.message().contains("--smtp-user"), "{named}");
    }
}
