//! `link-error`: the conditions of a link (section 2.8.18).

use crate::Restricted;

/// An error condition of a link (section 2.8.18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum LinkError {
    /// An operator detached the link.
    #[amqp(value = "amqp:link:detach-forced")]
    DetachForced,
    /// The peer sent more deliveries than the link credit allows.
    #[amqp(value = "amqp:link:transfer-limit-exceeded")]
    TransferLimitExceeded,
    /// The peer sent a message larger than the maximum of the link.
    #[amqp(value = "amqp:link:message-size-exceeded")]
    MessageSizeExceeded,
    /// The node is available elsewhere; the `info` of the error holds its address.
    #[amqp(value = "amqp:link:redirect")]
    Redirect,
    /// The link was attached from another connection or session.
    #[amqp(value = "amqp:link:stolen")]
    Stolen,
}
