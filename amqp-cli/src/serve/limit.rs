//! The limits of the broker, as given on the command line.

use std::fmt::Write;
use std::str::FromStr;

use amqp_net::broker::BrokerBuilder;

/// A limit that can be set, by the name that the library has for it.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    what: &'static str,
    set: fn(BrokerBuilder, u64) -> BrokerBuilder,
}

const KINDS: [Kind; 7] = [
    Kind {
        name: "max_connections",
        what: "clients at once (1000)",
        set: |builder, value| builder.max_connections(count(value)),
    },
    Kind {
        name: "max_pending",
        what: "clients yet to open a connection (1000)",
        set: |builder, value| builder.max_pending(count(value)),
    },
    Kind {
        name: "max_queues",
        what: "queues and topics (10000)",
        set: |builder, value| builder.max_queues(count(value)),
    },
    Kind {
        name: "max_queue_messages",
        what: "messages in a queue (1000000)",
        set: |builder, value| builder.max_queue_messages(count(value)),
    },
    Kind {
        name: "max_queue_octets",
        what: "octets of messages in a queue (268435456)",
        set: BrokerBuilder::max_queue_octets,
    },
    Kind {
        name: "max_octets",
        what: "octets of all messages, and 256 for each (1073741824)",
        set: BrokerBuilder::max_octets,
    },
    Kind {
        name: "max_message_size",
        what: "octets of a message (16777216)",
        set: BrokerBuilder::max_message_size,
    },
];

fn count(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Returns the help of the option.
pub(crate) fn help() -> String {
    let mut help =
        "A limit of the broker; can be repeated\n\nWhat would exceed it is refused with \
                    amqp:resource-limit-exceeded and the name of the limit. The names, with the \
                    defaults; the first two are lower where few files can be open:"
            .to_owned();
    for Kind { name, what, .. } in &KINDS {
        let _ = write!(help, "\n  {name:19} {what}");
    }
    help
}

/// A limit with its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    kind: &'static Kind,
    value: u64,
}

impl Limit {
    pub(crate) fn set(&self, builder: BrokerBuilder) -> BrokerBuilder {
        (self.kind.set)(builder, self.value)
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const EXAMPLE: &str = "such as max_queue_messages=1000";
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!("it must be NAME=VALUE, {EXAMPLE}"));
        };
        let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
            let names = KINDS.each_ref().map(|kind| kind.name).join(", ");
            return Err(format!("there is no limit {name:?}; the names are {names}"));
        };
        // The standard library's parser also takes a sign.
        let digits = Some(value).filter(|value| value.bytes().all(|digit| digit.is_ascii_digit()));
        match digits.and_then(|digits| digits.parse().ok()) {
            Some(value) if value > 0 => Ok(Self { kind, value }),
            _ => Err(format!(
                "the value of {name} must be a whole number from 1 to {}, {EXAMPLE}",
                u64::MAX
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use amqp_net::broker::Broker;

    use super::*;

    #[test]
    fn each_limit_can_be_set() {
        for kind in &KINDS {
            let limit: Limit = format!("{}=12345", kind.name).parse().unwrap();
            assert_eq!((limit.kind.name, limit.value), (kind.name, 12345));
            let set = format!("{:?}", limit.set(Broker::builder()));
            assert!(set.contains(&format!("{}: 12345", kind.name)), "{set}");
        }
    }

    #[test]
    fn the_defaults_in_the_help_are_those_of_the_library() {
        let builder = format!("{:?}", Broker::builder());
        for Kind { name, what, .. } in &KINDS {
            let default = what.rsplit_once('(').unwrap().1.trim_end_matches(')');
            assert!(builder.contains(&format!("{name}: {default}")), "{name}: {builder}");
        }
    }

    #[test]
    fn mistakes() {
        for (text, says) in [
            ("", "NAME=VALUE"),
            ("max_queues", "NAME=VALUE"),
            ("queues=1", "max_connections, max_pending, max_queues, max_queue_messages"),
            ("max_queues=", "from 1"),
            ("max_queues=0", "from 1"),
            ("max_queues=+1", "from 1"),
            ("max_queues=1k", "from 1"),
            ("max_queues=18446744073709551616", "from 1"),
        ] {
            let error = text.parse::<Limit>().unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
