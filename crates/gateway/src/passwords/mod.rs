//! Passwords of cluster users: verified once on a helper thread, then known by their digest.
//!
//! Argon2id takes tens of milliseconds on purpose, so no worker computes it. A call whose password
//! is not known yet is parked while a thread of a small pool checks it; calls that present the same
//! user and password meanwhile wait for the same check. A user that does not exist costs the same
//! work and gets the same answer. Wrong passwords are limited before any work is done
//! ([`limiter`]). This module must never say why a password was wrong, and never keep one longer
//! than its check.

mod limiter;

use crate::engine::{Command, Outlet, Waiting};
use crate::gateway::EndWithPanic;
use crate::table::users::Proof;
use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use limiter::{Drawn, Limiter};
use milvus::refusal::Refusal;
use model::{ClusterId, DigestKey, KeyDigest};
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use zeroize::Zeroizing;

/// Threads that check passwords; each uses about 20 MB while it does.
const THREADS: usize = 2;
/// Checks that may wait for a thread: about as many as are done in five seconds.
const QUEUE: usize = 256;
/// Calls of one worker that may wait for one check.
const SHARED: usize = 4096;
/// When to come back if too many checks wait.
const CROWDED: Duration = Duration::from_secs(1);

/// A hash of no known password, with the parameters of those that are made here: what a user that
/// does not exist is checked against.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Ri40Pue8vnTMC7Fp3+JzFg$\
                     2n1C2CyPzTnnBQiL9oJrVdQ0xVLLNzq0aZ5mYtT6h1E";

/// The password of a call that is not known yet.
#[derive(Debug)]
pub struct Check {
    cluster: ClusterId,
    name: Box<[u8]>,
    password: Secret,
    digest: KeyDigest,
    /// The verifier of the user, if there is such a user.
    proof: Option<Arc<Proof>>,
}

/// A password, erased when dropped; it prints nothing.
struct Secret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Check {
    /// A check of what was presented, whose digest this is.
    pub fn new(
        cluster: ClusterId,
        (name, password): (&[u8], &[u8]),
        digest: KeyDigest,
        proof: Option<Arc<Proof>>,
    ) -> Self {
        let password = Secret(Zeroizing::new(password.to_vec()));
        Self { cluster, name: name.into(), password, digest, proof }
    }
}

/// The key under which presented passwords are digested: made from the gateway's own and used for
/// nothing else.
pub fn digest_key(of: &DigestKey) -> DigestKey {
    DigestKey::new(of.digest(b"passwords of cluster users").as_bytes())
}

/// The digest of what somebody presents on a cluster.
pub fn digest(key: &DigestKey, cluster: ClusterId, name: &[u8], password: &[u8]) -> KeyDigest {
    let length = [u8::try_from(name.len()).unwrap_or(u8::MAX)];
    key.digest_parts(&[&cluster.number().to_be_bytes(), &length, name, password])
}

/// Who waits for each check that is running, by the digest of what is checked; one entry a worker,
/// so that many who wait are told with one command.
type Running = HashMap<[u8; 32], Vec<(Outlet, Vec<Waiting>)>>;

struct Job {
    check: Check,
    drawn: Drawn,
}

struct Shared {
    limiter: Limiter,
    running: Mutex<Running>,
    /// Right, wrong, not checked.
    counted: [AtomicU64; 3],
}

/// The threads that check passwords. They end with the last clone of this.
#[derive(Clone)]
pub(crate) struct Passwords {
    shared: Arc<Shared>,
    jobs: SyncSender<Job>,
}

