use std::time::{Duration, Instant};

use amqp_types::transport::{ProtocolHeader, ProtocolId};

use super::{FirstMove, ServerFailure, ServerNegotiation, ServerSettings};
use crate::proto::{
    Agreed, ClientFailure, ClientNegotiation, ClientSettings, Ending, Fault, Likely, Progress,
    Stage, Supported, Transmit,
};

const A: ProtocolHeader = ProtocolHeader::AMQP;
const S: ProtocolHeader = ProtocolHeader::SASL;
const T: ProtocolHeader = ProtocolHeader::TLS;
const V2: ProtocolHeader = ProtocolHeader { id: ProtocolId::AMQP, major: 2, minor: 0, revision: 0 };
const LIMIT: Duration = Duration::from_secs(5);

/// What a server said, and what came of it.
struct Seen {
    sent: Vec<u8>,
    ended: bool,
    outcome: Result<Agreed, ServerFailure>,
}

fn settings(supported: Supported) -> ServerSettings {
    ServerSettings::new(supported).handshake_limit(LIMIT)
}

fn only(header: ProtocolHeader) -> ServerSettings {
    settings(Supported::only(header))
}

/// Lets a client send these octets to a server, one by one, and end as it says; if it does not
/// end, time does.
fn run(settings: &ServerSettings, octets: &[u8], ending: Option<Ending>) -> Seen {
    let mut now = Instant::now();
    let mut server = ServerNegotiation::new(settings, now);
    let mut sent = Vec::new();
    let mut octets = octets.iter();
    let mut endings = ending.into_iter();
    loop {
        while let Some(Transmit::Octets(octets)) = server.poll_transmit() {
            sent.extend_from_slice(&octets);
        }
        server = match server.poll_event() {
            Progress::Pending(server) => server,
            Progress::Done(agreed) => {
                return Seen { sent, ended: false, outcome: Ok(agreed) };
            }
            Progress::Failed(failure, mut closing) => {
                let mut ended = false;
                while let Some(transmit) = closing.poll_transmit() {
                    match transmit {
                        Transmit::Octets(octets) => sent.extend_from_slice(&octets),
                        Transmit::End => ended = true,
                    }
                }
                return Seen { sent, ended, outcome: Err(failure) };
            }
        };
        if let Some(octet) = octets.next() {
            server.handle_input(now, &[*octet]);
        } else if let Some(ending) = endings.next() {
            server.handle_end(now, ending);
        } else {
            now = server.poll_timeout().unwrap();
            server.handle_timeout(now);
        }
    }
}

#[test]
fn it_answers_with_the_very_same_header() {
    for asked in [A, S] {
        let seen = run(&settings(Supported::default()), &asked.to_bytes(), None);
        assert_eq!(seen.sent, asked.to_bytes());
        assert_eq!(seen.outcome, Ok(Agreed { header: asked, rest: [][..].into() }));
    }
}

#[test]
fn wherever_the_header_is_split_what_follows_is_kept() {
    let octets = [&A.to_bytes()[..], b"open begin attach"].concat();
    for first in 0..octets.len() {
        for second in first..octets.len() {
            let now = Instant::now();
            let mut server = ServerNegotiation::new(&only(A), now);
            for part in [&octets[..first], &octets[first..second], &octets[second..]] {
                server.handle_input(now, part);
            }
            assert!(!server.wants_input());
            // Not over before the answer was taken.
            let Progress::Pending(mut server) = server.poll_event() else { panic!() };
            assert!(server.poll_transmit().is_some());
            let Progress::Done(agreed) = server.poll_event() else { panic!() };
            assert_eq!(agreed.rest, octets[8..]);
        }
    }
}

#[test]
fn what_is_not_supported_is_answered_with_what_is() {
    let cases = [
        (only(A), V2, A),
        (only(S), A, S),
        (only(S), T, S),
        (settings(Supported::default()), T, A),
        (settings(Supported::only(A).and(V2)), ProtocolHeader { minor: 7, ..A }, A),
    ];
    for (settings, asked, answered) in cases {
        let seen = run(&settings, &asked.to_bytes(), None);
        assert_eq!(seen.sent, answered.to_bytes());
        assert!(seen.ended);
        assert_eq!(seen.outcome, Err(ServerFailure::Unsupported { asked, answered }));
    }
}

