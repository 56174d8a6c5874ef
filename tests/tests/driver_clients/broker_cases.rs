//! What a client and a broker must have seen in each case. Cases of the names that are also among those of the server do
//! the same with nodes of the same names, which are queues here.

use std::time::Duration;

use amqp_net::broker::{Broker, Failure};
use amqp_types::messaging::{AnnotationKey, Body, Message, Modified, Released};
use amqp_types::transport::{AmqpError, Error, Fields};
use amqp_types::{Map, Symbol, Value};

use crate::broker_run::BrokerRun;
use crate::cases::{NUMBERED, largest_node, messages_node, messages_of, sent, shown};
use crate::client::{LARGE, LINK_ENDED};
use crate::messages::{messages, named, subject};
use crate::nodes::{numbered, sizes};
use crate::text;

/// Prepares the broker for the case of this name.
type Prepare = fn(&BrokerRun, &str);
/// Checks what both sides have seen in it.
type Check = fn(&BrokerRun, &str);

pub(crate) type Case = (&'static str, Prepare, Check);

pub(crate) const CASES: &[Case] = &[
    ("anonymous", nothing, opened),
    ("plain", nothing, opened),
    ("wrong-password", nothing, wrong_password),
    ("refused", refuse, refused),
    ("messages-sent", nothing, messages_sent),
    ("messages-received", all_messages, messages_received),
    ("sizes-4096", large_messages, sizes_both_ways),
    ("sizes-1048576", large_messages, sizes_both_ways),
    ("outcomes-sent", four_outcomes, outcomes_sent),
    ("outcomes-received", four, outcomes_received),
    ("settled-sent", nothing, settled_sent),
    ("settled-received", two_to_settle, settled_received),
    ("second-sent", nothing, second_sent),
    ("second-received", four, second_received),
    ("credit-granted", ten, credit_granted),
    ("credit-awaited", slow, credit_awaited),
    ("drained", three, drained),
    ("missing-sender", nothing, missing),
    ("missing-receiver", nothing, missing),
    ("heartbeats", nothing, heartbeats),
    ("link-sent", end_link, link_sent),
    ("stops-sent", stop_senders, stops),
    ("stops-received", stop_receivers, stops),
    ("browsed", three, browsed),
    ("hurried", nothing, hurried),
    ("requested", nothing, requested),
    ("copied", nothing, copied),
    ("relayed", nothing, relayed),
    ("recovered", three, recovered),
    ("unacknowledged", three, unacknowledged),
    ("selected", three, selected),
    ("transacted", nothing, transacted),
];

/// The cases of a client that sends messages before it has all of them.
pub(crate) const STREAMS: &[Case] =
    &[("streamed", nothing, streamed), ("aborted", nothing, aborted)];

fn nothing(_: &BrokerRun, _: &str) {}

/// Puts this many numbered messages into a queue.
fn fill(run: &BrokerRun, case: &str, queue: &str, count: usize) {
    run.fill(case, queue, &(1..=count).map(numbered).collect::<Vec<_>>());
}

fn three(run: &BrokerRun, case: &str) {
    fill(run, case, "three", 3);
}

fn four(run: &BrokerRun, case: &str) {
    fill(run, case, "four", 4);
}

fn ten(run: &BrokerRun, case: &str) {
    fill(run, case, "ten", 10);
}

fn two_to_settle(run: &BrokerRun, case: &str) {
    fill(run, case, "settled", 2);
}

fn fail(run: &BrokerRun, case: &str, failures: impl IntoIterator<Item = Failure>) {
    let broker: &Broker = run.broker(case);
    failures.into_iter().for_each(|failure| broker.fail(failure));
}

/// Checks that a queue is empty after the case.
fn assert_empty(run: &BrokerRun, case: &str, queue: &str) {
    assert_eq!(run.left(case, queue), [""; 0], "{case}");
}

fn opened(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), [run.kind.opened]);
}

fn wrong_password(run: &BrokerRun, case: &str) {
    let seen = run.client(case);
    assert!(seen.len() == 1 && seen.concat().contains(run.kind.wrong_password), "{seen:?}");
}

fn refuse(run: &BrokerRun, case: &str) {
    let reason = Error::new(AmqpError::ResourceLocked, "come back later");
    fail(run, case, [Failure::refuse_connection(reason)]);
}

fn refused(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["amqp:resource-locked come back later"]);
}

fn messages_sent(run: &BrokerRun, case: &str) {
    let sent = sent(run.kind);
    assert_eq!(run.client(case).len(), sent.len());
    assert_eq!(run.left(case, "checked"), sent);
}

fn all_messages(run: &BrokerRun, case: &str) {
    let cannot = run.kind.cannot;
    let messages = messages().into_iter().filter(|it| !cannot.contains(&&*subject(it)));
    run.fill(case, &messages_node(run.kind), &messages.collect::<Vec<_>>());
}

