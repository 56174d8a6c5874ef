//! How brokers differ.

use amqp_net::Scope;

/// What a broker does, where brokers differ.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) login: Login,
    /// The address of a queue.
    pub(crate) address: fn(&str) -> String,
    pub(crate) management: Management,
    /// The bodies that it does not survive, by their names in the list of bodies.
    pub(crate) fatal_bodies: &'static [&'static str],
    /// Whether it sends the sections of a body in reverse order.
    pub(crate) reverses_sections: bool,
    /// The size of the largest frames that it accepts.
    pub(crate) max_frame_size: u32,
    /// The size of the largest frames that it sends, where that is less than what it may send.
    pub(crate) max_frame_size_sent: usize,
    /// Whether it takes many seconds to send 10 MiB in frames of 512 octets; it is then sent 2 MiB instead.
    pub(crate) is_slow_with_small_frames: bool,
    pub(crate) delivery_annotations: DeliveryAnnotations,
    pub(crate) rejected: Rejected,
    /// The queue for the rejected messages of the queue `rejected`.
    pub(crate) dead_letters: &'static str,
    pub(crate) modified: Modified,
    /// What a client without a user is told, if it is refused.
    pub(crate) refuses_no_user: Option<&'static str>,
    /// What it says to a sender without an address, whose messages say where they go, if it refuses it.
    pub(crate) refuses_anonymous_target: Option<&'static str>,
    /// The target and the `to` of a message that goes to no queue.
    pub(crate) unroutable: (Option<&'static str>, &'static str),
    pub(crate) unroutable_outcome: Unroutable,
    pub(crate) second: Second,
    /// What it says to a receiver that drains, if it cannot.
    pub(crate) breaks_at_drain: Option<&'static str>,
    /// The address of a queue that neither exists nor is created.
    pub(crate) missing_address: &'static str,
    /// What it says to a sender to a missing queue, and to a receiver. `None` if it lets the sender send, and
    /// accepts and loses its messages.
    pub(crate) missing: (Option<&'static str>, &'static str),
    pub(crate) selectors: Selectors,
    /// What ends when a client asks for transactions, and with which words, if the broker has none.
    pub(crate) refuses_transactions: Option<(Scope, &'static str)>,
    /// Whether it answers each end of a session.
    pub(crate) answers_every_end: bool,
    pub(crate) deleted: Deleted,
    pub(crate) stopped: Stopped,
}

/// How a client is authenticated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Login {
    /// By PLAIN, as guest with the password guest.
    Plain,
    /// It is anonymous, and PLAIN is not offered.
    Anonymous,
}

/// How queues are declared and deleted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Management {
    /// By requests to the management node of RabbitMQ 4. A link creates no queue.
    RabbitMq,
    /// A link creates its queue. Requests to the management node of Artemis delete it.
    Artemis,
    /// A link creates its queue. Requests to the management node of Broker-J delete it.
    BrokerJ,
    /// A link creates its queue. A message to the node `delete` deletes it.
    Messages,
    /// A link creates its queue. Only the command line deletes it.
    CommandLine,
    /// The test holds the broker, and declares and deletes its queues. A link creates no queue.
    Handle,
}

/// What becomes of delivery-annotations, which are for the next node only.
#[derive(Debug, PartialEq)]
pub(crate) enum DeliveryAnnotations {
    Kept,
    Dropped,
    /// They end the connection.
    Fatal,
}

/// What becomes of rejected messages.
#[derive(Debug, PartialEq)]
pub(crate) enum Rejected {
    /// They go to the queue [`dead_letters`](Kind::dead_letters) when they have been rejected this many times.
    DeadLettered(u32),
    Dropped,
}

