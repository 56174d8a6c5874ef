//! The clients, and how they differ.

/// What a client does, where clients differ.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The cases that it cannot run, and why.
    pub(crate) lacks: &'static [(&'static str, &'static str)],
    /// The messages that it can neither send nor receive, by their subjects. It asks for others alone.
    pub(crate) cannot: &'static [&'static str],
    /// The messages that it sends, as they arrive, if they are not those that it receives.
    pub(crate) sends: Option<&'static [&'static str]>,
    /// How it shows a message, from the text that says all of it, without the subject.
    pub(crate) shows: fn(&str) -> String,
    /// The cases in which it receives no message of 10 MiB, and the size of the largest that it is sent.
    pub(crate) smaller: &'static [(&'static str, usize)],
    /// What it shows of the server's open.
    pub(crate) opened: &'static str,
    /// What it says to a wrong password.
    pub(crate) wrong_password: &'static str,
    /// What it says to a redirect.
    pub(crate) redirected: &'static str,
    /// Whether it tells that a message was sent settled.
    pub(crate) tells_settled: bool,
    /// What it tells about the mode of a receiver that settles second.
    pub(crate) second: &'static [&'static str],
    /// What it tells about a message that such a receiver has accepted, before it is settled.
    pub(crate) accepted_second: &'static str,
    /// What it tells about the outcomes that a server gives to four messages.
    pub(crate) outcomes: [&'static str; 4],
    /// The error that it can reject a message with.
    pub(crate) rejects_with: &'static str,
    /// The annotations that it can add to a message that it modifies.
    pub(crate) annotations: &'static str,
    /// Whether it asks for messages to count as failed if they are unsettled at the end of their link.
    pub(crate) counts_unsettled: bool,
    /// What it says when a link on which it sends ends with an error.
    pub(crate) link_ended: &'static str,
    /// What it says to a connection that ends without a close: one of these.
    pub(crate) lost: &'static [&'static str],
}

impl Kind {
    pub(crate) fn lacks(&self, case: &str) -> Option<&'static str> {
        self.lacks.iter().find(|(lacking, _)| *lacking == case).map(|(_, why)| *why)
    }

    /// Returns the size of the largest message that it is sent in a case.
    pub(crate) fn largest(&self, case: &str) -> usize {
        self.smaller.iter().find(|(smaller, _)| *smaller == case).map_or(LARGE, |(_, size)| *size)
    }
}

/// The size of the largest messages.
pub(crate) const LARGE: usize = 10 << 20;

const NOT_RECOVERED: (&str, &str) = ("recovered", "it recovers nothing by itself");
const NOT_UNACKNOWLEDGED: (&str, &str) = ("unacknowledged", "it asks for no default outcome");
const NOT_TRANSACTED: (&str, &str) = ("transacted", "it has no transactions");

/// What a client tells that tells all.
const OUTCOMES: [&str; 4] = [
    "1 accepted",
    "2 rejected amqp:invalid-field no such item",
    "3 released",
    "4 modified failed=true undeliverable=true {x-opt-why: string tired}",
];
pub(crate) const LINK_ENDED: &str = "amqp:resource-deleted the node is gone";
const REDIRECTED: &str = "amqp:connection:redirect connect to another host \
    {hostname: string other.example, network-host: string other.example, port: ushort 5671}";

pub(crate) const PROTON: Kind = Kind {
    name: "Proton",
    lacks: &[NOT_RECOVERED, NOT_UNACKNOWLEDGED, NOT_TRANSACTED],
    cannot: &[],
    sends: None,
    shows: str::to_owned,
    smaller: &[],
    opened: "server amqp-net",
    wrong_password: "Authentication failed",
    redirected: REDIRECTED,
    tells_settled: true,
    second: &["mode 1"],
    accepted_second: "accepted not settled",
    outcomes: OUTCOMES,
    rejects_with: "amqp:invalid-field no such item",
    annotations: "{x-opt-why: string tired}",
    counts_unsettled: false,
    link_ended: LINK_ENDED,
    lost: &["connection aborted"],
};

pub(crate) const RHEA: Kind = Kind {
    name: "rhea",
    shows: shown_in_javascript,
    // It opens the window of its session again only when it has something else to do, so that a message in more than
    // 2,048 frames never comes to an end.
    smaller: &[("sizes-512", 512 << 10), ("sizes-4096", 4 << 20)],
    wrong_password: "Failed to authenticate: 1",
    redirected: "amqp:connection:redirect connect to another host \
        {hostname: string other.example, network-host: string other.example, port: number 5671}",
    lost: &["lost: "],
    ..PROTON
};

pub(crate) const GO_AMQP: Kind = Kind {
    name: "go-amqp",
    lacks: &[
        ("browsed", "it has no way to ask for copies"),
        NOT_RECOVERED,
        NOT_UNACKNOWLEDGED,
        NOT_TRANSACTED,
    ],
    // It neither encodes nor decodes this type.
    cannot: &["char"],
    // Symbols are read as strings.
    shows: |text| text.replace("symbol ", "string "),
    opened: "amqp-net",
    wrong_password: "SASL PLAIN auth failed with code 0x1",
    tells_settled: false,
    second: &[],
    accepted_second: "accepted",
    lost: &["EOF", "broken pipe", "reset by peer"],
    ..PROTON
};

