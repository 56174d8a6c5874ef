//! A connection, from its open to its close (section 2.4).

mod end;
mod idle;
mod settings;

use std::time::Instant;

use amqp_types::transport::{
    AmqpError, Close, ConnectionError, Error, ErrorCondition, MIN_MAX_FRAME_SIZE, Open,
    PerformativeRef,
};
use amqp_types::{Encode, Owned, Value};
use bytes::Bytes;

pub use self::end::ConnectionEnd;
use self::idle::Idle;
pub use self::settings::ConnectionSettings;
use super::frame::{Frame, FrameBody, FrameBodyError, FrameSplitter, FrameWriteError, FrameWriter};
use super::stream_end::StreamEnd;

/// A connection on one side, without I/O and without a clock. It has no sessions yet.
///
/// It begins after both sides have sent the AMQP header. Methods called `handle_*` report what happened, and
/// never fail. Methods called `poll_*` return what to do. After each call of another method, and once at the
/// beginning, send what [`poll_transmit`](Self::poll_transmit) returns, and take the events from
/// [`poll_event`](Self::poll_event). The connection is over when [`is_over`](Self::is_over) returns true; the
/// stream can then be closed.
///
/// ```
/// use std::time::Instant;
///
/// use amqp_net::proto::{Connection, ConnectionEnd, ConnectionEvent, ConnectionSettings};
///
/// let now = Instant::now();
/// let mut client = Connection::client(ConnectionSettings::new("client"), now)?;
/// let mut server = Connection::server(ConnectionSettings::new("server"), now);
///
/// server.handle_input(now, &mut &*client.poll_transmit().unwrap());
/// let Some(ConnectionEvent::Opened(open)) = server.poll_event() else { panic!() };
/// assert_eq!(open.container_id, "client");
/// server.accept(now)?;
/// client.handle_input(now, &mut &*server.poll_transmit().unwrap());
/// assert!(matches!(client.poll_event(), Some(ConnectionEvent::Opened(_))));
///
/// client.close(now, None);
/// server.handle_input(now, &mut &*client.poll_transmit().unwrap());
/// let end = ConnectionEvent::Ended(ConnectionEnd::ClosedByPeer(None));
/// assert_eq!(server.poll_event(), Some(end));
/// client.handle_input(now, &mut &*server.poll_transmit().unwrap());
/// assert_eq!(client.poll_event(), Some(ConnectionEvent::Ended(ConnectionEnd::Closed)));
/// assert!(client.is_over() && server.is_over());
/// # Ok::<(), amqp_net::proto::FrameWriteError>(())
/// ```
#[derive(Debug)]
pub struct Connection {
    splitter: FrameSplitter,
    state: State,
}

/// Something that happened on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionEvent {
    /// The peer has sent its open. A client's connection is open now. A server decides: it calls
    /// [`Connection::accept`], or [`Connection::close`] to refuse the client.
    Opened(Box<Open>),
    /// The connection has ended. This is the last event.
    Ended(ConnectionEnd),
}

/// The size of the largest frames that are sent, so that those of large messages interleave.
const MOST_WRITTEN: u32 = 131_072;

/// What one side of a connection has sent. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Half {
    Before,
    Open,
    Closed,
}

/// Everything but the splitter, from which frames borrow while they are handled.
#[derive(Debug)]
struct State {
    settings: ConnectionSettings,
    frames: FrameWriter,
    ours: Half,
    theirs: Half,
    idle: Idle,
    /// When the open or the answer to the close must have come.
    deadline: Option<Instant>,
    /// The open of the peer, until it is returned as an event.
    opened: Option<Box<Open>>,
    /// Whether the peer announced that it will close instead of opening the connection, and then what is wrong
    /// with its open.
    refusal: Option<Violation>,
    /// Why the connection ended, and whether that was returned as an event.
    end: Option<(ConnectionEnd, bool)>,
    /// How sending ended, if it ended before receiving.
    broken: Option<StreamEnd>,
    /// Whether the connection ended without a close of the peer.
    is_abandoned: bool,
}

/// A violation of the standard by the peer.
#[derive(Clone, Debug)]
struct Violation {
    condition: ErrorCondition,
    description: String,
}

impl Violation {
    fn new(condition: impl Into<ErrorCondition>, description: impl Into<String>) -> Self {
        Self { condition: condition.into(), description: description.into() }
    }
}

