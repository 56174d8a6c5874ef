//! `role`: the two ends of a link (section 2.8.1).

use crate::Restricted;

/// One end of a link (section 2.8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = boolean, borrowed = Self)]
pub enum Role {
    /// The end that sends messages.
    #[amqp(value = false)]
    Sender,
    /// The end that receives messages.
    #[amqp(value = true)]
    Receiver,
}
