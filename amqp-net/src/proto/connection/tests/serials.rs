//! Serial numbers that begin near 2^31 and 2^32, where they wrap: everything is as if they had begun at 0.

use amqp_types::messaging::{Accepted, Rejected, Released};
use amqp_types::transport::{DeliveryNumber, Disposition, Role, SequenceNo};
use std::fmt::Write;

use super::helpers::{Pair, frames, received, scripted_receiver, transfer, with_payload};
use super::*;

/// Where the numbers of a peer begin, besides 0.
const STARTS: [u32; 5] = [(1 << 31) - 30, 1 << 31, (1 << 31) + 1, u32::MAX - 30, u32::MAX];

/// Random numbers, which are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Gives credit, sends and drains at random, and returns what happened, with counts from the beginning.
fn credit_trace(start: u32) -> String {
    let count = Some(SequenceNo(start));
    let mut pair = Pair::with(settings(), |attach| attach.initial_delivery_count = count);
    let mut random = Random(3);
    let mut trace = String::new();
    for step in 0..500 {
        match random.below(8) {
            0 | 1 => assert!(pair.receiver.grant(pair.now, pair.incoming, random.below(20))),
            2 => assert!(pair.receiver.drain(pair.now, pair.incoming, random.below(5))),
            _ => {
                let delivery = OutgoingDelivery::new(vec![7; 10]).settled();
                let sent = pair.sender.send(pair.now, pair.outgoing, &delivery);
                write!(trace, "{} ", sent.is_ok()).unwrap();
            }
        }
        let flows = frames(&mut pair.receiver).into_iter().map(|(_, sent)| match sent {
            Performative::Flow(flow) => flow,
            other => panic!("{other:?}"),
        });
        for flow in flows {
            let count = flow.delivery_count.map(|count| count.0.wrapping_sub(start));
            write!(trace, "{count:?}+{:?} ", flow.link_credit).unwrap();
            pair.sender.handle_input(pair.now, &mut &*frame(0, &flow));
        }
        pair.drive();
        for connection in [&mut pair.sender, &mut pair.receiver] {
            while let Some(event) = connection.poll_event() {
                let name = format!("{event:?}");
                write!(trace, "{} ", name.split('(').next().unwrap()).unwrap();
            }
        }
        writeln!(trace, "{step}").unwrap();
    }
    trace
}

#[test]
fn credit_is_counted_over_the_wrap_of_the_delivery_count() {
    let expected = credit_trace(0);
    for word in ["Drained", "Received", "SenderReady", "true", "false"] {
        assert!(expected.contains(word), "{word}");
    }
    for start in STARTS {
        assert_eq!(credit_trace(start), expected, "from {start}");
    }
}

/// Receives deliveries, settles them on both sides at random, and returns what happened, with ids from the beginning.
fn settling_trace(start: u32) -> String {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    let mut random = Random(5);
    let mut trace = String::new();
    let mut next = 0;
    let mut held: Vec<(u32, DeliveryId)> = Vec::new();
    for step in 0..500 {
        match random.below(4) {
            0 => {
                for _ in 0..random.below(8) {
                    client.grant(now, link, 100);
                    client.poll_transmit();
                    let octets = with_payload(&transfer(start.wrapping_add(next), false), b"m");
                    client.handle_input(now, &mut &*octets);
                    held.push((next, received(&mut client).id));
                    next += 1;
                }
            }
            1 => {
                let first = next.saturating_sub(random.below(20));
                let last = Some(first + random.below(6)).filter(|_| random.below(3) > 0);
                let wire = |id: u32| DeliveryNumber(start.wrapping_add(id));
                let said = Disposition {
                    role: Role::Sender,
                    first: wire(first),
                    last: last.map(wire),
                    settled: random.below(2) == 0,
                    state: Some(Released {}.into()),
                    batchable: false,
                };
                client.handle_input(now, &mut &*frame(0, &said));
            }
            _ => {
                for _ in 0..random.below(6).min(u32::try_from(held.len()).unwrap()) {
                    let index = random.below(u32::try_from(held.len()).unwrap()) as usize;
                    let (id, delivery) = held.swap_remove(index);
                    let settled = match random.below(5) {
                        0 => client.settle(now, delivery, Released {}),
                        1 => client.settle(now, delivery, Rejected { error: None }),
                        _ => client.settle(now, delivery, Accepted {}),
                    };
                    write!(trace, "{id}:{} ", settled.is_ok()).unwrap();
                }
            }
        }
        while let Some(event) = client.poll_event() {
            let ConnectionEvent::Updated { deliveries, is_settled, .. } = event else {
                panic!("{event:?}")
            };
            let ids = deliveries.iter().map(|of| held.iter().find(|(_, id)| id == of).unwrap().0);
            write!(trace, "{:?} {is_settled} ", ids.collect::<Vec<_>>()).unwrap();
        }
        for (_, sent) in frames(&mut client) {
            let Performative::Disposition(sent) = sent else { continue };
            let id = |id: DeliveryNumber| id.0.wrapping_sub(start);
            let range = (id(sent.first), sent.last.map(id));
            write!(trace, "{range:?} {:?} ", sent.state).unwrap();
        }
        writeln!(trace, "{step} {}", client.stats().unsettled_received).unwrap();
    }
    trace
}

#[test]
fn deliveries_are_settled_in_ranges_over_the_wrap_of_their_ids() {
    let expected = settling_trace(0);
    for word in ["Some(", "true", "false", "Rejected", "Released"] {
        assert!(expected.contains(word), "{word}");
    }
    for start in STARTS {
        assert_eq!(settling_trace(start), expected, "from {start}");
    }
}
