//! The body of an AMQP frame (section 2.3.2).

use super::{Attach, Begin, Close, Detach, Disposition, End, Flow, Open, Transfer};
use crate::OneOf;

/// What a frame does: the nine types of archetype `frame` (section 2.7).
#[expect(
    clippy::large_enum_variant,
    reason = "a performative is used where it was decoded, and a box is an allocation"
)]
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = PerformativeRef)]
pub enum Performative {
    /// Negotiates the connection.
    Open(Open),
    /// Starts a session.
    Begin(Begin),
    /// Attaches a link.
    Attach(Attach),
    /// Says how much may be sent.
    Flow(Flow),
    /// Sends a message.
    Transfer(Transfer),
    /// Says what became of deliveries.
    Disposition(Disposition),
    /// Detaches a link.
    Detach(Detach),
    /// Ends a session.
    End(End),
    /// Ends the connection.
    Close(Close),
}