pub(crate) const FE2O3: Kind = Kind {
    name: "fe2o3-amqp",
    lacks: &[
        ("second-sent", "it does not settle a message after the receiver has accepted it"),
        ("drained", "it does not tell that a drain has been answered"),
        ("stops-sent", "it may wait forever for an outcome after the connection is lost"),
        ("selected", "its filters are values that the program would have to describe itself"),
        NOT_RECOVERED,
        NOT_UNACKNOWLEDGED,
        NOT_TRANSACTED,
    ],
    // It tells nothing of the server's open.
    opened: "opened",
    wrong_password: "SaslError { code: Auth",
    tells_settled: false,
    second: &[],
    accepted_second: "accepted",
    lost: &["lost: "],
    ..PROTON
};

pub(crate) const QPID_JMS: Kind = Kind {
    name: "QpidJMS",
    lacks: &[
        ("second-sent", "it has no way to ask for this mode"),
        ("second-received", "it has no way to ask for this mode"),
        ("credit-granted", "it gives credit by itself"),
    ],
    // It cuts characters to 16 bits.
    cannot: &["char"],
    // The kinds of messages that JMS has.
    sends: Some(&[
        "null value null",
        "string value string grüße",
        "data data 006f6374657473ff",
        "empty data data ",
        "sequence sequence [int 1, string two, null]",
        "flat map value map {string one: int 1, string two: double 2.5}",
        "full value string body correlation-id=string correlation reply-to=reply group-id=group \
            {boolean: boolean true, double: double 2.5, int: int 7, \
            long: long -9223372036854775808, string: string text}",
    ]),
    shows: shown_in_java,
    // It tells nothing of the server's open.
    opened: "opened",
    wrong_password: "Client failed to authenticate using SASL: PLAIN",
    redirected: "amqp:connection:redirect connect to another host",
    tells_settled: false,
    outcomes: [
        "1 accepted",
        "2 amqp:invalid-field no such item",
        "3 JMSException: Delivery failed: released by receiver",
        "4 JMSException: Delivery failed: failure at remote",
    ],
    rejects_with: "",
    annotations: "{}",
    counts_unsettled: true,
    link_ended: "IllegalStateException: The MessageProducer is closed",
    lost: &["JMSException: ", "JmsConnectionFailedException: "],
    ..PROTON
};

/// It runs only the cases that the others cannot.
pub(crate) const PROTONJ2: Kind = Kind { name: "protonj2", lacks: &[], ..PROTON };

/// Replaces the types of AMQP by those of JMS and Java.
fn shown_in_java(text: &str) -> String {
    let names = [
        ("value null", "text null"),
        ("value boolean", "object Boolean"),
        ("value ubyte", "object UnsignedByte"),
        ("value ushort", "object UnsignedShort"),
        ("value uint", "object UnsignedInteger"),
        ("value ulong", "object UnsignedLong"),
        ("value byte", "object Byte"),
        ("value short", "object Short"),
        ("value int", "object Integer"),
        ("value long", "object Long"),
        ("value float", "object Float"),
        ("value double", "object Double"),
        ("value timestamp", "object Date"),
        ("value uuid", "object UUID"),
        ("value binary", "data"),
        ("value string", "text"),
        ("value symbol red", "unreadable"),
        ("value list [int 1, null, string two]", "object list [Integer 1, null, String two]"),
        ("sequence [int 1, string two, null]", "object list [Integer 1, String two, null]"),
        (
            "value map {string inner: map {string two: boolean true}, string one: int 1}",
            "object map {String inner=map {String two=Boolean true}, String one=Integer 1}",
        ),
        ("value array [int 1, int 300]", "object array [1, 300]"),
        ("message-id=string id", "message-id=ID:AMQP_NO_PREFIX:id"),
        ("correlation-id=string ", "correlation-id="),
        (" content-type=text/plain", ""),
        (
            "{boolean: boolean true, double: double 2.5, int: int 7, long: long -9223372036854775808, string: string text}",
            "{boolean: Boolean true, double: Double 2.5, int: Integer 7, long: Long -9223372036854775808, string: String text}",
        ),
    ];
    names.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Replaces the types of AMQP by those of JavaScript. A number that is not exact as one, and a UUID, are octets.
fn shown_in_javascript(text: &str) -> String {
    let names = ["ubyte", "ushort", "uint", "byte", "short", "int", "float", "double", "char"];
    let octets = [
        ("ulong 18446744073709551615", "binary ffffffffffffffff"),
        ("long -9223372036854775808", "binary 8000000000000000"),
        ("uuid ", "binary "),
        ("symbol ", "string "),
        ("array ", "list "),
    ];
    let text = octets.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    names
        .iter()
        .fold(text, |text, name| text.replace(&format!(" {name} "), " number "))
        .replace("[int ", "[number ")
}
