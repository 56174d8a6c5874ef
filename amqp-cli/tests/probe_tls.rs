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
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
};
use serde_json::{Value, json};

fn probe(url: &str) -> (Option<i32>, Value) {
    let seen = run(&["probe", url, "--timeout", "2", "--json"]);
    assert_eq!(seen.stderr, "");
    (seen.code, serde_json::from_str(&seen.stdout).expect("a line of JSON"))
}

/// Starts a peer that speaks TLS with a self-signed certificate for another name.
fn secure_peer() -> SocketAddr {
    peer_with_tls(rustls::DEFAULT_VERSIONS, false)
}

/// Starts a peer with these versions of TLS, which may require certificates from its clients.
fn peer_with_tls(versions: &[&'static SupportedProtocolVersion], mutual: bool) -> SocketAddr {
    let provider = Arc::new(ring::default_provider());
    let made = rcgen::generate_simple_self_signed(["another.example.com".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let verifier = if mutual {
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .unwrap()
    } else {
        WebPkiClientVerifier::no_client_auth()
    };
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier)
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
        // The peer does not answer without TLS.
        let _ = stream.write_all(&answer).and_then(|()| stream.flush());
        stream.conn.send_close_notify();
        let _ = stream.conn.write_tls(&mut stream.sock);
    })
}

#[test]
fn amqp_over_tls() {
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
fn a_peer_that_refuses_the_handshake() {
    let alert = answering(|_| b"\x15\x03\x03\x00\x02\x02\x28".to_vec());
    // In TLS 1.3, a client is refused only after its side of the handshake is complete.
    let mutual = [&TLS12, &TLS13].map(|version| peer_with_tls(&[version], true));
    for (address, says) in [(alert, "HandshakeFailure"), (mutual[0], ""), (mutual[1], "")] {
        let (code, report) = probe(&format!("amqps://{address}"));
        assert_eq!((code, &report["amqp_1_0"]), (Some(1), &json!(false)), "{report}");
        for asked in ["amqp", "sasl", "tls"] {
            assert_eq!(report[asked]["outcome"], json!("tls-failed"), "{report}");
            let reason = report[asked]["reason"].as_str().unwrap();
            assert!(reason.contains("alert") && reason.contains(says), "{report}");
        }
        assert!(report["peer"].as_str().unwrap().contains("speaks TLS"), "{report}");
        assert!(report["advice"].as_str().unwrap().contains("client certificate"), "{report}");
        let seen = run(&["probe", &format!("amqps://{address}"), "--timeout", "2"]);
        assert!(seen.stdout.contains("  AMQP   TLS failed: "), "{}", seen.stdout);
        assert!(!seen.stdout.contains("with TLS, certificate"), "{}", seen.stdout);
    }
}

#[test]
fn an_echo() {
    let address = listen(|mut stream| {
        let mut echoed = stream.try_clone().unwrap();
        let _ = std::io::copy(&mut stream, &mut echoed);
    });
    let (code, report) = probe(&format!("amqps://{address}"));
    assert_eq!((code, &report["amqp"]["outcome"]), (Some(1), &json!("tls-failed")), "{report}");
    assert!(report["amqp"]["reason"].as_str().unwrap().contains("came back"), "{report}");
    assert!(report["peer"].as_str().unwrap().contains("echo"), "{report}");
}

#[test]
fn silent_and_unreachable_peers() {
    let address = listen(|_stream| thread::sleep(Duration::from_secs(60)));
    let seen = run(&["probe", &format!("amqps://{address}"), "--timeout", "0.5", "--json"]);
    let report: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!((seen.code, &report["amqp"]), (Some(1), &json!({"outcome": "silent"})));
    assert_eq!(report["peer"], json!("a peer that did not answer TLS"));

    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (code, report) = probe(&format!("amqps://{address}"));
    assert_eq!(
        (code, &report["amqp"], &report["certificate"]),
        (Some(3), &Value::Null, &Value::Null)
    );
}
