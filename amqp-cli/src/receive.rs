//! `amqp receive`: prints messages, and settles those that have been printed.
//!
//! `flow` takes messages, formats them (`format`) and hands them to the `Printer` (`printer`), a thread, so that a slow
//! reader of the output holds up neither the connection nor the signals. What has been printed is settled; `credit` asks
//! for no more messages than are wanted.

mod credit;
mod flow;
mod format;
mod printer;

use std::process::ExitCode;
use std::time::Duration;

use amqp_net::proto::LinkEnd;
use amqp_net::{Connection, Credit, EndReason, Ended, OnDrop, Receiver};
use amqp_types::messaging::DistributionMode;
use amqp_types::transport::AmqpError;
use clap::{Args, ValueEnum};

use self::flow::{End, Flow};
use self::format::Format;
use self::printer::Printer;
use crate::connect::{Connector, Failure, PeerOptions, attached, give_up, is_rabbitmq};
use crate::filter::{self, Filter};
use crate::stop::StopSignals;
use crate::{UNREACHABLE, output, runtime, seconds};

/// The time limit for connecting and for attaching.
const TIME_TO_ATTACH: Duration = Duration::from_secs(30);

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    peer: PeerOptions,

    /// End after this many messages; the peer is not asked for more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// End if no message comes for this long; if omitted, wait forever
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse,
        allow_negative_numbers = true)]
    timeout: Option<Duration>,

    /// Maximum number of messages that are on the way or not printed
    #[arg(long, value_name = "N", default_value = "200",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    credit: u32,

    /// What becomes of a message that has been printed
    #[arg(long, value_name = "OUTCOME", value_enum, default_value = "accept")]
    settle: Settle,

    /// Look at the messages without taking them; an error if the peer cannot do that
    #[arg(long, conflicts_with = "settle")]
    browse: bool,

    /// Ask only for messages that a filter selects; can be given several times
    ///
    /// NAME is `selector` for a JMS selector (apache.org:selector-filter:string), `sql` for the SQL of
    /// streams of RabbitMQ 4.2 (amqp:sql-filter), or the symbol of any filter; the value is then text, a number or a
    /// boolean like that of --property of `amqp send`, or a value in the JSON of `amqp decode --json`.
    #[arg(long = "filter", value_name = "NAME=SELECTOR", value_parser = filter::parse)]
    filters: Vec<Filter>,

    /// Print each message in one line of JSON, as `amqp decode --as message --json` does
    ///
    /// `amqp send --json` sends it again.
    #[arg(long)]
    json: bool,

    /// Print the octets of each body, and nothing between them
    ///
    /// Those of data and strings are their content, those of other values their encoding.
    #[arg(long, conflicts_with = "json")]
    raw: bool,
}

/// What becomes of a message that has been printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Settle {
    /// It is done
    Accept,
    /// It may come again at once, also here
    Release,
    /// It is invalid: most brokers move it to a dead-letter queue, or drop it
    Reject,
    /// It may come again, and counts as a failed delivery
    Modify,
    /// It stays unsettled until the end, and may then come again
    None,
}

