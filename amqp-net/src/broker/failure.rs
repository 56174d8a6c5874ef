//! Failures on purpose, so that users can test their own handling of errors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amqp_types::messaging::{Outcome, Rejected};
use amqp_types::transport::{
    AmqpError, ConnectionError, Error, ErrorCondition, LinkError, SessionError,
};
use bytestring::ByteString;

/// A failure of the broker on purpose: see [`Broker::fail`](super::Broker::fail).
///
/// It happens once, to what comes next, unless a method says otherwise: [`at`](Self::at) an address,
/// [`after`](Self::after) a number of others, several [`times`](Self::times) or [`always`](Self::always).
///
/// ```
/// use std::time::Duration;
///
/// use amqp_net::amqp_types::messaging::Released;
/// use amqp_net::amqp_types::transport::AmqpError;
/// use amqp_net::broker::Failure;
///
/// // The next message to `orders` is rejected.
/// Failure::refuse_message(AmqpError::InternalError).at("orders");
/// // Of three messages, the third is released.
/// Failure::settle_message(Released {}).after(2);
/// // Nobody can connect.
/// Failure::refuse_connection(AmqpError::ResourceLocked).always();
/// // The connection is lost when the client has sent its open, a begin and an attach.
/// Failure::disconnect_after_frames(3);
/// // The outcome of each message takes a second.
/// Failure::delay_message(Duration::from_secs(1)).always();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a failure happens when it is given to `Broker::fail`"]
pub struct Failure {
    effect: Effect,
    address: Option<ByteString>,
    /// The number of events that it leaves alone first.
    after: u64,
    /// How often it happens. `None` if it always does.
    times: Option<u64>,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Effect {
    Connection(Fault),
    Link(Fault),
    Message(MessageFault),
    Frames(()),
}

/// What happens to a connection or a link that a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Refuse(Error),
    Delay(Duration),
}

/// What happens to a message that a client sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MessageFault {
    /// It is not taken, and gets this outcome.
    Settle(Outcome),
    /// It is taken, and its outcome is late.
    Delay(Duration),
    /// It is not taken, and its link is closed.
    Detach(Error),
    /// It is not taken, and the connection is lost.
    Disconnect,
}

impl Failure {
    fn new(effect: Effect) -> Self {
        Self { effect, address: None, after: 0, times: Some(1) }
    }

    /// Refuses a connection, for this reason: a condition, such as `AmqpError::NotAllowed`, or an [`Error`].
    pub fn refuse_connection(reason: impl Into<Reason>) -> Self {
        Self::new(Effect::Connection(Fault::Refuse(reason.into().0)))
    }

    /// Answers the open of a connection late.
    pub fn delay_connection(by: Duration) -> Self {
        Self::new(Effect::Connection(Fault::Delay(by)))
    }

    /// Refuses a link, for this reason.
    pub fn refuse_link(reason: impl Into<Reason>) -> Self {
        Self::new(Effect::Link(Fault::Refuse(reason.into().0)))
    }

    /// Answers the attach of a link late.
    pub fn delay_link(by: Duration) -> Self {
        Self::new(Effect::Link(Fault::Delay(by)))
    }

    /// Rejects a message that a client sends, for this reason.
    pub fn refuse_message(reason: impl Into<Reason>) -> Self {
        Self::settle_message(Rejected { error: Some(Box::new(reason.into().0)) })
    }

    /// Does not take a message that a client sends, and gives it this outcome. One that came settled is lost.
    pub fn settle_message(outcome: impl Into<Outcome>) -> Self {
        Self::new(Effect::Message(MessageFault::Settle(outcome.into())))
    }

    /// Takes a message that a client sends, but tells its outcome late.
    pub fn delay_message(by: Duration) -> Self {
        Self::new(Effect::Message(MessageFault::Delay(by)))
    }

    /// Does not take a message that a client sends, but closes its link, for this reason.
    pub fn detach_on_message(reason: impl Into<Reason>) -> Self {
        Self::new(Effect::Message(MessageFault::Detach(reason.into().0)))
    }

    /// Does not take a message that a client sends, but drops the connection, as if the network failed.
    pub fn disconnect_on_message() -> Self {
        Self::new(Effect::Message(MessageFault::Disconnect))
    }

    /// Drops a connection, as if the network failed, when clients have sent this many frames more: the first ones are
    /// mostly an open, a begin and an attach. What the broker would answer to the last of them may arrive or not. Frames
    /// of SASL and empty ones do not count.
    pub fn disconnect_after_frames(frames: u64) -> Self {
        Self::new(Effect::Frames(())).after(frames)
    }

    /// Limits the failure to links or messages with this address. Others are left alone. It has no meaning for
    /// connections and frames.
    pub fn at(mut self, address: impl Into<ByteString>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Leaves this many alone first.
    pub const fn after(mut self, count: u64) -> Self {
        self.after = count;
        self
    }

    /// Lets the failure happen this many times.
    pub const fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets the failure happen until [`Broker::heal`](super::Broker::heal) is called.
    pub const fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Returns whether it happens now, to something with this address.
    fn strike(&mut self, address: Option<&str>) -> bool {
        let is_here = self.address.as_deref().is_none_or(|own| address == Some(own));
        if !is_here || self.times == Some(0) {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }
}

/// The reason of a failure: a condition, or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(Error);

impl From<Error> for Reason {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

macro_rules! conditions {
    ($($condition:ident)*) => {$(
        impl From<$condition> for Reason {
            fn from(condition: $condition) -> Self {
                Self(Error::new(condition, "a failure on purpose"))
            }
        }
    )*};
}

conditions! { AmqpError ConnectionError SessionError LinkError ErrorCondition }

/// The failures that are to happen.
#[derive(Debug, Default)]
pub(super) struct Failures {
    failures: Mutex<Vec<Failure>>,
    /// Their number, so that nothing is locked while there are none.
    count: AtomicUsize,
}

impl Failures {
    fn lock(&self) -> MutexGuard<'_, Vec<Failure>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, failure: Failure) {
        let mut failures = self.lock();
        failures.push(failure);
        self.count.store(failures.len(), Ordering::Relaxed);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
        self.count.store(0, Ordering::Relaxed);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0
    }

    /// Returns what the first failure does that happens now.
    fn strike<T>(&self, address: Option<&str>, effect: impl Fn(&Effect) -> Option<&T>) -> Option<T>
    where
        T: Clone,
    {
        if self.is_empty() {
            return None;
        }
        let mut failures = self.lock();
        let struck = failures.iter_mut().find_map(|failure| {
            let of = effect(&failure.effect)?.clone();
            failure.strike(address).then_some(of)
        });
        failures.retain(|failure| failure.times != Some(0));
        self.count.store(failures.len(), Ordering::Relaxed);
        struck
    }

    pub(super) fn connection(&self) -> Option<Fault> {
        self.strike(None, |effect| match effect {
            Effect::Connection(fault) => Some(fault),
            _ => None,
        })
    }

    pub(super) fn link(&self, address: Option<&str>) -> Option<Fault> {
        self.strike(address, |effect| match effect {
            Effect::Link(fault) => Some(fault),
            _ => None,
        })
    }

    pub(super) fn message(&self, address: Option<&str>) -> Option<MessageFault> {
        self.strike(address, |effect| match effect {
            Effect::Message(fault) => Some(fault),
            _ => None,
        })
    }

    /// Returns whether a connection is lost instead of a frame of a client.
    pub(super) fn frame(&self) -> bool {
        let struck = self.strike(None, |effect| match effect {
            Effect::Frames(lost) => Some(lost),
            _ => None,
        });
        struck.is_some()
    }
}