impl Connection {
    /// Creates the connection of a client, which sends its open at once.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameWriteError`] if the open does not fit into a frame of 512 octets, the largest that a peer
    /// must accept before it has sent its own.
    pub fn client(settings: ConnectionSettings, now: Instant) -> Result<Self, FrameWriteError> {
        let mut connection = Self::new(settings, now);
        connection.state.open(now)?;
        Ok(connection)
    }

    /// Creates the connection of a server, which waits for the client's open.
    pub fn server(settings: ConnectionSettings, now: Instant) -> Self {
        Self::new(settings, now)
    }

    fn new(settings: ConnectionSettings, now: Instant) -> Self {
        let splitter = FrameSplitter::new(settings.open.max_frame_size);
        let state = State {
            frames: FrameWriter::new(MIN_MAX_FRAME_SIZE),
            ours: Half::Before,
            theirs: Half::Before,
            idle: Idle::new(now, settings.silence),
            deadline: now.checked_add(settings.time_to_open),
            opened: None,
            refusal: None,
            end: None,
            broken: None,
            is_abandoned: false,
            settings,
        };
        Self { splitter, state }
    }

    /// Accepts the client, after its open has been returned as an event: sends the open of the server. Nothing
    /// happens at any other time.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameWriteError`] if the open is larger than the client accepts. What remains is to
    /// [`close`](Self::close) the connection.
    pub fn accept(&mut self, now: Instant) -> Result<(), FrameWriteError> {
        let State { ours, theirs, refusal, .. } = &self.state;
        if *theirs == Half::Open && *ours == Half::Before && refusal.is_none() {
            self.state.open(now)?;
        }
        Ok(())
    }

    /// Takes frames from the front of the input, which may be cut anywhere. What a server has not taken when it
    /// must decide, it takes later.
    pub fn handle_input(&mut self, now: Instant, input: &mut &[u8]) {
        if !input.is_empty() {
            self.state.idle.handle_received(now);
        }
        while self.wants_read() {
            let handled = match self.splitter.next_frame(input) {
                Ok(None) => return,
                Ok(Some(frame)) => self.state.handle_frame(now, &frame),
                Err(error) => Err(Violation::new(ConnectionError::FramingError, error.to_string())),
            };
            if let Err(violation) = handled {
                self.state.handle_violation(now, violation);
            }
        }
    }

    /// Reports that the peer will send nothing more.
    pub fn handle_eof(&mut self, end: StreamEnd) {
        self.state.abandon(ConnectionEnd::Lost(self.state.broken.unwrap_or(end)));
    }

    /// Reports that the output of [`poll_transmit`](Self::poll_transmit) could not be sent completely. Continue
    /// to read, because earlier input from the peer may say why.
    pub fn handle_write_error(&mut self, now: Instant, end: StreamEnd) {
        self.state.broken = Some(end);
        self.state.frames.split();
        self.state.ours = Half::Closed;
        self.state.expect_close(now);
    }

    /// Reports the time. Call it at [`poll_timeout`](Self::poll_timeout), or at any other time.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.state.handle_timeout(now);
    }

    /// Closes the connection, with an error if there is a reason. A server that has not accepted the client
    /// refuses it so. Nothing happens if the connection has been closed before.
    pub fn close(&mut self, now: Instant, error: Option<Error>) {
        self.state.close(now, error);
    }

    /// Returns what to send next.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        let output = self.state.frames.split();
        (!output.is_empty()).then_some(output)
    }

    /// Returns what happened next.
    pub fn poll_event(&mut self) -> Option<ConnectionEvent> {
        if let Some(open) = self.state.opened.take() {
            return Some(ConnectionEvent::Opened(open));
        }
        match &mut self.state.end {
            Some((end, is_returned)) if !*is_returned => {
                *is_returned = true;
                Some(ConnectionEvent::Ended(end.clone()))
            }
            _ => None,
        }
    }

    /// Returns when to call [`handle_timeout`](Self::handle_timeout) if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let state = &self.state;
        if self.is_over() {
            return None;
        }
        let silence = state.idle.end_of_silence().map(|(at, _)| at).filter(|_| state.is_open());
        let heartbeat = state.idle.next_heartbeat().filter(|_| state.is_open());
        state.deadline.into_iter().chain(silence).chain(heartbeat).min()
    }

    /// Whether more input is wanted. Otherwise leave it for later: a server must decide first, or the connection
    /// is over.
    pub const fn wants_read(&self) -> bool {
        self.state.wants_read()
    }

    /// Whether the connection is over: nothing more is received, and what is left to be sent is returned by
    /// [`poll_transmit`](Self::poll_transmit).
    pub fn is_over(&self) -> bool {
        let State { ours, theirs, is_abandoned, .. } = self.state;
        is_abandoned || (ours == Half::Closed && theirs == Half::Closed)
    }
}

