//! `amqp probe` of scripted peers.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use common::peer::{AMQP, AMQP_0_9_1, ANONYMOUS, SASL, TLS, answering, first_octets, listen};
use common::{Run, run};
use serde_json::{Value, json};

fn probe(address: SocketAddr, options: &[&str]) -> Run {
    run(&[&["probe", &format!("amqp://{address}")], options].concat())
}

fn probe_json(address: SocketAddr) -> (Option<i32>, Value) {
    let seen = probe(address, &["--json"]);
    assert_eq!((seen.stdout.lines().count(), seen.stderr.as_str()), (1, ""));
    (seen.code, serde_json::from_str(&seen.stdout).expect("a line of JSON"))
}

#[test]
fn a_peer_that_agrees() {
    let address = answering(|header| match header {
        SASL => [SASL, ANONYMOUS].concat(),
        _ => AMQP.to_vec(),
    });
    let (code, report) = probe_json(address);
    assert_eq!(code, Some(0));
    let header = |id: u8| json!({"id": id, "version": [1, 0, 0]});
    let sasl = json!({"outcome": "agreed", "header": header(3), "mechanisms": ["ANONYMOUS"]});
    assert_eq!(report["url"], json!(format!("amqp://{address}")));
    assert_eq!(report["address"], json!(address.to_string()));
    assert_eq!(report["amqp_1_0"], json!(true));
    assert_eq!(report["amqp"], json!({"outcome": "agreed", "header": header(0)}));
    assert_eq!(report["sasl"], sasl);
    assert_eq!(report["tls"], json!({"outcome": "refused", "offered": header(0)}));
    assert!(report["peer"].as_str().is_some_and(|peer| peer.contains("AMQP 1.0")));
    assert!(report["advice"].as_str().is_some_and(|advice| advice.contains("ANONYMOUS")));
    assert_eq!(report["unreachable"], Value::Null);
    assert_eq!(report.as_object().unwrap().len(), 9);

    let seen = probe(address, &[]);
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(0), ""));
    for line in [
        "  AMQP   agreed on AMQP 1.0.0",
        "  SASL   agreed on SASL 1.0.0, mechanisms: ANONYMOUS",
        "  TLS    refused, the peer offers AMQP 1.0.0",
        "  1.0.0  yes, the peer speaks AMQP 1.0.0, with or without SASL",
    ] {
        assert!(seen.stdout.lines().any(|seen| seen == line), "{line}:\n{}", seen.stdout);
    }
    assert!(seen.stdout.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn a_peer_that_requires_sasl() {
    let address = answering(|header| match header {
        SASL => [SASL, ANONYMOUS].concat(),
        _ => SASL.to_vec(),
    });
    let (code, report) = probe_json(address);
    assert_eq!((code, &report["amqp_1_0"]), (Some(0), &json!(true)));
    let offered = json!({"outcome": "refused", "offered": {"id": 3, "version": [1, 0, 0]}});
    assert_eq!((&report["amqp"], &report["tls"]), (&offered, &offered));
    assert_eq!(report["sasl"]["mechanisms"], json!(["ANONYMOUS"]));
    assert!(report["peer"].as_str().unwrap().contains("requires SASL"));
}

#[test]
fn an_echo_is_not_amqp() {
    let closing = answering(<[u8]>::to_vec);
    let staying = listen(|mut stream| {
        let header = first_octets(&mut stream);
        stream.write_all(&header).unwrap();
        thread::sleep(Duration::from_secs(60));
    });
    for address in [closing, staying] {
        let seen = probe(address, &["--timeout", "1", "--json"]);
        let report: Value = serde_json::from_str(&seen.stdout).unwrap();
        assert_eq!((seen.code, &report["amqp_1_0"]), (Some(1), &json!(false)), "{report}");
        assert_eq!(report["sasl"]["outcome"], json!("agreed"));
        assert_eq!(report["sasl"]["mechanisms"], json!([]));
        assert!(report["sasl"]["reason"].as_str().unwrap().contains("mechanisms"), "{report}");
        assert_eq!(report["tls"]["header"]["id"], json!(2));
        assert!(report["peer"].as_str().unwrap().contains("echo"), "{report}");
        let seen = probe(address, &["--timeout", "1"]);
        assert!(seen.stdout.contains("no, the peer does not speak AMQP 1.0.0"), "{}", seen.stdout);
        assert!(seen.stdout.contains("but no mechanisms"), "{}", seen.stdout);
    }
}

/// Output of a peer instead of mechanisms, and a part of the reported reason.
const NO_MECHANISMS: [(&[u8], &str); 4] = [
    (b"\x00\x00\x00\x0c\x02\x01\x00\x00\x00\x53\x40\xff", "cannot be decoded"),
    (b"\x00\x10\x00\x00\x02\x01\x00\x00", "framing"),
    (b"", "without offering mechanisms"),
    // An empty array of symbols.
    (b"\x00\x00\x00\x12\x02\x01\x00\x00\x00\x53\x40\xc0\x05\x01\xe0\x02\x00\xa3", "at least one"),
];

#[test]
fn sasl_without_mechanisms_does_not_count() {
    for (frame, says) in NO_MECHANISMS {
        let insists = answering(move |header| match header {
            SASL => [SASL, frame].concat(),
            _ => SASL.to_vec(),
        });
        let (code, report) = probe_json(insists);
        assert_eq!((code, &report["amqp_1_0"]), (Some(1), &json!(false)), "{report}");
        assert_eq!(report["sasl"]["mechanisms"], json!([]));
        for said in [&report["sasl"]["reason"], &report["peer"]] {
            assert!(said.as_str().unwrap().contains(says), "{says}: {report}");
        }
        let takes_both = answering(move |header| match header {
            SASL => [SASL, frame].concat(),
            _ => AMQP.to_vec(),
        });
        let (code, report) = probe_json(takes_both);
        assert_eq!((code, &report["amqp_1_0"]), (Some(0), &json!(true)), "{report}");
        let advice = report["advice"].as_str().unwrap();
        assert!(advice.contains("without SASL"), "{advice}");
        let seen = probe(takes_both, &[]);
        let line = "  1.0.0  yes, the peer speaks AMQP 1.0.0, without SASL";
        assert!(seen.stdout.lines().any(|seen| seen == line), "{}", seen.stdout);
    }
}

#[test]
fn a_peer_that_asks_for_sasl_and_closes() {
    let address = answering(|header| match header {
        SASL => Vec::new(),
        _ => SASL.to_vec(),
    });
    let (code, report) = probe_json(address);
    assert_eq!((code, &report["sasl"]), (Some(1), &json!({"outcome": "closed"})), "{report}");
    assert!(
        report["peer"].as_str().unwrap().contains("closes the connection after the SASL header")
    );
    assert!(report["advice"].as_str().unwrap().contains(&format!("amqps://{address}")));
}

#[test]
fn a_url_without_a_scheme() {
    let address = answering(|_| AMQP.to_vec());
    let seen = run(&["probe", &address.to_string(), "--json"]);
    let report: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!((seen.code, &report["url"]), (Some(0), &json!(format!("amqp://{address}"))));
}

#[test]
fn brokers_for_older_protocols_called_amqp() {
    for (answer, name) in [
        (AMQP_0_9_1, "amqp-0-9-1"),
        (b"AMQP\x01\x01\x00\x09", "amqp-0-9"),
        (b"AMQP\x01\x01\x00\x0a", "amqp-0-10"),
        (b"AMQP\x01\x01\x08\x00", "amqp-0-8"),
    ] {
        let address = answering(move |_| answer.to_vec());
        let (code, report) = probe_json(address);
        assert_eq!((code, &report["amqp_1_0"]), (Some(1), &json!(false)));
        let octets = hex(answer);
        let expected = json!({"outcome": "not-amqp-1.0", "likely": name, "octets": octets});
        for asked in ["amqp", "sasl", "tls"] {
            assert_eq!(report[asked], expected);
        }
    }
}

#[test]
fn peers_of_other_kinds() {
    for (answer, likely, says) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "http", "web server"),
        (b"\x15\x03\x01\x00\x02\x02\x0a", "tls", "TLS"),
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "text", "text protocol"),
        (b"\xde\xad\xbe\xef\x00\x01\x02\x03", "unknown", "unknown protocol"),
    ] {
        let address = answering(move |_| answer.to_vec());
        let (code, report) = probe_json(address);
        assert_eq!((code, &report["amqp"]["likely"]), (Some(1), &json!(likely)));
        assert!(report["peer"].as_str().unwrap().contains(says), "{report}");
    }
}

