//! The states of deliveries that the peer sends.

use amqp_types::messaging::{DeliveryState, DeliveryStateRef};
use amqp_types::transport::AmqpError;
use amqp_types::{Encode, Owned};

use super::violation::Violation;

/// The largest state that is kept, in octets.
const MAX: usize = 4 << 10;

/// Returns a state that the peer has sent, which is kept with its delivery. If it is too large, the info of the error or
/// the annotations are left out, then the description of the error.
///
/// # Errors
///
/// Fails if it is still too large.
pub(super) fn received_state(state: DeliveryStateRef<'_>) -> Result<DeliveryState, Violation> {
    let mut state = DeliveryState::from_ref(state);
    if is_small(&state) {
        return Ok(state);
    }
    match &mut state {
        DeliveryState::Modified(modified) => modified.message_annotations = None,
        DeliveryState::Rejected(rejected) => {
            if let Some(error) = &mut rejected.error {
                error.info = None;
                if error.description.as_ref().is_some_and(|text| text.len() > MAX / 2) {
                    error.description = None;
                }
            }
        }
        _ => {}
    }
    if is_small(&state) {
        return Ok(state);
    }
    let what = format!("a delivery state of more than {MAX} octets");
    Err(Violation::new(AmqpError::ResourceLimitExceeded, what))
}

fn is_small(state: &DeliveryState) -> bool {
    // Most states have no content.
    matches!(state, DeliveryState::Accepted(_) | DeliveryState::Released(_))
        || state.to_bytes().is_ok_and(|octets| octets.len() <= MAX)
}
