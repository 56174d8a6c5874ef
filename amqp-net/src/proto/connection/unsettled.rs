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
struct Run {
    first: u64,
    last: u64,
    settled: bool,
    state: Option<DeliveryState>,
}

/// The unsettled deliveries of a session in both directions, and the dispositions to send.
#[derive(Debug)]
pub(super) struct Deliveries {
    /// The deliveries that this side has sent.
    pub(super) outgoing: Unsettled,
    /// The deliveries that this side has received.
    pub(super) incoming: Unsettled,
    /// The dispositions to send, by the role of this side.
    runs: Vec<(Role, Run)>,
}

/// What the peer has said of a delivery.
pub(super) struct Update {
    pub(super) number: u64,
    pub(super) link: Key,
    /// Whether the delivery is settled on both sides.
    pub(super) is_settled: bool,
}

impl Deliveries {
    pub(super) const fn new() -> Self {
        Self { outgoing: Unsettled::new(), incoming: Unsettled::new(), runs: Vec::new() }
    }

    /// Forgets the deliveries of a link that has ended.
    pub(super) fn remove_link(&mut self, link: Key) {
        self.outgoing.remove_link(link);
        self.incoming.remove_link(link);
    }

    /// Gives a delivery that was received a state, and settles it or not.
    pub(super) fn settle(&mut self, number: u64, settled: bool, state: DeliveryState) {
        if settled {
            self.incoming.deliveries.remove(&number);
        }
        self.add_run(Role::Receiver, number, settled, Some(state));
    }

    fn add_run(&mut self, role: Role, number: u64, settled: bool, state: Option<DeliveryState>) {
        let last = self.runs.last_mut().filter(|(of, _)| *of == role);
        if !last.is_some_and(|(_, run)| run.add(number, settled, state.as_ref())) {
            self.runs.push((role, Run::new(number, settled, state)));
        }
    }

    /// Takes the dispositions to send.
    pub(super) fn take_dispositions(&mut self) -> impl Iterator<Item = Disposition> + use<> {
        std::mem::take(&mut self.runs).into_iter().map(|(role, run)| run.disposition(role))
    }

    /// Whether there are dispositions to send.
    pub(super) const fn has_dispositions(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Handles what the peer says of deliveries. Those that are unknown are skipped.
    pub(super) fn handle_disposition(
        &mut self,
        disposition: &DispositionRef<'_>,
        state: Option<&DeliveryState>,
    ) -> Vec<Update> {
        if disposition.role == Role::Sender {
            let range = self.incoming.range(disposition);
            return range
                .into_iter()
                .map(|(number, link)| {
                    if disposition.settled {
                        self.incoming.deliveries.remove(&number);
                    }
                    Update { number, link, is_settled: disposition.settled }
                })
                .collect();
        }
        let is_over = disposition.settled || state.is_some_and(is_terminal);
        let range = self.outgoing.range(disposition);
        range
            .into_iter()
            .map(|(number, link)| {
                if is_over {
                    self.outgoing.deliveries.remove(&number);
                }
                if is_over && !disposition.settled {
                    // The receiver settles after this side has.
                    self.add_run(Role::Sender, number, true, state.cloned());
                }
                Update { number, link, is_settled: is_over }
            })
            .collect()
    }
}

/// Returns whether a state is an outcome, which does not change any more.
fn is_terminal(state: &DeliveryState) -> bool {
    match state {
        DeliveryState::Received(_) => false,
        DeliveryState::Transactional(state) => state.outcome.is_some(),
        _ => true,
    }
}

impl Unsettled {
    const fn new() -> Self {
        Self { deliveries: BTreeMap::new(), next: serial::FIRST }
    }

    pub(super) fn insert(&mut self, number: u64, link: Key) {
        self.deliveries.insert(number, link);
    }

    pub(super) fn contains(&self, number: u64, link: Key) -> bool {
        self.deliveries.get(&number) == Some(&link)
    }

    fn remove_link(&mut self, link: Key) {
        self.deliveries.retain(|_, other| *other != link);
    }

    /// Returns the deliveries that a disposition speaks of. Others in its range are skipped.
    fn range(&self, disposition: &DispositionRef<'_>) -> Vec<(u64, Key)> {
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
    const fn new(number: u64, settled: bool, state: Option<DeliveryState>) -> Self {
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

    fn disposition(&self, role: Role) -> Disposition {
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
