use std::io;
use std::time::{Duration, Instant};

use amqp_types::transport::{ProtocolHeader, ProtocolId};

use super::{ClientFailure, ClientNegotiation, ClientSettings};
use crate::proto::{
    Agreed, Closing, ClosingLimits, Ending, Fault, Likely, Progress, Stage, Transmit,
};

const A: ProtocolHeader = ProtocolHeader::AMQP;
const S: ProtocolHeader = ProtocolHeader::SASL;
const T: ProtocolHeader = ProtocolHeader::TLS;
const LIMIT: Duration = Duration::from_secs(5);

/// What happens to a client that has sent its header.
#[derive(Clone, Copy)]
enum Then<'a> {
    Octets(&'a [u8]),
    Ends(Ending),
    /// Nothing happens until the time limit.
    Nothing,
    /// Our header could not be sent.
    Unsent,
}

use Then::{Ends, Nothing, Octets, Unsent};

const FIN: Then<'_> = Ends(Ending::Clean);
const RST: Then<'_> = Ends(Ending::Reset);

/// Runs a client against a script, and says what came of it, and when.
fn run(asked: ProtocolHeader, script: &[Then<'_>]) -> (Result<Agreed, ClientFailure>, Duration) {
    let began = Instant::now();
    let mut now = began;
    let mut client = ClientNegotiation::new(&settings(asked), began);
    let Some(Transmit::Octets(octets)) = client.poll_transmit() else {
        panic!("the client does not begin");
    };
    assert_eq!(octets, asked.to_bytes()[..]);
    assert_eq!(client.poll_transmit(), None);
    for &then in script {
        match then {
            Octets(octets) => client.handle_input(now, octets),
            Ends(ending) => client.handle_end(now, ending),
            Unsent => client.handle_unsent(now, Ending::Reset),
            Nothing => {
                now = client.poll_timeout().unwrap();
                client.handle_timeout(now);
            }
        }
        assert_eq!(client.poll_transmit(), None);
        client = match client.poll_event() {
            Progress::Pending(client) => client,
            Progress::Done(agreed) => return (Ok(agreed), now - began),
            Progress::Failed(failure, _) => return (Err(failure), now - began),
        };
        assert!(client.wants_input());
    }
    panic!("still waiting");
}

fn settings(asked: ProtocolHeader) -> ClientSettings {
    ClientSettings::new(asked).handshake_limit(LIMIT)
}

fn failure(asked: ProtocolHeader, script: &[Then<'_>]) -> ClientFailure {
    run(asked, script).0.expect_err("must not agree")
}

#[test]
fn it_agrees_wherever_the_header_is_split() {
    for asked in [A, S, T] {
        let header = asked.to_bytes();
        for first in 0..=8 {
            for second in first..=8 {
                let script =
                    [&header[..first], &header[first..second], &header[second..]].map(Octets);
                let (agreed, _) = run(asked, &script);
                assert_eq!(agreed, Ok(Agreed { header: asked, rest: [][..].into() }));
            }
        }
    }
}

#[test]
fn what_follows_the_header_is_kept() {
    let octets = [&A.to_bytes()[..], b"\0\0\0\x10 the peer's open"].concat();
    for split in 0..8 {
        let (agreed, _) = run(A, &[Octets(&octets[..split]), Octets(&octets[split..])]);
        assert_eq!(agreed.unwrap().rest, octets[8..]);
    }
    let began = Instant::now();
    let mut client = ClientNegotiation::new(&settings(A), began);
    // A server that sends first, before our header was taken: nothing is over until it was.
    client.handle_input(began, &octets);
    let Progress::Pending(mut client) = client.poll_event() else { panic!() };
    assert!(!client.wants_input());
    client.handle_input(began, b"more");
    assert!(client.poll_transmit().is_some());
    let Progress::Done(agreed) = client.poll_event() else { panic!() };
    assert_eq!(agreed.rest, [&octets[8..], b"more"].concat());
    assert_eq!(agreed.to_string(), "agreed on AMQP 1.0.0");
}

/// What real servers answer to a first header, as observed, and what the client makes of it.
#[test]
fn real_servers() {
    const R: &[u8] = b"AMQP\x00\x00\x09\x01";
    const START: &[u8] = b"\x01\x00\x00\x00\x00\x01\xf2\x00\x0a\x00\x0a\x00\x09";
    const AMQP_0_9_1: ProtocolHeader =
        ProtocolHeader { id: ProtocolId::AMQP, major: 0, minor: 9, revision: 1 };
    const V9: ProtocolHeader =
        ProtocolHeader { id: ProtocolId::AMQP, major: 9, minor: 9, revision: 9 };
    const S9: ProtocolHeader =
        ProtocolHeader { id: ProtocolId::SASL, major: 9, minor: 9, revision: 9 };
    const V101: ProtocolHeader =
        ProtocolHeader { id: ProtocolId::AMQP, major: 1, minor: 0, revision: 1 };
    const ID1: ProtocolHeader =
        ProtocolHeader { id: ProtocolId(1), major: 1, minor: 0, revision: 0 };
    let (a, s) = (A.to_bytes(), S.to_bytes());
    let (a, s, r) = (Octets(&a), Octets(&s), Octets(R));
    let a_and_open = [&A.to_bytes()[..], b"\x00\x00\x00\x10\x02\0\0\0\0S\x10"].concat();
    let s_and_mechanisms = [&S.to_bytes()[..], b"\0\0\0\x1c\x02\x01\0\0\0S@"].concat();

    // who, asked, what it does, what it comes to: a header agreed on or offered, or what it is
    let agreed: [(&str, ProtocolHeader, &[Then<'_>]); 5] = [
        ("RabbitMQ with plugin", A, &[a]),
        ("Proton", A, &[a]),
        ("fe2o3 goes on with its open", A, &[Octets(&a_and_open)]),
        ("a server that closes right behind its header", A, &[a, FIN]),
        ("any server with SASL", S, &[Octets(&s_and_mechanisms)]),
    ];
    for (who, asked, script) in agreed {
        assert_eq!(run(asked, script).0.map(|agreed| agreed.header), Ok(asked), "{who}");
    }

    let offered: [(&str, ProtocolHeader, &[Then<'_>], ProtocolHeader); 11] = [
        ("RabbitMQ 4", A, &[s, RST], S),
        ("RabbitMQ 4, in one go", A, &[Octets(&s_and_mechanisms), RST], S),
        ("RabbitMQ with PLAIN only", A, &[s, RST], S),
        ("RabbitMQ with plugin", T, &[s, RST], S),
        ("RabbitMQ with plugin", ID1, &[s, RST], S),
        ("Proton goes on with open and close", V9, &[Octets(&a_and_open), FIN], A),
        ("Proton", S9, &[Octets(&a_and_open), FIN], A),
        ("rhea takes it, but says what it speaks", V101, &[a], A),
        ("fe2o3 without SASL", S, &[a, FIN], A),
        ("fe2o3 without SASL", T, &[a, FIN], A),
        ("fe2o3 with PLAIN", A, &[s, FIN], S),
    ];
    for (who, asked, script, offered) in offered {
        assert_eq!(failure(asked, script), ClientFailure::Refused { asked, offered }, "{who}");
    }

    let other: [(&str, ProtocolHeader, &[Then<'_>], Likely); 6] = [
        ("RabbitMQ without plugin", A, &[r, RST], Likely::Amqp091),
        ("RabbitMQ without plugin", S, &[r, RST], Likely::Amqp091),
        ("RabbitMQ with plugin", V9, &[r, RST], Likely::Amqp091),
        ("RabbitMQ", AMQP_0_9_1, &[Octets(START)], Likely::Amqp091),
        ("TLS of RabbitMQ", A, &[Octets(b"\x15\x03\x01\x00\x02\x02\x0a"), RST], Likely::Tls),
        ("the reset is seen in sending", A, &[Unsent, r, FIN], Likely::Amqp091),
    ];
    for (who, asked, script, expected) in other {
        let ClientFailure::NotAmqp { likely, .. } = failure(asked, script) else { panic!("{who}") };
        assert_eq!(likely, expected, "{who}");
    }

    let closed: [(&str, ProtocolHeader, &[Then<'_>], Ending); 6] = [
        ("Proton with require_auth", A, &[FIN], Ending::Clean),
        ("rhea with PLAIN", A, &[FIN], Ending::Clean),
        ("rhea", T, &[FIN], Ending::Clean),
        ("ntex", V9, &[FIN], Ending::Clean),
        ("a reset without an octet", A, &[RST], Ending::Reset),
        ("the reset is seen in sending", A, &[Unsent, FIN], Ending::Reset),
    ];
    for (who, asked, script, expected) in closed {
        let ClientFailure::Closed { ending, .. } = failure(asked, script) else { panic!("{who}") };
        assert_eq!(ending, expected, "{who}");
    }

    // Proton waits for a hello of TLS, and any peer may hang.
    for script in [&[Nothing][..], &[Octets(b"AMQP"), Nothing]] {
        let (result, took) = run(T, script);
        assert!(matches!(result, Err(ClientFailure::Silent { .. })));
        assert_eq!(took, LIMIT);
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn sentences() {
    const V2: ProtocolHeader =
        ProtocolHeader { id: ProtocolId::AMQP, major: 2, minor: 0, revision: 0 };
    const ID7: [u8; 8] = *b"AMQP\x07\x01\x00\x00";
    let (a, s, t) = (A.to_bytes(), S.to_bytes(), T.to_bytes());
    let broken = Ends(Ending::Failed(io::ErrorKind::TimedOut));
    let cases: [(ProtocolHeader, &[Then<'_>], Fault, &str); 22] = [
        (
            V2,
            &[FIN],
            Fault::Peer,
            "the peer closed the connection without an answer to AMQP 2.0.0: it may not speak that version; try AMQP 1.0.0",
        ),
        (
            V2,
            &[Octets(&a)],
            Fault::Peer,
            "the peer does not speak AMQP 2.0.0, it offers AMQP 1.0.0; begin with that header if you can speak it",
        ),
        (
            A,
            &[Octets(&s)],
            Fault::Peer,
            "the peer insists on SASL: it answered AMQP 1.0.0 with SASL 1.0.0; begin with the SASL header and authenticate",
        ),
        (
            A,
            &[Octets(&t)],
            Fault::Peer,
            "the peer insists on TLS: it answered AMQP 1.0.0 with TLS 1.0.0; begin with the TLS header, or connect to its port for amqps",
        ),
        (
            S,
            &[Octets(&a)],
            Fault::Peer,
            "the peer does without SASL: it answered SASL 1.0.0 with AMQP 1.0.0; begin with the AMQP header if you can do without it too",
        ),
        (
            A,
            &[Octets(&ID7)],
            Fault::Peer,
            "the peer wants a layer that AMQP 1.0 does not know: it answered AMQP 1.0.0 with protocol id 7 1.0.0; ask whoever runs it what that is",
        ),
        (
            A,
            &[Octets(b"AMQP\x00\x00\x09\x01")],
            Fault::Peer,
            "the peer speaks AMQP 0-9-1, not AMQP 1.0: it answered AMQP 1.0.0 with 41 4d 51 50 00 00 09 01; turn on AMQP 1.0 there (in RabbitMQ before 4, the plugin rabbitmq_amqp1_0), or use a client of that version",
        ),
        (
            A,
            &[Octets(b"AMQP\x01\x01\x00\x0a")],
            Fault::Peer,
            "the peer speaks AMQP 0-10, not AMQP 1.0: it answered AMQP 1.0.0 with 41 4d 51 50 01 01 00 0a; turn on AMQP 1.0 there, or use a client of that version",
        ),
        (
            A,
            &[Octets(b"\x15\x03\x01\x00\x02\x02\x0a")],
            Fault::Peer,
            "the peer speaks TLS, not AMQP 1.0: it answered AMQP 1.0.0 with 15 03 01 00 02 02 0a; connect with TLS from the first octet (amqps), or to its port without TLS",
        ),
        (
            A,
            &[Octets(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n")],
            Fault::Peer,
            "the peer speaks HTTP, not AMQP 1.0: it answered AMQP 1.0.0 with \"HTTP/1.1 400 Bad Request\"; check the host and the port",
        ),
        (
            A,
            &[Octets(b"SSH-2.0-OpenSSH_9.2\r\n")],
            Fault::Peer,
            "the peer speaks a text protocol, not AMQP 1.0: it answered AMQP 1.0.0 with \"SSH-2.0-OpenSSH_9.2\"; check the host and the port",
        ),
        (
            A,
            &[Octets(b"\xde\xad\xbe\xef")],
            Fault::Peer,
            "the peer does not speak AMQP 1.0: it answered AMQP 1.0.0 with de ad be ef; check the host and the port",
        ),
        (
            A,
            &[Octets(b"HTT"), FIN],
            Fault::Peer,
            "the peer speaks a text protocol, not AMQP 1.0: it answered AMQP 1.0.0 with \"HTT\"; check the host and the port",
        ),
        (
            A,
            &[Nothing],
            Fault::Time,
            "the peer sent nothing within 5s: it may insist on SASL, want TLS from the first octet (amqps), or be no AMQP 1.0 server",
        ),
        (
            T,
            &[Nothing],
            Fault::Time,
            "the peer sent nothing within 5s: it may not do TLS behind a header; try TLS from the first octet (amqps)",
        ),
        (
            A,
            &[Octets(b"AMQ"), Nothing],
            Fault::Time,
            "the peer sent half a header, \"AMQ\", and no more within 5s: it is broken, or no AMQP 1.0 server; check the host and the port",
        ),
        (
            A,
            &[Octets(b"\x16"), Nothing],
            Fault::Peer,
            "the peer does not speak AMQP 1.0: it answered AMQP 1.0.0 with 16; check the host and the port",
        ),
        (
            A,
            &[FIN],
            Fault::Peer,
            "the peer closed the connection without an answer to AMQP 1.0.0: it may insist on SASL, want TLS from the first octet (amqps), or be no AMQP 1.0 server",
        ),
        (
            S,
            &[RST],
            Fault::Peer,
            "the peer reset the connection without an answer to SASL 1.0.0: it may not do SASL, want TLS from the first octet (amqps), or be no AMQP 1.0 server",
        ),
        (
            T,
            &[broken],
            Fault::Wire,
            "the connection to the peer broke (timed out) without an answer to TLS 1.0.0: it may not do TLS behind a header; try TLS from the first octet (amqps)",
        ),
        (
            A,
            &[Octets(b"AMQP\x00"), FIN],
            Fault::Peer,
            "the peer closed the connection in the middle of its header, after 41 4d 51 50 00: it is broken, or no AMQP 1.0 server; check the host and the port",
        ),
        (
            A,
            &[Unsent, Octets(&a)],
            Fault::Peer,
            "the peer reset the connection before it had taken our AMQP 1.0.0, after 41 4d 51 50 00 01 00 00: it is broken, or no AMQP 1.0 server; check the host and the port",
        ),
    ];
    for (asked, script, fault, sentence) in cases {
        let failure = failure(asked, script);
        assert_eq!(failure.to_string(), sentence);
        assert_eq!(failure.fault(), fault, "{sentence}");
        assert_eq!(failure.asked(), asked);
    }
}

#[test]
fn what_can_be_no_header_is_told_before_it_ends() {
    // Octet by octet: decided as soon as no more can be learnt.
    for (octets, needed) in [(&b"SSH-2.0"[..], 1), (b"HTTP/1.1", 5), (b"\x16\x03\x03", 3)] {
        let began = Instant::now();
        let mut client = ClientNegotiation::new(&settings(A), began);
        client.poll_transmit();
        for (index, octet) in octets.iter().enumerate() {
            client.handle_input(began, &[*octet]);
            client = match client.poll_event() {
                Progress::Pending(client) => client,
                Progress::Failed(..) => {
                    assert_eq!(index + 1, needed, "{octets:02x?}");
                    break;
                }
                Progress::Done(agreed) => panic!("{agreed}"),
            };
        }
    }
}

#[test]
fn after_a_failure_it_closes_and_reads_to_the_end() {
    let began = Instant::now();
    let closing = ClosingLimits { octets: 100, time: Duration::from_secs(1) };
    let mut client = ClientNegotiation::new(&settings(A).closing(closing), began);
    client.poll_transmit();
    let later = began + Duration::from_millis(4500);
    client.handle_input(later, &S.to_bytes());
    let Progress::Failed(_, mut closing) = client.poll_event() else { panic!() };
    assert_eq!(closing.poll_transmit(), Some(Transmit::End));
    assert_eq!(closing.poll_transmit(), None);
    // The limit of the handshake comes before that of the closing.
    assert_eq!(closing.poll_timeout(), Some(began + LIMIT));
    closing.handle_end(later, Ending::Clean);
    assert!(matches!(Closing::poll_event(closing), Progress::Done(_)));
}

#[test]
fn a_time_limit_that_is_never_reached_is_no_trouble() {
    let settings = ClientSettings::new(A).handshake_limit(Duration::MAX);
    let mut client = ClientNegotiation::new(&settings, Instant::now());
    assert_eq!(client.poll_timeout(), None);
    client.handle_timeout(Instant::now() + Duration::from_secs(1 << 30));
    client.poll_transmit();
    assert!(matches!(client.poll_event(), Progress::Pending(_)));
}
