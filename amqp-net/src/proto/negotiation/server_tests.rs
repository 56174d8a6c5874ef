use std::time::{Duration, Instant};

use amqp_types::transport::{ProtocolHeader, ProtocolId};

use super::{Agreed, Negotiation, Transmit};
use crate::proto::{
    DetectedProtocol, Fault, Initiator, NegotiationError, NegotiationErrorKind,
    NegotiationSettings, Side, StreamEnd,
};

const A: ProtocolHeader = ProtocolHeader::AMQP;
const S: ProtocolHeader = ProtocolHeader::SASL;
const T: ProtocolHeader = ProtocolHeader::TLS;
const V2: ProtocolHeader = ProtocolHeader { id: ProtocolId::AMQP, major: 2, minor: 0, revision: 0 };
const LIMIT: Duration = Duration::from_secs(5);

/// The output of a server, and the outcome.
struct Seen {
    sent: Vec<u8>,
    shutdown: bool,
    outcome: Result<Agreed, NegotiationError>,
}

fn server(settings: &NegotiationSettings, now: Instant) -> Negotiation {
    Negotiation::new(Side::Server, settings, now)
}

/// Returns settings of a server that accepts only this header.
fn only(header: ProtocolHeader) -> NegotiationSettings {
    NegotiationSettings::new(header).handshake_timeout(LIMIT)
}

fn both() -> NegotiationSettings {
    only(A).also_accept(S)
}

/// Takes all output. Returns whether the sending side is to be closed after it.
fn take_output(negotiation: &mut Negotiation, output: &mut Vec<u8>) -> bool {
    while let Some(transmit) = negotiation.poll_transmit() {
        match transmit {
            Transmit::Bytes(bytes) => output.extend_from_slice(&bytes),
            Transmit::Shutdown => return true,
        }
    }
    false
}

/// Sends octets to a server one by one, then the end of the stream. Without an end, waits until the time
/// limit.
fn run(settings: &NegotiationSettings, octets: &[u8], end: Option<StreamEnd>) -> Seen {
    let mut now = Instant::now();
    let mut server = server(settings, now);
    let mut sent = Vec::new();
    let mut octets = octets.iter();
    let mut ends = end.into_iter();
    loop {
        let shutdown = take_output(&mut server, &mut sent);
        if let Some(outcome) = server.poll_outcome() {
            return Seen { sent, shutdown, outcome };
        }
        if let Some(octet) = octets.next() {
            server.handle_input(now, &[*octet]);
        } else if let Some(end) = ends.next() {
            server.handle_eof(now, end);
        } else {
            now = server.poll_timeout().unwrap();
            server.handle_timeout(now);
        }
    }
}

/// Returns the error of a server that sent one header and received another.
fn refused(received: ProtocolHeader, sent: ProtocolHeader) -> NegotiationError {
    let kind = NegotiationErrorKind::Refused { received };
    NegotiationError { side: Side::Server, sent: Some(sent), kind }
}

#[test]
fn answers_with_the_same_header() {
    for asked in [A, S] {
        let seen = run(&both(), &asked.to_bytes(), None);
        assert_eq!(seen.sent, asked.to_bytes());
        assert_eq!(seen.outcome, Ok(Agreed { header: asked, trailing: [][..].into() }));
    }
}

#[test]
fn octets_after_the_header_are_kept_wherever_it_is_split() {
    let octets = [&A.to_bytes()[..], b"open begin attach"].concat();
    for first in 0..octets.len() {
        for second in first..octets.len() {
            let now = Instant::now();
            let mut server = server(&only(A), now);
            for part in [&octets[..first], &octets[first..second], &octets[second..]] {
                server.handle_input(now, part);
            }
            assert!(!server.wants_read());
            // There is no outcome before the answer was taken.
            assert_eq!(server.poll_outcome(), None);
            assert!(server.poll_transmit().is_some());
            let agreed = server.poll_outcome().unwrap().unwrap();
            assert_eq!(agreed.trailing, octets[8..]);
        }
    }
}

#[test]
fn unsupported_headers_are_answered_with_a_supported_one() {
    let cases = [
        (only(A), V2, A),
        (only(S), A, S),
        (only(S), T, S),
        (both(), T, A),
        (only(A).also_accept(V2), ProtocolHeader { minor: 7, ..A }, A),
    ];
    for (settings, asked, answered) in cases {
        let seen = run(&settings, &asked.to_bytes(), None);
        assert_eq!(seen.sent, answered.to_bytes());
        assert!(seen.shutdown);
        assert_eq!(seen.outcome, Err(refused(asked, answered)));
    }
}

#[test]
fn other_input_is_answered_at_once() {
    let now = Instant::now();
    let mut server = server(&only(A), now);
    server.handle_input(now, b"G");
    assert_eq!(server.poll_transmit(), Some(Transmit::Bytes(A.to_bytes().to_vec().into())));
    let error = server.poll_outcome().unwrap().unwrap_err();
    assert!(matches!(error.kind, NegotiationErrorKind::NotAmqp { .. }));
    assert_eq!(error.sent, Some(A));
    assert_eq!(server.poll_transmit(), Some(Transmit::Shutdown));
}

#[test]
fn a_server_that_sends_first() {
    let first = both().initiator(Initiator::Server);
    let seen = run(&first, &A.to_bytes(), None);
    assert_eq!(seen.sent, A.to_bytes());
    assert_eq!(seen.outcome.map(|agreed| agreed.header), Ok(A));

    // The server has sent its header already, and does not send another one.
    let seen = run(&first, &S.to_bytes(), None);
    assert_eq!(seen.sent, A.to_bytes());
    assert_eq!(seen.outcome, Err(refused(S, A)));
    let seen = run(&first, b"GET /", None);
    assert_eq!(seen.sent, A.to_bytes());
    let seen = run(&first, b"AM", None);
    assert_eq!(seen.sent, A.to_bytes());
    assert!(matches!(seen.outcome.unwrap_err().kind, NegotiationErrorKind::TimedOut { .. }));
}