/// Receives messages until the end.
pub(crate) fn run(options: &Options) -> ExitCode {
    let received = options.prepare().and_then(|(connector, receiver)| {
        runtime::run(receive(options, connector, receiver)).map_err(Failure::from).flatten()
    });
    match received {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// What the source of the link is asked for.
type Asked = amqp_types::messaging::Source;

impl Options {
    /// Checks the options, and reads what they name.
    fn prepare(&self) -> Result<(Connector<'_>, Asked), Failure> {
        let connector = self.peer.connector()?;
        if self.peer.address.is_empty() {
            return Err(Failure::misuse(
                "the address is empty; it is the name of a node, such as orders, or /queues/orders of RabbitMQ 4",
            ));
        }
        let filter = filter::set(&self.filters).map_err(Failure::misuse)?;
        let distribution_mode = self.browse.then_some(DistributionMode::Copy);
        Ok((connector, Asked { filter, distribution_mode, ..self.peer.source() }))
    }

    const fn format(&self) -> Format {
        match self {
            Self { json: true, .. } => Format::Json,
            Self { raw: true, .. } => Format::Raw,
            _ => Format::Text,
        }
    }

    async fn attach(
        &self,
        connector: Connector<'_>,
        source: Asked,
    ) -> Result<(Connection, Receiver), Failure> {
        let connection = connector.connect(TIME_TO_ATTACH).await?;
        let credit = match self.count {
            None => Credit::Auto(self.credit),
            // So that no message is asked for in vain.
            Some(_) => Credit::Manual,
        };
        let on_drop = if self.settle == Settle::None { OnDrop::Keep } else { OnDrop::Release };
        // The receive buffer limits the size of a message.
        let builder =
            connection.receiver(source).credit(credit).on_drop(on_drop).max_message_size(0);
        let receiver = attached(builder.attach(), TIME_TO_ATTACH, &self.peer, &connection).await?;
        if self.browse {
            let mode = receiver.source().and_then(|source| source.distribution_mode.clone());
            // RabbitMQ 4.0 agrees, and takes them all the same.
            if mode != Some(DistributionMode::Copy) || is_rabbitmq(&connection) {
                give_up(&connection).await;
                return Err(Failure::unreachable(
                    "the peer cannot be browsed: it would take the messages from the queue; --settle \
                     release gives them back",
                ));
            }
        }
        // RabbitMQ 4.3 agrees to SQL for every queue, but only a stream filters, and then offers this capability.
        let can_filter =
            receiver.remote_attach().offered_capabilities.iter().any(|it| it == FILTERS_BY_SQL);
        if self.filters.iter().any(Filter::is_sql) && is_rabbitmq(&connection) && !can_filter {
            give_up(&connection).await;
            return Err(Failure::unreachable(format_args!(
                "{:?} is not a stream: RabbitMQ filters streams by SQL, and would give all messages of another queue",
                self.peer.address,
            )));
        }
        Ok((connection, receiver))
    }
}

/// The capability of a link of RabbitMQ that filters by SQL.
const FILTERS_BY_SQL: &str = "AMQP_FILTEX_SQL_V1_0";

const TOO_LARGE: &str = "; the message is larger than `amqp receive` can hold, and stays with the peer: \
                         a program that uses amqp-net receives it with a larger \
                         ConnectionSettings::receive_buffer";

/// Returns whether the link has ended because a message did not fit into the receive buffer.
fn is_too_large(ended: &Ended) -> bool {
    let EndReason::Link(LinkEnd::Violation { condition, .. }) = ended.reason() else {
        return false;
    };
    *condition == AmqpError::ResourceLimitExceeded.into()
}

async fn receive(
    options: &Options,
    connector: Connector<'_>,
    source: Asked,
) -> Result<ExitCode, Failure> {
    let mut signals = StopSignals::new()?;
    let (connection, receiver) = tokio::select! {
        attached = options.attach(connector, source) => attached?,
        () = signals.received() => {
            return Err(Failure::unreachable("interrupted before there was a link"));
        }
    };
    let printer = Printer::start()?;
    // It has no effect on what is only looked at. If the peer has taken it all the same, it is not lost.
    let settle = if options.browse { Settle::Release } else { options.settle };
    let mut flow = Flow::new(&connection, receiver, printer, options.format(), settle);
    let end = flow.run(options.count, options.credit, options.timeout, &mut signals).await;
    let (is_enough, came) = (flow.is_enough(options.count), flow.printed());
    tokio::select! {
        () = flow.close() => {}
        () = signals.received() => {}
    }
    tokio::select! {
        // The link has been closed, and nothing is awaited from the peer.
        _ = connection.close() => {}
        () = signals.received() => {}
    }
    Ok(match end {
        End::Lost(ended) => {
            let hint = if is_too_large(&ended) { TOO_LARGE } else { "" };
            output::complain(&format_args!("{ended}{hint}"));
            ExitCode::from(UNREACHABLE)
        }
        End::Unprintable(error) => output::failure(&error),
        End::Done if is_enough => ExitCode::SUCCESS,
        End::Done => {
            let count = options.count.unwrap_or_default();
            output::note(&format_args!("received {came} of {count} messages"));
            ExitCode::FAILURE
        }
    })
}
