//! What both sides must have seen in each case.

use crate::client::{Kind, LARGE, LINK_ENDED};
use crate::messages::{messages, subject};
use crate::run::Run;
use crate::{nodes, text};

/// Checks what both sides have seen in the case of this name.
type Check = fn(&Run, &str);

/// The cases by the names that the programs of the clients know them by, and their checks. Connections are closed
/// in order, except where the case says otherwise.
pub(crate) const CASES: &[(&str, Check)] = &[
    ("anonymous", anonymous),
    ("plain", plain),
    ("wrong-password", wrong_password),
    ("refused", refused),
    ("redirected", redirected),
    ("messages-sent", messages_sent),
    ("messages-received", messages_received),
    ("sizes-512", sizes),
    ("sizes-4096", sizes),
    ("sizes-1048576", sizes),
    ("outcomes-sent", outcomes_sent),
    ("outcomes-received", outcomes_received),
    ("settled-sent", settled_sent),
    ("settled-received", settled_received),
    ("second-sent", second_sent),
    ("second-received", second_received),
    ("credit-granted", credit_granted),
    ("credit-awaited", credit_awaited),
    ("drained", drained),
    ("missing-sender", missing),
    ("missing-receiver", missing),
    ("heartbeats", heartbeats),
    ("link-sent", link_sent),
    ("link-received", link_received),
    ("connection-sent", connection_sent),
    ("connection-received", connection_received),
    ("stops-sent", stops),
    ("stops-received", stops),
];

/// Checks that the client has closed the connection in order.
fn assert_closed(run: &Run, case: &str) {
    assert_eq!(run.server(case, "end"), ["closed"], "{case}");
}

fn anonymous(run: &Run, case: &str) {
    assert_eq!(run.client(case), [run.kind.opened]);
    let product = format!("product {}", run.kind.name);
    assert_eq!(run.server(case, "open"), ["an anonymous client", &product]);
    assert_closed(run, case);
}

fn plain(run: &Run, case: &str) {
    assert_eq!(run.client(case), [run.kind.opened]);
    let product = format!("product {}", run.kind.name);
    assert_eq!(run.server(case, "open"), ["the user alice", &product]);
    assert_closed(run, case);
}

fn wrong_password(run: &Run, case: &str) {
    let seen = run.client(case);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen.concat().contains(run.kind.wrong_password), "{seen:?}");
}

fn refused(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["amqp:resource-locked come back later"]);
}

fn redirected(run: &Run, case: &str) {
    assert_eq!(run.client(case), [run.kind.redirected]);
}

/// Returns the messages that the client has, by their names.
pub(crate) fn messages_of(kind: &Kind) -> Vec<(String, String)> {
    let all = messages().into_iter().map(|message| (subject(&message), text::message(&message)));
    all.filter(|(subject, _)| !kind.cannot.contains(&&**subject)).collect()
}

/// Returns the messages that the client sends, as they arrive.
pub(crate) fn sent(kind: &Kind) -> Vec<String> {
    match kind.sends {
        Some(sent) => sent.iter().map(|text| (*text).to_owned()).collect(),
        None => messages_of(kind).into_iter().map(|(_, text)| text).collect(),
    }
}

/// Returns the messages that the client receives, as it shows them.
pub(crate) fn shown(kind: &Kind) -> Vec<String> {
    let shown = messages_of(kind).into_iter().map(|(subject, text)| {
        let what = text.strip_prefix(&subject).unwrap();
        format!("{subject}{}", (kind.shows)(what))
    });
    shown.collect()
}

/// Returns the node from which the client receives all messages that it has.
pub(crate) fn messages_node(kind: &Kind) -> String {
    [&["messages"], kind.cannot].concat().join("/")
}

/// Returns the node from which the client receives messages of several sizes.
pub(crate) fn largest_node(kind: &Kind, case: &str) -> String {
    format!("sizes/{}", kind.largest(case))
}

/// Returns a line for each message that the client has: its name, and that it was accepted.
fn accepted(run: &Run) -> Vec<String> {
    messages_of(run.kind).iter().map(|(subject, _)| format!("{subject} accepted")).collect()
}

fn messages_sent(run: &Run, case: &str) {
    let sent = sent(run.kind);
    let told = run.client(case);
    assert_eq!(told.len(), sent.len(), "{told:?}");
    for (told, sent) in told.iter().zip(&sent) {
        let subject = told.strip_suffix(" accepted").unwrap_or_else(|| panic!("{told}"));
        assert!(sent.starts_with(&format!("{subject} ")), "{sent} was not {told}");
    }
    assert_eq!(run.server(case, "checked"), sent);
    assert_closed(run, case);
}

