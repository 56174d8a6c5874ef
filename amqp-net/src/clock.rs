//! The clock.

use std::time::Instant;

/// Returns the time of the runtime. Nothing else reads a clock.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