impl State {
    const fn wants_read(&self) -> bool {
        if self.is_abandoned {
            return false;
        }
        match (self.ours, self.theirs) {
            (_, Half::Closed) => false,
            // A refused open is followed by a close.
            (Half::Before, Half::Open) => self.refusal.is_some(),
            _ => true,
        }
    }

    fn is_open(&self) -> bool {
        self.ours == Half::Open && self.theirs == Half::Open
    }

    fn write(&mut self, now: Instant, performative: &impl Encode) -> Result<(), FrameWriteError> {
        self.idle.handle_sent(now);
        self.frames.amqp(0, performative, b"")
    }

    fn open(&mut self, now: Instant) -> Result<(), FrameWriteError> {
        let open = self.settings.open.clone();
        self.write(now, &open)?;
        self.ours = Half::Open;
        Ok(())
    }

    fn close(&mut self, now: Instant, error: Option<Error>) {
        if self.ours == Half::Closed || self.is_abandoned {
            return;
        }
        // No close without an open before it (section 2.4.6). What is too long for the peer's frames is replaced.
        if self.ours == Half::Before && self.open(now).is_err() {
            let _ = self.write(now, &Open::new(""));
        }
        let short = error.clone().map(|error| Error { description: None, info: None, ..error });
        let mut closes = [error, short, None].into_iter().map(|error| Close { error });
        closes.find(|close| self.write(now, close).is_ok());
        self.ours = Half::Closed;
        self.expect_close(now);
    }

    /// Begins to wait for the peer's close.
    fn expect_close(&mut self, now: Instant) {
        self.deadline = now.checked_add(self.settings.time_to_close);
    }

    fn handle_frame(&mut self, now: Instant, frame: &Frame<&[u8]>) -> Result<(), Violation> {
        let body = frame.decode().map_err(|error| {
            let condition: ErrorCondition = match error {
                FrameBodyError::Decode(_) => AmqpError::DecodeError.into(),
                _ => ConnectionError::FramingError.into(),
            };
            Violation::new(condition, error.to_string())
        })?;
        let (channel, performative) = match body {
            FrameBody::Amqp { channel, performative, .. } => (channel, performative),
            FrameBody::Empty { .. } => return Ok(()),
            FrameBody::Sasl(_) => {
                return Err(Violation::new(ConnectionError::FramingError, "a SASL frame"));
            }
        };
        match (performative, self.theirs) {
            (PerformativeRef::Close(close), _) => {
                self.handle_close(now, close.error.map(Error::from_ref));
                Ok(())
            }
            (PerformativeRef::Open(open), Half::Before) => {
                self.handle_open(channel, Open::from_ref(open))
            }
            // After our close everything is discarded, except the open that precedes the answer.
            _ if self.ours == Half::Closed => Ok(()),
            (performative, Half::Before) => Err(Violation::new(
                AmqpError::IllegalState,
                format!("the first frame is not open but {}", name(&performative)),
            )),
            (PerformativeRef::Open(_), _) => {
                Err(Violation::new(AmqpError::IllegalState, "a second open"))
            }
            _ if channel > self.settings.open.channel_max => Err(Violation::new(
                ConnectionError::FramingError,
                format!(
                    "a frame on channel {channel}, above the channel-max of {}",
                    self.settings.open.channel_max
                ),
            )),
            (PerformativeRef::Begin(_), _) => {
                Err(Violation::new(AmqpError::NotImplemented, "sessions are not supported"))
            }
            (performative, _) => Err(Violation::new(
                AmqpError::NotAllowed,
                format!("{} on channel {channel}, which has no session", name(&performative)),
            )),
        }
    }

