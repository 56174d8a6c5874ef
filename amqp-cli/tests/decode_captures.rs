//! `amqp decode --pcap` of a session with RabbitMQ 4.3, and of captures made from it.
#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;
#[path = "common/packets.rs"]
mod packets;

use common::{Run, run, run_with_input};
use packets::{Format, Link, Packet};
use serde_json::{Value, json};

const CAPTURE: &[u8] = include_bytes!("dumps/rabbitmq-4.3.pcap");

fn decode(file: Vec<u8>) -> Run {
    run_with_input(&["decode", "--json", "--pcap", "-"], file)
}

/// Returns the conversations of a capture, which has no errors.
fn conversations(file: Vec<u8>) -> Vec<Value> {
    let seen = decode(file);
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(0), ""), "{}", seen.stdout);
    let lines = seen.stdout.lines();
    lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["conversation"].take()).collect()
}

/// Returns the items of one side, without the numbers and times of packets.
fn items(conversation: &Value, from: &str) -> Vec<Value> {
    let items = conversation["items"].as_array().unwrap().iter();
    let items = items.filter(|item| item["from"] == from).cloned();
    items
        .map(|mut item| {
            for key in ["packet", "time"] {
                item.as_object_mut().unwrap().remove(key);
            }
            item
        })
        .collect()
}

fn sides(conversation: &Value) -> [Vec<Value>; 2] {
    ["client", "server"].map(|from| items(conversation, from))
}

/// The packets of the first conversation.
fn first_packets() -> Vec<Packet> {
    let mut packets = Packet::all_of(CAPTURE);
    let second = packets.iter().rposition(Packet::opens).unwrap() - 1;
    packets.truncate(second);
    packets
}

fn usual(packets: &[Packet]) -> Vec<u8> {
    Format::USUAL.file(Link::Ethernet, packets)
}

#[test]
fn a_session_as_text() {
    let path = format!("{}/tests/dumps/rabbitmq-4.3.pcap", env!("CARGO_MANIFEST_DIR"));
    let seen = run(&["decode", "--pcap", &path]);
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(0), ""));
    let start = "\
conversation 1: client 127.0.0.1:56636 ->, server 127.0.0.1:32889 <-, from 2026-12-01T16:36:15.003Z
  -> packet 4, 0.000203 s: header: SASL 1.0.0, an AMQP 1.0 header
  <- packet 6, 0.000843 s: header: SASL 1.0.0, an AMQP 1.0 header
  <- packet 8, 0.000965 s: SASL frame of 52 octets
    sasl-mechanisms (described by ulong 0x40)
      sasl-server-mechanisms: array of 3 symbol
        symbol \"PLAIN\"
        symbol \"AMQPLAIN\"
        symbol \"ANONYMOUS\"
  -> packet 10, 0.001121 s: SASL frame of 46 octets
    sasl-init (described by ulong 0x41)
      mechanism: symbol \"PLAIN\"
      initial-response: string \"12 octets, not shown\"
      hostname: string \"127.0.0.1\"
";
    assert!(seen.stdout.starts_with(start), "{}", seen.stdout);
    for (line, times) in [
        ("\nconversation 2: client 127.0.0.1:56650 ->, server 127.0.0.1:32889 <-, from ", 1),
        ("        subject: string \"new\"\n", 4),
        ("        string \"tea\"\n", 2),
        ("close (described by ulong 0x18)\n", 4),
        (" s: end of the stream\n", 2),
    ] {
        assert_eq!(seen.stdout.matches(line).count(), times, "{line}: {}", seen.stdout);
    }
}

#[test]
fn each_format_and_link() {
    let packets = Packet::all_of(CAPTURE);
    let expected = conversations(CAPTURE.to_vec());
    assert_eq!(expected.len(), 2);
    for format in Format::all() {
        assert_eq!(conversations(format.file(Link::Ethernet, &packets)), expected, "{format:?}");
    }
    for link in
        [Link::Vlan, Link::Raw, Link::Ipv4, Link::Null, Link::Loop, Link::Cooked, Link::Cooked2]
    {
        assert_eq!(conversations(Format::USUAL.file(link, &packets)), expected, "{link:?}");
    }
    let seen = conversations(Format::USUAL.file(Link::Ipv6, &packets));
    assert_eq!(seen[0]["client"], json!("[::1]:56636"));
    for (seen, expected) in seen.iter().zip(&expected) {
        assert_eq!(seen["items"], expected["items"]);
    }
}

#[test]
fn segments_out_of_order_and_repeated() {
    let packets = first_packets();
    let expected = sides(&conversations(usual(&packets))[0]);
    let twice: Vec<Packet> =
        packets.iter().flat_map(|packet| [packet.clone(), packet.clone()]).collect();
    assert_eq!(sides(&conversations(usual(&twice))[0]), expected);
    // All but those that open the connection, backwards.
    let mut backwards = packets.clone();
    backwards[2..].reverse();
    assert_eq!(sides(&conversations(usual(&backwards))[0]), expected);
}

