//! `amqp probe` detects each kind of server, and which protocols it speaks.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "JSON that lacks a key gives null, which is what to compare with; a failed test is a panic"
)]

use amqp_tests::peers::{Peer, amqp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PROBED: [&str; 3] = ["amqp", "sasl", "tls"];

/// Returns the JSON output of a probe, and the text output in one line. Checks the exit code of both.
fn probe(peer: &Peer, code: i32) -> (Value, String) {
    let report = amqp(&["probe", "--json", &peer.url()]);
    assert_eq!(report.code, code, "{report}");
    let json: Value =
        serde_json::from_str(&report.stdout).unwrap_or_else(|error| panic!("{error}: {report}"));
    assert_eq!(json["url"], json!(peer.url()), "{report}");
    assert_eq!(json["address"], json!(peer.address().to_string()), "{report}");
    assert_eq!(json["amqp_1_0"], json!(code == 0), "{report}");
    for text in ["peer", "advice"] {
        assert!(json[text].as_str().is_some_and(|text| !text.is_empty()), "{text} in {report}");
    }
    for layer in PROBED {
        assert!(json[layer]["outcome"].is_string(), "{layer} in {report}");
    }

    let text = amqp(&["probe", &peer.url()]);
    assert_eq!(text.code, code, "{text}");
    let text = text.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in ["peer", "advice"] {
        let said = json[said].as_str().unwrap_or_default();
        assert!(text.contains(said), "no {said:?} in {text:?}");
    }
    for mechanism in mechanisms(&json) {
        assert!(text.contains(mechanism), "no {mechanism} in {text:?}");
    }
    (json, text)
}

/// Returns the mechanisms that the peer offers, in any order.
fn mechanisms(json: &Value) -> BTreeSet<&str> {
    json["sasl"]["mechanisms"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn agreed(id: u8) -> Value {
    json!({ "outcome": "agreed", "header": { "id": id, "version": [1, 0, 0] } })
}

fn refused_with_sasl() -> Value {
    json!({ "outcome": "refused", "offered": { "id": 3, "version": [1, 0, 0] } })
}

#[track_caller]
fn assert_seems(json: &Value, who: &str) {
    assert!(json["peer"].as_str().is_some_and(|peer| peer.contains(who)), "no {who} in {json:#}");
}

#[track_caller]
fn assert_sasl(json: &Value, wanted: &[&str]) {
    assert_eq!(json["sasl"]["outcome"], "agreed", "{json:#}");
    assert_eq!(json["sasl"]["header"], agreed(3)["header"], "{json:#}");
    assert_eq!(mechanisms(json), wanted.iter().copied().collect(), "{json:#}");
}

#[test]
fn rabbitmq_4_requires_sasl() {
    let Some(broker) = Peer::rabbitmq_4() else {
        return;
    };
    let (json, _) = probe(&broker, 0);
    assert_eq!(json["amqp"], refused_with_sasl(), "{json:#}");
    assert_eq!(json["tls"], refused_with_sasl(), "{json:#}");
    assert_sasl(&json, &["PLAIN", "AMQPLAIN", "ANONYMOUS"]);
    assert_seems(&json, "RabbitMQ, most likely 4");
}

#[test]
fn rabbitmq_3_with_its_plugin_also_accepts_bare_amqp() {
    let Some(broker) = Peer::rabbitmq_3_with_amqp_1_0() else {
        return;
    };
    let (json, _) = probe(&broker, 0);
    assert_eq!(json["amqp"], agreed(0), "{json:#}");
    assert_eq!(json["tls"], refused_with_sasl(), "{json:#}");
    assert_sasl(&json, &["ANONYMOUS", "AMQPLAIN", "PLAIN"]);
    assert_seems(&json, "RabbitMQ 3 with its AMQP 1.0 plugin");
}

#[test]
fn rabbitmq_3_without_its_plugin_is_not_amqp_1_0() {
    let Some(broker) = Peer::rabbitmq_3_without_amqp_1_0() else {
        return;
    };
    let (json, text) = probe(&broker, 1);
    let other =
        json!({ "outcome": "not-amqp-1.0", "likely": "amqp-0-9-1", "octets": "414d515000000901" });
    for layer in PROBED {
        assert_eq!(json[layer], other, "{layer} in {json:#}");
    }
    assert!(text.contains("not AMQP 1.0 but AMQP 0-9-1"), "{text:?}");
    assert_seems(&json, "AMQP 0-9-1");
}

#[test]
fn proton_accepts_both() {
    let Some(server) = Peer::proton(&["ANONYMOUS", "PLAIN"]) else {
        return;
    };
    let (json, _) = probe(&server, 0);
    assert_eq!(json["amqp"], agreed(0), "{json:#}");
    // Proton reads the header as the start of a TLS hello, and waits for the rest.
    assert_eq!(json["tls"]["outcome"], "silent", "{json:#}");
    assert_sasl(&json, &["ANONYMOUS", "PLAIN"]);
}

#[test]
fn proton_is_detected_by_its_silence() {
    let Some(server) = Peer::proton(&["ANONYMOUS"]) else {
        return;
    };
    let (json, _) = probe(&server, 0);
    assert_sasl(&json, &["ANONYMOUS"]);
    assert_seems(&json, "Qpid Proton");
}

#[test]
fn rhea_accepts_both() {
    let Some(server) = Peer::rhea() else { return };
    let (json, _) = probe(&server, 0);
    assert_eq!(json["amqp"], agreed(0), "{json:#}");
    assert_eq!(json["tls"]["outcome"], "closed", "{json:#}");
    assert_sasl(&json, &["ANONYMOUS"]);
    assert_seems(&json, "rhea");
}

#[test]
fn rhea_with_a_password_closes_on_bare_amqp() {
    let Some(server) = Peer::rhea_with_password("guest", "guest") else {
        return;
    };
    let (json, _) = probe(&server, 0);
    assert_eq!(json["amqp"]["outcome"], "closed", "{json:#}");
    assert_sasl(&json, &["PLAIN"]);
}
