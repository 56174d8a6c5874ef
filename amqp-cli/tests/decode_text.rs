//! The text output of `amqp decode`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use common::octets::{composite, frame, map};
use common::run;

/// Returns the output for valid octets.
fn shown(kind: &str, octets: &str) -> String {
    let seen = run(&["decode", "--as", kind, octets]);
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(0), ""), "{octets}: {}", seen.stdout);
    seen.stdout
}

#[test]
fn fields_have_names() {
    let error = composite(0x1d, &["a30178"]);
    let filter = map(&["a30173", "0080 0000468c00000004 a10174", "a3016e", "40"]);
    let source = composite(0x28, &["a10171", "5202", "40", "40", "40", "40", "40", &filter]);
    let unsettled = map(&["a00101", &composite(0x25, &[&error])]);
    let attach = composite(
        0x12,
        &["a1016c", "43", "41", "5001", "5000", &source, "00533045", &unsettled, "42"],
    );
    let due = "\
attach (described by ulong 0x12)
  name: string \"l\"
  handle: uint 0
  role: boolean true (receiver)
  snd-settle-mode: ubyte 1 (settled)
  rcv-settle-mode: ubyte 0 (first)
  source: source (described by ulong 0x28)
    address: string \"q\"
    durable: uint 2 (unsettled-state)
    filter: map of 2 pairs
      symbol \"s\" => selector-filter (described by ulong 0x468c00000004)
        string \"t\"
      symbol \"n\" => null
  target: coordinator (described by ulong 0x30)
  unsettled: map of 1 pair
    binary of 1 octet: 01 => rejected (described by ulong 0x25)
      error: error (described by ulong 0x1d)
        condition: symbol \"x\"
  incomplete-unsettled: boolean false
";
    assert_eq!(shown("value", &attach), due);
    assert_eq!(shown("type", &attach), due);
    // Unknown fields; a composite that is not a list; a descriptor by name.
    assert_eq!(
        shown("value", &composite(0x17, &["40", "41"])),
        "end (described by ulong 0x17)\n  no field of the standard: boolean true\n",
    );
    assert_eq!(shown("value", "00531741"), "end (described by ulong 0x17)\n  boolean true\n");
    assert_eq!(
        shown("value", "00a30e616d71703a6f70656e3a6c697374 c0020141"),
        "open (described by symbol \"amqp:open:list\")\n  container-id: boolean true\n",
    );
}

#[test]
fn headers_name_their_protocol() {
    for (octets, text) in [
        ("414d515000010000", "header: AMQP 1.0.0, an AMQP 1.0 header\n"),
        ("414d515002010000", "header: TLS 1.0.0, an AMQP 1.0 header\n"),
        ("414d515003010000", "header: SASL 1.0.0, an AMQP 1.0 header\n"),
        ("414d515000010100", "header: AMQP 1.1.0, not an AMQP 1.0 header\n"),
        ("414d515001010000", "header: protocol id 1 1.0.0, not an AMQP 1.0 header\n"),
        ("414d515000000901", "header: AMQP 0-9-1, not an AMQP 1.0 header: another protocol\n"),
        ("414d51500101000a", "header: AMQP 0-10, not an AMQP 1.0 header: another protocol\n"),
    ] {
        assert_eq!(shown("header", octets), text);
    }
}

#[test]
fn frames_and_their_payloads() {
    assert_eq!(
        shown("frame", "0000000802000003"),
        "AMQP frame of 8 octets on channel 3, empty (heartbeat)\n",
    );
    assert_eq!(
        shown("frame", "0000001004000000 0000000000000000"),
        "AMQP frame of 16 octets on channel 0, 8 octets of them an extended header, empty \
         (heartbeat)\n",
    );
    let message = "005375a00161 005375a00162";
    let transfer = |more: &str| {
        let fields = ["43", "43", "a00101", "43", "40", more];
        frame(0, &format!("{}{message}", composite(0x14, &fields)))
    };
    let whole = "\
AMQP frame of 34 octets on channel 0
  transfer (described by ulong 0x14)
    handle: uint 0
    delivery-id: uint 0
    delivery-tag: binary of 1 octet: 01
    message-format: uint 0
    more: boolean false
  payload of 12 octets, a whole message of 2 sections
    data (described by ulong 0x75)
      binary of 1 octet: 61
    data (described by ulong 0x75)
      binary of 1 octet: 62
";
    assert_eq!(shown("frame", &transfer("42")), whole);
    // `more` is true, so the payload is a part of a message, even if it can be decoded.
    let (before, _) = whole.split_once("    more").unwrap();
    let due = format!(
        "{before}    more: boolean true\n  payload of 12 octets: 00 53 75 a0 01 61 00 53 75 a0 01 62\n"
    );
    assert_eq!(shown("frame", &transfer("41")), due);
    // After another performative, the octets have no meaning.
    assert_eq!(
        shown("frame", &frame(0, &format!("{}{message}", composite(0x17, &["40"])))),
        "AMQP frame of 27 octets on channel 0\n  end (described by ulong 0x17)\n  \
         payload of 12 octets: 00 53 75 a0 01 61 00 53 75 a0 01 62\n",
    );
}