impl Passwords {
    /// Starts the threads; the key is the one of [`digest_key`].
    ///
    /// # Errors
    /// The system cannot start a thread.
    pub(crate) fn start(key: &DigestKey) -> io::Result<Self> {
        let limiter = Limiter::new(DigestKey::new(key.digest(b"limits").as_bytes()));
        let shared =
            Arc::new(Shared { limiter, running: Mutex::default(), counted: Default::default() });
        let (jobs, waiting) = sync_channel::<Job>(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..THREADS {
            let (shared, waiting) = (Arc::clone(&shared), Arc::clone(&waiting));
            let name = format!("gateway-password-{number}");
            thread::Builder::new().name(name).spawn(move || {
                // Without its threads the gateway would let nobody in whom it does not know.
                let _guard = EndWithPanic;
                shared.work(&waiting);
            })?;
        }
        Ok(Self { shared, jobs })
    }

    /// Passwords that were checked and right, checked and wrong, and not checked at all.
    pub(crate) fn counted(&self) -> [u64; 3] {
        self.shared.counted.each_ref().map(|counted| counted.load(Ordering::Relaxed))
    }

    /// Begins a check, or joins the one of the same that is running; for a call from this address,
    /// at this moment of the gateway's own time in nanoseconds. The worker is told when it is done.
    ///
    /// # Errors
    /// Too many were wrong, or too many wait: the caller may come back later.
    pub(crate) fn begin(
        &self,
        check: Check,
        (address, now): (IpAddr, u64),
        waiting: Waiting,
        worker: &Outlet,
    ) -> Result<(), Refusal> {
        let later = |wait: Duration| {
            self.shared.count(2);
            let millis = u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
            Refusal::RateLimited { retry_after: Duration::from_millis(millis) }
        };
        let mut running = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner);
        let name = *check.digest.as_bytes();
        if let Some(told) = running.get_mut(&name) {
            match told.iter_mut().find(|(outlet, _)| outlet.is(worker)) {
                Some((_, all)) if all.len() >= SHARED => return Err(later(CROWDED)),
                Some((_, all)) => all.push(waiting),
                None => told.push((worker.clone(), vec![waiting])),
            }
            return Ok(());
        }
        let limiter = &self.shared.limiter;
        let drawn = limiter.draw(check.cluster, &check.name, address, now).map_err(later)?;
        if self.jobs.try_send(Job { check, drawn }).is_err() {
            limiter.give_back(drawn);
            return Err(later(CROWDED));
        }
        // The lock is held, so the check cannot have ended yet.
        running.insert(name, vec![(worker.clone(), vec![waiting])]);
        Ok(())
    }
}

impl Shared {
    fn count(&self, what: usize) {
        self.counted[what].fetch_add(1, Ordering::Relaxed);
    }

    fn work(&self, waiting: &Mutex<Receiver<Job>>) {
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Job { check, drawn }) = next else {
                return;
            };
            let right = is_right(&check);
            self.count(usize::from(!right));
            if right {
                self.limiter.give_back(drawn);
            }
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            let told = running.remove(check.digest.as_bytes()).unwrap_or_default();
            drop(running);
            for (worker, waiting) in told {
                worker.insist(Command::Checked { waiting, right });
            }
        }
    }
}

/// Computes the hash, of a user that does not exist as well, and remembers what was right.
fn is_right(check: &Check) -> bool {
    let verifier = check.proof.as_ref().map_or(DECOY, |proof| proof.verifier().expose());
    let right = PasswordHash::new(verifier)
        .is_ok_and(|hash| Argon2::default().verify_password(&check.password.0, &hash).is_ok());
    match &check.proof {
        Some(proof) if right => {
            proof.remember(check.digest);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decoy_costs_what_a_password_costs_and_opens_nothing() {
        let hash = PasswordHash::new(DECOY).unwrap();
        let (ours, made) = (argon2::Params::try_from(&hash).unwrap(), argon2::Params::default());
        assert_eq!(
            (ours.m_cost(), ours.t_cost(), ours.p_cost()),
            (made.m_cost(), made.t_cost(), made.p_cost())
        );
        let wrong = Argon2::default().verify_password(b"", &hash);
        assert_eq!(wrong, Err(argon2::password_hash::Error::PasswordInvalid));
    }

    #[test]
    fn a_digest_is_of_one_user_and_one_password() {
        let key = digest_key(&DigestKey::new(&[1; 32]));
        let [one, two] = [1, 2].map(|number| ClusterId::from_number(number).unwrap());
        let alice = digest(&key, one, b"alice", b"secret");
        assert!(alice.matches(&digest(&key, one, b"alice", b"secret")));
        for (cluster, name, password) in [
            (two, &b"alice"[..], &b"secret"[..]),
            (one, b"alic", b"esecret"),
            (one, b"alices", b"ecret"),
            (one, b"alice", b"secret\0"),
            (one, b"alice", b""),
        ] {
            assert!(!alice.matches(&digest(&key, cluster, name, password)));
        }
        let other = digest_key(&DigestKey::new(&[2; 32]));
        assert!(!alice.matches(&digest(&other, one, b"alice", b"secret")));
    }
}
