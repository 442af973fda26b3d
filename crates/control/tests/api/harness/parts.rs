//! The parts around the API: a clock that stands still, a fence that writes down what it was asked,
//! clusters that run.

use control::explain::{Allowed, Outcome, Refused};
use control::{
    CallWatch, ClusterState, ClusterStatus, ClusterWatch, Confirmation, ConfirmedBy, Counting,
    Erasing, Explainer, Fence, Letter, Mailer, Question, Receipt, Sending, Settling, Verdict,
};
use model::{Clock, ClusterId, Error, ErrorKind, GatewayId, KeyId, Revision, Timestamp};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use store::Store;

/// A clock that moves when told.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(1_795_458_802_007))
    }

    pub(crate) fn millis(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.pass_millis(minutes * 60_000);
    }

    pub(crate) fn pass_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis())
    }
}

/// Writes down every revision it is asked to settle, and what the store's was at that moment.
pub(crate) struct TestFence {
    store: Store,
    clock: Arc<TestClock>,
    asked: Mutex<Vec<(Revision, Revision)>>,
    settles: AtomicBool,
    /// While this is held, the fence does not answer.
    pub(crate) gate: tokio::sync::Mutex<()>,
}

impl TestFence {
    pub(crate) fn new(store: Store, clock: Arc<TestClock>) -> Self {
        Self {
            store,
            clock,
            asked: Mutex::default(),
            settles: AtomicBool::new(true),
            gate: tokio::sync::Mutex::default(),
        }
    }

    /// From now on some gateway stays silent.
    pub(crate) fn stay_unsettled(&self) {
        self.settles.store(false, Ordering::SeqCst);
    }

    /// The revisions it was asked to settle, each of which was committed by then.
    pub(crate) fn asked(&self) -> Vec<Revision> {
        let asked = self.asked.lock().unwrap();
        for (revision, stored) in &*asked {
            assert!(revision <= stored, "asked before the commit");
        }
        asked.iter().map(|(revision, _)| *revision).collect()
    }
}

impl Fence for TestFence {
    fn settle(&self, revision: Revision) -> Settling<'_> {
        let stored = self.store.revision().unwrap();
        self.asked.lock().unwrap().push((revision, stored));
        Box::pin(async move {
            let _open = self.gate.lock().await;
            let settled = self.settles.load(Ordering::SeqCst);
            let confirmation = |number, confirmed_by| Confirmation {
                gateway: GatewayId::from_number(number).unwrap(),
                confirmed_at: self.clock.now(),
                confirmed_by,
            };
            let mut gateways = vec![confirmation(0, ConfirmedBy::Applied)];
            if settled {
                gateways.push(confirmation(1, ConfirmedBy::LeaseExpired));
            }
            Receipt { revision, settled, gateways }
        })
    }
}

/// Every cluster runs.
#[derive(Default)]
pub(crate) struct TestWatch {
    /// The clusters whose data was deleted.
    pub(crate) erased: Mutex<Vec<ClusterId>>,
}

impl ClusterWatch for TestWatch {
    fn endpoint(&self, cluster: ClusterId, port: Option<u16>) -> String {
        match port {
            Some(port) => format!("http://localhost:{port}"),
            None => format!("http://{cluster}.localhost:19530"),
        }
    }

    /// The lowest that nobody has.
    fn own_port(&self, taken: &BTreeSet<u16>) -> Result<Option<u16>, Error> {
        Ok((20_000..=u16::MAX).find(|port| !taken.contains(port)))
    }

    fn erase(&self, cluster: ClusterId) -> Erasing<'_> {
        self.erased.lock().unwrap().push(cluster);
        Box::pin(std::future::ready(Ok(())))
    }

    fn status(&self, _: ClusterId) -> ClusterStatus {
        ClusterStatus {
            state: ClusterState::Running,
            message: None,
            version: Some("2.6.0".to_owned()),
        }
    }
}

/// Allows everything but what is called `Refused`, leaves to the policy what is called after an act
/// of it, and says back what was asked.
pub(crate) struct TestExplainer;

impl Explainer for TestExplainer {
    fn explain(&self, question: &Question) -> Result<Verdict, Error> {
        let call = &question.call;
        let allowed = Allowed {
            rule: "Read-Only",
            roles: Vec::new(),
            sees: (call.rpc == "ShowCollections").then(|| vec!["team_*".to_owned()]),
            by_names: !call.collection.is_empty(),
            own_only: false,
        };
        let message = format!("{:?} from {}", question.who, question.from);
        let refused = Refused { rule: "privilege missing", code: 7, message };
        let outcome = match (call.rpc.as_str(), model::Action::from_text(&call.rpc)) {
            ("Refused", _) => Outcome::Refused(refused),
            ("Unknown", _) => return Err(Error::invalid("there is no such RPC").in_field("rpc")),
            (_, Some(action)) => Outcome::ByKeyward(action, allowed, refused),
            _ => Outcome::Allowed(allowed),
        };
        let privilege = Some("PrivilegeSearch".to_owned());
        Ok(Verdict { rpc: call.rpc.clone(), privilege, outcome })
    }
}

/// Every key has seven calls running, until they are cut.
impl CallWatch for TestWatch {
    fn live(&self, _: KeyId) -> Counting<'_> {
        Box::pin(std::future::ready(Some(7)))
    }

    fn cut(&self, _: KeyId) -> Option<u64> {
        Some(7)
    }
}

/// Keeps every letter, or refuses them all.
#[derive(Default)]
pub(crate) struct TestMailer {
    letters: Mutex<Vec<Letter>>,
    refuses: AtomicBool,
    refused: Mutex<Option<String>>,
}

impl TestMailer {
    /// From now on no letter is taken.
    pub(crate) fn refuse(&self) {
        self.refuses.store(true, Ordering::SeqCst);
    }

    /// From now on letters are taken, but none to this address, for good.
    pub(crate) fn refuse_for_good(&self, address: &str) {
        self.refuses.store(false, Ordering::SeqCst);
        *self.refused.lock().unwrap() = Some(address.to_owned());
    }

    /// Every letter so far.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }
}

impl Mailer for TestMailer {
    fn send(&self, letter: Letter) -> Sending<'_> {
        Box::pin(async move {
            if self.refuses.load(Ordering::SeqCst) {
                return Err(Error::new(ErrorKind::Unavailable, "the mail server refused"));
            }
            if self.refused.lock().unwrap().as_deref() == Some(letter.to.as_str()) {
                return Err(Error::new(ErrorKind::Conflict, "the mail server refused the letter"));
            }
            self.letters.lock().unwrap().push(letter);
            Ok(())
        })
    }
}

/// Metrics that are read for as long as a test wants.
#[derive(Default)]
pub(crate) struct TestMetrics {
    /// Nobody reads on while a test holds this.
    pub(crate) gate: tokio::sync::Mutex<()>,
    /// How often reading began.
    pub(crate) begun: AtomicUsize,
}

impl TestMetrics {
    pub(crate) fn reader(self: Arc<Self>) -> Arc<dyn Fn() -> String + Send + Sync> {
        Arc::new(move || {
            self.begun.fetch_add(1, Ordering::SeqCst);
            drop(self.gate.blocking_lock());
            "keyward_up 1\n".to_owned()
        })
    }
}
