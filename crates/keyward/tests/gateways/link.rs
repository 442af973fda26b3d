//! A way to the database that can be cut: what is under way is lost without a word, and nothing
//! gets through until it is healed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Forwards connections to a server on loopback.
pub(crate) struct Link {
    port: u16,
    is_cut: Arc<AtomicBool>,
}

impl Link {
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_cut = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&is_cut);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                for (from, to) in [(from, to), (server, client)] {
                    let is_cut = Arc::clone(&shared);
                    thread::spawn(move || forward(from, to, &is_cut));
                }
            }
        });
        Self { port, is_cut }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// From now on everything is swallowed. Connections stay open, as when a cable is pulled.
    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    /// New connections get through again; those that lost something are ended.
    pub(crate) fn heal(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, is_cut: &AtomicBool) {
    let mut bytes = [0; 16 << 10];
    let mut has_lost = false;
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if is_cut.load(Ordering::SeqCst) {
            has_lost = true;
        } else if has_lost || to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(std::net::Shutdown::Both), to.shutdown(std::net::Shutdown::Both));
}
