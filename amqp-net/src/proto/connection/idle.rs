//! Silence on a connection (section 2.4.5): when to give up on the peer, and when to send a heartbeat.

use std::time::{Duration, Instant};

use amqp_types::transport::Milliseconds;

/// When something was last received, and how long it may take until something is received and sent.
#[derive(Debug)]
pub(super) struct Idle {
    received: Instant,
    /// The silence after which this side gives up on the peer.
    silence: Option<Duration>,
    /// The time after which a heartbeat is sent if nothing else is.
    period: Option<Duration>,
}

impl Idle {
    /// The shortest time between heartbeats, whatever the peer asks for.
    const MIN_HEARTBEAT_PERIOD: Duration = Duration::from_millis(10);

    pub(super) const fn new(now: Instant, silence: Option<Duration>) -> Self {
        Self { received: now, silence, period: None }
    }

    /// Begins to send heartbeats, for a peer that gives up after this time.
    pub(super) fn begin(&mut self, idle_time_out: Option<Milliseconds>) {
        let time_out = idle_time_out.map(Duration::from).filter(|time_out| !time_out.is_zero());
        self.period = time_out.map(|time_out| (time_out / 2).max(Self::MIN_HEARTBEAT_PERIOD));
    }

    pub(super) fn handle_received(&mut self, now: Instant) {
        self.received = self.received.max(now);
    }

    /// Returns when to give up on the peer if it stays silent, and after how much silence.
    pub(super) fn end_of_silence(&self) -> Option<(Instant, Duration)> {
        let silence = self.silence?;
        Some((self.received.checked_add(silence)?, silence))
    }

    /// Returns when a heartbeat is due if nothing is sent after `written`.
    pub(super) fn next_heartbeat(&self, written: Instant) -> Option<Instant> {
        written.checked_add(self.period?)
    }
}
