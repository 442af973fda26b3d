//! Where clients reach clusters: at a port or under a name of each, at the address that the
//! operator names or where the gateway listens.

use super::listen;
use model::{ClusterId, Error};
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// The longest host name.
const MOST: usize = 253;

/// Where gateways are reached from outside, such as `https://milvus.example.com:443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayUrl {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Plain,
    /// TLS ends in front of the gateways.
    Tls,
}

impl GatewayUrl {
    /// Where a gateway that listens there is reached on this machine.
    pub(super) fn of_socket(listen: SocketAddr) -> Self {
        let address = listen::connectable(listen);
        let host = match address {
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        };
        Self { scheme: Scheme::Plain, host, port: address.port() }
    }

    /// Where clients of a cluster connect: at its own port, else at its name under the domain, else
    /// at the gateway.
    pub(super) fn endpoint(
        &self,
        domain: Option<&str>,
        cluster: ClusterId,
        port: Option<u16>,
    ) -> String {
        let scheme = self.scheme.name();
        match (domain, port) {
            (Some(domain), None) => format!("{scheme}://{cluster}.{domain}:{}", self.port),
            (_, port) => format!("{scheme}://{}:{}", self.host, port.unwrap_or(self.port)),
        }
    }
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "http",
            Self::Tls => "https",
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Plain => 80,
            Self::Tls => 443,
        }
    }
}

impl FromStr for GatewayUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::invalid("must be an address such as https://milvus.example.com:443");
        let (scheme, rest) = match text.split_once("://") {
            Some(("http", rest)) => (Scheme::Plain, rest),
            Some(("https", rest)) => (Scheme::Tls, rest),
            _ => return Err(wrong()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let is_ip = rest.starts_with('[') && rest.ends_with(']');
        let (host, port) = match rest.rsplit_once(':').filter(|_| !is_ip) {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (rest, scheme.port()),
        };
        let is_name = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_ip = bare.is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok());
        if host.is_empty() || host.len() > MOST || port == 0 || !(is_name || is_ip) {
            return Err(wrong());
        }
        Ok(Self { scheme, host: host.to_ascii_lowercase(), port })
    }
}

impl fmt::Display for GatewayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme.name(), self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_an_address_they_can_connect_to() {
        let cluster = ClusterId::from_number(7).unwrap();
        for (listen, domain, port, expected) in [
            ("127.0.0.1:19530", None, None, "http://127.0.0.1:19530"),
            ("0.0.0.0:19530", None, Some(7), "http://127.0.0.1:7"),
            ("[::]:19530", None, None, "http://[::1]:19530"),
            ("10.0.0.1:1", Some("m.example"), Some(7), "http://10.0.0.1:7"),
            ("10.0.0.1:1", Some("m.example"), None, "http://in01-000000000000007.m.example:1"),
        ] {
            let reached = GatewayUrl::of_socket(listen.parse().unwrap());
            assert_eq!(reached.endpoint(domain, cluster, port), expected);
        }
        let reached: GatewayUrl = "https://Milvus.example.com".parse().unwrap();
        assert_eq!(reached.endpoint(None, cluster, None), "https://milvus.example.com:443");
        assert_eq!(reached.endpoint(None, cluster, Some(7)), "https://milvus.example.com:7");
    }

    #[test]
    fn an_address_is_read_or_refused() {
        for (text, shown) in [
            ("http://m.example.com:19530", "http://m.example.com:19530"),
            ("http://m/", "http://m:80"),
            ("https://[::1]", "https://[::1]:443"),
            ("http://[2001:db8::1]:19530/", "http://[2001:db8::1]:19530"),
            ("http://192.0.2.1:1", "http://192.0.2.1:1"),
        ] {
            assert_eq!(text.parse::<GatewayUrl>().unwrap().to_string(), shown, "{text}");
        }
        let long = format!("http://{}", "a".repeat(254));
        for text in [
            "",
            "m.example.com:1",
            "ftp://m",
            "http://",
            "http://:1",
            "http://m:0",
            "http://m:x",
            "http://m:65536",
            "http://a b",
            "http://u@m",
            "http://m/path",
            "http://[::1",
            "http://::1",
            "http://[x]",
            "http://m?q",
            &long,
        ] {
            assert!(text.parse::<GatewayUrl>().is_err(), "{text}");
        }
    }
}
