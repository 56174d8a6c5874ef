//! The performatives: what the body of an AMQP frame starts with (section 2.3.2).

use super::{Attach, Begin, Close, Detach, Disposition, End, Flow, Open, Transfer};
use crate::OneOf;

/// A performative, the operation of an AMQP frame (section 2.7; archetype `frame`).
#[expect(
    clippy::large_enum_variant,
    reason = "a performative is usually consumed where it was decoded, and a box would allocate"
)]
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = PerformativeRef)]
pub enum Performative {
    /// Opens a connection.
    Open(Open),
    /// Begins a session.
    Begin(Begin),
    /// Attaches a link.
    Attach(Attach),
    /// Updates the flow state of a session or a link.
    Flow(Flow),
    /// Transfers a message, or part of one.
    Transfer(Transfer),
    /// Informs the peer of the state of deliveries.
    Disposition(Disposition),
    /// Detaches a link.
    Detach(Detach),
    /// Ends a session.
    End(End),
    /// Closes a connection.
    Close(Close),
}
