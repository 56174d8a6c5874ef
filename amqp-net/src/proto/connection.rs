//! A connection, from its open to its close (section 2.4), and its sessions.

mod deadlines;
mod delivery;
mod demand;
mod end;
mod error;
mod half;
mod idle;
mod link;
mod link_octets;
mod links;
mod output;
mod receive_buffer;
mod received_state;
mod receiver;
mod sender;
mod session;
mod sessions;
mod settings;
mod shared;
mod state;
mod stats;
mod unsettled;
mod violation;
mod window;

use std::time::Instant;

use amqp_types::messaging::DeliveryState;
use amqp_types::transport::{Attach, Begin, Error, Fields, Open};
use bytes::Bytes;

pub use self::delivery::{Delivery, DeliveryId, OutgoingDelivery};
pub use self::demand::Demand;
pub use self::end::{ConnectionEnd, LinkEnd, SessionEnd};
pub use self::error::{AttachError, BeginError, NotUnsettled, SendError};
use self::link::Link;
pub use self::links::LinkId;
pub use self::sessions::SessionId;
pub use self::settings::{ConnectionSettings, SessionSettings};
use self::state::State;
pub use self::stats::ConnectionStats;
use super::frame::{Frame, FrameSplitter, FrameWriteError};
use super::parts::Parts;
use super::payload::Payload;
use super::stream_end::StreamEnd;

/// A connection on one side, without I/O and without a clock. It sends and receives messages over links.
///
/// It begins after both sides have sent the AMQP header. Methods called `handle_*` report what happened, and
/// never fail. Methods called `poll_*` return what to do. After each call of another method, and once at the
/// beginning, take the events from [`poll_event`](Self::poll_event), and send what
/// [`poll_transmit`](Self::poll_transmit) returns, until neither returns anything: each may lead to more of the
/// other. When [`is_over`](Self::is_over) returns true, send the remaining output, close
/// the sending side of the stream, and read until the peer has closed its side: a stream that is dropped while
/// input is unread may be reset before the output arrives.
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
/// let Some(ConnectionEvent::PeerOpened(open)) = server.poll_event() else { panic!() };
/// assert_eq!(open.container_id, "client");
/// server.accept(now)?;
/// client.handle_input(now, &mut &*server.poll_transmit().unwrap());
/// assert!(matches!(client.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
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

/// The size of the largest open that a server accepts, in octets. The standard allows 512 (section 2.4.1), which
/// the properties of some clients exceed.
const MAX_FIRST_FRAME_SIZE: u32 = 16_384;