#[test]
fn another_version() {
    let address = answering(|_| b"AMQP\x00\x01\x01\x00".to_vec());
    let (code, report) = probe_json(address);
    assert_eq!(code, Some(1));
    let offered = json!({"outcome": "refused", "offered": {"id": 0, "version": [1, 1, 0]}});
    assert_eq!(report["amqp"], offered);
}

#[test]
fn a_peer_that_closes() {
    let address = listen(drop);
    let (code, report) = probe_json(address);
    assert_eq!(code, Some(1));
    for asked in ["amqp", "sasl", "tls"] {
        assert_eq!(report[asked], json!({"outcome": "closed"}));
    }
}

#[test]
fn a_silent_peer_takes_one_timeout() {
    // Half a header is not an answer either.
    for start in [&b""[..], b"AMQP\x00"] {
        let address = listen(move |mut stream| {
            stream.write_all(start).unwrap();
            thread::sleep(Duration::from_secs(60));
        });
        let began = Instant::now();
        let seen = probe(address, &["--timeout", "0.5", "--json"]);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        let report: Value = serde_json::from_str(&seen.stdout).unwrap();
        assert_eq!(seen.code, Some(1));
        for asked in ["amqp", "sasl", "tls"] {
            assert_eq!(report[asked], json!({"outcome": "silent"}));
        }
    }
}