#[test]
fn what_can_be_no_header_is_answered_at_once() {
    let now = Instant::now();
    let mut server = ServerNegotiation::new(&only(A), now);
    server.handle_input(now, b"G");
    assert_eq!(server.poll_transmit(), Some(Transmit::Octets(A.to_bytes().to_vec().into())));
    let Progress::Failed(failure, mut closing) = server.poll_event() else { panic!() };
    assert!(matches!(failure, ServerFailure::NotAmqp { answered: A, .. }));
    assert_eq!(closing.poll_transmit(), Some(Transmit::End));
}

#[test]
fn a_server_that_sends_first() {
    let first = settings(Supported::default()).first_move(FirstMove::Server);
    let seen = run(&first, &A.to_bytes(), None);
    assert_eq!(seen.sent, A.to_bytes());
    assert_eq!(seen.outcome.map(|agreed| agreed.header), Ok(A));

    // It is bound to what it said, and says nothing twice.
    let seen = run(&first, &S.to_bytes(), None);
    assert_eq!(seen.sent, A.to_bytes());
    assert_eq!(seen.outcome, Err(ServerFailure::Unsupported { asked: S, answered: A }));
    let seen = run(&first, b"GET /", None);
    assert_eq!(seen.sent, A.to_bytes());
    let seen = run(&first, b"AM", None);
    assert_eq!(seen.sent, A.to_bytes());
    assert!(matches!(seen.outcome, Err(ServerFailure::Silent { .. })));
}

#[test]
fn half_a_header_is_answered_in_the_end_and_silence_is_not() {
    for ending in [None, Some(Ending::Clean)] {
        let seen = run(&only(A), b"AMQP", ending);
        assert_eq!(seen.sent, A.to_bytes());
        assert!(seen.ended);
        let seen = run(&only(A), b"", ending);
        assert_eq!(seen.sent, b"");
        assert!(seen.ended);
    }
    // No one is left to hear it.
    let seen = run(&only(A), b"AMQP", Some(Ending::Reset));
    assert_eq!(seen.sent, b"");
}

#[test]
fn an_answer_that_cannot_be_sent_is_no_agreement() {
    let now = Instant::now();
    let mut server = ServerNegotiation::new(&only(A), now);
    server.handle_input(now, &A.to_bytes());
    assert!(server.poll_transmit().is_some());
    server.handle_unsent(now, Ending::Reset);
    let Progress::Failed(failure, mut closing) = server.poll_event() else { panic!() };
    let sentence = "the client reset the connection before it had taken our answer";
    assert_eq!(failure.to_string(), sentence);
    assert_eq!(closing.poll_transmit(), None);
    assert!(matches!(closing.poll_event(), Progress::Done(_)));
}

#[test]
fn sentences() {
    let tls = b"\x16\x03\x01\x02\x00\x01\x00";
    let reset = Some(Ending::Reset);
    let clean = Some(Ending::Clean);
    let cases: [(&[u8], Option<Ending>, Fault, &str); 10] = [
        (
            &V2.to_bytes(),
            None,
            Fault::Peer,
            "the client asked for AMQP 2.0.0, which is not supported here: it was offered SASL 1.0.0, and can connect again with that header",
        ),
        (
            b"AMQP\x00\x00\x09\x01",
            None,
            Fault::Peer,
            "the client speaks AMQP 0-9-1, not AMQP 1.0: it began with 41 4d 51 50 00 00 09 01, and was offered SASL 1.0.0; it must begin with that header",
        ),
        (
            tls,
            None,
            Fault::Peer,
            "the client does not speak AMQP 1.0: it began with 16, and was offered SASL 1.0.0; it must begin with that header",
        ),
        (
            b"G",
            None,
            Fault::Peer,
            "the client speaks a text protocol, not AMQP 1.0: it began with \"G\", and was offered SASL 1.0.0; it must begin with that header",
        ),
        (b"", None, Fault::Time, "the client sent nothing within 5s; it must begin with a header"),
        (
            b"AMQP\x00\x01",
            None,
            Fault::Time,
            "the client sent half a header, 41 4d 51 50 00 01, and no more within 5s; it must send all eight octets",
        ),
        (b"", clean, Fault::Peer, "the client closed the connection before it had sent anything"),
        (b"", reset, Fault::Peer, "the client reset the connection before it had sent anything"),
        (
            b"AMQP\x00",
            clean,
            Fault::Peer,
            "the client closed the connection in the middle of its header, after 41 4d 51 50 00",
        ),
        (
            b"AMQP\x00",
            Some(Ending::Failed(std::io::ErrorKind::TimedOut)),
            Fault::Wire,
            "the connection to the client broke (timed out) in the middle of its header, after 41 4d 51 50 00",
        ),
    ];
    for (octets, ending, fault, sentence) in cases {
        let failure = run(&only(S), octets, ending).outcome.unwrap_err();
        assert_eq!(failure.to_string(), sentence);
        assert_eq!(failure.fault(), fault, "{sentence}");
    }
    // What comes in one segment is looked at as a whole.
    let cases: [(&[u8], Likely, &str); 2] = [
        (
            tls,
            Likely::Tls,
            "the client speaks TLS, not AMQP 1.0: it began with 16 03 01 02 00 01 00, and was offered AMQP 1.0.0; this port does not take TLS from the first octet",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            Likely::Http,
            "the client speaks HTTP, not AMQP 1.0: it began with \"GET / HTTP/1.1\", and was offered AMQP 1.0.0; it must begin with that header",
        ),
    ];
    for (octets, expected, sentence) in cases {
        let now = Instant::now();
        let mut server = ServerNegotiation::new(&only(A), now);
        server.handle_input(now, octets);
        server.poll_transmit();
        let Progress::Failed(failure, _) = server.poll_event() else { panic!() };
        assert_eq!(failure.to_string(), sentence);
        assert!(matches!(failure, ServerFailure::NotAmqp { likely, .. } if likely == expected));
    }
}