fn messages_received(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), shown(run.kind));
    assert_eq!(run.client(case).len(), messages_of(run.kind).len());
    assert_empty(run, case, &messages_node(run.kind));
}

fn large_messages(run: &BrokerRun, case: &str) {
    let message = |size| named("", Body::Data(text::pattern(size)));
    let messages = sizes(run.kind.largest(case)).map(message);
    run.fill(case, &largest_node(run.kind, case), &messages);
}

fn sizes_both_ways(run: &BrokerRun, case: &str) {
    let received = sizes(run.kind.largest(case)).map(|size| format!("{size} right"));
    assert_eq!(run.client(case), received, "{case}");
    let sent: Vec<_> =
        run.left_messages(case, "sizes").iter().map(|it| it.body.to_data().unwrap()).collect();
    // Not with assert_eq!, which would print all of them.
    assert!(sent == sizes(LARGE).map(text::pattern), "{case}");
    assert_empty(run, case, &largest_node(run.kind, case));
}

/// Each failure lets the first message pass, and those that others take.
fn four_outcomes(run: &BrokerRun, case: &str) {
    let reason = Error::new(AmqpError::InvalidField, "no such item");
    let annotation = (Symbol::from_static("x-opt-why"), Value::from("tired"));
    let modified = Modified {
        delivery_failed: Some(true),
        undeliverable_here: Some(true),
        message_annotations: Some(Fields(Map::from_iter([annotation]))),
    };
    let failures = [
        Failure::refuse_message(reason),
        Failure::settle_message(Released {}),
        Failure::settle_message(modified),
    ];
    fail(run, case, failures.map(|failure| failure.at("outcomes").after(1)));
}

fn outcomes_sent(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), run.kind.outcomes);
    assert_eq!(run.left(case, "outcomes"), NUMBERED[..1]);
}

/// What is left has the outcome of its last delivery.
fn outcomes_received(run: &BrokerRun, case: &str) {
    let seen = run.client(case);
    let left = run.left_messages(case, "four");
    let counts: Vec<_> = left.iter().map(|message| (subject(message), failures(message))).collect();
    let annotated = left.iter().filter(|it| annotations(it) == run.kind.annotations);
    let annotated: Vec<_> = annotated.map(subject).collect();
    // A message that is released comes again before the next one, unless that is on its way already.
    let modified = if seen.ends_with(&[NUMBERED[3].to_owned()]) {
        assert_eq!(seen, NUMBERED);
        // The third one may have come once more, and is then unsettled at the end.
        let most = u32::from(run.kind.counts_unsettled);
        let count = counts.first().map_or(0, |(_, count)| (*count).min(most));
        assert_eq!(counts, [("3".to_owned(), count), ("4".to_owned(), 1)]);
        "4"
    } else {
        assert_eq!(seen, [NUMBERED[0], NUMBERED[1], NUMBERED[2], NUMBERED[2]]);
        assert_eq!(counts, [("3".to_owned(), 1), ("4".to_owned(), 0)]);
        "3"
    };
    if run.kind.annotations != "{}" {
        assert_eq!(annotated, [modified]);
    }
    let dead = run.left_messages(case, "four/dead-letters");
    assert_eq!(dead.iter().map(subject).collect::<Vec<_>>(), ["2"]);
    let reason = dead.first().map(annotations).unwrap();
    let is_told = run.kind.rejects_with.split_whitespace().all(|word| reason.contains(word));
    assert!(is_told, "{reason}");
}

/// Returns the number of failed deliveries.
fn failures(message: &Message) -> u32 {
    message.header.as_ref().map_or(0, |header| header.delivery_count)
}

/// Returns the message-annotations as text.
fn annotations(message: &Message) -> String {
    let annotations = message.message_annotations.clone().unwrap_or_default();
    let entries = annotations.iter().map(|(key, it)| match key {
        AnnotationKey::Symbol(key) => format!("{}: {}", key.as_str(), text::value(it)),
        AnnotationKey::Ulong(key) => format!("{key}: {}", text::value(it)),
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

fn settled_sent(run: &BrokerRun, case: &str) {
    assert_eq!(run.left(case, "checked"), NUMBERED[..2]);
}

fn settled_received(run: &BrokerRun, case: &str) {
    let settled = if run.kind.tells_settled { "settled " } else { "" };
    let expected = [NUMBERED[0], NUMBERED[1]].map(|it| format!("{settled}{it}"));
    assert_eq!(run.client(case), expected);
    assert_empty(run, case, "settled");
}

fn second_sent(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), [run.kind.second, &[run.kind.accepted_second]].concat());
    assert_eq!(run.left(case, "checked"), NUMBERED[..1]);
}

fn second_received(run: &BrokerRun, case: &str) {
    let settled = NUMBERED.map(|message| format!("{message} settled by the sender"));
    let seen = run.kind.second.iter().map(|mode| (*mode).to_owned()).chain(settled);
    assert_eq!(run.client(case), seen.collect::<Vec<_>>());
    assert_empty(run, case, "four");
}

fn credit_granted(run: &BrokerRun, case: &str) {
    let numbers: Vec<_> = (1..=10).map(|number: u32| number.to_string()).collect();
    assert_eq!(run.client(case), numbers);
    assert_empty(run, case, "ten");
}

fn slow(run: &BrokerRun, case: &str) {
    fail(run, case, [Failure::delay_message(Duration::from_millis(50)).always()]);
}

fn credit_awaited(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["5 sent"]);
    assert_eq!(run.left(case, "slow"), [NUMBERED.as_slice(), &["5 data 35"]].concat());
}

