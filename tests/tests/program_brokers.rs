//! `amqp send` and `amqp receive` with real brokers: pipes, files, and each exit code.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

use amqp_net::Connection;
use amqp_net::rabbitmq::{Management, QueueSettings};
use amqp_tests::peers::{Output, Peer, shell};

/// What a broker does, where brokers differ.
struct Kind {
    /// What the URL has before the address: a user and a password, if the broker wants them.
    login: &'static str,
    /// What the address of a queue begins with.
    prefix: &'static str,
    /// Whether queues must be declared. Otherwise a link creates them.
    declares: bool,
    /// Options that are needed for a queue.
    options: &'static str,
    /// The address of a queue that does not exist, and what is said of it.
    missing: (&'static str, &'static str),
    browsing: Browsing,
    /// Whether it applies selectors.
    selects: bool,
    /// Whether addresses without a prefix are refused, in which RabbitMQ 3 had them.
    wants_prefix: bool,
}

/// What becomes of a link that wants to browse.
#[derive(PartialEq)]
enum Browsing {
    /// It browses.
    Works,
    /// The program refuses it, because of what the broker is or answers.
    Refused,
    /// The broker says that it does, but takes the messages from the queue.
    Pretended,
}

const RABBITMQ: Kind = Kind {
    login: "guest:guest@",
    prefix: "/queues/",
    declares: true,
    options: "",
    missing: ("/queues/missing", "the queue or exchange must be declared first"),
    browsing: Browsing::Refused,
    selects: false,
    wants_prefix: false,
};

const RABBITMQ_4_3: Kind = Kind { wants_prefix: true, ..RABBITMQ };

const ARTEMIS: Kind = Kind {
    prefix: "",
    declares: false,
    options: "--node queue",
    missing: ("missing.queue", "amqp:not-found"),
    browsing: Browsing::Works,
    selects: true,
    ..RABBITMQ
};

const BROKER_J: Kind = Kind { options: "", ..ARTEMIS };

const PROTON: Kind = Kind { login: "", browsing: Browsing::Pretended, selects: false, ..BROKER_J };

const RHEA: Kind = Kind { login: "guest:guest@", ..PROTON };

struct Broker {
    peer: Peer,
    kind: Kind,
}

impl Broker {
    fn url(&self) -> String {
        format!("amqp://{}{}", self.kind.login, self.peer.address())
    }

    /// Runs a script in which `URL` is the broker, `OPTIONS` are those for queues, and `A` and `B` are the addresses of
    /// queues.
    fn run(&self, script: &str) -> Output {
        let address = |queue| format!("{}{queue}", self.kind.prefix);
        shell(
            script,
            &[
                ("URL", &*self.url()),
                ("OPTIONS", self.kind.options),
                ("A", &*address("a")),
                ("B", &*address("b")),
                ("MISSING", self.kind.missing.0),
            ],
        )
    }

    /// Runs a script that must succeed, and returns its output.
    #[track_caller]
    fn succeeds(&self, script: &str) -> String {
        let output = self.run(script);
        assert_eq!((output.code, &*output.stderr), (0, ""), "{script}: {output}");
        output.stdout
    }

    /// Runs a script that must end with this exit code, and say this on the standard error.
    #[track_caller]
    fn fails(&self, script: &str, code: i32, says: &str) {
        let output = self.run(script);
        assert_eq!(output.code, code, "{script}: {output}");
        assert!(output.stderr.contains(says), "{script}: no {says:?} in {output}");
    }
}

/// Runs all cases, one after another.
fn run(peer: Option<Peer>, kind: Kind) {
    let Some(peer) = peer else { return };
    let mut broker = Broker { peer, kind };
    if broker.kind.declares {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let connection = Connection::connect(&broker.url()).await.unwrap();
            let management = Management::open(&connection).await.unwrap();
            for queue in ["a", "b"] {
                management.declare_queue(&QueueSettings::quorum(queue)).await.unwrap();
            }
            connection.close().await.unwrap();
        });
    }
    pipes(&broker);
    files(&broker);
    json(&broker);
    closed_pipes(&broker);
    outcomes(&broker);
    load(&broker);
    browsing(&broker);
    selectors(&broker);
    failures(&broker);
    a_killed_broker(&mut broker);
}

fn summary(count: usize) -> String {
    format!("sent {count}, accepted {count}, rejected 0, released 0, modified 0, unknown 0 in ")
}

