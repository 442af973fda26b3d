//! The access table without a door: for a process that lets no calls through but has to say what
//! would become of one.
//!
//! It is fed as a gateway is and answers with the same steps. It must never be asked to confirm
//! that a change holds: no call is cut here.

use crate::path::explain::{Outcome, Question, explain};
use crate::table::{AccessTable, View};
use model::{Change, Revision};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A table that follows the change feed.
pub struct Mirror {
    table: Arc<AccessTable>,
    /// One change at a time: the order of the feed is the order of application.
    applying: Mutex<()>,
}

impl Mirror {
    /// One that holds nothing yet.
    pub fn new() -> Self {
        Self { table: Arc::new(AccessTable::new()), applying: Mutex::default() }
    }

    /// Loads the whole table from a store that hands it out thing by thing and then says which
    /// revision that was. What the table held and the store does not is gone.
    ///
    /// # Errors
    /// That of the store. The mirror then stays at the revision it had.
    pub fn load_from<E>(
        &self,
        read: impl FnOnce(&mut dyn FnMut(Change)) -> Result<Revision, E>,
    ) -> Result<(), E> {
        let _turn = self.applying.lock().unwrap_or_else(PoisonError::into_inner);
        let mut load = self.table.load();
        // Nobody runs on this table, so no effect of a change concerns anybody.
        match read(&mut |change| load.put(change)) {
            Ok(revision) => {
                let _effects = load.finish(revision);
                Ok(())
            }
            Err(error) => {
                let _effects = load.give_up();
                Err(error)
            }
        }
    }

    /// Applies changes of the feed, in its order.
    pub fn apply(&self, revision: Revision, changes: &[Change]) {
        let _turn = self.applying.lock().unwrap_or_else(PoisonError::into_inner);
        let _effects = self.table.apply(revision, changes);
    }

    /// What would become of a call on a gateway that answers RPCs about users itself.
    pub fn explain(&self, question: &Question<'_>) -> Outcome {
        explain(question, &View::new(Arc::clone(&self.table)), true)
    }
}

impl Default for Mirror {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mirror(at {})", self.table.revision().number())
    }
}
