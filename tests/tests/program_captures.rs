//! `amqp decode` of what tcpdump captures while the program talks to a real broker.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

use amqp_net::Connection;
use amqp_net::rabbitmq::{Management, QueueSettings};
use amqp_tests::peers::{Capture, Peer, amqp, shell};
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

#[test]
fn a_session_with_rabbitmq_4_3() {
    let Some(broker) = Peer::rabbitmq_4_3() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = format!("amqp://guest:guest@{}", broker.address());
    runtime.block_on(async {
        let connection = Connection::connect(&url).await.unwrap();
        let management = Management::open(&connection).await.unwrap();
        management.declare_queue(&QueueSettings::quorum("orders")).await.unwrap();
        connection.close().await.unwrap();
    });

    let Some(capture) = Capture::start(broker.address()) else { return };
    let session = r#"
        "$AMQP" send "$URL" /queues/orders tea coffee --subject new &&
        "$AMQP" receive "$URL" /queues/orders --count 2"#;
    let seen = shell(session, &[("URL", &url)]);
    assert_eq!(seen.code, 0, "{seen}");
    // The last packets are written a moment after the program has ended.
    thread::sleep(Duration::from_millis(500));
    let file = capture.stop();
    let path = file.path();
    let path = path.to_str().unwrap();

    let text = amqp(&["decode", "--pcap", path]);
    assert_eq!((text.code, &*text.stderr), (0, ""), "{text}");
    let shown = &text.stdout;
    for (line, times) in [
        (format!("server {} <-", broker.address()), 2),
        ("header: SASL 1.0.0, an AMQP 1.0 header".to_owned(), 4),
        ("header: AMQP 1.0.0, an AMQP 1.0 header".to_owned(), 4),
        ("mechanism: symbol \"PLAIN\"".to_owned(), 2),
        ("initial-response: string \"12 octets, not shown\"".to_owned(), 2),
        ("string \"tea\"".to_owned(), 2),
        ("string \"coffee\"".to_owned(), 2),
        ("subject: string \"new\"".to_owned(), 4),
        ("close (described by ulong 0x18)".to_owned(), 4),
    ] {
        assert_eq!(shown.matches(&line).count(), times, "{line}: {text}");
    }
    assert!(!shown.contains("gap") && !shown.contains("error"), "{text}");

    let lines = amqp(&["decode", "--json", "--pcap", path]).stdout;
    let conversations: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(conversations.len(), 2, "{lines}");
    for conversation in &conversations {
        let conversation = &conversation["conversation"];
        assert_eq!(conversation["server"], json!(broker.address().to_string()));
        assert_eq!(conversation["from_the_start"], json!(true));
        let first = &conversation["items"][0];
        assert_eq!(first["from"], json!("client"));
        assert_eq!(first["header"], json!({"id": 3, "version": [1, 0, 0]}));
    }
}
