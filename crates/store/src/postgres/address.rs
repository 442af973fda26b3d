//! The address of a PostgreSQL database, as an operator writes it.
//!
//! `postgres://user[:password]@host[:port]/database[?option=value&…]`. The password is never shown.
//! To allow one more option: its name in [`PASSED_ON`], or a field and its case in
//! [`Address::parse`].

use model::{Error, SecretText};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// Options that mean what they mean to every client of PostgreSQL.
const PASSED_ON: &[&str] = &[
    "application_name",
    "connect_timeout",
    "host",
    "hostaddr",
    "keepalives_idle",
    "load_balance_hosts",
    "password",
    "port",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// Where a PostgreSQL database is and who connects to it.
#[derive(Clone)]
pub struct Address {
    config: Box<Config>,
    root_certificates: Option<PathBuf>,
}

impl Address {
    /// Reads an address.
    ///
    /// TLS is used except on this host: `sslmode=disable` switches it off, `sslmode=require` on.
    /// The server's certificate is always verified, with those that the system trusts or those in
    /// the file that `sslrootcert` names.
    ///
    /// # Errors
    /// `Invalid` with a sentence that says what is wrong and does not repeat the address, which
    /// may hold a password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err(invalid("must begin with postgres://"));
        }
        let (place, options) = text.split_once('?').unwrap_or((text, ""));
        let (mut kept, mut mode, mut root_certificates) = (Vec::new(), None, None);
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option
                .split_once('=')
                .ok_or_else(|| invalid("has an option without a value after the question mark"))?;
            match name {
                "sslmode" => mode = Some(ssl_mode(value)?),
                "sslrootcert" => root_certificates = Some(PathBuf::from(decoded(value)?)),
                name if PASSED_ON.contains(&name) => kept.push(option),
                name => return Err(invalid(&format!("has an unknown option: {name}"))),
            }
        }
        let mut config: Config =
            format!("{place}?{}", kept.join("&")).parse().map_err(|error| {
                invalid("cannot be read: write postgres://user:password@host:port/database")
                    .with_context(reason(&error))
            })?;
        if config.get_hosts().is_empty() || config.get_user().is_none() {
            return Err(invalid("must name a user and a host"));
        }
        if config.get_dbname().is_none() {
            return Err(invalid("must name a database after the host, as in host/database"));
        }
        let local = config.get_hosts().iter().all(is_this_host);
        let encrypted = mode.unwrap_or(if local { SslMode::Disable } else { SslMode::Require });
        config.ssl_mode(encrypted);
        config.keepalives_idle(Duration::from_secs(30));
        config.keepalives_interval(Duration::from_secs(10));
        config.keepalives_retries(3);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(30));
        }
        if config.get_application_name().is_none() {
            config.application_name("keyward");
        }
        Ok(Self { config: Box::new(config), root_certificates })
    }

    /// Connects with this password if the address itself has none.
    #[must_use]
    pub fn or_password(mut self, password: &SecretText) -> Self {
        if self.config.get_password().is_none() {
            self.config.password(password.expose());
        }
        self
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn encrypts(&self) -> bool {
        self.config.get_ssl_mode() != SslMode::Disable
    }

    pub(super) fn root_certificates(&self) -> Option<&Path> {
        self.root_certificates.as_deref()
    }
}

fn ssl_mode(value: &str) -> Result<SslMode, Error> {
    match value {
        "disable" => Ok(SslMode::Disable),
        "require" | "verify-full" => Ok(SslMode::Require),
        _ => Err(invalid(
            "has an sslmode that Keyward does not offer: write require (the certificate is always \
             verified) or disable",
        )),
    }
}

