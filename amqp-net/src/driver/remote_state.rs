//! What the sender says of a delivery.

use amqp_types::messaging::DeliveryState;

/// What the sender has said of a delivery, with the message or after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteState {
    /// The state that the delivery has at the sender, if it said so.
    pub state: Option<DeliveryState>,
    /// Whether the sender has settled the delivery.
    pub is_settled: bool,
}
