//! A way to the server that can lose the answer to a commit.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::thread;

/// What happens to what passes.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Mode {
    Pass,
    /// The server gets the commit, the client no answer; later connections pass.
    CutAnswerToCommit,
    /// The same, and nobody gets through afterwards.
    CutAnswerToCommitAndRefuse,
}

/// Forwards connections to a server on loopback until it is dropped.
pub(crate) struct Proxy {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    mode: AtomicU8,
    cuts: AtomicUsize,
    refusing: AtomicUsize,
}

impl Proxy {
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.refusing.load(Ordering::SeqCst) > 0 {
                    continue;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let state = Arc::clone(&shared);
                thread::spawn(move || forward_requests(from, to, &state));
                thread::spawn(move || forward_answers(server, client));
            }
        });
        Self { port, state }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.state.refusing.store(0, Ordering::SeqCst);
        self.state.mode.store(mode as u8, Ordering::SeqCst);
    }

    /// How many answers were lost.
    pub(crate) fn cuts(&self) -> usize {
        self.state.cuts.load(Ordering::SeqCst)
    }
}

fn forward_requests(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut buffer = [0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..length];
        let commits = bytes.windows(7).any(|part| part == b"COMMIT\0");
        let mode = state.mode.load(Ordering::SeqCst);
        if commits && mode != Mode::Pass as u8 {
            state.mode.store(Mode::Pass as u8, Ordering::SeqCst);
            if mode == Mode::CutAnswerToCommitAndRefuse as u8 {
                state.refusing.store(1, Ordering::SeqCst);
            }
            // The client hears nothing any more; the server still commits.
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.write_all(bytes);
            state.cuts.fetch_add(1, Ordering::SeqCst);
            return;
        }
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

fn forward_answers(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..length]).is_err() {
            // What the server still says is read, so that it is not disturbed.
            while let Ok(1..) = from.read(&mut buffer) {}
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