fn pipes(broker: &Broker) {
    let sent = broker.succeeds(r#""$AMQP" send $OPTIONS "$URL" "$A" one 'two words'"#);
    assert!(sent.starts_with(&summary(2)), "{sent}");
    let sent =
        broker.succeeds(r#"printf 'three\nfour' | "$AMQP" send $OPTIONS "$URL" "$A" --subject x"#);
    assert!(sent.starts_with(&summary(2)), "{sent}");
    let received = broker.succeeds(r#""$AMQP" receive $OPTIONS "$URL" "$A" --count 4 | cat"#);
    assert_eq!(received, "one\ntwo words\nthree\nfour\n");
    assert_empty(broker);
}

/// Checks that the first queue is empty.
#[track_caller]
fn assert_empty(broker: &Broker) {
    let received = broker.succeeds(r#""$AMQP" receive $OPTIONS "$URL" "$A" --timeout 0.5"#);
    assert_eq!(received, "");
}

fn files(broker: &Broker) {
    let script = r#"
        folder=$(mktemp -d) && trap 'rm -r "$folder"' EXIT &&
        head -c 300000 /dev/urandom > "$folder/sent" &&
        "$AMQP" send $OPTIONS "$URL" "$A" --file "$folder/sent" --content-type x/y &&
        "$AMQP" receive $OPTIONS "$URL" "$A" --count 1 --raw > "$folder/received" &&
        cmp "$folder/sent" "$folder/received""#;
    let sent = broker.succeeds(script);
    assert!(sent.starts_with(&summary(1)), "{sent}");
}

fn json(broker: &Broker) {
    let script = r#"
        "$AMQP" send $OPTIONS "$URL" "$A" first 'se"cond' --id i --property n=7 --property t:=7 > /dev/null &&
        "$AMQP" receive $OPTIONS "$URL" "$A" --count 2 --json |
        "$AMQP" send $OPTIONS "$URL" "$B" --json"#;
    let sent = broker.succeeds(script);
    assert!(sent.starts_with(&summary(2)), "{sent}");
    let received = broker.succeeds(r#""$AMQP" receive $OPTIONS "$URL" "$B" --count 2 --json"#);
    let lines: Vec<_> = received.lines().collect();
    assert_eq!(lines.len(), 2, "{received}");
    for (line, text) in lines.iter().zip(["first", r#"se\"cond"#]) {
        for part in [
            format!(r#"{{"described":[{{"ulong":"119"}},{{"string":"{text}"}}]}}"#),
            r#"{"map":[[{"string":"n"},{"long":"7"}],[{"string":"t"},{"string":"7"}]]}"#.to_owned(),
            r#"{"described":[{"ulong":"115"},{"list":[{"string":"i"}"#.to_owned(),
            // The messages are durable.
            r#"{"described":[{"ulong":"112"},{"list":[{"boolean":true}"#.to_owned(),
        ] {
            assert!(line.contains(&part), "no {part} in {line}");
        }
    }
}

/// The reader of the output takes one line, and what was not printed is given back.
fn closed_pipes(broker: &Broker) {
    let script = r#"
        "$AMQP" send $OPTIONS "$URL" "$A" 1 2 3 > /dev/null &&
        { "$AMQP" receive $OPTIONS "$URL" "$A" --credit 1; echo "code $?" >&2; } | head -1"#;
    let output = broker.run(script);
    assert_eq!((output.code, &*output.stderr), (0, "code 0\n"), "{output}");
    assert_eq!(output.stdout, "1\n");
    // The pipe may have taken another line before it was closed.
    let rest = broker.succeeds(r#""$AMQP" receive $OPTIONS "$URL" "$A" --timeout 1 | sort"#);
    assert!(["2\n3\n", "3\n"].contains(&&*rest), "{rest}");
}

fn outcomes(broker: &Broker) {
    broker.succeeds(r#""$AMQP" send $OPTIONS "$URL" "$A" x"#);
    for settle in ["release", "none", "modify", "accept"] {
        let script = format!(
            r#""$AMQP" receive $OPTIONS "$URL" "$A" --count 1 --timeout 10 --settle {settle}"#
        );
        assert_eq!(broker.succeeds(&script), "x\n", "{settle}");
    }
    assert_empty(broker);
}

fn load(broker: &Broker) {
    let sent = broker.succeeds(r#""$AMQP" send $OPTIONS "$URL" "$A" --count 5000 --size 100"#);
    assert!(sent.starts_with(&summary(5000)), "{sent}");
    let received = broker.succeeds(
        r#""$AMQP" receive $OPTIONS "$URL" "$A" --count 5000 --timeout 20 --raw | wc -c"#,
    );
    assert_eq!(received.trim(), "500000");
    assert_empty(broker);
    let sent =
        broker.succeeds(r#""$AMQP" send $OPTIONS "$URL" "$A" x --count 100 --settled --rate 1000"#);
    assert!(sent.starts_with("sent 100, accepted 0, "), "{sent}");
    let received =
        broker.succeeds(r#""$AMQP" receive $OPTIONS "$URL" "$A" --count 100 --timeout 20 | wc -l"#);
    assert_eq!(received.trim(), "100");
}

fn browsing(broker: &Broker) {
    broker.succeeds(r#""$AMQP" send $OPTIONS "$URL" "$A" 1 2"#);
    let browse = |options: &str| {
        format!(r#""$AMQP" receive $OPTIONS "$URL" "$A" --browse --timeout 1 {options}"#)
    };
    match broker.kind.browsing {
        Browsing::Refused => broker.fails(&browse(""), 3, "the peer cannot be browsed"),
        Browsing::Works => assert_eq!(broker.succeeds(&browse("")), "1\n2\n"),
        Browsing::Pretended => {}
    }
    if broker.kind.browsing != Browsing::Refused {
        assert_eq!(broker.succeeds(&browse("--count 2")), "1\n2\n");
    }
    let script = r#""$AMQP" receive $OPTIONS "$URL" "$A" --count 2 --timeout 10 | sort"#;
    assert_eq!(broker.succeeds(script), "1\n2\n");
    assert_empty(broker);
}

fn selectors(broker: &Broker) {
    if !broker.kind.selects {
        return;
    }
    let script = r#"
        "$AMQP" send $OPTIONS "$URL" "$A" red --property n=1 > /dev/null &&
        "$AMQP" send $OPTIONS "$URL" "$A" green --property n=2 > /dev/null &&
        "$AMQP" receive $OPTIONS "$URL" "$A" --filter 'selector=n > 1' --count 1 --timeout 10 &&
        "$AMQP" receive $OPTIONS "$URL" "$A" --count 1 --timeout 10"#;
    assert_eq!(broker.succeeds(script), "green\nred\n");
}

fn failures(broker: &Broker) {
    broker.fails(r#""$AMQP" receive $OPTIONS "$URL" "$A" --count 1 --timeout 0.5"#, 1, "");
    broker.fails(r#""$AMQP" send $OPTIONS "$URL""#, 2, "ADDRESS");
    let (_, says) = broker.kind.missing;
    broker.fails(r#""$AMQP" receive $OPTIONS "$URL" "$MISSING""#, 3, says);
    if !broker.kind.login.is_empty() {
        let url = format!("amqp://guest:wrong@{}", broker.peer.address());
        let script = format!(r#""$AMQP" send {url} "$A" x"#);
        broker.fails(&script, 3, "check the user and the password");
    }
    if broker.kind.declares {
        // RabbitMQ releases what it cannot route, and the count goes on.
        broker.fails(
            r#"printf '/queues/b\n/queues/missing\n' | while read -r to; do
                "$AMQP" send "$URL" '' x --to "$to" || exit; done"#,
            1,
            "message 1: the receiver released the message",
        );
    }
    if broker.kind.wants_prefix {
        let says = "addresses of RabbitMQ 4 are /queues/NAME";
        broker.fails(r#""$AMQP" send "$URL" orders x"#, 3, says);
    }
}

/// The broker is killed while it is loaded.
fn a_killed_broker(broker: &mut Broker) {
    let url = broker.url();
    let address = format!("{}b", broker.kind.prefix);
    let options = broker.kind.options;
    let peer = &mut broker.peer;
    let output = std::thread::scope(|scope| {
        let variables = [("URL", &*url), ("A", &*address), ("OPTIONS", options)];
        let sending = scope.spawn(move || {
            let script = r#""$AMQP" send $OPTIONS "$URL" "$A" x --count 1000000000 --rate 100"#;
            shell(script, &variables)
        });
        // It is killed when it has taken messages.
        let taken =
            shell(r#""$AMQP" receive $OPTIONS "$URL" "$A" --count 3 --timeout 30"#, &variables);
        assert_eq!(taken.code, 0, "{taken}");
        peer.kill();
        sending.join().unwrap()
    });
    assert_eq!(output.code, 3, "{output}");
    assert!(output.stdout.starts_with("sent ") && output.stderr.contains("error: "), "{output}");
    broker.fails(r#""$AMQP" send "$URL" "$A" x"#, 3, "check the host and the port");
}

#[test]
fn rabbitmq_4() {
    run(Peer::rabbitmq_4(), RABBITMQ);
}

#[test]
fn rabbitmq_4_3() {
    run(Peer::rabbitmq_4_3(), RABBITMQ_4_3);
}

#[test]
fn artemis() {
    run(Peer::artemis(), ARTEMIS);
}

#[test]
fn broker_j() {
    run(Peer::broker_j(), BROKER_J);
}

#[test]
fn proton() {
    run(Peer::proton_broker(), PROTON);
}

#[test]
fn rhea() {
    run(Peer::rhea_broker(), RHEA);
}