fn drained(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["1", "2", "3", "drained, credit 0"]);
    assert_empty(run, case, "three");
}

fn missing(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["amqp:not-found there is no queue or topic `missing`"]);
    assert!(run.broker(case).queues().is_empty());
}

fn heartbeats(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["accepted"]);
    assert_eq!(run.left(case, "checked"), NUMBERED[..2]);
}

fn end_link(run: &BrokerRun, case: &str) {
    let reason = Error::new(AmqpError::ResourceDeleted, "the node is gone");
    fail(run, case, [Failure::detach_on_message(reason).after(2)]);
}

fn link_sent(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["1 sent", "2 sent", LINK_ENDED]);
    assert_eq!(run.left(case, "link"), NUMBERED[..2]);
}

fn stop_senders(run: &BrokerRun, case: &str) {
    fail(run, case, [Failure::disconnect_on_message().after(100)]);
}

fn stop_receivers(run: &BrokerRun, case: &str) {
    fill(run, case, "stops", 100);
    fail(run, case, [Failure::disconnect_after_frames(20)]);
}

fn stops(run: &BrokerRun, case: &str) {
    let seen = run.client(case);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(run.kind.lost.iter().any(|words| seen.concat().contains(words)), "{seen:?}");
    let left = run.left(case, "stops").len();
    assert!(if case == "stops-sent" { left == 100 } else { left > 0 }, "{left}");
}

fn browsed(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["1", "2", "3"]);
    assert_eq!(run.left(case, "three"), NUMBERED[..3]);
}

/// The client does not wait for outcomes before it sends more.
fn hurried(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["50 accepted"]);
    let numbers: Vec<_> = (1..=50).map(|number: u32| number.to_string()).collect();
    let left = run.left_messages(case, "hurried");
    assert_eq!(left.iter().map(subject).collect::<Vec<_>>(), numbers);
}

/// The client answers its own request, in a queue that was made for it.
fn requested(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["request 1", "response 1"]);
    assert_empty(run, case, "requests");
    // The queue has gone with the client.
    let addresses: Vec<_> = run.broker(case).queues().into_iter().map(|it| it.address).collect();
    assert_eq!(addresses, ["requests"]);
}

fn copied(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["first 1", "first 2", "second 1", "second 2"]);
    assert_empty(run, case, "topic/news");
}

/// Each message says where it goes, and the last one goes nowhere.
fn relayed(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["1 accepted", "2 accepted"]);
    assert_eq!(run.left(case, "here"), NUMBERED[..1]);
    assert_eq!(run.left(case, "there"), NUMBERED[1..2]);
}

/// The client delivers again by itself what has not been acknowledged.
fn recovered(run: &BrokerRun, case: &str) {
    let seen = ["1 delivery 1", "2 delivery 1", "3 delivery 1"];
    let again = ["1 delivery 2", "2 delivery 2", "3 delivery 2"];
    assert_eq!(run.client(case), [seen, again].concat());
    assert_empty(run, case, "three");
}

/// The end of a link settles what it has, with the default outcome that the client has asked for: it counts as failed.
fn unacknowledged(run: &BrokerRun, case: &str) {
    let seen = ["1 delivery 1", "1 delivery 2", "2 delivery 1", "3 delivery 1"];
    assert_eq!(run.client(case), seen);
    assert_empty(run, case, "three");
}

/// The broker has no filters and leaves them out of its answer, which these clients do not look at: they get messages that
/// they have not selected.
fn selected(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["1", "2", "3"]);
    assert_eq!(run.left(case, "three"), NUMBERED[..3]);
}

/// The broker has no transactions.
fn transacted(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["amqp:not-implemented the broker has no transactions"]);
}

fn streamed(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["3145728 accepted", "3145728 right"]);
    assert_empty(run, case, "streamed");
}

/// Nothing is left of the message that the client has given up.
fn aborted(run: &BrokerRun, case: &str) {
    assert_eq!(run.client(case), ["1 accepted", "aborted", "2 accepted"]);
    assert_eq!(run.left(case, "aborted"), [" data 00", " data 0001"]);
}
