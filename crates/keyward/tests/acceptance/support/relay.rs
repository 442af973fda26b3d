//! A relay between the gateway and an engine that remembers every byte the gateway sends.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// More than any story sends; a test that records more has to say so.
const RECORDED_MAX: usize = 256 << 20;

/// What went to the engine over one connection.
type Record = Arc<Mutex<Vec<u8>>>;

/// The recording relay. Its threads end with the connections, the accepting one with the process.
pub(crate) struct Relay {
    address: SocketAddr,
    connections: Arc<Mutex<Vec<Record>>>,
}

impl Relay {
    /// Listens on a loopback port and passes everything on to the engine.
    pub(crate) fn to(engine: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(Mutex::new(Vec::new()));
        let all = connections.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(engine) else {
                    continue;
                };
                let record = Arc::new(Mutex::new(Vec::new()));
                all.lock().unwrap().push(record.clone());
                let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || pass(client, server, Some(&record)));
                thread::spawn(move || pass(back.0, back.1, None));
            }
        });
        Self { address, connections }
    }

    /// Where it listens.
    pub(crate) fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether these bytes went to the engine, within one connection.
    pub(crate) fn has_seen(&self, bytes: &[u8]) -> bool {
        let connections = self.connections.lock().unwrap();
        connections.iter().any(|record| {
            let record = record.lock().unwrap();
            assert!(record.len() < RECORDED_MAX, "the relay has forgotten bytes");
            record.windows(bytes.len()).any(|window| window == bytes)
        })
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, record: Option<&Mutex<Vec<u8>>>) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if let Some(record) = record {
            let mut record = record.lock().unwrap();
            let room = RECORDED_MAX - record.len();
            record.extend_from_slice(&buffer[..count.min(room)]);
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
