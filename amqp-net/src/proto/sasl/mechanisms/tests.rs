use std::time::{Duration, Instant};

use amqp_types::Symbol;
use amqp_types::transport::{FrameType, ProtocolHeader};
use bytes::Bytes;

use super::{AwaitingMechanisms, Mechanisms, mechanisms_frame};
use crate::proto::{Agreed, Ending, Fault, FrameError, Progress, SaslFailure, SaslSettings, Stage};

/// The octets, of spaced hex.
fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn stage(header: ProtocolHeader, rest: &[u8]) -> AwaitingMechanisms {
    let agreed = Agreed { header, rest: Bytes::copy_from_slice(rest) };
    let settings = SaslSettings::default().limit(Duration::from_secs(5));
    AwaitingMechanisms::new(agreed, &settings, Instant::now())
}

fn after(stage: AwaitingMechanisms) -> Result<Mechanisms, SaslFailure> {
    match stage.poll_event() {
        Progress::Pending(stage) => panic!("{stage:?}"),
        Progress::Done(mechanisms) => Ok(mechanisms),
        Progress::Failed(failure, _) => Err(failure),
    }
}

#[test]
fn what_real_servers_offer() {
    let cases: [(&str, &str, &[&str]); 7] = [
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
        ("an empty array, which Proton sends", "0000001202010000 005340c00501e00200a3", &[]),
    ];
    for (who, hex, expected) in cases {
        let mut octets = octets(hex);
        octets.extend_from_slice(b"rest");
        for split in 0..=octets.len() {
            let mut stage = stage(ProtocolHeader::SASL, &octets[..split]);
            stage.handle_input(Instant::now(), &octets[split..]);
            let seen = after(stage).unwrap_or_else(|failure| panic!("{who}: {failure}"));
            assert_eq!(seen.mechanisms, expected, "{who}");
            assert_eq!(seen.rest, b"rest"[..], "{who}");
        }
    }
}

#[test]
fn failures() {
    let cases: [(&str, SaslFailure, &str); 6] = [
        (
            "00000010 02000000 0053 10c00301a100",
            SaslFailure::FrameType(FrameType::AMQP),
            "the peer must send sasl-mechanisms, but sent a frame of type 0, which is not SASL's 1",
        ),
        (
            "00000008 02010000",
            SaslFailure::EmptyFrame,
            "the peer must send sasl-mechanisms, but sent an empty frame",
        ),
        (
            "00000010 02010000 005344c003015000",
            SaslFailure::Unexpected("sasl-outcome"),
            "the peer must send sasl-mechanisms, but sent sasl-outcome",
        ),
        (
            "00001001 02010000",
            SaslFailure::Frame(FrameError::TooLarge { size: 4097, max_frame_size: 4096 }),
            "the peer broke the framing of SASL: the frame header announces 4097 octets, more than the limit of 4096",
        ),
        (
            "00000008 01010000",
            SaslFailure::Frame(FrameError::DataOffset { doff: 1, size: 8 }),
            "the peer broke the framing of SASL: the body of a frame of 8 octets cannot begin at octet 4",
        ),
        (
            "00000000",
            SaslFailure::Closed(Ending::Clean),
            "the peer closed the connection after it had agreed on SASL, without offering mechanisms",
        ),
    ];
    for (hex, failure, sentence) in cases {
        let mut stage = stage(ProtocolHeader::SASL, &octets(hex));
        stage.handle_end(Instant::now(), Ending::Clean);
        assert_eq!(after(stage), Err(failure.clone()));
        assert_eq!(failure.to_string(), sentence);
        assert_eq!(failure.fault(), Fault::Peer);
    }
    let mut broken = stage(ProtocolHeader::SASL, &octets("0000000b 02010000 005340"));
    broken.handle_end(Instant::now(), Ending::Clean);
    let Err(SaslFailure::Undecodable(error)) = after(broken) else { panic!() };
    assert_eq!(error.at(), 3);
}

#[test]
fn time_and_misuse() {
    let mut silent = stage(ProtocolHeader::SASL, b"");
    let deadline = silent.poll_timeout().unwrap();
    silent.handle_timeout(deadline);
    let failure = after(silent).unwrap_err();
    assert_eq!(failure.fault(), Fault::Time);
    assert_eq!(failure.to_string(), "the peer agreed on SASL and sent no mechanisms within 5s");

    let failure = after(stage(ProtocolHeader::AMQP, b"")).unwrap_err();
    assert_eq!(failure.fault(), Fault::User);
    let sentence = "there are no mechanisms to exchange: both ends agreed on AMQP 1.0.0";
    assert_eq!(failure.to_string(), sentence);
}

#[test]
fn the_frame_of_a_server() {
    let anonymous = Symbol::from_static("ANONYMOUS");
    let plain = Symbol::from_static("PLAIN");
    for mechanisms in [vec![anonymous.clone()], vec![plain, anonymous]] {
        let frame = mechanisms_frame(&mechanisms).unwrap();
        let seen = after(stage(ProtocolHeader::SASL, &frame)).unwrap();
        assert_eq!(seen.mechanisms, mechanisms);
    }
    assert_eq!(mechanisms_frame(&[]), Err(SaslFailure::NoMechanisms));
    let long = Symbol::new("X".repeat(250)).unwrap();
    assert!(mechanisms_frame(std::slice::from_ref(&long)).is_ok());
    assert_eq!(mechanisms_frame(&[long.clone(), long]), Err(SaslFailure::TooManyMechanisms));
}