#[test]
fn sequence_numbers_wrap() {
    let mut packets = first_packets();
    let expected = conversations(usual(&packets));
    // After a few octets of either side.
    let first = packets[0].sequence();
    let answer = packets[1].sequence();
    let client_port = packets[0].octets[34..36].to_vec();
    for packet in &mut packets {
        let is_client = packet.octets[34..36] == client_port[..];
        let start = if is_client { first } else { answer };
        packet.shift_sequence(0_u32.wrapping_sub(start).wrapping_sub(40));
    }
    assert_eq!(conversations(usual(&packets)), expected);
}

#[test]
fn a_lost_packet_is_a_gap() {
    let packets = first_packets();
    let expected = sides(&conversations(usual(&packets))[0]);
    // Each packet that carries something is lost in turn.
    for lost in 0..packets.len() {
        let len = packets[lost].payload().len();
        if len == 0 {
            continue;
        }
        let mut others = packets.clone();
        others.remove(lost);
        let seen = conversations(usual(&others));
        let conversation = &seen[0];
        let all = conversation["items"].as_array().unwrap();
        let missing: Vec<_> = all.iter().filter(|item| item.get("missing").is_some()).collect();
        // What is lost at the end of a stream is not known to be.
        if let [gap] = missing.as_slice() {
            assert_eq!(gap["missing"], json!(len), "packet {}", lost + 1);
        } else {
            assert_eq!(missing.len(), 0);
        }
        for (seen, expected) in sides(conversation).iter().zip(&expected) {
            let known = seen.iter().filter(|item| item.get("missing").is_none());
            assert!(known.clone().all(|item| expected.contains(item)), "packet {}", lost + 1);
            assert!(known.count() + 5 >= expected.len(), "packet {}", lost + 1);
        }
    }
}

#[test]
fn a_capture_that_begins_in_the_middle() {
    let packets = first_packets();
    let expected = sides(&conversations(usual(&packets))[0]);
    let seen = conversations(usual(&packets[14..]));
    assert_eq!(seen[0]["from_the_start"], json!(false));
    assert_eq!(seen[0]["server"], json!("127.0.0.1:32889"));
    for (seen, expected) in sides(&seen[0]).iter().zip(&expected) {
        assert!(!seen.is_empty() && expected.ends_with(seen), "{seen:?}");
    }
    let text = run_with_input(&["decode", "--pcap", "-"], usual(&packets[14..]));
    assert!(text.stdout.lines().next().unwrap().ends_with(", whose start was not captured"));
}

#[test]
fn packets_that_were_cut_off() {
    let mut packets = first_packets();
    for packet in &mut packets {
        packet.octets.truncate(100);
    }
    let seen = run_with_input(&["decode", "--pcap", "-"], usual(&packets));
    assert_eq!(seen.code, Some(0), "{}", seen.stderr);
    for says in ["gap: ", "octets were not captured", "the others were not captured"] {
        assert!(seen.stdout.contains(says), "{says}: {}", seen.stdout);
    }
}

#[test]
fn what_is_no_capture() {
    let whole = CAPTURE.len();
    // The file ends within its last packet.
    let seen = run_with_input(&["decode", "--pcap", "-"], &CAPTURE[..whole - 3]);
    assert_eq!(seen.code, Some(0), "{}", seen.stderr);
    let note = "note: the capture ends within a packet (octet 7042 of the file); the packets before it are decoded\n";
    assert_eq!(seen.stderr, note);
    for (file, kind, says) in [
        (&b"0000  41 4d 51 50"[..], "not-a-capture", "pcap or pcapng"),
        (b"", "not-a-capture", "pcap or pcapng"),
        (&CAPTURE[..24], "no-conversation", "no AMQP conversation in 0 packets"),
        (&CAPTURE[..200], "no-conversation", "in 1 packet: 1 TCP connection with other protocols"),
    ] {
        let seen = run_with_input(&["decode", "--pcap", "-"], file);
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""), "{kind}");
        let error = seen.stderr.lines().find(|line| line.starts_with("error")).unwrap();
        assert!(error.starts_with(&format!("error[{kind}]: ")) && error.contains(says), "{error}");
        assert!(seen.stderr.ends_with("  to do: tcpdump -i any -s 0 -w FILE port 5672\n"));
        let line: Value = serde_json::from_str(&decode(file.to_vec()).stdout).unwrap();
        assert_eq!(line["error"]["kind"], json!(kind));
    }
    let seen = run(&["decode", "--pcap", "/no/such/file"]);
    assert_eq!(seen.code, Some(1));
    assert!(seen.stderr.starts_with("error: cannot open /no/such/file: "), "{}", seen.stderr);
    assert_eq!(run(&["decode", "--pcap", "-", "40"]).code, Some(2));
}