#[test]
fn a_stream_has_headers_and_frames() {
    let mechanisms = frame(1, &composite(0x40, &["a309414e4f4e594d4f5553"]));
    let outcome = frame(1, &composite(0x44, &["5000"]));
    let close = frame(0, &composite(0x18, &[&composite(0x1d, &["a30178", "a10179"])]));
    let stream = format!(
        "414d515003010000 {mechanisms} {outcome} 414d515000010000 {} {close}",
        frame(0, "")
    );
    assert_eq!(
        shown("stream", &stream),
        "\
stream of 6 items
  octet 0: header: SASL 1.0.0, an AMQP 1.0 header
  octet 8: SASL frame of 25 octets
    sasl-mechanisms (described by ulong 0x40)
      sasl-server-mechanisms: symbol \"ANONYMOUS\"
  octet 33: SASL frame of 16 octets
    sasl-outcome (described by ulong 0x44)
      code: ubyte 0 (ok)
  octet 49: header: AMQP 1.0.0, an AMQP 1.0 header
  octet 57: AMQP frame of 8 octets on channel 0, empty (heartbeat)
  octet 65: AMQP frame of 26 octets on channel 0
    close (described by ulong 0x18)
      error: error (described by ulong 0x1d)
        condition: symbol \"x\"
        description: string \"y\"
",
    );
}

#[test]
fn a_message_section_by_section() {
    let header = composite(0x70, &["41"]);
    let annotations = format!("005372{}", map(&["a30178", "43"]));
    assert_eq!(
        shown("message", &format!("{header}{annotations}005377a10161")),
        "\
message of 3 sections
  header (described by ulong 0x70)
    durable: boolean true
  message-annotations (described by ulong 0x72)
    map of 1 pair
      symbol \"x\" => uint 0
  amqp-value (described by ulong 0x77)
    string \"a\"
",
    );
}

/// An error is reported for the most likely kind.
#[test]
fn errors_name_the_guessed_kind() {
    for (octets, kind, error) in [
        ("00531010ff", "value", "error[unknown-format]: "),
        ("4040", "value", "error[left-over]: "),
        ("414d51", "value", "error[left-over]: "),
        ("414d515000", "header", "error[unexpected-end]: "),
        ("414d515000010000 00", "stream", "error[unexpected-end]: "),
        // The size of the frame is that of the input, greater, or smaller.
        ("0000000802070000", "frame", "error[unknown-frame-type]: "),
        ("0000000801000000", "frame", "error[invalid-doff]: "),
        ("0000001002000000 005317", "frame", "error[size-overrun]: "),
        ("0000000c02000000 00531045", "frame", "error[missing-field]: Open.container-id: "),
        ("0000000802000000 ffff", "stream", "error[unexpected-end]: "),
        ("0000000802000000 ffffffffffffffff", "stream", "error[size-overrun]: "),
        // A section, and another described value after it.
        ("00537045 00531045", "message", "error[invalid]: "),
        ("00537045 00537045", "message", "error[invalid]: Message.header: "),
        ("00537045 40", "value", "error[left-over]: "),
    ] {
        let seen = run(&["decode", octets]);
        assert_eq!(seen.code, Some(1), "{octets}");
        assert!(
            seen.stderr.starts_with(&format!("guessed: {kind}\n{error}")),
            "{octets}: {}",
            seen.stderr
        );
    }
    // There is no guess without octets.
    for (octets, error) in [("xy", "error[bad-hex]: "), ("", "error[unexpected-end]: ")] {
        let seen = run(&["decode", octets]);
        assert!(seen.stderr.starts_with(error) && seen.stdout.is_empty(), "{}", seen.stderr);
    }
}
