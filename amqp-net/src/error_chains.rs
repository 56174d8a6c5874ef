//! An error prints all that is known, and so is not followed by a source that says it again.
#![allow(clippy::panic, reason = "a failed test is a panic")]

use std::error::Error;

use amqp_types::transport::{self, AmqpError};
use amqp_types::{Decode, Symbol};

use crate::proto::{
    AttachError, BeginError, ConnectionEnd, FrameBodyError, FrameError, FrameWriteError,
    MechanismError, NegotiationError, NegotiationErrorKind, SaslError, SaslErrorKind, Side,
};

/// Checks that the error prints this, and that none of its sources repeats what was printed before.
fn check(error: &dyn Error, part: &str) {
    let mut printed = error.to_string();
    assert!(printed.contains(part), "{printed}");
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        assert!(!printed.contains(&text), "{text:?} is printed twice after {printed:?}");
        printed.push_str(&text);
        next = source.source();
    }
}

#[test]
fn an_authentication_or_a_negotiation_that_failed() {
    let frame = FrameError::TooSmall { size: 3 };
    let write = FrameWriteError::TooLarge { size: 600, max_frame_size: 512 };
    let body = || FrameBodyError::Decode(u8::from_bytes(&[]).unwrap_err());
    let undecodable = body().to_string();
    let name = Symbol::from_static("OWN");
    let mechanism =
        SaslErrorKind::Mechanism { name, error: MechanismError::new("the nonce is wrong") };
    for (kind, part) in [
        (mechanism, "the nonce is wrong"),
        (frame.into(), "announces 3 octets"),
        (body().into(), &*undecodable),
        (write.into(), "600 octets"),
    ] {
        check(&SaslError { side: Side::Client, kind }, part);
    }
    for (kind, part) in [
        (NegotiationErrorKind::Frame(frame), "announces 3 octets"),
        (NegotiationErrorKind::FrameBody(body()), "cannot be decoded"),
    ] {
        check(&NegotiationError { side: Side::Client, sent: None, kind }, part);
    }
}

#[test]
fn a_connection_that_ended_and_what_cannot_be_sent() {
    let error = transport::Error::new(AmqpError::NotAllowed, "not today");
    check(&ConnectionEnd::Refused(Some(error.clone())), "not today");
    check(&ConnectionEnd::ClosedByPeer(Some(error)), "not today");
    let write = FrameWriteError::TooLarge { size: 600, max_frame_size: 512 };
    check(&BeginError::Write(write), "600 octets");
    check(&AttachError::Write(write), "600 octets");
}

#[cfg(feature = "tokio")]
#[test]
fn a_server_that_cannot_be_reached() {
    use crate::ConnectError;
    use crate::negotiation::ConnectError as NegotiationConnectError;

    let source = || std::io::Error::other("the cable is cut");
    let address = String::from("amqp://localhost:5672");
    check(&ConnectError::Unreachable { address, source: source() }, "the cable is cut");
    let error = NegotiationConnectError::Unreachable { address: None, source: source() };
    check(&error, "the cable is cut");
}

#[cfg(feature = "rustls-no-provider")]
#[test]
fn a_stream_without_tls() {
    use crate::rustls::Error;
    use crate::{ConnectError, TlsError, TlsErrorKind};

    let kinds = [TlsErrorKind::Config, TlsErrorKind::Failed];
    for kind in kinds.map(|kind| kind(Error::General("the dice are loaded".into()))) {
        let error = TlsError { side: Side::Client, peer: "the server".into(), kind };
        check(&error, "the dice are loaded");
        check(&ConnectError::Tls(error), "the dice are loaded");
    }
}
