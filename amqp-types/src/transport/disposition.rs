//! `disposition`: informs the peer of the state of deliveries (section 2.7.6).

use crate::Composite;
use crate::definitions::{DeliveryNumber, DeliveryState, Role};

/// Informs the peer of the state of a range of deliveries, which may be of several links (section
/// 2.7.6).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:disposition:list", code = 0x15, borrowed = DispositionRef)]
pub struct Disposition {
    /// The end of the links at which the sender of this performative is.
    pub role: Role,
    /// The first delivery of the range.
    pub first: DeliveryNumber,
    /// The last delivery of the range; `None` if it is the same as `first`.
    pub last: Option<DeliveryNumber>,
    /// Whether the sender of this performative has settled the deliveries.
    #[amqp(default)]
    pub settled: bool,
    /// The state of the deliveries at the sender of this performative.
    pub state: Option<DeliveryState>,
    /// Whether the peer may delay its answer in order to batch it with others.
    #[amqp(default)]
    pub batchable: bool,
}
