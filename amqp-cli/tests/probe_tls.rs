//! `amqp probe` of `amqps://` URLs.
#![cfg(feature = "tls")]
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
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use common::peer::{AMQP, AMQP_0_9_1, ANONYMOUS, SASL, answering, first_octets, listen};
use common::run;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

fn probe(url: &str) -> (Option<i32>, Value) {
    let seen = run(&["probe", url, "--timeout", "2", "--json"]);
    assert_eq!(seen.stderr, "");
    (seen.code, serde_json::from_str(&seen.stdout).expect("a line of JSON"))
}

/// A peer that speaks TLS with a certificate that nobody has signed, for another name.
fn secure_peer() -> SocketAddr {
    let made = rcgen::generate_simple_self_signed(["another.example.com".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    listen(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let answer = match first_octets(&mut stream).as_slice() {
            SASL => [SASL, ANONYMOUS].concat(),
            _ => AMQP.to_vec(),
        };
        // Probed without TLS, there is nobody to answer.
        let _ = stream.write_all(&answer).and_then(|()| stream.flush());
        stream.conn.send_close_notify();
        let _ = stream.conn.write_tls(&mut stream.sock);
    })
}

#[test]
fn amqp_below_tls() {
    let address = secure_peer();
    let (code, report) = probe(&format!("amqps://{address}"));
    assert_eq!((code, &report["amqp_1_0"]), (Some(0), &json!(true)), "{report}");
    assert_eq!(report["amqp"]["outcome"], json!("agreed"));
    assert_eq!(report["sasl"]["mechanisms"], json!(["ANONYMOUS"]));
    assert_eq!(report["certificate"], json!("not verified"));
    let port = address.port();
    let seen = run(&["probe", &format!("amqps://localhost:{port}")]);
    assert_eq!(seen.code, Some(0), "{}", seen.stdout);
    assert!(seen.stdout.contains("certificate not verified"), "{}", seen.stdout);
}

#[test]
fn a_tls_port_probed_without_tls() {
    let address = secure_peer();
    let (code, report) = probe(&format!("amqp://{address}"));
    assert_eq!(code, Some(1), "{report}");
    assert_eq!(report["amqp"]["likely"], json!("tls"));
    assert!(report["advice"].as_str().unwrap().contains(&format!("amqps://{address}")));
}

#[test]
fn ports_without_tls() {
    let refused = json!({"outcome": "refused", "offered": {"id": 3, "version": [1, 0, 0]}});
    let older = json!({
        "outcome": "not-amqp-1.0", "likely": "amqp-0-9-1", "octets": "414d515000000901",
    });
    for (answer, expected) in
        [(SASL, refused), (AMQP_0_9_1, older), (b"", json!({"outcome": "closed"}))]
    {
        let address = answering(|_| answer.to_vec());
        let (code, report) = probe(&format!("amqps://{address}"));
        assert_eq!(code, Some(1), "{report}");
        assert_eq!(report["amqp"], expected);
        assert!(report["advice"].as_str().unwrap().contains(&format!("amqp://{address}")));
    }
}

#[test]
fn silence_and_nobody() {
    let address = listen(|_stream| thread::sleep(Duration::from_secs(60)));
    let seen = run(&["probe", &format!("amqps://{address}"), "--timeout", "0.5", "--json"]);
    let report: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!((seen.code, &report["amqp"]), (Some(1), &json!({"outcome": "silent"})));

    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (code, report) = probe(&format!("amqps://{address}"));
    assert_eq!((code, &report["amqp"]["outcome"]), (Some(3), &json!("unreachable")));
}