fn is_this_host(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// Undoes the percent-encoding of a value.
fn decoded(value: &str) -> Result<String, Error> {
    let unreadable = || invalid("has an option that is not percent-encoded text");
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next(), rest.next()].map(|digit| digit.map(char::from));
            let digits = digits.map(|digit| digit.and_then(|digit| digit.to_digit(16)));
            let [Some(high), Some(low)] = digits else { return Err(unreadable()) };
            bytes.push(u8::try_from(high * 16 + low).map_err(|_| unreadable())?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

fn invalid(what: &str) -> Error {
    Error::invalid(format!("the database address {what}"))
}

fn reason(error: &tokio_postgres::Error) -> String {
    use std::error::Error as _;
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = &self.config;
        write!(f, "postgres://{}@", config.get_user().unwrap_or_default())?;
        for (number, host) in config.get_hosts().iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            match host {
                Host::Tcp(name) if name.contains(':') => write!(f, "{comma}[{name}]")?,
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
            }
            let ports = config.get_ports();
            if let Some(port) = ports.get(number).or(ports.first()) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (text, shown) in [
            ("postgres://ada:s3cr3t@db.example.com:5433/keys", "ada@db.example.com:5433/keys"),
            ("postgresql://ada:s3cr3t@db.example.com/keys", "ada@db.example.com:5432/keys"),
            ("postgres://ada:s3cr3t@a:1,b:2/keys", "ada@a:1,b:2/keys"),
            ("postgres:///keys?user=ada&host=/run/pg&password=s3cr3t", "ada@/run/pg/keys"),
        ] {
            let address = Address::parse(text).unwrap();
            let printed = [format!("{address}"), format!("{address:?}")];
            for printed in printed {
                assert_eq!(printed, format!("postgres://{shown}"));
            }
        }
    }

    #[test]
    fn bad_addresses_are_refused_without_repeating_them() {
        for (text, words) in [
            ("", "must begin with postgres://"),
            ("mysql://ada:s3cr3t@host/keys", "must begin with postgres://"),
            ("postgres://ada:s3cr3t@host", "must name a database"),
            ("postgres://ada:s3cr3t@/keys", "must name a user and a host"),
            ("postgres://host:5432/keys", "must name a user and a host"),
            ("postgres://ada:s3cr3t@host:port/keys", "cannot be read"),
            ("postgres://ada:s3cr3t@host/keys?sslmode=prefer", "sslmode"),
            ("postgres://ada:s3cr3t@host/keys?sslmode", "without a value"),
            ("postgres://ada:s3cr3t@host/keys?s3cr3t=1", "unknown option"),
            ("postgres://ada:s3cr3t@host/keys?sslrootcert=%zz", "percent-encoded"),
        ] {
            let error = Address::parse(text).unwrap_err();
            assert!(error.message().contains(words), "{text}: {error}");
            assert!(!error.message().contains("ada"), "{error}");
        }
    }

    #[test]
    fn only_this_host_is_spoken_to_in_plain_text() {
        for (text, encrypts) in [
            ("postgres://ada@db.example.com/keys", true),
            ("postgres://ada@10.0.0.1/keys", true),
            ("postgres://ada@127.0.0.1/keys", false),
            ("postgres://ada@[::1]/keys", false),
            ("postgres://ada@localhost/keys", false),
            ("postgres://ada@localhost,db.example.com/keys", true),
            ("postgres:///keys?user=ada&host=/run/pg", false),
            ("postgres://ada@db.example.com/keys?sslmode=disable", false),
            ("postgres://ada@localhost/keys?sslmode=require", true),
        ] {
            assert_eq!(Address::parse(text).unwrap().encrypts(), encrypts, "{text}");
        }
    }

    #[test]
    fn a_password_in_the_address_comes_first() {
        let other = SecretText::new("other".to_owned());
        for (text, expected) in [
            ("postgres://ada:mine@localhost/keys", &b"mine"[..]),
            ("postgres://ada@localhost/keys", b"other"),
        ] {
            let address = Address::parse(text).unwrap().or_password(&other);
            assert_eq!(address.config.get_password(), Some(expected));
        }
    }
}
