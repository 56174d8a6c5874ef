//! What the receiver of a link demands.

/// What the receiver of a sending link demands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Demand {
    /// The number of deliveries that it accepts, or 0 if none can be sent now.
    pub credit: u32,
    /// Whether it drains the link and waits for what there is: send that, and then give up the rest of the credit.
    pub drain: bool,
}
