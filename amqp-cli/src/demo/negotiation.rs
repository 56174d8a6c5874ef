//! The steps in which a client and the server negotiate.

use std::io;

use amqp_net::negotiation::{Listener, negotiate};
use amqp_net::proto::{
    DetectedProtocol, NegotiationError, NegotiationErrorKind, NegotiationSettings, Side,
};
use amqp_net::{ProtocolHeader, ProtocolId};
use amqp_types::security::SaslMechanisms;
use amqp_types::transport::{FrameHeader, FrameType};
use amqp_types::{Decode, Symbol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::STEP_LIMIT;
use super::finish::MECHANISM;
use super::meeting::{Meeting, meet};
use super::step::Step;
use super::tap::Wire;

const MECHANISMS_MEANING: &str =
    "sasl-mechanisms: a list described by 0x40, and in it one symbol, \"ANONYMOUS\"";

const AMQP_OCTETS: [u8; 8] = *b"AMQP\x00\x01\x00\x00";
const SASL_OCTETS: [u8; 8] = *b"AMQP\x03\x01\x00\x00";
const AMQP_1_1_OCTETS: [u8; 8] = *b"AMQP\x00\x01\x01\x00";
const AMQP_0_9_1_OCTETS: [u8; 8] = *b"AMQP\x00\x00\x09\x01";

/// A client asks for what the server supports.
pub(crate) async fn agreed(listener: &mut Listener) -> Step {
    let mut step = Step::new("A client and the server agree on a version");
    let meeting = meet(listener, async |stream| {
        let settings = NegotiationSettings::new(ProtocolHeader::AMQP);
        negotiate(stream, Side::Client, &settings).await.map(|negotiated| negotiated.header())
    });
    let Some(Meeting { client, server, wire }) = step.must(meeting.await) else {
        return step;
    };
    show_headers(&mut step, &wire);
    step.check(wire.sent == AMQP_OCTETS, "the client sends its header and nothing else");
    step.check(wire.received == AMQP_OCTETS, "the server answers with the same header");
    step.check(server == Ok(ProtocolHeader::AMQP), "the server has agreed on AMQP 1.0.0");
    if let Some(header) = step.must(client) {
        step.check(header == ProtocolHeader::AMQP, "the client has agreed on AMQP 1.0.0");
        step.says(&format_args!("The two headers are equal: agreed on {header}."));
    }
    step
}

/// A client asks for SASL, to authenticate first.
pub(crate) async fn agreed_on_sasl(listener: &mut Listener) -> Step {
    let mut step = Step::new("A client and the server agree on SASL, to authenticate first");
    let meeting = meet(listener, async |stream| {
        let settings = NegotiationSettings::new(ProtocolHeader::SASL);
        negotiate(stream, Side::Client, &settings).await?.mechanisms(STEP_LIMIT).await
    });
    let Some(Meeting { client, server, wire }) = step.must(meeting.await) else {
        return step;
    };
    show_headers(&mut step, &wire);
    show_mechanisms(&mut step, wire.received.get(8..).unwrap_or_default());
    step.check(wire.sent == SASL_OCTETS, "the client sends its header and nothing else");
    step.check(wire.received.starts_with(&SASL_OCTETS), "the server answers with the same header");
    step.check(server == Ok(ProtocolHeader::SASL), "the server has agreed on SASL 1.0.0");
    if let Some(mechanisms) = step.must(client) {
        step.check(mechanisms == [MECHANISM], "the client receives the mechanism ANONYMOUS");
        let names: Vec<&str> = mechanisms.iter().map(Symbol::as_str).collect();
        step.says(&format_args!(
            "Agreed on {}; mechanisms offered: {}.",
            ProtocolHeader::SASL,
            names.join(", "),
        ));
    }
    step
}

fn show_mechanisms(step: &mut Step, frame: &[u8]) {
    let Some((header, body)) = frame.split_at_checked(FrameHeader::LEN) else {
        return step.check(false, "a frame follows the server's header");
    };
    let Some(frame_header) = step.must(FrameHeader::from_bytes(header)) else {
        return;
    };
    let FrameHeader { size, frame_type, .. } = frame_header;
    step.octets("server", header, &format!("a frame of {size} octets; type 1 is SASL"));
    step.octets("", body, MECHANISMS_MEANING);
    step.check(usize::try_from(size) == Ok(frame.len()), "the frame is as long as it says");
    step.check(frame_type == FrameType::SASL, "it is a SASL frame");
    if let Some(mechanisms) = step.must(SaslMechanisms::from_bytes(body)) {
        let offered = mechanisms.sasl_server_mechanisms;
        step.check(offered.as_slice() == [MECHANISM], "the frame offers ANONYMOUS");
    }
}

/// A client asks for a version that does not exist.
pub(crate) async fn another_version(listener: &mut Listener) -> Step {
    const AMQP_1_1: ProtocolHeader =
        ProtocolHeader { id: ProtocolId::AMQP, major: 1, minor: 1, revision: 0 };
    let mut step = Step::new("A client of another version, AMQP 1.1.0, is refused");
    let meeting = meet(listener, async |stream| {
        let settings = NegotiationSettings::new(AMQP_1_1);
        negotiate(stream, Side::Client, &settings).await.map(|negotiated| negotiated.header())
    });
    let Some(Meeting { client, server, wire }) = step.must(meeting.await) else {
        return step;
    };
    show_headers(&mut step, &wire);
    step.check(wire.sent == AMQP_1_1_OCTETS, "the client asks for AMQP 1.1.0");
    step.check(wire.received == AMQP_OCTETS, "the server answers with what it supports");
    let refused = |side, sent, received| {
        let kind = NegotiationErrorKind::Refused { received };
        Err(NegotiationError { side, sent: Some(sent), kind })
    };
    let refusal = refused(Side::Server, ProtocolHeader::AMQP, AMQP_1_1);
    step.check(server == refusal, "the server has refused AMQP 1.1.0");
    let refusal = refused(Side::Client, AMQP_1_1, ProtocolHeader::AMQP);
    step.check(client == refusal, "the client knows what the server supports");
    if let Err(error) = client {
        step.says(&format_args!("The client says: {error}."));
    }
    step
}

/// A client speaks the older protocol AMQP 0-9-1.
pub(crate) async fn amqp_0_9_1(listener: &mut Listener) -> Step {
    let mut step = Step::new("A client of AMQP 0-9-1, another protocol, is refused");
    let meeting = meet(listener, async |mut stream| -> io::Result<()> {
        stream.write_all(&AMQP_0_9_1_OCTETS).await?;
        // Until the server closes the connection after its answer.
        stream.read_to_end(&mut Vec::new()).await.map(|_| ())
    });
    let Some(Meeting { client, server, wire }) = step.must(meeting.await) else {
        return step;
    };
    show_headers(&mut step, &wire);
    step.must(client);
    step.check(wire.received == AMQP_OCTETS, "the server answers with what it supports");
    match server {
        Ok(_) => step.check(false, "the server refuses AMQP 0-9-1"),
        Err(error) => {
            let is_detected = matches!(
                error.kind,
                NegotiationErrorKind::NotAmqp { protocol: DetectedProtocol::Amqp091, .. }
            );
            step.check(is_detected, "the server detects AMQP 0-9-1");
            step.check(error.sent == Some(ProtocolHeader::AMQP), "the server offers AMQP 1.0.0");
            step.says(&format_args!("The server says: {error}."));
        }
    }
    step
}

/// Shows the first eight octets of both sides.
fn show_headers(step: &mut Step, wire: &Wire) {
    for (whose, octets) in [("client", &wire.sent), ("server", &wire.received)] {
        let octets = octets.get(..8).unwrap_or(octets);
        step.octets(whose, octets, &header_meaning(octets));
    }
}

fn header_meaning(octets: &[u8]) -> String {
    match ProtocolHeader::from_bytes(octets) {
        Ok(ProtocolHeader { id, major, minor, revision }) => {
            let layer = match id {
                ProtocolId::AMQP => "AMQP",
                ProtocolId::SASL => "SASL",
                _ => "another",
            };
            format!("\"AMQP\", id {} ({layer}), {major}.{minor}.{revision}", id.0)
        }
        Err(error) => format!("no header: {error}"),
    }
}
