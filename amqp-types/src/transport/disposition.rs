//! `disposition`: what became of deliveries (section 2.7.6).

use crate::Composite;
use crate::definitions::{DeliveryNumber, DeliveryState, Role};

/// Tells the peer what became of deliveries, of all links of the session (section 2.7.6).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:disposition:list", code = 0x15, borrowed = DispositionRef)]
pub struct Disposition {
    /// Which end of the links the sender of this is.
    pub role: Role,
    /// The first delivery.
    pub first: DeliveryNumber,
    /// The last one; none if there is just one.
    pub last: Option<DeliveryNumber>,
    /// Whether the sender of this has settled them.
    #[amqp(default)]
    pub settled: bool,
    /// Their state at the sender of this.
    pub state: Option<DeliveryState>,
    /// Whether the sender can wait for the answer.
    #[amqp(default)]
    pub batchable: bool,
}