#[test]
fn half_a_header_is_answered_at_the_end_and_silence_is_not() {
    for end in [None, Some(StreamEnd::Clean)] {
        let seen = run(&only(A), b"AMQP", end);
        assert_eq!(seen.sent, A.to_bytes());
        assert!(seen.shutdown);
        let seen = run(&only(A), b"", end);
        assert_eq!(seen.sent, b"");
        assert!(seen.shutdown);
    }
    // The peer is gone.
    let seen = run(&only(A), b"AMQP", Some(StreamEnd::Reset));
    assert_eq!(seen.sent, b"");
}

#[test]
fn an_answer_that_cannot_be_sent_is_not_an_agreement() {
    let now = Instant::now();
    let mut server = server(&only(A), now);
    server.handle_input(now, &A.to_bytes());
    assert!(server.poll_transmit().is_some());
    server.handle_write_error(now, StreamEnd::Reset);
    let error = server.poll_outcome().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the client reset the connection before it read our answer");
    assert_eq!(server.poll_transmit(), None);
    assert!(server.is_closed());
}

#[test]
fn sentences() {
    let tls = b"\x16\x03\x01\x02\x00\x01\x00";
    let reset = Some(StreamEnd::Reset);
    let clean = Some(StreamEnd::Clean);
    let cases: [(&[u8], Option<StreamEnd>, Fault, &str); 10] = [
        (
            &V2.to_bytes(),
            None,
            Fault::Peer,
            "the client asked for AMQP 2.0.0, which is not supported here: it was offered SASL 1.0.0; it can connect again with that header",
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
            "the client sent a part of a header, 41 4d 51 50 00 01, and no more within 5s; it must send all eight octets",
        ),
        (b"", clean, Fault::Peer, "the client closed the connection before it sent anything"),
        (b"", reset, Fault::Peer, "the client reset the connection before it sent anything"),
        (
            b"AMQP\x00",
            clean,
            Fault::Peer,
            "the client closed the connection in the middle of its header, after 41 4d 51 50 00",
        ),
        (
            b"AMQP\x00",
            Some(StreamEnd::Failed(std::io::ErrorKind::TimedOut)),
            Fault::Wire,
            "the connection to the client broke (timed out) in the middle of its header, after 41 4d 51 50 00",
        ),
    ];
    for (octets, end, fault, sentence) in cases {
        let error = run(&only(S), octets, end).outcome.unwrap_err();
        assert_eq!(error.to_string(), sentence);
        assert_eq!(error.fault(), fault, "{sentence}");
    }
    // The protocol is detected from the whole segment.
    let cases: [(&[u8], DetectedProtocol, &str); 2] = [
        (
            tls,
            DetectedProtocol::Tls,
            "the client speaks TLS, not AMQP 1.0: it began with 16 03 01 02 00 01 00, and was offered AMQP 1.0.0; this port does not accept TLS from the first octet",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            DetectedProtocol::Http,
            "the client speaks HTTP, not AMQP 1.0: it began with \"GET / HTTP/1.1\", and was offered AMQP 1.0.0; it must begin with that header",
        ),
    ];
    for (octets, expected, sentence) in cases {
        let now = Instant::now();
        let mut server = server(&only(A), now);
        server.handle_input(now, octets);
        let error = server.poll_outcome().unwrap().unwrap_err();
        assert_eq!(error.to_string(), sentence);
        let NegotiationErrorKind::NotAmqp { protocol, .. } = error.kind else { panic!() };
        assert_eq!(protocol, expected);
    }
}

/// Runs both sides against each other, a few octets at a time.
fn between(
    client: &NegotiationSettings,
    server: &NegotiationSettings,
    at_once: usize,
) -> [Result<Agreed, NegotiationError>; 2] {
    let now = Instant::now();
    let mut sides = [(Side::Client, client), (Side::Server, server)]
        .map(|(side, settings)| (Negotiation::new(side, settings, now), Vec::new(), None));
    loop {
        for side in 0..2 {
            let (_, output, _) = &mut sides[1 - side];
            let input: Vec<u8> = output.drain(..at_once.min(output.len())).collect();
            let (negotiation, output, outcome) = &mut sides[side];
            if negotiation.wants_read() {
                negotiation.handle_input(now, &input);
            }
            take_output(negotiation, output);
            if let Some(result) = negotiation.poll_outcome() {
                *outcome = Some(result);
            }
        }
        if sides.iter().all(|(_, _, outcome)| outcome.is_some()) {
            return sides.map(|(_, _, outcome)| outcome.unwrap());
        }
    }
}

#[test]
fn both_sides() {
    for at_once in 1..=9 {
        for initiator in [Initiator::Client, Initiator::Server] {
            for header in [A, S, T] {
                let server = only(header).initiator(initiator);
                for outcome in between(&only(header), &server, at_once) {
                    assert_eq!(outcome.unwrap().header, header);
                }
            }
            let settings = only(A).also_accept(S);
            let server = only(S).initiator(initiator);
            let [client, server] = between(&settings, &server, at_once).map(Result::unwrap_err);
            assert_eq!(server, refused(A, S));
            assert_eq!(client.kind, NegotiationErrorKind::Refused { received: S });
            assert_eq!(settings.retry_after(&client).unwrap().headers(), [S]);
        }
    }
}
