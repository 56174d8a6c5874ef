//! What all stages of a connection have in common.

use std::fmt;
use std::io;
use std::time::Instant;

use bytes::Bytes;

use super::closing::Closing;

/// A stage of a connection: a state machine that opens no socket and reads no clock.
///
/// Its methods are of three kinds. `handle_*` tells it what has happened: octets, the end of the
/// input, time. They never fail. `poll_*` asks it what to do now; what takes `&self` is a question
/// without effect. After any `handle_*`, and once at
/// the start, ask in this order: [`poll_transmit`](Self::poll_transmit) until there is no more,
/// [`poll_event`](Self::poll_event), [`poll_timeout`](Self::poll_timeout).
pub trait Stage: Sized {
    /// What comes after this stage.
    type Next;
    /// Why there is no next stage.
    type Failure;

    /// These octets have come from the peer. They may be cut anywhere.
    fn handle_input(&mut self, now: Instant, octets: &[u8]);

    /// Nothing more will come from the peer.
    fn handle_end(&mut self, now: Instant, ending: Ending);

    /// What was taken from [`poll_transmit`](Self::poll_transmit) could not be sent, or not all of
    /// it, and nothing more can be. Go on reading all the same: what the peer sent before is there
    /// to be read, and may say why.
    fn handle_unsent(&mut self, now: Instant, ending: Ending);

    /// Time has passed. Call it at [`poll_timeout`](Self::poll_timeout), or at any other time.
    fn handle_timeout(&mut self, now: Instant);

    /// What to send next, in order.
    fn poll_transmit(&mut self) -> Option<Transmit>;

    /// Whether more octets of the peer are of use. If not, leave them where they are.
    fn wants_input(&self) -> bool;

    /// When to call [`handle_timeout`](Self::handle_timeout) if nothing happens before.
    fn poll_timeout(&self) -> Option<Instant>;

    /// Whether the stage is over. It is not before all that it has to say was taken from
    /// [`poll_transmit`](Self::poll_transmit).
    fn poll_event(self) -> Progress<Self>;
}

/// How far a stage is.
#[derive(Debug)]
pub enum Progress<S: Stage> {
    /// It goes on.
    Pending(S),
    /// It has ended well.
    Done(S::Next),
    /// It has failed; what is left is to close the connection.
    Failed(S::Failure, Closing),
}

/// Something to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// These octets.
    Octets(Bytes),
    /// The end of the stream: close the sending side, and go on reading.
    End,
}

/// How a peer's octets came to their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The peer closed its sending side.
    Clean,
    /// The peer reset the connection.
    Reset,
    /// The connection broke otherwise.
    Failed(io::ErrorKind),
}

impl Ending {
    /// The end that an error of reading or writing is.
    pub fn of(error: io::ErrorKind) -> Self {
        match error {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Reset,
            io::ErrorKind::UnexpectedEof => Self::Clean,
            other => Self::Failed(other),
        }
    }

    /// What happened, as a sentence without its end: "the peer closed the connection".
    pub(super) const fn told_of(self, peer: &'static str) -> Told {
        Told { ending: self, peer }
    }
}

/// An ending, with the one who brought it about.
pub(super) struct Told {
    ending: Ending,
    peer: &'static str,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = self.peer;
        match self.ending {
            Ending::Clean => write!(f, "{peer} closed the connection"),
            Ending::Reset => write!(f, "{peer} reset the connection"),
            Ending::Failed(kind) => write!(f, "the connection to {peer} broke ({kind})"),
        }
    }
}