    fn handle_open(&mut self, channel: u16, open: Open) -> Result<(), Violation> {
        if channel != 0 {
            let what = format!("an open on channel {channel} instead of 0");
            return Err(Violation::new(AmqpError::NotAllowed, what));
        }
        self.theirs = Half::Open;
        if self.ours == Half::Closed {
            return Ok(());
        }
        self.refusal = refusal(&open);
        if self.refusal.is_none() {
            self.frames.set_max_frame_size(open.max_frame_size.min(MOST_WRITTEN));
            self.idle.begin(open.idle_time_out);
            self.opened = Some(Box::new(open));
            // A server takes its time to decide.
            self.deadline = None;
        }
        Ok(())
    }

    fn handle_close(&mut self, now: Instant, error: Option<Error>) {
        let was_open = self.theirs == Half::Open && self.refusal.is_none();
        self.theirs = Half::Closed;
        if self.ours == Half::Closed {
            self.ended(match error {
                None if self.broken.is_none() => ConnectionEnd::Closed,
                error => ConnectionEnd::ClosedByPeer(error),
            });
        } else {
            self.close(now, None);
            self.ended(if was_open {
                ConnectionEnd::ClosedByPeer(error)
            } else {
                ConnectionEnd::Refused(error)
            });
        }
        self.deadline = None;
    }

    fn handle_violation(&mut self, now: Instant, violation: Violation) {
        let Violation { condition, description } = violation;
        self.close(now, Some(Error::new(condition.clone(), description.clone())));
        self.ended(ConnectionEnd::Violation { condition, description });
        // What follows cannot be read.
        self.theirs = Half::Closed;
    }

    fn handle_timeout(&mut self, now: Instant) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.deadline = None;
            match self.refusal.take() {
                _ if self.ours == Half::Closed => {
                    let late = ConnectionEnd::CloseTimedOut(self.settings.time_to_close);
                    self.abandon(self.broken.map_or(late, ConnectionEnd::Lost));
                }
                Some(violation) => self.handle_violation(now, violation),
                None => self.abandon(ConnectionEnd::OpenTimedOut(self.settings.time_to_open)),
            }
        }
        if !self.is_open() || self.is_abandoned {
            return;
        }
        if let Some((at, silence)) = self.idle.end_of_silence()
            && at <= now
        {
            let what = format!("no frame for {silence:?}");
            self.close(now, Some(Error::new(AmqpError::ResourceLimitExceeded, what)));
            self.ended(ConnectionEnd::Silence(silence));
        } else if self.idle.next_heartbeat().is_some_and(|at| at <= now) {
            self.idle.handle_sent(now);
            let _ = self.frames.empty();
        }
    }

    /// Ends at once, without a close of the peer.
    fn abandon(&mut self, end: ConnectionEnd) {
        if self.theirs != Half::Closed {
            self.ended(end);
        }
        self.is_abandoned = true;
    }

    /// Records why the connection ended, unless a reason is known already.
    fn ended(&mut self, end: ConnectionEnd) {
        self.end.get_or_insert((end, false));
    }
}

/// Returns what is wrong with the open of a peer that does not want to open the connection: a close with the
/// reason should follow.
fn refusal(open: &Open) -> Option<Violation> {
    let failed = open.properties.as_ref().and_then(|properties| {
        properties.iter().find(|(key, _)| key.as_str() == "amqp:connection-establishment-failed")
    });
    let has_failed = match failed {
        Some((_, Value::Boolean(has_failed))) => *has_failed,
        Some((_, Value::String(text))) => &**text == "true",
        _ => false,
    };
    if has_failed {
        let what = "an open that announces a refusal, without a close";
        return Some(Violation::new(AmqpError::IllegalState, what));
    }
    (open.max_frame_size < MIN_MAX_FRAME_SIZE).then(|| {
        let what = format!(
            "a max-frame-size of {}, below the minimum of {MIN_MAX_FRAME_SIZE}",
            open.max_frame_size
        );
        Violation::new(AmqpError::InvalidField, what)
    })
}

const fn name(performative: &PerformativeRef<'_>) -> &'static str {
    match performative {
        PerformativeRef::Open(_) => "open",
        PerformativeRef::Begin(_) => "begin",
        PerformativeRef::Attach(_) => "attach",
        PerformativeRef::Flow(_) => "flow",
        PerformativeRef::Transfer(_) => "transfer",
        PerformativeRef::Disposition(_) => "disposition",
        PerformativeRef::Detach(_) => "detach",
        PerformativeRef::End(_) => "end",
        PerformativeRef::Close(_) => "close",
    }
}

#[cfg(test)]
mod tests;
