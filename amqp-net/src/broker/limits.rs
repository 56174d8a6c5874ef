//! What the broker holds at most.

use std::sync::atomic::{AtomicU64, Ordering};

use amqp_types::transport::{AmqpError, Error};

/// What the broker holds at most. Each is set by a method of the builder with the same name.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "they are those of the methods of the builder")]
pub(super) struct Limits {
    pub(super) max_connections: usize,
    pub(super) max_pending: usize,
    pub(super) max_queues: usize,
    pub(super) max_message_size: u64,
    pub(super) max_queue_messages: usize,
    pub(super) max_queue_octets: u64,
    pub(super) max_octets: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 1000,
            max_pending: 1000,
            max_queues: 10_000,
            max_message_size: 16 << 20,
            max_queue_messages: 1_000_000,
            max_queue_octets: 256 << 20,
            max_octets: 1 << 30,
        }
    }
}

/// Returns the error of something that would exceed a limit.
pub(super) fn exceeded(what: &str, name: &str, limit: impl Into<u64>) -> Error {
    let what = format!("{what}: the limit {name} of the broker is {}", limit.into());
    Error::new(AmqpError::ResourceLimitExceeded, what)
}

/// What a message takes besides its octets, in memory: an estimate that is rather high, so that a flood of empty messages
/// is limited too. 400,000 of them took 186 octets each in a broker that was measured.
pub(super) const MESSAGE_OVERHEAD: u64 = 256;

/// The octets of all messages that the broker holds, with the overhead of each.
#[derive(Debug, Default)]
pub(super) struct Usage(AtomicU64);

impl Usage {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, octets: u64) {
        self.0.fetch_add(octets, Ordering::Relaxed);
    }

    pub(super) fn sub(&self, octets: u64) {
        self.0.fetch_sub(octets, Ordering::Relaxed);
    }
}