/// Proton answers the TLS header like this.
#[test]
fn a_peer_that_is_silent_only_about_tls() {
    let address = listen(|mut stream| match first_octets(&mut stream).as_slice() {
        TLS => thread::sleep(Duration::from_secs(60)),
        SASL => stream.write_all(&[SASL, ANONYMOUS].concat()).unwrap(),
        _ => stream.write_all(AMQP).unwrap(),
    });
    let seen = probe(address, &["--timeout", "0.5", "--json"]);
    let report: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!((seen.code, &report["tls"]), (Some(0), &json!({"outcome": "silent"})));
    assert!(report["peer"].as_str().unwrap().contains("Proton"));
}

#[test]
fn an_unreachable_peer() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (code, report) = probe_json(address);
    assert_eq!((code, &report["address"]), (Some(3), &Value::Null));
    for unknown in ["amqp_1_0", "amqp", "sasl", "tls", "peer"] {
        assert_eq!(report.get(unknown), Some(&Value::Null), "{unknown}");
    }
    let reason = report["unreachable"].as_str().unwrap();
    assert!(reason.contains(&address.to_string()) && reason.contains("refused"), "{reason}");
    let seen = probe(address, &[]);
    assert_eq!(seen.code, Some(3));
    for (line, times) in [("unknown\n", 4), ("  peer   not reached: 127.0.0.1:", 1), ("refused", 1)]
    {
        assert_eq!(seen.stdout.matches(line).count(), times, "{line}: {}", seen.stdout);
    }

    let seen = run(&["probe", "amqp://no-such-host.invalid", "--timeout", "2"]);
    assert_eq!(seen.code, Some(3));
    assert!(seen.stdout.contains("not reached: no-such-host.invalid"), "{}", seen.stdout);
}

#[test]
fn passwords_are_not_printed() {
    let address = answering(|_| AMQP.to_vec());
    for options in [&[][..], &["--json"]] {
        let url = format!("amqp://user:secret@{address}/queue");
        let seen = run(&[&["probe", url.as_str()], options].concat());
        assert_eq!(seen.code, Some(0));
        assert!(!seen.stdout.contains("secret"), "{}", seen.stdout);
    }
}

/// Text from a peer is escaped before it reaches the terminal.
#[test]
fn mechanisms_with_control_characters() {
    let frame = b"\x00\x00\x00\x14\x02\x01\x00\x00\x00\x53\x40\xc0\x07\x01\xa3\x04\x1b[2J";
    let address = answering(|_| [SASL, frame].concat());
    let seen = probe(address, &[]);
    assert!(seen.stdout.contains(r"\u{1b}[2J"), "{}", seen.stdout);
    assert!(!seen.stdout.contains('\u{1b}'));
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |text, octet| format!("{text}{octet:02x}"))
}
