//! What a listener takes.

use crate::proto::ServerSettings;

/// What a listener takes, and how much at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerSettings {
    pub(super) server: ServerSettings,
    pub(super) max_handshakes: usize,
}

impl ListenerSettings {
    /// Negotiates each connection with these settings, at most 4096 at once.
    pub const fn new(server: ServerSettings) -> Self {
        Self { server, max_handshakes: 4096 }
    }

    /// How many connections can be in their handshake at once, at least one. When there are more,
    /// the oldest of them is dropped: a client in good health needs far less time for its handshake
    /// than the oldest has had. Without this, 4096.
    ///
    /// Each takes an open file, as does each connection that was agreed on, for as long as it is
    /// kept: choose this so that all of them fit the limit of open files that the process has.
    #[must_use]
    pub const fn max_handshakes(mut self, most: usize) -> Self {
        self.max_handshakes = if most == 0 { 1 } else { most };
        self
    }
}

/// Supports AMQP and SASL 1.0.0.
impl Default for ListenerSettings {
    fn default() -> Self {
        Self::new(ServerSettings::default())
    }
}
