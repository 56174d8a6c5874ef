use amqp_types::Symbol;
use amqp_types::transport::{FrameType, ProtocolHeader};

use super::decode_mechanisms;
use crate::proto::{
    Fault, FrameBodyError, FrameSplitter, NegotiationError, NegotiationErrorKind, Side,
};

/// Decodes the mechanisms in a frame, of spaced hex.
fn decode(hex: &str) -> Result<Vec<Symbol>, NegotiationError> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let octets: Vec<u8> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let mut splitter = FrameSplitter::new(512);
    splitter.handle_input(&octets);
    decode_mechanisms(&splitter.poll_frame().unwrap().unwrap())
}

#[test]
fn offers_of_real_servers() {
    let cases: [(&str, &str, &[&str]); 6] = [
        (
            "RabbitMQ 3.10",
            "0000003402010000 005340c02701e02403b300000009414e4f4e594d4f555300000008414d51504c41494e00000005504c41494e",
            &["ANONYMOUS", "AMQPLAIN", "PLAIN"],
        ),
        (
            "RabbitMQ 3.10, PLAIN only",
            "0000001b02010000 005340c00e01e00b01b300000005504c41494e",
            &["PLAIN"],
        ),
        ("Proton", "0000001c02010000 005340c00f01e00c01a309414e4f4e594d4f5553", &["ANONYMOUS"]),
        (
            "rhea",
            "0000002802010000 005340d00000001800000001f00000000f00000001a309414e4f4e594d4f5553",
            &["ANONYMOUS"],
        ),
        (
            "ntex",
            "0000002802010000 005340c01b01e01802b300000005504c41494e00000009414e4f4e594d4f5553",
            &["PLAIN", "ANONYMOUS"],
        ),
        ("one that is not in an array", "0000001502010000 005340c00801a305504c41494e", &["PLAIN"]),
    ];
    for (server, hex, expected) in cases {
        let mechanisms = decode(hex).unwrap_or_else(|error| panic!("{server}: {error}"));
        assert_eq!(mechanisms, expected, "{server}");
    }
}

#[test]
fn other_frames() {
    let cases = [
        (
            "00000010 02000000 0053 10c00301a100",
            NegotiationErrorKind::UnexpectedFrame("an AMQP frame"),
            "the peer must send sasl-mechanisms, but sent an AMQP frame",
        ),
        (
            "00000008 02000000",
            NegotiationErrorKind::UnexpectedFrame("an AMQP frame"),
            "the peer must send sasl-mechanisms, but sent an AMQP frame",
        ),
        (
            "00000008 02090000",
            NegotiationErrorKind::FrameBody(FrameBodyError::UnknownType(FrameType(9))),
            "the peer must send sasl-mechanisms, but sent another frame: unknown frame type 9: 0 is AMQP, 1 is SASL",
        ),
        (
            "00000008 02010000",
            NegotiationErrorKind::FrameBody(FrameBodyError::EmptySasl),
            "the peer must send sasl-mechanisms, but sent an empty frame",
        ),
        (
            "00000010 02010000 005344c003015000",
            NegotiationErrorKind::UnexpectedFrame("sasl-outcome"),
            "the peer must send sasl-mechanisms, but sent sasl-outcome",
        ),
        // Proton sends this.
        (
            "0000001202010000 005340c00501e00200a3",
            NegotiationErrorKind::NoMechanisms,
            "the peer offered no SASL mechanism, but a server must offer at least one",
        ),
    ];
    for (hex, kind, sentence) in cases {
        let error = decode(hex).unwrap_err();
        assert_eq!(error.to_string(), sentence);
        assert_eq!(error.fault(), Fault::Peer);
        let sent = Some(ProtocolHeader::SASL);
        assert_eq!(error, NegotiationError { side: Side::Client, sent, kind });
    }
    let error = decode("0000000b 02010000 005340").unwrap_err();
    let NegotiationErrorKind::FrameBody(FrameBodyError::Decode(wrong)) = error.kind else {
        panic!()
    };
    assert_eq!(wrong.at(), 3);
}
