//! The deliveries of a session that are not settled, and the dispositions to send (section 2.6.12).

use std::collections::BTreeMap;

use amqp_types::messaging::DeliveryState;
use amqp_types::transport::{DeliveryNumber, Disposition, DispositionRef, Role};

use crate::proto::serial::{self, extend, to_wire};
use crate::proto::slots::Key;

/// The unsettled deliveries in one direction.
#[derive(Debug)]
pub(super) struct Unsettled {
    /// The link of each.
    deliveries: BTreeMap<u64, Key>,
    /// The number of the next delivery.
    pub(super) next: u64,
}

/// Deliveries that are settled with the same state, whose numbers follow one another.
#[derive(Debug)]
pub(super) struct Run {
    first: u64,
    last: u64,
    settled: bool,
    state: Option<DeliveryState>,
}

impl Unsettled {
    pub(super) const fn new() -> Self {
        Self { deliveries: BTreeMap::new(), next: serial::FIRST }
    }

    pub(super) fn insert(&mut self, number: u64, link: Key) {
        self.deliveries.insert(number, link);
    }

    pub(super) fn contains(&self, number: u64, link: Key) -> bool {
        self.deliveries.get(&number) == Some(&link)
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Key> {
        self.deliveries.remove(&number)
    }

    /// Forgets the deliveries of a link that has ended.
    pub(super) fn remove_link(&mut self, link: Key) {
        self.deliveries.retain(|_, other| *other != link);
    }

    /// Returns the deliveries that a disposition speaks of. Others in its range are skipped.
    pub(super) fn range(&self, disposition: &DispositionRef<'_>) -> Vec<(u64, Key)> {
        let DeliveryNumber(first) = disposition.first;
        let DeliveryNumber(last) = disposition.last.unwrap_or(disposition.first);
        let (Some(first), Some(last)) = (extend(first, self.next), extend(last, self.next)) else {
            return Vec::new();
        };
        if first > last {
            return Vec::new();
        }
        self.deliveries.range(first..=last).map(|(number, link)| (*number, *link)).collect()
    }
}

impl Run {
    pub(super) const fn new(number: u64, settled: bool, state: Option<DeliveryState>) -> Self {
        Self { first: number, last: number, settled, state }
    }

    /// Adds a delivery, if it follows and has the same state. Returns whether it does.
    pub(super) fn add(
        &mut self,
        number: u64,
        settled: bool,
        state: Option<&DeliveryState>,
    ) -> bool {
        let follows = number == self.last + 1 && self.settled == settled;
        // A state with data is sent alone.
        let is_plain =
            matches!(state, Some(DeliveryState::Accepted(_) | DeliveryState::Released(_)));
        if follows && is_plain && self.state.as_ref() == state {
            self.last = number;
            return true;
        }
        false
    }

    pub(super) fn disposition(&self, role: Role) -> Disposition {
        Disposition {
            role,
            first: DeliveryNumber(to_wire(self.first)),
            last: (self.last > self.first).then(|| DeliveryNumber(to_wire(self.last))),
            settled: self.settled,
            state: self.state.clone(),
            batchable: false,
        }
    }
}
