//! Limits of the SASL exchange.

use std::time::Duration;

use crate::proto::closing::ClosingLimits;

/// The limits of a SASL exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaslSettings {
    pub(super) max_frame_size: u32,
    pub(super) limit: Duration,
    pub(super) closing: ClosingLimits,
}

impl SaslSettings {
    /// How large a frame may be that the peer sends, in octets. The standard allows 512 (section
    /// 5.3.1); some mechanisms need more, so without this it is 4096. Less than 512 counts as 512.
    #[must_use]
    pub const fn max_frame_size(mut self, octets: u32) -> Self {
        self.max_frame_size = octets;
        self
    }

    /// The time limit for the exchange. Without this, 10 seconds.
    #[must_use]
    pub const fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// How much patience there is with the peer while the connection is being closed after a
    /// failure.
    #[must_use]
    pub const fn closing(mut self, limits: ClosingLimits) -> Self {
        self.closing = limits;
        self
    }
}

impl Default for SaslSettings {
    fn default() -> Self {
        Self {
            max_frame_size: 4096,
            limit: Duration::from_secs(10),
            closing: ClosingLimits { octets: 1 << 16, time: Duration::from_millis(200) },
        }
    }
}
