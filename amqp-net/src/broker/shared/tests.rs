//! The nodes that connections share, and what their messages count for.

use amqp_types::messaging::{Body, EncodeMessage, Header, Message as Parts, Modified};
use amqp_types::transport::{Fields, MessageFormat, Milliseconds};
use amqp_types::{Map, Symbol, Value};

use super::*;
use crate::broker::message::Message;
use crate::broker::settlement::ConsumerKey;

/// Another client may use the last room between the look for a node and the attach to it.
#[test]
fn a_node_that_has_made_room_takes_no_producers() {
    let limits = Limits { max_queues: 1, ..Limits::default() };
    let shared = Shared::new(limits, true, None);
    let found = shared.node("found", None).unwrap();
    shared.node("other", None).unwrap();
    let error = found.add_producer().unwrap_err();
    assert_eq!(error.condition, AmqpError::ResourceDeleted.into());
    assert_eq!(error.description.as_deref(), Some("`found` has been deleted"));
}

/// Whatever becomes of messages, what they count for is what the queues hold, and in the end nothing.
#[test]
#[expect(clippy::too_many_lines, reason = "one arm for each thing that can happen to a message")]
fn the_usage_never_drifts() {
    for seed in 1..400_u64 {
        let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut random = |below: usize| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            usize::try_from(x % below as u64).unwrap()
        };
        let limits = Limits {
            max_queues: 5,
            max_octets: if seed % 3 == 0 { 3000 } else { 1 << 30 },
            max_queue_messages: if seed % 5 == 0 { 4 } else { 1000 },
            max_queue_octets: if seed % 7 == 0 { 400 } else { 1 << 20 },
            ..Limits::default()
        };
        let shared = Shared::new(limits, true, None);
        let mut nodes: Vec<Arc<Node>> = Vec::new();
        let mut consumers: Vec<(Arc<Node>, ConsumerKey, Vec<Message>)> = Vec::new();
        for _ in 0..300 {
            let name =
                ["a", "topic/b", "a/dead-letters", "topic/b/dead-letters", "d", "e"][random(6)];
            match random(12) {
                0 | 1 => nodes.extend(shared.node(name, None)),
                2 => nodes.extend(shared.make_dynamic(NodeKind::Queue)),
                3..=5 if !nodes.is_empty() => {
                    let node = &nodes[random(nodes.len())];
                    let ttl = (random(3) == 0).then_some(Milliseconds(0));
                    let body = Body::value(&"m".repeat(random(60)));
                    let header = Some(Header { ttl, ..Header::default() });
                    let parts = Parts { header, body, ..Parts::default() };
                    let octets = parts.to_message_bytes().unwrap();
                    let format = MessageFormat::default();
                    let message = Message::new(octets, format, crate::clock::now()).unwrap();
                    node.publish(std::iter::repeat_n(message, 2), &mut Vec::new());
                }
                6 if !nodes.is_empty() => {
                    let node = &nodes[random(nodes.len())];
                    let (id, is_browser) = (shared.next_id(), random(4) == 0);
                    let key = ConsumerKey { id, is_browser, notify: Arc::default() };
                    if node.add_consumer(&key).is_ok() {
                        consumers.push((Arc::clone(node), key, Vec::new()));
                    }
                }
                7 | 8 if !consumers.is_empty() => {
                    let index = random(consumers.len());
                    let (node, key, has) = &mut consumers[index];
                    let mut taken = Vec::new();
                    node.take(key, 0, 3, &mut taken);
                    if !key.is_browser {
                        has.append(&mut taken);
                    }
                }
                9 | 10 if !consumers.is_empty() => {
                    let index = random(consumers.len());
                    let (node, key, has) = &mut consumers[index];
                    let most = if random(4) == 0 { has.len() } else { has.len().min(2) };
                    let mut settlement = Settlement::default();
                    for mut message in has.drain(..most) {
                        let size = message.size();
                        let annotation = Symbol::from_static("x-opt-a");
                        let value = Value::from("v".repeat(random(40)));
                        let fields = Fields(Map::from([(annotation, value)]));
                        match random(4) {
                            0 => (),
                            1 => {
                                message.annotate(&fields, 1 << 20);
                                settlement.dead.push(message);
                            }
                            2 => {
                                let changes = Modified {
                                    message_annotations: Some(fields),
                                    ..Modified::default()
                                };
                                message.modify(&changes, 1 << 20);
                                settlement.refused.push(message.place);
                                settlement.returned.push((message, size));
                                continue;
                            }
                            _ => {
                                settlement.returned.push((message, size));
                                continue;
                            }
                        }
                        settlement.gone += 1;
                        settlement.octets += size;
                    }
                    shared.settle(node, key.id, settlement);
                    if has.is_empty() && random(3) == 0 {
                        let (node, key, _) = consumers.swap_remove(index);
                        node.remove_consumer(key.id);
                    }
                }
                11 => match random(4) {
                    0 => drop(shared.delete(name)),
                    1 if !nodes.is_empty() => {
                        shared.delete_node(&nodes[random(nodes.len())]);
                    }
                    2 if !nodes.is_empty() => {
                        nodes[random(nodes.len())].purge();
                    }
                    _ => nodes.clear(),
                },
                _ => {}
            }
            let held: u64 = shared.nodes().iter().map(|node| node.cost()).sum();
            // Those that have been deleted hold nothing.
            assert_eq!(shared.usage.get(), held, "seed {seed}");
        }
        for node in shared.nodes() {
            shared.delete(&node.address);
        }
        for (node, key, has) in consumers {
            let gone = has.len();
            let octets = has.iter().map(Message::size).sum();
            shared.settle(&node, key.id, Settlement { gone, octets, ..Settlement::default() });
            node.remove_consumer(key.id);
        }
        drop(nodes);
        assert_eq!(shared.usage.get(), 0, "seed {seed}");
    }
}
