use std::io;
use std::time::{Duration, Instant};

use amqp_types::transport::{ProtocolHeader, ProtocolId};

use super::{Agreed, Negotiation, Transmit};
use crate::proto::{
    ClosingLimits, DetectedProtocol, Fault, NegotiationError, NegotiationErrorKind,
    NegotiationSettings, Side, StreamEnd,
};

const A: ProtocolHeader = ProtocolHeader::AMQP;
const S: ProtocolHeader = ProtocolHeader::SASL;
const T: ProtocolHeader = ProtocolHeader::TLS;
const LIMIT: Duration = Duration::from_secs(5);

/// An event after a client has sent its header.
#[derive(Clone, Copy)]
enum Then<'a> {
    Octets(&'a [u8]),
    Ends(StreamEnd),
    /// Nothing happens until the time limit.
    Nothing,
    /// The header cannot be sent.
    Unsent,
}

use Then::{Ends, Nothing, Octets, Unsent};

const FIN: Then<'_> = Ends(StreamEnd::Clean);
const RST: Then<'_> = Ends(StreamEnd::Reset);

/// Runs a client against a script. Returns the outcome and the time it took.
fn run(sent: ProtocolHeader, script: &[Then<'_>]) -> (Result<Agreed, NegotiationError>, Duration) {
    let began = Instant::now();
    let mut now = began;
    let mut client = client(sent, began);
    for &then in script {
        match then {
            Octets(octets) => client.handle_input(now, octets),
            Ends(end) => client.handle_eof(now, end),
            Unsent => client.handle_write_error(now, StreamEnd::Reset),
            Nothing => {
                now = client.poll_timeout().unwrap();
                client.handle_timeout(now);
            }
        }
        if let Some(outcome) = client.poll_outcome() {
            assert!(client.poll_outcome().is_none());
            return (outcome, now - began);
        }
        assert_eq!(client.poll_transmit(), None);
        assert!(client.wants_read());
    }
    panic!("still waiting");
}

/// A client that has sent its header.
fn client(header: ProtocolHeader, began: Instant) -> Negotiation {
    let mut client = Negotiation::new(Side::Client, &settings(header), began);
    let sent = Transmit::Bytes(header.to_bytes().to_vec().into());
    assert_eq!(client.poll_transmit(), Some(sent));
    assert_eq!(client.poll_transmit(), None);
    client
}

fn settings(header: ProtocolHeader) -> NegotiationSettings {
    NegotiationSettings::new(header).handshake_timeout(LIMIT)
}

fn error(sent: ProtocolHeader, script: &[Then<'_>]) -> NegotiationError {
    let error = run(sent, script).0.expect_err("must not agree");
    assert_eq!((error.side, error.sent), (Side::Client, Some(sent)));
    error
}

#[test]
fn agrees_wherever_the_header_is_split() {
    for asked in [A, S, T] {
        let header = asked.to_bytes();
        for first in 0..=8 {
            for second in first..=8 {
                let script =
                    [&header[..first], &header[first..second], &header[second..]].map(Octets);
                let (agreed, _) = run(asked, &script);
                assert_eq!(agreed, Ok(Agreed { header: asked, trailing: [][..].into() }));
            }
        }
    }
}

#[test]
fn octets_after_the_header_are_kept() {
    let octets = [&A.to_bytes()[..], b"\0\0\0\x10 the peer's open"].concat();
    for split in 0..8 {
        let (agreed, _) = run(A, &[Octets(&octets[..split]), Octets(&octets[split..])]);
        assert_eq!(agreed.unwrap().trailing, octets[8..]);
    }
    // A server that sends first: there is no outcome before the header of the client was taken.
    let began = Instant::now();
    let mut client = Negotiation::new(Side::Client, &settings(A), began);
    client.handle_input(began, &octets);
    assert_eq!(client.poll_outcome(), None);
    assert!(!client.wants_read());
    client.handle_input(began, b"more");
    assert!(client.poll_transmit().is_some());
    let agreed = client.poll_outcome().unwrap().unwrap();
    assert_eq!(agreed.trailing, [&octets[8..], b"more"].concat());
    assert_eq!(agreed.to_string(), "agreed on AMQP 1.0.0");
    assert!(client.poll_outcome().is_none() && !client.is_closed() && !client.wants_read());
}

/// The observed answers of real servers to the first header, and the outcome of the client.
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

    // server, header of the client, answer, outcome: a header agreed on or offered, or the detected protocol
    let agreed: [(&str, ProtocolHeader, &[Then<'_>]); 5] = [
        ("RabbitMQ with plugin", A, &[a]),
        ("Proton", A, &[a]),
        ("fe2o3 goes on with its open", A, &[Octets(&a_and_open)]),
        ("a server that closes right after its header", A, &[a, FIN]),
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
        let refused = NegotiationErrorKind::Refused { received: offered };
        assert_eq!(error(asked, script).kind, refused, "{who}");
    }

    let other: [(&str, ProtocolHeader, &[Then<'_>], DetectedProtocol); 6] = [
        ("RabbitMQ without plugin", A, &[r, RST], DetectedProtocol::Amqp091),
        ("RabbitMQ without plugin", S, &[r, RST], DetectedProtocol::Amqp091),
        ("RabbitMQ with plugin", V9, &[r, RST], DetectedProtocol::Amqp091),
        ("RabbitMQ", AMQP_0_9_1, &[Octets(START)], DetectedProtocol::Amqp091),
        (
            "TLS of RabbitMQ",
            A,
            &[Octets(b"\x15\x03\x01\x00\x02\x02\x0a"), RST],
            DetectedProtocol::Tls,
        ),
        ("the reset is seen in sending", A, &[Unsent, r, FIN], DetectedProtocol::Amqp091),
    ];
    for (who, asked, script, expected) in other {
        let NegotiationErrorKind::NotAmqp { protocol, .. } = error(asked, script).kind else {
            panic!("{who}")
        };
        assert_eq!(protocol, expected, "{who}");
    }

    let closed: [(&str, ProtocolHeader, &[Then<'_>], StreamEnd); 6] = [
        ("Proton with require_auth", A, &[FIN], StreamEnd::Clean),
        ("rhea with PLAIN", A, &[FIN], StreamEnd::Clean),
        ("rhea", T, &[FIN], StreamEnd::Clean),
        ("ntex", V9, &[FIN], StreamEnd::Clean),
        ("a reset without an octet", A, &[RST], StreamEnd::Reset),
        ("the reset is seen in sending", A, &[Unsent, FIN], StreamEnd::Reset),
    ];
    for (who, asked, script, expected) in closed {
        let NegotiationErrorKind::Closed { end, .. } = error(asked, script).kind else {
            panic!("{who}")
        };
        assert_eq!(end, expected, "{who}");
    }

    // Proton waits for a TLS hello, and any peer may hang.
    for script in [&[Nothing][..], &[Octets(b"AMQP"), Nothing]] {
        let (result, took) = run(T, script);
        assert!(matches!(result.unwrap_err().kind, NegotiationErrorKind::TimedOut { .. }));
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
    let broken = Ends(StreamEnd::Failed(io::ErrorKind::TimedOut));
    let cases: [(ProtocolHeader, &[Then<'_>], Fault, &str); 22] = [
        (
            V2,
            &[FIN],
            Fault::Peer,
            "the peer closed the connection without an answer to AMQP 2.0.0; it may not support that version; try AMQP 1.0.0",
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
            "the peer requires SASL: it answered AMQP 1.0.0 with SASL 1.0.0; begin with the SASL header and authenticate",
        ),
        (
            A,
            &[Octets(&t)],
            Fault::Peer,
            "the peer requires TLS: it answered AMQP 1.0.0 with TLS 1.0.0; begin with the TLS header, or connect to its port for amqps",
        ),
        (
            S,
            &[Octets(&a)],
            Fault::Peer,
            "the peer does not use SASL: it answered SASL 1.0.0 with AMQP 1.0.0; begin with the AMQP header if that is enough",
        ),
        (
            A,
            &[Octets(&ID7)],
            Fault::Peer,
            "the peer requires a protocol that AMQP 1.0 does not define: it answered AMQP 1.0.0 with protocol id 7 1.0.0; ask its operator which one",
        ),
        (
            A,
            &[Octets(b"AMQP\x00\x00\x09\x01")],
            Fault::Peer,
            "the peer speaks AMQP 0-9-1, not AMQP 1.0: it answered AMQP 1.0.0 with 41 4d 51 50 00 00 09 01; enable AMQP 1.0 there (in RabbitMQ before 4, the plugin rabbitmq_amqp1_0), or use a client for that version",
        ),
        (
            A,
            &[Octets(b"AMQP\x01\x01\x00\x0a")],
            Fault::Peer,
            "the peer speaks AMQP 0-10, not AMQP 1.0: it answered AMQP 1.0.0 with 41 4d 51 50 01 01 00 0a; enable AMQP 1.0 there, or use a client for that version",
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
            "the peer sent nothing within 5s; it may require SASL, expect TLS from the first octet (amqps), or not be an AMQP 1.0 server",
        ),
        (
            T,
            &[Nothing],
            Fault::Time,
            "the peer sent nothing within 5s; it may not support TLS after a header; try TLS from the first octet (amqps)",
        ),
        (
            A,
            &[Octets(b"AMQ"), Nothing],
            Fault::Time,
            "the peer sent a part of a header, \"AMQ\", and no more within 5s; it may not be an AMQP 1.0 server; check the host and the port",
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
            "the peer closed the connection without an answer to AMQP 1.0.0; it may require SASL, expect TLS from the first octet (amqps), or not be an AMQP 1.0 server",
        ),
        (
            S,
            &[RST],
            Fault::Peer,
            "the peer reset the connection without an answer to SASL 1.0.0; it may not support SASL, expect TLS from the first octet (amqps), or not be an AMQP 1.0 server",
        ),
        (
            T,
            &[broken],
            Fault::Wire,
            "the connection to the peer broke (timed out) without an answer to TLS 1.0.0; it may not support TLS after a header; try TLS from the first octet (amqps)",
        ),
        (
            A,
            &[Octets(b"AMQP\x00"), FIN],
            Fault::Peer,
            "the peer closed the connection in the middle of its header, after 41 4d 51 50 00; it may not be an AMQP 1.0 server; check the host and the port",
        ),
        (
            A,
            &[Unsent, Octets(&a)],
            Fault::Peer,
            "the peer reset the connection before it read our AMQP 1.0.0, after 41 4d 51 50 00 01 00 00; it may not be an AMQP 1.0 server; check the host and the port",
        ),
    ];
    for (asked, script, fault, sentence) in cases {
        let error = error(asked, script);
        assert_eq!(error.to_string(), sentence);
        assert_eq!(error.fault(), fault, "{sentence}");
    }
}

#[test]
fn another_protocol_is_detected_before_the_stream_ends() {
    // As soon as further octets are unlikely to change the detected protocol.
    for (octets, needed) in [(&b"SSH-2.0"[..], 1), (b"HTTP/1.1", 5), (b"\x16\x03\x03", 3)] {
        let began = Instant::now();
        let mut client = client(A, began);
        for (index, octet) in octets.iter().enumerate() {
            client.handle_input(began, &[*octet]);
            if let Some(outcome) = client.poll_outcome() {
                assert!(outcome.is_err());
                assert_eq!(index + 1, needed, "{octets:02x?}");
                break;
            }
        }
    }
}

#[test]
fn closes_after_a_failure_and_reads_to_the_end() {
    let began = Instant::now();
    let limits = ClosingLimits { bytes: 100, time: Duration::from_secs(1) };
    let mut client = Negotiation::new(Side::Client, &settings(A).closing(limits), began);
    client.poll_transmit();
    let later = began + Duration::from_millis(4500);
    client.handle_input(later, &S.to_bytes());
    assert!(client.poll_outcome().unwrap().is_err());
    assert_eq!(client.poll_transmit(), Some(Transmit::Shutdown));
    assert_eq!(client.poll_transmit(), None);
    // The time limit of the handshake applies before that of closing.
    assert_eq!(client.poll_timeout(), Some(began + LIMIT));
    assert!(client.wants_read() && !client.is_closed());
    client.handle_eof(later, StreamEnd::Clean);
    assert!(client.is_closed() && !client.wants_read());
}

#[test]
fn a_time_limit_that_is_never_reached() {
    let settings = settings(A).handshake_timeout(Duration::MAX);
    let mut client = Negotiation::new(Side::Client, &settings, Instant::now());
    assert_eq!(client.poll_timeout(), None);
    client.handle_timeout(Instant::now() + Duration::from_secs(1 << 30));
    client.poll_transmit();
    assert_eq!(client.poll_outcome(), None);
}
