//! Takes the addresses to listen on, before any slow work.

use model::{Error, ErrorKind};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// Listens on the address that the option chose.
///
/// # Errors
/// One sentence with the address and the option to change it.
pub fn on(address: SocketAddr, option: &str) -> Result<TcpListener, Error> {
    TcpListener::bind(address).map_err(|error| {
        let sentence = match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "the address {address} is taken by another program: stop it or choose another \
                 address with {option}"
            ),
            io::ErrorKind::PermissionDenied => format!(
                "this user may not listen on {address}: choose a port above 1023 with {option}"
            ),
            io::ErrorKind::AddrNotAvailable => {
                format!("{address} is not an address of this machine: choose another with {option}")
            }
            _ => format!("cannot listen on {address}: {error}; choose another with {option}"),
        };
        Error::new(ErrorKind::Unavailable, sentence)
    })
}

/// The address to connect to for one that is listened on: "everywhere" is no place to connect to,
/// and on this machine the loopback address reaches the same.
pub fn connectable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_address_is_named_with_the_option_to_change_it() {
        let first = on(SocketAddr::from(([127, 0, 0, 1], 0)), "--x").unwrap();
        let address = first.local_addr().unwrap();
        let message = on(address, "--x-listen").unwrap_err().message();
        assert!(message.contains(&address.to_string()), "{message}");
        assert!(message.contains("--x-listen"), "{message}");
        let elsewhere = SocketAddr::from(([203, 0, 113, 1], 0));
        let message = on(elsewhere, "--x").unwrap_err().message();
        assert!(message.contains("not an address of this machine"), "{message}");
    }
}