/// Something that happened on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionEvent {
    /// The peer has sent its open. A client's connection is open now. A server decides: it calls
    /// [`Connection::accept`], or [`Connection::close`] to refuse the client.
    PeerOpened(Box<Open>),
    /// The peer has answered the begin of a session.
    SessionBegun(SessionId, Box<Begin>),
    /// The peer has begun a session, which has been answered.
    SessionBegunByPeer(SessionId, Box<Begin>),
    /// A session has ended, or could not be begun.
    SessionEnded(SessionId, SessionEnd),
    /// The peer has answered the attach of a link.
    LinkAttached(LinkId, Box<Attach>),
    /// The peer wants to attach a link. Decide: call [`Connection::accept_link`], or [`Connection::detach`] to
    /// refuse it.
    LinkRequested(LinkId, Box<Attach>),
    /// A link has ended, or could not be attached. A link whose session ends has no event of its own.
    LinkDetached(LinkId, LinkEnd),
    /// A message can perhaps be sent on a link on which [`Connection::send`] returned [`SendError::WouldBlock`]:
    /// try again.
    SenderReady(LinkId),
    /// A message has been received.
    Received(Delivery),
    /// The peer has told a state of deliveries or has settled them, either as their receiver or as their sender.
    Updated {
        /// The deliveries, in the order in which they were sent.
        deliveries: Vec<DeliveryId>,
        /// The state that they have at the peer, if that has been said.
        state: Option<DeliveryState>,
        /// Whether they are settled: this is the last event for them. Otherwise the state may change, and the next event
        /// for them comes when they are settled, or when the receiver tells how much of one of them it has received
        /// ([`DeliveryState::Received`]).
        is_settled: bool,
    },
    /// The sender has used up the credit, after [`Connection::drain`].
    Drained(LinkId),
    /// The peer has sent properties of a link in a flow.
    PropertiesReceived(LinkId, Box<Fields>),
    /// The connection has ended, and with it all of its sessions and links. This is the last event.
    Ended(ConnectionEnd),
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
        connection.state.open()?;
        Ok(connection)
    }

    /// Creates the connection of a server, which waits for the client's open.
    pub fn server(settings: ConnectionSettings, now: Instant) -> Self {
        let mut connection = Self::new(settings, now);
        let max = connection.state.max_frame_size().min(MAX_FIRST_FRAME_SIZE);
        connection.splitter.set_max_frame_size(max);
        connection
    }

    fn new(settings: ConnectionSettings, now: Instant) -> Self {
        let splitter = FrameSplitter::new(settings.open.max_frame_size);
        Self { splitter, state: State::new(settings, now) }
    }

    /// Accepts the client, whose open has been received: sends the open of the server. Nothing happens at any other
    /// time. The decision has no time limit. Then report the input that was left.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameWriteError`] if the open is larger than the client accepts. What remains is to
    /// [`close`](Self::close) the connection.
    pub fn accept(&mut self, now: Instant) -> Result<(), FrameWriteError> {
        self.state.set_time(now);
        self.state.accept()?;
        self.splitter.set_max_frame_size(self.state.max_frame_size());
        Ok(())
    }

    /// Begins a session. The peer answers it with an event.
    ///
    /// # Errors
    ///
    /// Returns a [`BeginError`] if the connection is not open, or no more sessions can exist at once.
    pub fn begin(
        &mut self,
        now: Instant,
        settings: SessionSettings,
    ) -> Result<SessionId, BeginError> {
        self.state.set_time(now);
        self.state.begin(settings)
    }

    /// Ends a session, with an error if there is a reason. Nothing happens if it has been ended before.
    pub fn end(&mut self, now: Instant, session: SessionId, error: Option<Error>) {
        self.state.set_time(now);
        self.state.end(session, error);
    }

    /// Attaches a link in a session. The connection chooses its handle. The peer answers with an event. One link
    /// can be attached before the peer has answered the begin.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the session has ended, a link of this name and role is attached on this
    /// connection, or the peer accepts no more links.
    pub fn attach(
        &mut self,
        now: Instant,
        session: SessionId,
        attach: Attach,
    ) -> Result<LinkId, AttachError> {
        self.state.set_time(now);
        self.state.attach(session, attach)
    }

    /// Accepts a link of the peer: answers with this attach, whose name, handle and role are set by the
    /// connection. It must have the terminus of this side: a source of a sender, a target of a receiver. Without one
    /// the peer takes it for a refusal.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the request has ended, or the attach is larger than the peer accepts.
    pub fn accept_link(
        &mut self,
        now: Instant,
        link: LinkId,
        attach: Attach,
    ) -> Result<(), AttachError> {
        self.state.set_time(now);
        self.state.accept_link(link, attach)
    }

    /// Detaches a link, with an error if there is a reason. If it is not `closed`, it is only suspended, and can be
    /// attached again (section 2.6.4). This is also how a link of the peer is refused. Nothing happens if the link
    /// has been detached before.
    ///
    /// A delivery that has been begun is completed first, and an end or a close that follows waits for it, within their
    /// time limits.
    pub fn detach(&mut self, now: Instant, link: LinkId, closed: bool, error: Option<Error>) {
        self.state.set_time(now);
        self.state.detach(link, closed, error);
    }

    /// Sends a message on an attached link. Its octets are those of an encoded message.
    ///
    /// If it takes several frames, those that cannot be sent now follow without a further call. An
    /// [`Updated`](ConnectionEvent::Updated) event tells its outcome, unless it was sent settled.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if nothing was sent.
    pub fn send(
        &mut self,
        now: Instant,
        link: LinkId,
        delivery: &OutgoingDelivery<impl Payload>,
    ) -> Result<DeliveryId, SendError> {
        self.state.set_time(now);
        let number = self.state.send(link, delivery)?;
        Ok(DeliveryId { link, number })
    }

    /// Accepts this many deliveries on a receiving link from now on, in place of what was accepted before. One that has
    /// come in part is among them. More than 2^31 - 1 counts as that, because the standard allows no more.
    /// Deliveries that are on the way may come in addition. Returns whether the link is a receiving one.
    pub fn grant(&mut self, now: Instant, link: LinkId, credit: u32) -> bool {
        self.state.set_time(now);
        self.state.grant(link, credit, false)
    }

    /// Asks the sender to send what it has now, up to this many deliveries, and to give up the rest of the credit.
    /// A [`Drained`](ConnectionEvent::Drained) event tells when it has, or when the time for an answer has passed: some
    /// peers do not answer if there is no credit. Returns whether the link is a receiving one.
    pub fn drain(&mut self, now: Instant, link: LinkId, credit: u32) -> bool {
        self.state.set_time(now);
        self.state.grant(link, credit, true)
    }

    /// Keeps the credit of a sending link, although the receiver drains it, because more is about to be sent; or keeps it
    /// no longer. Without this, credit is given up when all events have been polled and all output has been taken.
    /// Returns whether a drain waits for its answer.
    pub fn hold_drain(&mut self, link: LinkId, is_held: bool) -> bool {
        self.state.hold_drain(link, is_held)
    }

    /// Returns what the receiver of a sending link demands. If there is no demand but `wants_credit` is true, a
    /// [`SenderReady`](ConnectionEvent::SenderReady) event tells when there is, as after a message that could not be sent.
    pub fn demand(&mut self, link: LinkId, wants_credit: bool) -> Demand {
        self.state.demand(link, wants_credit)
    }

    /// Holds each drain of a sending link from now on, so that the user says when its credit is given up: by
    /// [`hold_drain`](Self::hold_drain), after a [`SenderReady`](ConnectionEvent::SenderReady) event and a
    /// [`demand`](Self::demand) for a drain.
    pub fn answer_drains(&mut self, link: LinkId) {
        self.state.answer_drains(link);
    }

    /// Sends properties of a link to the peer, in a flow. Returns whether the link is attached.
    pub fn set_properties(&mut self, now: Instant, link: LinkId, properties: Fields) -> bool {
        self.state.set_time(now);
        self.state.set_properties(link, properties)
    }

    /// Settles a delivery that was received unsettled, with its outcome. Outcomes of deliveries that follow one
    /// another are sent together.
    ///
    /// # Errors
    ///
    /// Returns [`NotUnsettled`] if the delivery has been settled, or its link has ended. Nothing is sent.
    pub fn settle(
        &mut self,
        now: Instant,
        delivery: DeliveryId,
        state: impl Into<DeliveryState>,
    ) -> Result<(), NotUnsettled> {
        self.state.set_time(now);
        self.state.settle(delivery, state.into())
    }

    /// Takes frames from the front of the input, which may be cut anywhere.
    ///
    /// What is left in `input` has not been taken, because a server must decide first, or because too much output waits to
    /// be taken. Keep it, and report it again, before further input, after the decision or when output has been taken.
    pub fn handle_input(&mut self, now: Instant, input: &mut &[u8]) {
        self.state.set_time(now);
        if !input.is_empty() {
            self.state.handle_received(input.len());
        }
        while self.wants_read() {
            let handled = match self.splitter.next_frame(input) {
                Ok(None) => break,
                Ok(Some(Frame { header, body })) => self.state.handle_frame(header, body),
                Err(error) => {
                    self.state.handle_unreadable(error.into());
                    break;
                }
            };
            if let Err(violation) = handled {
                self.state.handle_violation(violation);
            }
        }
        self.state.handle_input_end();
    }

    /// Reports that the peer will send nothing more. Report the input before that, all of it.
    pub fn handle_eof(&mut self, end: StreamEnd) {
        self.state.handle_eof(end);
    }

    /// Reports that the output of [`poll_transmit`](Self::poll_transmit) could not be sent completely. Continue
    /// to read, because earlier input from the peer may say why.
    pub fn handle_write_error(&mut self, now: Instant, end: StreamEnd) {
        self.state.set_time(now);
        self.state.handle_write_error(end);
    }

    /// Reports the time. Call it at [`poll_timeout`](Self::poll_timeout), or at any other time.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.state.set_time(now);
        self.state.handle_timeout();
    }

    /// Closes the connection, with an error if there is a reason. This is also how a server refuses a client that
    /// it has not accepted. Nothing happens if the connection has been closed before.
    ///
    /// If the error is too long for the frames of the peer, its info is left out, then its description.
    pub fn close(&mut self, now: Instant, error: Option<Error>) {
        self.state.set_time(now);
        self.state.close_later(error);
    }

    /// Returns what to send next.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.poll_transmit_parts().map(Parts::into_bytes)
    }

    /// Returns what to send next, for a vectored write: large payloads are parts of their own, which
    /// [`poll_transmit`](Self::poll_transmit) copies.
    pub fn poll_transmit_parts(&mut self) -> Option<Parts> {
        self.state.take_output()
    }

    /// Returns what happened next.
    pub fn poll_event(&mut self) -> Option<ConnectionEvent> {
        self.state.next_event()
    }

    /// Counts octets of deliveries that the user keeps in a queue of its own as received and not taken, until
    /// [`free`](Self::free) is called: they leave less room for others (see
    /// [`ConnectionSettings::receive_buffer`]), like those of deliveries that [`poll_event`](Self::poll_event) has not
    /// returned.
    pub const fn hold(&mut self, octets: usize) {
        self.state.hold(octets);
    }

    /// Ends what [`hold`](Self::hold) has begun, for as many octets. Returns whether something may have to be sent,
    /// because a session has waited for room.
    pub const fn free(&mut self, octets: usize) -> bool {
        self.state.free(octets)
    }

    /// Returns why the connection ended, if it has.
    pub const fn end_reason(&self) -> Option<&ConnectionEnd> {
        self.state.end_reason()
    }

    /// Returns why nothing can be sent any more, if this side has closed the connection or sending has failed. The
    /// connection ends after that.
    pub fn closing_reason(&self) -> Option<ConnectionEnd> {
        self.state.closing_reason()
    }

    /// Returns the credit of a link: the number of deliveries that may still be sent, as far as this side knows. 0 if it
    /// has ended.
    pub fn credit(&self, link: LinkId) -> u32 {
        self.state.link(link).map_or(0, Link::credit)
    }

    /// Returns how many messages the sender of a receiving link has said that it has, beside those that it has sent. It
    /// is a hint: many senders never say it, or not exactly (section 2.6.7).
    pub fn available(&self, link: LinkId) -> Option<u32> {
        self.state.link(link)?.available()
    }

    /// Returns what the connection has done so far, and what it holds now.
    pub fn stats(&self) -> ConnectionStats {
        self.state.stats()
    }

    /// Returns when to call [`handle_timeout`](Self::handle_timeout) if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.state.next_timeout()
    }

    /// Whether more input is wanted. Otherwise leave it for later: a server must decide first, too much output waits to
    /// be taken, or the connection is over.
    pub fn wants_read(&self) -> bool {
        self.state.wants_read()
    }

    /// Whether [`poll_transmit`](Self::poll_transmit) may return something now, without anything else happening before.
    pub fn wants_write(&self) -> bool {
        self.state.wants_write()
    }

    /// Whether the connection is over: nothing more is received, and what is left to be sent is returned by
    /// [`poll_transmit`](Self::poll_transmit).
    pub const fn is_over(&self) -> bool {
        self.state.is_over()
    }
}

#[cfg(test)]
mod tests;