/// Both ends in memory: each takes what the other says, a few octets at a time.
fn between(
    client: &ClientSettings,
    server: &ServerSettings,
    at_once: usize,
) -> (Result<Agreed, ClientFailure>, Result<Agreed, ServerFailure>) {
    let now = Instant::now();
    let mut client = Some(ClientNegotiation::new(client, now));
    let mut server = Some(ServerNegotiation::new(server, now));
    let (mut to_client, mut to_server) = (Vec::new(), Vec::new());
    let (mut client_end, mut server_end) = (None, None);
    while client_end.is_none() || server_end.is_none() {
        if let Some(stage) = client.take() {
            let input = take(&mut to_client, at_once);
            client = turn(stage, now, &input, &mut to_server, &mut client_end);
        }
        if let Some(stage) = server.take() {
            let input = take(&mut to_server, at_once);
            server = turn(stage, now, &input, &mut to_client, &mut server_end);
        }
    }
    (client_end.unwrap(), server_end.unwrap())
}

fn take(from: &mut Vec<u8>, most: usize) -> Vec<u8> {
    from.drain(..most.min(from.len())).collect()
}

fn turn<S: Stage>(
    mut stage: S,
    now: Instant,
    input: &[u8],
    output: &mut Vec<u8>,
    end: &mut Option<Result<S::Next, S::Failure>>,
) -> Option<S> {
    stage.handle_input(now, input);
    while let Some(Transmit::Octets(octets)) = stage.poll_transmit() {
        output.extend_from_slice(&octets);
    }
    match stage.poll_event() {
        Progress::Pending(stage) => return Some(stage),
        Progress::Done(next) => *end = Some(Ok(next)),
        Progress::Failed(failure, mut closing) => {
            while let Some(Transmit::Octets(octets)) = closing.poll_transmit() {
                output.extend_from_slice(&octets);
            }
            *end = Some(Err(failure));
        }
    }
    None
}

#[test]
fn two_ends() {
    for at_once in 1..=9 {
        for first_move in [FirstMove::Client, FirstMove::Server] {
            for header in [A, S, T] {
                let server = only(header).first_move(first_move);
                let (client, server) = between(&ClientSettings::new(header), &server, at_once);
                assert_eq!(client.unwrap().header, header);
                assert_eq!(server.unwrap().header, header);
            }
            let server = only(S).first_move(first_move);
            let asking = ClientSettings::new(A).or_header(S);
            let (client, server) = between(&asking, &server, at_once);
            let refusal = ClientFailure::Refused { asked: A, offered: S };
            assert_eq!(client, Err(refusal.clone()));
            assert_eq!(server, Err(ServerFailure::Unsupported { asked: A, answered: S }));
            assert_eq!(asking.after(&refusal).unwrap().header(), S);
        }
    }
}