fn messages_received(run: &Run, case: &str) {
    assert_eq!(run.client(case), shown(run.kind));
    assert_eq!(run.server(case, &messages_node(run.kind)), accepted(run));
    assert_closed(run, case);
}

fn sizes(run: &Run, case: &str) {
    let sent = nodes::sizes(LARGE).map(|size| format!("{size} right"));
    assert_eq!(run.server(case, "sizes"), sent, "{case}");
    let largest = run.kind.largest(case);
    let received = nodes::sizes(largest).map(|size| format!("{size} right"));
    assert_eq!(run.client(case), received, "{case}");
    let accepted = nodes::sizes(largest).map(|size| format!("{size} accepted"));
    assert_eq!(run.server(case, &largest_node(run.kind, case)), accepted, "{case}");
    assert_closed(run, case);
}

/// Four messages whose subject and body is their number.
pub(crate) const NUMBERED: [&str; 4] = ["1 data 31", "2 data 32", "3 data 33", "4 data 34"];

fn outcomes_sent(run: &Run, case: &str) {
    assert_eq!(run.client(case), run.kind.outcomes);
    assert_eq!(run.server(case, "outcomes"), NUMBERED);
    assert_closed(run, case);
}

fn outcomes_received(run: &Run, case: &str) {
    assert_eq!(run.client(case), NUMBERED);
    let rejected = format!("2 rejected {}", run.kind.rejects_with);
    let modified = format!("4 modified failed=true undeliverable=true {}", run.kind.annotations);
    let outcomes = ["1 accepted", &rejected, "3 released", &modified];
    assert_eq!(run.server(case, "four"), outcomes);
    assert_closed(run, case);
}

fn settled_sent(run: &Run, case: &str) {
    assert_eq!(run.server(case, "checked"), ["settled 1 data 31", "settled 2 data 32"]);
    assert_closed(run, case);
}

fn settled_received(run: &Run, case: &str) {
    let settled = if run.kind.tells_settled { "settled " } else { "" };
    assert_eq!(run.client(case), ["1 data 31", "2 data 32"].map(|it| format!("{settled}{it}")));
    assert_closed(run, case);
}

fn second_sent(run: &Run, case: &str) {
    let seen = [run.kind.second, &[run.kind.accepted_second]].concat();
    assert_eq!(run.client(case), seen);
    assert_eq!(run.server(case, "checked"), ["1 data 31", "settled by the sender"]);
    assert_closed(run, case);
}

fn second_received(run: &Run, case: &str) {
    let settled = NUMBERED.map(|message| format!("{message} settled by the sender"));
    let seen = run.kind.second.iter().map(|mode| (*mode).to_owned()).chain(settled);
    assert_eq!(run.client(case), seen.collect::<Vec<_>>());
    let accepted = ["1 accepted", "2 accepted", "3 accepted", "4 accepted"];
    assert_eq!(run.server(case, "four"), accepted);
    assert_closed(run, case);
}

fn credit_granted(run: &Run, case: &str) {
    let numbers: Vec<_> = (1..=10).map(|number: u32| number.to_string()).collect();
    assert_eq!(run.client(case), numbers);
    let seen = run.server(case, "ten");
    // The first credit may come after the link.
    let seen: Vec<_> = seen.iter().filter(|line| *line != "stopped after 0").collect();
    assert_eq!(seen, ["stopped after 3", "all sent"]);
    assert_closed(run, case);
}

fn credit_awaited(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["5 sent"]);
    assert_eq!(run.server(case, "slow"), [NUMBERED.as_slice(), &["5 data 35"]].concat());
    assert_closed(run, case);
}

fn drained(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["1", "2", "3", "drained, credit 0"]);
    assert_closed(run, case);
}

fn missing(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["amqp:not-found there is no node missing"]);
    assert_closed(run, case);
}

fn heartbeats(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["accepted"]);
    assert_eq!(run.server(case, "checked"), ["1 data 31", "2 data 32"]);
    assert_closed(run, case);
}

const CONNECTION_ENDED: &str = "amqp:connection:forced time to go";

fn link_sent(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["1 sent", "2 sent", run.kind.link_ended]);
    assert_closed(run, case);
}

fn link_received(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["1 received", "2 received", LINK_ENDED]);
    assert_closed(run, case);
}

fn connection_sent(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["1 sent", "2 sent", CONNECTION_ENDED]);
    assert_closed(run, case);
}

fn connection_received(run: &Run, case: &str) {
    assert_eq!(run.client(case), ["1 received", "2 received", CONNECTION_ENDED]);
    assert_closed(run, case);
}

fn stops(run: &Run, case: &str) {
    let seen = run.client(case);
    assert_eq!(seen.len(), 1, "{seen:?}");
    let is_lost = run.kind.lost.iter().any(|words| seen.concat().contains(words));
    assert!(is_lost, "{seen:?}");
}
