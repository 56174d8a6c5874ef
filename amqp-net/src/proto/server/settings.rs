//! What a server takes, and for how long it waits.

use std::time::Duration;

use crate::proto::closing::ClosingLimits;
use crate::proto::supported::Supported;

/// What a server takes, and for how long it waits.
///
/// ```
/// use std::time::Duration;
///
/// use amqp_net::ProtocolHeader;
/// use amqp_net::proto::{ServerSettings, Supported};
///
/// // Insists on SASL: who asks for AMQP is answered with the SASL header.
/// let settings = ServerSettings::new(Supported::only(ProtocolHeader::SASL))
///     .handshake_limit(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    pub(super) supported: Supported,
    pub(super) first_move: FirstMove,
    pub(super) limit: Duration,
    pub(super) closing: ClosingLimits,
}

/// Who sends its header first (section 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FirstMove {
    /// The client. The server answers, and can support several protocols on one port.
    #[default]
    Client,
    /// The server, with the header that it likes best; all others are then refused. A client of
    /// AMQP 1.0 sends its header at once all the same.
    Server,
}

impl ServerSettings {
    /// Supports these headers, waits for the client's, within 10 seconds.
    pub fn new(supported: Supported) -> Self {
        Self {
            supported,
            first_move: FirstMove::Client,
            limit: Duration::from_secs(10),
            closing: ClosingLimits::default(),
        }
    }

    /// Who sends first. Without this, the client.
    #[must_use]
    pub const fn first_move(mut self, first_move: FirstMove) -> Self {
        self.first_move = first_move;
        self
    }

    /// The time limit for the whole handshake, closing included: however a client behaves, it
    /// holds its connection no longer than that. Without this, 10 seconds.
    #[must_use]
    pub const fn handshake_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// How much patience there is with a client that was refused, so that the answer reaches it.
    /// Without this, [the default](ClosingLimits::default).
    #[must_use]
    pub const fn closing(mut self, limits: ClosingLimits) -> Self {
        self.closing = limits;
        self
    }

    /// The headers that are supported.
    pub const fn supported(&self) -> &Supported {
        &self.supported
    }

    /// The time limit for the whole handshake.
    pub const fn limit(&self) -> Duration {
        self.limit
    }
}

/// Supports AMQP and SASL 1.0.0.
impl Default for ServerSettings {
    fn default() -> Self {
        Self::new(Supported::default())
    }
}
