//! The program `amqp`: send and receive messages, and inspect AMQP 1.0.

mod assignment;
mod connect;
mod decode;
mod demo;
mod filter;
mod hex;
mod output;
mod probe;
mod receive;
mod runtime;
mod seconds;
mod send;
mod serve;
mod stop;
mod tls;
mod url;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The exit code for a wrong command line, also of the parser.
const MISUSE: u8 = 2;
/// The exit code if the peer cannot be reached, refuses this client, or is lost.
const UNREACHABLE: u8 = 3;

/// Use AMQP 1.0: send and receive messages, probe a peer, run a broker in memory, decode bytes
#[derive(Debug, Parser)]
#[command(name = "amqp", version, max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show how two peers agree on a version and exchange a message of a derived type
    ///
    /// A server and clients communicate over TCP on the loopback interface; nothing else is needed.
    /// Each step shows its octets or frames, and is checked. Exit code: 0 if every step had the expected
    /// result; 1 if one had not; 2 for a wrong command line.
    #[command(after_help = "Example:\n  amqp demo")]
    Demo,

    /// Run a broker in memory, for development and tests
    ///
    /// Queues are made when a client uses their addresses; addresses that begin with topic/ are those of
    /// topics. Durable messages are taken, but nothing outlives the process. Prints the address on which
    /// it listens, then a line about each client that connects or cannot, and about each of its links.
    /// Exit code: 0 after SIGINT (Ctrl-C) or SIGTERM; 1 if it cannot listen; 2 for a wrong command line.
    #[command(after_help = "Examples:\n  amqp serve\n  \
                            amqp serve --listen 127.0.0.1:0 --user ada:secret\n  \
                            amqp serve --limit max_queue_messages=1000 --json\n  \
                            amqp serve --trace 2> frames.txt")]
    Serve(serve::Options),

    /// Ask a peer for AMQP, SASL and TLS, and show its answers
    ///
    /// Asks for each on a separate connection. Prints the versions, the mechanisms, what the peer
    /// seems to be, and what to do. Exit code: 0 if the peer speaks AMQP 1.0.0, with or without SASL;
    /// 1 if it does not; 2 for a wrong command line; 3 if the peer cannot be reached.
    #[command(after_help = "Examples:\n  amqp probe amqp://localhost\n  \
                            amqp probe amqps://broker.example.com:5671 --timeout 2 --json")]
    Probe(probe::Options),

    /// Send messages: texts, lines, files or JSON
    ///
    /// Without a TEXT, each line of the standard input is a message, which is sent when it comes. The
    /// outcome of a message that is not accepted is printed on the standard error, and the others are
    /// sent all the same. The last line of the output says how many messages had which outcome. Exit
    /// code: 0 if all messages were accepted, or settled as they were sent; 1 if not all; 2 for a wrong
    /// command line; 3 if the peer cannot be reached, refuses this client, or is lost.
    #[command(
        after_help = "Examples:\n  amqp send amqp://guest:guest@localhost /queues/orders tea coffee\n  \
                            tail -f log | amqp send amqp://localhost logs\n  \
                            amqp send amqps://localhost --ca ca.pem images --file a.png\n  \
                            amqp send amqp://localhost orders tea --subject new --property price=2.5\n  \
                            amqp receive amqp://a orders --json | amqp send amqp://b orders --json\n  \
                            amqp send amqp://localhost orders --count 1000000 --size 100"
    )]
    Send(Box<send::Options>),

    /// Receive messages, and print the body of each, or all of it as JSON
    ///
    /// A message is accepted after it has been printed. At the end, by --count, --timeout, SIGINT
    /// (Ctrl-C), SIGTERM or when the reader of the output is gone, those that were not printed are given
    /// back. Exit code: 0 if as many messages came as were asked for; 1 if fewer; 2 for a wrong command
    /// line; 3 if the peer cannot be reached, refuses this client, or is lost.
    #[command(
        after_help = "Examples:\n  amqp receive amqp://guest:guest@localhost /queues/orders\n  \
                            amqp receive amqp://localhost orders --count 1 --timeout 5 --json\n  \
                            amqp receive amqp://localhost images --count 1 --raw > a.png\n  \
                            amqp receive amqp://localhost orders --browse --timeout 1\n  \
                            amqp receive amqp://localhost orders --filter \"selector=price > 2\""
    )]
    Receive(Box<receive::Options>),

    /// Decode octets: values, frames, protocol headers, messages, whole streams
    ///
    /// Prints what each input is, with its types and the names of the standard, or the error with
    /// its octet marked. Exit code: 0 if all inputs could be decoded; 1 if one could not; 2 for a wrong
    /// command line.
    #[command(after_help = "Examples:\n  amqp decode 00 53 10 c0 04 01 a1 01 61\n  \
                            amqp decode 41 4d 51 50 03 01 00 00\n  \
                            amqp decode --as type 00 53 16 c0 03 01 52 00\n  \
                            amqp decode --as frame 00 00 00 0c 02 00 00 00 00 53 18 45\n  \
                            xxd captured.bin | amqp decode --as stream\n  \
                            amqp decode --raw --file captured.bin\n  \
                            amqp decode --pcap session.pcap\n  \
                            amqp decode --json < values.txt")]
    Decode(decode::Options),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo => demo::run(),
        Command::Serve(options) => serve::run(&options),
        Command::Probe(options) => probe::run(&options),
        Command::Send(options) => send::run(&options),
        Command::Receive(options) => receive::run(&options),
        Command::Decode(options) => decode::run(&options),
    }
}
