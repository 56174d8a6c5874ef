//! What a side announces when it begins a connection or a session, and the time limits of a connection.

use std::time::Duration;

use amqp_types::transport::{Begin, Fields, Handle, MIN_MAX_FRAME_SIZE, Milliseconds, Open};
use amqp_types::{Multiple, Symbol};
use bytestring::ByteString;

/// What a side of a connection announces in its open (section 2.7.1), and its time limits.
///
/// ```
/// use std::time::Duration;
///
/// use amqp_net::proto::ConnectionSettings;
///
/// let settings = ConnectionSettings::new("orders-1")
///     .hostname("broker.example")
///     .max_frame_size(1 << 20)
///     .idle_time_out(Some(Duration::from_secs(30)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSettings {
    pub(super) open: Open,
    pub(super) receive_buffer: u64,
    pub(super) silence: Option<Duration>,
    pub(super) time_to_open: Duration,
    pub(super) time_to_answer: Duration,
    pub(super) time_to_close: Duration,
}

impl ConnectionSettings {
    const MIN_IDLE_TIME_OUT: Duration = Duration::from_secs(2);

    /// Creates settings for a container with this id, which should be unique among those that connect to the
    /// same peer.
    ///
    /// The defaults are frames of at most 32,768 octets, 64 MiB for messages that are received, channels up to 255, a
    /// silence of 60 seconds, 30 seconds to open and to answer, and 5 to close.
    pub fn new(container_id: impl Into<ByteString>) -> Self {
        let mut open = Open::new(container_id);
        open.max_frame_size = 32_768;
        open.channel_max = 255;
        let settings = Self {
            open,
            receive_buffer: 64 << 20,
            silence: None,
            time_to_open: Duration::from_secs(30),
            time_to_answer: Duration::from_secs(30),
            time_to_close: Duration::from_secs(5),
        };
        settings.idle_time_out(Some(Duration::from_secs(60)))
    }

    /// Returns what will be announced.
    pub const fn open(&self) -> &Open {
        &self.open
    }

    /// Sets the id of the container, in place of the one that [`new`](Self::new) was given.
    #[must_use]
    pub fn container_id(mut self, id: impl Into<ByteString>) -> Self {
        self.open.container_id = id.into();
        self
    }

    /// Sets the host that a client wants to reach, such as a virtual host.
    #[must_use]
    pub fn hostname(mut self, hostname: impl Into<ByteString>) -> Self {
        self.open.hostname = Some(hostname.into());
        self
    }

    /// Sets the largest frame that this side accepts, in octets. Lower values are raised to
    /// [`MIN_MAX_FRAME_SIZE`], which every peer must accept.
    #[must_use]
    pub fn max_frame_size(mut self, octets: u32) -> Self {
        self.open.max_frame_size = octets.max(MIN_MAX_FRAME_SIZE);
        self
    }

    /// Raises the receive buffer if it has no room for four messages of this size, as many as it has by default for the
    /// largest ones of the broker.
    #[cfg(feature = "broker")]
    pub(crate) fn fit_messages(mut self, octets: u64) -> Self {
        self.receive_buffer = self.receive_buffer.max(octets.saturating_mul(4));
        self
    }

    /// Sets how many octets of messages this side holds: of those that are not complete, and of those that have not been
    /// taken. Each frame that the peer is allowed to send counts as if it were of the largest size, so the value is
    /// raised to 16 frames if it is lower.
    #[must_use]
    pub const fn receive_buffer(mut self, octets: u64) -> Self {
        self.receive_buffer = octets;
        self
    }

    /// Sets the highest channel number that this side accepts. One session more than that can exist.
    #[must_use]
    pub const fn channel_max(mut self, channel: u16) -> Self {
        self.open.channel_max = channel;
        self
    }

    /// Sets the silence after which this side gives up on the peer, or `None` to wait forever. Half of it is
    /// announced to the peer, because many send heartbeats only after the whole announced time. Values below 2
    /// seconds are raised to that.
    #[must_use]
    pub fn idle_time_out(mut self, silence: Option<Duration>) -> Self {
        self.silence = silence.map(|silence| silence.max(Self::MIN_IDLE_TIME_OUT));
        self.open.idle_time_out = self.silence.map(|silence| {
            Milliseconds(u32::try_from((silence / 2).as_millis()).unwrap_or(u32::MAX))
        });
        self
    }

    /// Returns the silence after which this side gives up on the peer.
    pub const fn silence(&self) -> Option<Duration> {
        self.silence
    }

    /// Sets the extensions that this side supports.
    #[must_use]
    pub fn offered_capabilities(mut self, capabilities: Multiple<Symbol>) -> Self {
        self.open.offered_capabilities = capabilities;
        self
    }

    /// Sets the extensions that this side may use if the peer supports them.
    #[must_use]
    pub fn desired_capabilities(mut self, capabilities: Multiple<Symbol>) -> Self {
        self.open.desired_capabilities = capabilities;
        self
    }

    /// Sets the properties of this side, such as the product and its version.
    #[must_use]
    pub fn properties(mut self, properties: Fields) -> Self {
        self.open.properties = Some(properties);
        self
    }

    /// Sets the time in which the peer must have sent its open. The decision of a server has no limit.
    #[must_use]
    pub const fn time_to_open(mut self, limit: Duration) -> Self {
        self.time_to_open = limit;
        self
    }

    /// Sets the time in which the peer must answer the begin and the end of a session, and the attach, the detach
    /// and a drain of a link.
    #[must_use]
    pub const fn time_to_answer(mut self, limit: Duration) -> Self {
        self.time_to_answer = limit;
        self
    }

    /// Sets the time in which the peer must answer a close.
    #[must_use]
    pub const fn time_to_close(mut self, limit: Duration) -> Self {
        self.time_to_close = limit;
        self
    }
}

/// What a side announces when it begins a session (section 2.7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    pub(super) begin: Begin,
}

impl Default for SessionSettings {
    /// Handles up to 255.
    fn default() -> Self {
        Self { begin: Begin { handle_max: Handle(255), ..Begin::default() } }
    }
}

impl SessionSettings {
    /// Sets the highest handle that this side accepts. One link more than that can be attached by the peer.
    #[must_use]
    pub const fn handle_max(mut self, handle: u32) -> Self {
        self.begin.handle_max = Handle(handle);
        self
    }

    /// Sets the extensions that this side supports.
    #[must_use]
    pub fn offered_capabilities(mut self, capabilities: Multiple<Symbol>) -> Self {
        self.begin.offered_capabilities = capabilities;
        self
    }

    /// Sets the extensions that this side may use if the peer supports them.
    #[must_use]
    pub fn desired_capabilities(mut self, capabilities: Multiple<Symbol>) -> Self {
        self.begin.desired_capabilities = capabilities;
        self
    }

    /// Sets the properties of the session.
    #[must_use]
    pub fn properties(mut self, properties: Fields) -> Self {
        self.begin.properties = Some(properties);
        self
    }
}
