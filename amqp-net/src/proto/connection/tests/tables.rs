//! The tables of what may come in which state, which are part of the documentation: every cell is tried.

use std::fmt::Write;

use amqp_types::transport::{
    DeliveryNumber, DeliveryTag, Detach, Disposition, Flow, Handle, Role, SequenceNo,
    TransferNumber,
};

use super::super::link::other_end;
use super::helpers::{answer, attach, frames};
use super::*;

const DOCUMENTED: &str = include_str!("../../../../docs/states.md");

/// The frames that can come. Links have the handle 0.
const FRAMES: [&str; 10] = [
    "open",
    "begin",
    "attach",
    "flow",
    "transfer",
    "disposition",
    "detach",
    "end",
    "close",
    "empty",
];

fn octets(name: &str) -> Vec<u8> {
    match name {
        "open" => frame(0, &Open::new("peer")),
        "begin" => frame(0, &Begin::default()),
        "attach" => {
            let mut attach = attach("another", Role::Sender);
            attach.initial_delivery_count = Some(SequenceNo(0));
            frame(0, &attach)
        }
        "flow" => frame(
            0,
            &Flow {
                next_incoming_id: Some(TransferNumber(0)),
                incoming_window: 10,
                handle: Some(Handle(0)),
                delivery_count: Some(SequenceNo(0)),
                link_credit: Some(1),
                ..Flow::default()
            },
        ),
        "transfer" => frame(
            0,
            &Transfer {
                delivery_id: Some(DeliveryNumber(0)),
                delivery_tag: Some(DeliveryTag::from([1; 8])),
                ..Transfer::default()
            },
        ),
        "disposition" => frame(
            0,
            &Disposition {
                role: Role::Receiver,
                first: DeliveryNumber(0),
                last: None,
                settled: true,
                state: None,
                batchable: false,
            },
        ),
        "detach" => frame(0, &Detach { closed: true, ..Detach::default() }),
        "end" => frame(0, &End::default()),
        "close" => frame(0, &Close::default()),
        _ => vec![0, 0, 0, 8, 2, 0, 0, 0],
    }
}

/// A client that has opened a connection, and whose output and events have been taken.
fn open(now: Instant) -> Connection {
    open_client(settings(), &Open::new("peer"), now)
}

/// A session on channel 0 of both sides.
fn active(now: Instant) -> (Connection, SessionId) {
    let mut client = open(now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*frame(0, &answer(0)));
    (client, session)
}

/// A link that the peer has attached as a sender, with handle 0.
fn requested(now: Instant) -> (Connection, LinkId) {
    let (mut client, _) = active(now);
    client.handle_input(now, &mut &*octets("attach"));
    loop {
        if let ConnectionEvent::LinkRequested(link, _) = client.poll_event().unwrap() {
            return (client, link);
        }
    }
}

fn attached(now: Instant, role: Role) -> (Connection, LinkId) {
    let (mut client, session) = active(now);
    let link = client.attach(now, session, attach("ours", role)).unwrap();
    let mut answer = attach("ours", other_end(role));
    answer.initial_delivery_count = Some(SequenceNo(0));
    client.handle_input(now, &mut &*frame(0, &answer));
    client.grant(now, link, 10);
    frames(&mut client);
    (client, link)
}

/// Returns a connection in a state of the tables.
fn state(name: &str, now: Instant) -> Connection {
    match name {
        "opening (client)" => client(settings(), now),
        "waiting (server)" => Connection::server(settings(), now),
        "undecided (server)" => {
            let mut server = Connection::server(settings(), now);
            server.handle_input(now, &mut &*octets("open"));
            server
        }
        "open" | "no session" => open(now),
        "closing" => {
            let mut client = open(now);
            client.close(now, None);
            client
        }
        "closed" => {
            let mut client = open(now);
            client.handle_input(now, &mut &*octets("close"));
            client
        }
        "begun" => {
            let mut client = open(now);
            client.begin(now, SessionSettings::default()).unwrap();
            client
        }
        "active" | "no link" => active(now).0,
        "ending" => {
            let (mut client, session) = active(now);
            client.end(now, session, None);
            client
        }
        "ended" => {
            let (mut client, _) = active(now);
            client.handle_input(now, &mut &*octets("end"));
            client
        }
        "attaching" => {
            let (mut client, session) = active(now);
            client.attach(now, session, attach("ours", Role::Receiver)).unwrap();
            client
        }
        "requested" => requested(now).0,
        "sender" => attached(now, Role::Sender).0,
        "receiver" => attached(now, Role::Receiver).0,
        "detaching" => {
            let (mut client, link) = attached(now, Role::Receiver);
            client.detach(now, link, true, None);
            client
        }
        "detached" => {
            let (mut client, _) = attached(now, Role::Receiver);
            client.handle_input(now, &mut &*octets("detach"));
            client
        }
        "refused" => {
            let (mut client, link) = requested(now);
            client.detach(now, link, true, None);
            client
        }
        other => panic!("unknown state: {other}"),
    }
}

/// Lets a frame come in a state, and returns what happens, in the words of the tables.
fn outcome(state_name: &str, frame_name: &str) -> String {
    let now = Instant::now();
    let mut connection = state(state_name, now);
    frames(&mut connection);
    while connection.poll_event().is_some() {}
    let octets = octets(frame_name);
    let mut input = &*octets;
    connection.handle_input(now, &mut input);
    if !input.is_empty() {
        return "left".into();
    }
    let mut has_event = false;
    while let Some(event) = connection.poll_event() {
        has_event |= !matches!(event, ConnectionEvent::SenderReady(_));
    }
    let sent = frames(&mut connection);
    for (_, performative) in &sent {
        let (scope, error) = match performative {
            Performative::Close(close) => ("close", &close.error),
            Performative::End(end) => ("end", &end.error),
            Performative::Detach(detach) => ("detach", &detach.error),
            _ => continue,
        };
        if let Some(error) = error {
            let condition = error.condition.to_string();
            let (_, last) = condition.rsplit_once(':').unwrap();
            return format!("{scope}: {last}");
        }
    }
    // What follows our own close, end or detach is discarded. Nothing else can be seen of these frames.
    let is_over = ["closing", "ending", "detaching", "refused"].contains(&state_name);
    let is_silent = ["flow", "disposition", "empty"].contains(&frame_name);
    if has_event || is_silent && !is_over { "ok".into() } else { "ignored".into() }
}

/// Returns a table as it should be in the documentation.
fn table(states: &[&str], frames: &[&str]) -> String {
    let mut table = format!("| | {} |\n", frames.join(" | "));
    let rule = vec!["---"; frames.len() + 1].join(" | ");
    writeln!(table, "| {rule} |").unwrap();
    for state in states {
        let cells: Vec<_> = frames.iter().map(|frame| outcome(state, frame)).collect();
        writeln!(table, "| {state} | {} |", cells.join(" | ")).unwrap();
    }
    table
}

fn check(states: &[&str], frames: &[&str]) {
    let table = table(states, frames);
    assert!(DOCUMENTED.contains(&table), "docs/states.md should contain:\n{table}");
}

#[test]
fn connections() {
    let states =
        ["opening (client)", "waiting (server)", "undecided (server)", "open", "closing", "closed"];
    check(&states, &FRAMES);
}

#[test]
fn sessions() {
    check(&["no session", "begun", "active", "ending", "ended"], &FRAMES[1..8]);
}

#[test]
fn links() {
    let states = [
        "no link",
        "attaching",
        "requested",
        "sender",
        "receiver",
        "detaching",
        "refused",
        "detached",
    ];
    check(&states, &["attach", "flow", "transfer", "detach"]);
}
