//! A delivery state of many deliveries.

use std::sync::Arc;

use amqp_types::messaging::{Accepted, DeliveryState};

/// A delivery state that one disposition may give many deliveries. Most are accepted, which needs no count.
#[derive(Clone, Debug)]
pub(in super::super) enum SharedState {
    Accepted,
    Other(Arc<DeliveryState>),
}

impl From<DeliveryState> for SharedState {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Accepted(_) => Self::Accepted,
            // It can be long.
            other => Self::Other(Arc::new(other)),
        }
    }
}

impl From<SharedState> for DeliveryState {
    fn from(state: SharedState) -> Self {
        match state {
            SharedState::Accepted => Accepted {}.into(),
            SharedState::Other(state) => Arc::unwrap_or_clone(state),
        }
    }
}
