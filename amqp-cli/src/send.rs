//! `amqp send`: messages from the command line, a file or the standard input.
//!
//! The options of messages become a `Template` (`message`). `input` has the messages, which a thread reads if they are
//! lines of the standard input (`lines`). `flow` sends them, no faster than `pace` says; `pending` has those whose
//! outcomes have not come, and counts outcomes in a `Tally` (`tally`), which is printed at the end.

mod flow;
mod input;
mod lines;
mod message;
mod pace;
mod pending;
mod progress;
mod tally;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use self::flow::Flow;
use self::input::{Input, Repeated};
use self::lines::Notation;
use self::message::{MessageOptions, Template};
use self::pace::Pace;
use self::progress::Progress;
use self::tally::Summary;
use crate::connect::{Connector, Failure, PeerOptions, attached};
use crate::stop::StopSignals;
use crate::{output, runtime, seconds};

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    peer: PeerOptions,

    /// Messages; if omitted, each line of the standard input is one, and is sent when it comes
    ///
    /// The body of a message is a value: this string.
    #[arg(value_name = "TEXT")]
    texts: Vec<String>,

    /// Send the content of a file as octets: one message with a data section; - is the standard input
    #[arg(long, value_name = "PATH", conflicts_with_all = ["texts", "json", "size"])]
    file: Option<PathBuf>,

    /// Take each TEXT or line as a whole message in JSON, as printed by `amqp receive --json`
    ///
    /// This is the notation of `amqp decode --as message --json`. The message is sent as it is: it is
    /// durable only if its header says so.
    #[arg(long, conflicts_with_all = MessageOptions::NAMES)]
    json: bool,

    #[command(flatten)]
    message: MessageOptions,

    /// Send this many messages: the given ones again and again, or this many lines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// Send messages of this many octets, to load the peer: one data section of the letter x
    #[arg(long, value_name = "OCTETS", conflicts_with_all = ["texts", "json"], value_parser = size,
        allow_negative_numbers = true)]
    size: Option<usize>,

    /// Send at most this many messages a second
    #[arg(long, value_name = "PER_SECOND", value_parser = pace::parse,
        allow_negative_numbers = true)]
    rate: Option<f64>,

    /// Settle each message as it is sent: nobody says whether it arrives
    #[arg(long)]
    settled: bool,

    /// Maximum number of messages whose outcome has not come; further ones wait
    #[arg(long, value_name = "N", default_value = "1000",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    window: u32,

    /// Time limit for connecting, and for each sign of progress of the peer
    ///
    /// The time in which the standard input is silent does not count, unless an outcome is awaited.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds::parse,
        allow_negative_numbers = true)]
    timeout: Duration,

    /// Print the summary as one line of JSON
    #[arg(long)]
    json_summary: bool,
}

/// Sends all messages and prints the summary.
pub(crate) fn run(options: &Options) -> ExitCode {
    let prepared = options.prepare().and_then(|(connector, input)| {
        runtime::run(send(options, connector, input)).map_err(Failure::from).flatten()
    });
    let summary = match prepared {
        Ok(summary) => summary,
        Err(failure) => return failure.report(),
    };
    match summary.print(options.json_summary) {
        Err(error) if !output::reader_is_gone(&error) => {
            output::failure(&format_args!("cannot write the output: {error}"))
        }
        _ => summary.exit_code(),
    }
}

/// The maximum of `--size`, because the message is kept in memory. A binary of 4 GiB does not exist (section 1.6.19).
const MAX_SIZE: usize = 1 << 30;

fn size(text: &str) -> Result<usize, String> {
    if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err("not a number of octets, such as 1024".to_owned());
    }
    text.parse().ok().filter(|size| *size <= MAX_SIZE).ok_or_else(|| {
        format!("must be at most {MAX_SIZE} (1 GiB), because the message is kept in memory")
    })
}

impl Options {
    /// Checks the options, and reads what they name.
    fn prepare(&self) -> Result<(Connector<'_>, Input), Failure> {
        let connector = self.peer.connector()?;
        let is_anonymous = self.peer.address.is_empty();
        if is_anonymous && !self.json && !self.message.has_to() {
            return Err(Failure::misuse(
                "the address is empty; then each message says where it goes, by --to or in JSON",
            ));
        }
        let template = self.message.template().map_err(Failure::misuse)?;
        Ok((connector, self.input(&template)?))
    }

    fn input(&self, template: &Template) -> Result<Input, Failure> {
        let notation = if self.json { Notation::Json } else { Notation::Text(template.clone()) };
        let messages = if let Some(path) = &self.file {
            vec![input::file(path, template).map_err(Failure::misuse)?]
        } else if let Some(size) = self.size {
            vec![template.data(&vec![b'x'; size]).map_err(Failure::misuse)?]
        } else if self.texts.is_empty() {
            return Ok(Input::lines(notation, self.count));
        } else {
            let parsed = self.texts.iter().enumerate().map(|(index, text)| {
                let message = notation.parse(text.as_bytes());
                message.map_err(|error| {
                    Failure::misuse(format_args!("message {}: {error}", index + 1))
                })
            });
            parsed.collect::<Result<_, _>>()?
        };
        Ok(Input::Repeated(Repeated::new(messages, self.count)))
    }
}

async fn send(
    options: &Options,
    connector: Connector<'_>,
    input: Input,
) -> Result<Summary, Failure> {
    let mut signals = StopSignals::new()?;
    let limit = options.timeout;
    let attaching = async {
        let connection = connector.connect(limit).await?;
        let target = options.peer.target();
        let builder = connection.sender(target).max_unsettled(options.window as usize);
        let sender = attached(builder.attach(), limit, &options.peer, &connection).await?;
        Ok::<_, Failure>((connection, sender))
    };
    let (connection, sender) = tokio::select! {
        attached = attaching => attached?,
        () = signals.received() => {
            return Err(Failure::unreachable("interrupted before there was a link"));
        }
    };
    let progress = Progress::new(options.count.filter(|_| !options.peer.trace));
    let pace = options.rate.map(Pace::new);
    let flow = Flow::new(sender, options.settled, options.window, limit, pace, progress);
    let summary = flow.run(input, &mut signals).await;
    // What was settled as it was sent is written before the close.
    tokio::select! {
        closed = connection.close() => Ok(match closed {
            Err(ended) if !summary.is_lost => summary.lost(&ended),
            _ => summary,
        }),
        () = signals.received() => Ok(summary),
    }
}