/// What becomes of modified messages.
#[derive(Debug, PartialEq)]
pub(crate) enum Modified {
    /// They come again, and failed deliveries are counted in the header.
    Counted,
    /// The outcome ends the session, with this error.
    Unknown(&'static str),
}

/// What becomes of selectors, which are filters.
#[derive(Debug, PartialEq)]
pub(crate) enum Selectors {
    Applied,
    /// The answer says that they are applied, and they are not.
    Claimed,
    /// The answer has none.
    LeftOut,
}

/// What becomes of messages to a queue that does not exist.
#[derive(Debug, PartialEq)]
pub(crate) enum Unroutable {
    /// They are accepted, and lost.
    Accepted,
    Released,
    /// They are rejected, with this error.
    Rejected(&'static str),
    /// The link ends, with this error.
    Ended(&'static str),
}

/// What a broker says to a receiver that wants to settle second.
#[derive(Debug, PartialEq)]
pub(crate) enum Second {
    Agrees,
    /// It answers that the receiver settles first.
    AnswersFirst,
    /// It refuses, with this error.
    Refuses(&'static str),
}

/// How connections end when an operator stops the broker.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// With a close that has these words. Those of Broker-J depend on what it was doing.
    Closes(&'static str),
    /// Sessions are ended with these words, and then the stream ends.
    EndsSessions(&'static str),
    /// The stream ends.
    Ends,
}

/// What the links of a queue are told when it is deleted.
#[derive(Debug)]
pub(crate) struct Deleted {
    /// What ends.
    pub(crate) scope: Scope,
    pub(crate) receiver: &'static str,
    /// One of these. Without any, a sender goes on: its next message creates the queue again, or is accepted and lost.
    pub(crate) sender: &'static [&'static str],
}

pub(crate) const RABBITMQ_4: Kind = Kind {
    name: "RabbitMQ 4",
    login: Login::Plain,
    address: |queue| format!("/queues/{queue}"),
    management: Management::RabbitMq,
    fatal_bodies: &[],
    reverses_sections: false,
    max_frame_size: 1 << 20,
    max_frame_size_sent: usize::MAX,
    is_slow_with_small_frames: false,
    delivery_annotations: DeliveryAnnotations::Dropped,
    rejected: Rejected::DeadLettered(1),
    dead_letters: "dead",
    modified: Modified::Counted,
    refuses_no_user: None,
    refuses_anonymous_target: None,
    unroutable: (None, "/queues/missing.queue"),
    unroutable_outcome: Unroutable::Released,
    // It implements no other mode than first.
    second: Second::Refuses("amqp:not-implemented"),
    breaks_at_drain: None,
    missing_address: "/queues/missing.queue",
    missing: (
        Some("no queue 'missing.queue' in vhost '/'"),
        "no queue 'missing.queue' in vhost '/'",
    ),
    selectors: Selectors::Claimed,
    refuses_transactions: Some((Scope::Session, "Transactions not supported")),
    answers_every_end: true,
    // The link ends if a message is on its way to the queue.
    deleted: Deleted {
        scope: Scope::Link,
        receiver: "amqp:resource-deleted",
        sender: &["released the message", "amqp:resource-deleted"],
    },
    stopped: Stopped::Closes("shutdown"),
};

pub(crate) const RABBITMQ_4_3: Kind = Kind {
    name: "RabbitMQ 4.3",
    selectors: Selectors::LeftOut,
    refuses_transactions: Some((Scope::Link, "Transactions not supported")),
    ..RABBITMQ_4
};

/// The plugin of RabbitMQ 3 translates AMQP 1.0 to AMQP 0-9-1, and fails where that has no equivalent.
pub(crate) const RABBITMQ_3: Kind = Kind {
    name: "RabbitMQ 3.10",
    login: Login::Plain,
    address: |queue| format!("/queue/{queue}"),
    management: Management::CommandLine,
    // The session crashes, and the connection is reset 3 s later.
    fatal_bodies: &["list"],
    reverses_sections: true,
    max_frame_size: 1 << 20,
    max_frame_size_sent: usize::MAX,
    is_slow_with_small_frames: false,
    delivery_annotations: DeliveryAnnotations::Fatal,
    // A dead-letter queue needs a policy, which is set by a command line or over HTTP.
    rejected: Rejected::Dropped,
    dead_letters: "dead",
    // The plugin knows the other outcomes only.
    modified: Modified::Unknown("Unrecognised state"),
    refuses_no_user: None,
    refuses_anonymous_target: Some("address_not_utf8_string"),
    unroutable: (Some("/amq/queue/missing.queue"), ""),
    unroutable_outcome: Unroutable::Accepted,
    second: Second::Refuses("amqp:not-implemented"),
    // The queue does not know the answer to a drain that leaves credit.
    breaks_at_drain: Some("send_drained"),
    missing_address: "/amq/queue/missing.queue",
    missing: (None, "no queue 'missing.queue' in vhost '/'"),
    selectors: Selectors::Claimed,
    refuses_transactions: Some((Scope::Session, "Transactions not supported")),
    // Under load, few ends that follow an attach at once have no answer, as the trace of a client shows.
    answers_every_end: false,
    // The session of the receiver crashes, and the connection is reset 3 s later.
    deleted: Deleted { scope: Scope::Connection, receiver: "reset", sender: &["reset"] },
    stopped: Stopped::EndsSessions("shutdown"),
};

pub(crate) const ARTEMIS: Kind = Kind {
    name: "Artemis",
    login: Login::Plain,
    address: str::to_owned,
    management: Management::Artemis,
    fatal_bodies: &[],
    reverses_sections: false,
    max_frame_size: 1 << 20,
    max_frame_size_sent: usize::MAX,
    is_slow_with_small_frames: false,
    delivery_annotations: DeliveryAnnotations::Dropped,
    rejected: Rejected::DeadLettered(1),
    dead_letters: "dead",
    modified: Modified::Counted,
    refuses_no_user: Some("Unable to validate user"),
    refuses_anonymous_target: None,
    unroutable: (None, "missing.queue"),
    unroutable_outcome: Unroutable::Rejected("target address missing.queue does not exist"),
    // It implements no other mode.
    second: Second::AnswersFirst,
    breaks_at_drain: None,
    missing_address: "missing.queue",
    missing: (Some("target address missing.queue does not exist"), "source address does not exist"),
    selectors: Selectors::Applied,
    refuses_transactions: None,
    answers_every_end: true,
    deleted: Deleted {
        scope: Scope::Link,
        receiver: "amqp:resource-deleted: Queue deleted: deleted",
        sender: &[],
    },
    stopped: Stopped::Closes("amqp:connection:forced"),
};

pub(crate) const BROKER_J: Kind = Kind {
    name: "Broker-J",
    login: Login::Plain,
    address: str::to_owned,
    management: Management::BrokerJ,
    fatal_bodies: &[],
    reverses_sections: false,
    // The time grows with the square of the number of frames: 15 s for 10 MiB in frames of 512 octets.
    max_frame_size: 1 << 20,
    max_frame_size_sent: usize::MAX,
    is_slow_with_small_frames: true,
    delivery_annotations: DeliveryAnnotations::Kept,
    rejected: Rejected::DeadLettered(5),
    dead_letters: "dead",
    modified: Modified::Counted,
    refuses_no_user: Some("the server offers the SASL mechanisms PLAIN"),
    refuses_anonymous_target: None,
    unroutable: (None, "missing.queue"),
    unroutable_outcome: Unroutable::Ended("amqp:not-found"),
    second: Second::Agrees,
    breaks_at_drain: None,
    missing_address: "missing.queue",
    missing: (Some("Could not find destination"), "Could not find destination"),
    selectors: Selectors::Applied,
    refuses_transactions: None,
    answers_every_end: true,
    deleted: Deleted {
        scope: Scope::Link,
        receiver: "amqp:resource-deleted",
        // The latter if a message is on its way to the queue.
        sender: &["amqp:resource-deleted", "Unknown destination"],
    },
    stopped: Stopped::Closes(""),
};

/// A small broker of our own on top of Qpid Proton, which has no checks of passwords.
pub(crate) const PROTON: Kind = Kind {
    name: "Proton",
    login: Login::Anonymous,
    address: str::to_owned,
    management: Management::Messages,
    fatal_bodies: &[],
    reverses_sections: false,
    max_frame_size: 32 << 10,
    max_frame_size_sent: usize::MAX,
    is_slow_with_small_frames: false,
    delivery_annotations: DeliveryAnnotations::Kept,
    rejected: Rejected::DeadLettered(1),
    dead_letters: "dead",
    modified: Modified::Counted,
    refuses_no_user: None,
    refuses_anonymous_target: None,
    unroutable: (None, "missing.queue"),
    unroutable_outcome: Unroutable::Rejected("there is no queue missing.queue"),
    second: Second::Agrees,
    breaks_at_drain: None,
    missing_address: "missing.queue",
    missing: (Some("there is no queue missing.queue"), "there is no queue missing.queue"),
    selectors: Selectors::Claimed,
    refuses_transactions: None,
    answers_every_end: true,
    deleted: Deleted {
        scope: Scope::Link,
        receiver: "amqp:resource-deleted: the queue deleted was deleted",
        sender: &["amqp:resource-deleted: the queue deleted was deleted"],
    },
    stopped: Stopped::Ends,
};

/// A small broker of our own on top of rhea.
pub(crate) const RHEA: Kind = Kind {
    name: "rhea",
    login: Login::Plain,
    max_frame_size: u32::MAX,
    refuses_no_user: Some("the server offers the SASL mechanisms PLAIN"),
    // The library knows no target of this type.
    refuses_transactions: Some((Scope::Connection, "")),
    ..PROTON
};

/// The broker in memory of this project.
pub(crate) const OURS: Kind = Kind {
    name: "the broker in memory",
    login: Login::Plain,
    address: str::to_owned,
    management: Management::Handle,
    fatal_bodies: &[],
    reverses_sections: false,
    max_frame_size: 1 << 20,
    // So that large messages interleave.
    max_frame_size_sent: 128 << 10,
    is_slow_with_small_frames: false,
    delivery_annotations: DeliveryAnnotations::Dropped,
    rejected: Rejected::DeadLettered(1),
    dead_letters: "rejected/dead-letters",
    modified: Modified::Counted,
    refuses_no_user: Some("the server offers the SASL mechanisms PLAIN"),
    refuses_anonymous_target: None,
    unroutable: (None, "missing.queue"),
    unroutable_outcome: Unroutable::Rejected("amqp:not-found"),
    second: Second::Agrees,
    breaks_at_drain: None,
    missing_address: "missing.queue",
    missing: (Some("missing.queue"), "missing.queue"),
    // It has neither, deliberately.
    selectors: Selectors::LeftOut,
    refuses_transactions: Some((Scope::Link, "amqp:not-implemented")),
    answers_every_end: true,
    deleted: Deleted {
        scope: Scope::Link,
        receiver: "amqp:resource-deleted",
        // The former if a message is on its way to the queue.
        sender: &["released the message", "amqp:resource-deleted"],
    },
    stopped: Stopped::Closes("amqp:connection:forced"),
};
