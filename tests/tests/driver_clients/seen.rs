//! What the servers have seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug, Default)]
struct State {
    /// By the case and the node.
    lines: BTreeMap<(String, String), Vec<String>>,
    ended: BTreeSet<String>,
}

/// Lines about what the servers have seen, which all of them share. A connection belongs to the case that its container
/// is named after.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Arc<(Mutex<State>, Condvar)>);

impl Seen {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A case that fails does not make the others fail.
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line about a node.
    pub(crate) fn add(&self, case: &str, node: &str, line: impl Into<String>) {
        let mut state = self.lock();
        state.lines.entry((case.to_owned(), node.to_owned())).or_default().push(line.into());
    }

    /// Says that all that will be seen of a case has been added.
    pub(crate) fn end(&self, case: &str) {
        self.lock().ended.insert(case.to_owned());
        self.0.1.notify_all();
    }

    /// Waits until the connection of a case has ended, and returns the lines about a node.
    pub(crate) fn of(&self, case: &str, node: &str) -> Vec<String> {
        const LIMIT: Duration = Duration::from_secs(20);
        let is_live = |state: &mut State| !state.ended.contains(case);
        let waited = self.0.1.wait_timeout_while(self.lock(), LIMIT, is_live);
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "{case}: the connection lives on, or has never come");
        state.lines.get(&(case.to_owned(), node.to_owned())).cloned().unwrap_or_default()
    }
}
