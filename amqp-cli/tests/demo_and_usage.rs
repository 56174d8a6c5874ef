//! `amqp demo`, and the parsing of the command line.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fs::File;

use common::{amqp, run};

#[test]
fn the_demo_shows_each_step() {
    let seen = run(&["demo"]);
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(0), ""), "{}", seen.stdout);
    for line in [
        "1. A client and the server agree on a version",
        "   client  41 4d 51 50 00 01 00 00  \"AMQP\", id 0 (AMQP), 1.0.0",
        "   server  41 4d 51 50 00 01 00 00  \"AMQP\", id 0 (AMQP), 1.0.0",
        "   client  41 4d 51 50 03 01 00 00  \"AMQP\", id 3 (SASL), 1.0.0",
        "   client  41 4d 51 50 00 01 01 00  \"AMQP\", id 0 (AMQP), 1.1.0",
        "   client  41 4d 51 50 00 00 09 01  \"AMQP\", id 0 (AMQP), 0.9.1",
        "5. A type of your own is encoded by to_bytes and decoded by from_bytes",
        "6. A message of your own type is sent, and accepted by a server",
        "   client  header AMQP 1.0.0",
        "   client  channel 0: open {container-id: \"client\", hostname: \"127.0.0.1\",",
        "   client  channel 0: attach {name: \"link\", handle: 0, role: sender, source:",
        "   client  channel 0: transfer {handle: 0, delivery-id: 0, delivery-tag:",
        "   server  channel 0: disposition {role: receiver, first: 0, settled: true,",
        "           state: accepted}",
        "   server  channel 0: close",
        "   The server decoded an equal value, and the client knows that it was accepted.",
        "Every step had the expected result.",
    ] {
        assert!(seen.stdout.lines().any(|seen| seen == line), "{line}:\n{}", seen.stdout);
    }
    assert!(seen.stdout.contains("ANONYMOUS"));
    assert!(!seen.stdout.contains("FAILED"));
    assert!(seen.stdout.lines().all(|line| line.chars().count() <= 80), "{}", seen.stdout);
}

#[test]
fn misuse_has_exit_code_2_and_says_what_is_wrong() {
    for (arguments, says) in [
        (&[][..], "Usage"),
        (&["decide"], "decide"),
        (&["probe"], "<URL>"),
        (&["probe", "localhost:5672/queue"], "amqp://"),
        (&["probe", "http://localhost"], "scheme"),
        (&["probe", "amqp://localhost:port"], "port"),
        (&["probe", "amqp://localhost", "--timeout", "soon"], "seconds"),
        (&["probe", "amqp://localhost", "--timeout", "-1"], "greater than 0"),
        (&["probe", "amqp://localhost", "--timeout", "0"], "greater than 0"),
        (&["serve", "--listen", "localhost"], "HOST:PORT"),
        (&["decode", "--yaml"], "--yaml"),
        (&["demo", "more"], "more"),
    ] {
        let seen = run(arguments);
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(seen.stderr.contains(says), "{arguments:?}: {}", seen.stderr);
    }
}

#[test]
fn each_command_explains_itself() {
    for command in ["demo", "serve", "probe", "send", "receive", "decode"] {
        let seen = run(&["help", command]);
        assert_eq!(seen.code, Some(0));
        assert!(seen.stdout.contains("Example") && seen.stdout.contains("Exit code"), "{command}");
        assert!(seen.stdout.lines().all(|line| line.chars().count() <= 80), "{}", seen.stdout);
    }
    assert!(run(&["--version"]).stdout.starts_with("amqp "));
}

#[cfg(unix)]
#[test]
fn an_input_that_cannot_be_read_is_a_failure() {
    let folder = File::open(env!("CARGO_MANIFEST_DIR")).unwrap();
    let output = amqp(&["decode"]).stdin(folder).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read the standard input"));
}

#[test]
fn amqps_without_the_feature_tls_is_misuse() {
    if cfg!(feature = "tls") {
        return;
    }
    for arguments in [
        &["probe", "amqps://localhost"][..],
        &["send", "amqps://localhost", "queue", "text"],
        &["receive", "amqps://localhost", "queue"],
    ] {
        let seen = run(arguments);
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(seen.stderr.contains("without TLS"), "{}", seen.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    for arguments in [&["decode", "41"][..], &["demo"], &["decode", "--json", "41"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = amqp(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("error: "), "{arguments:?}");
    }
}
