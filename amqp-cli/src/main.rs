//! The program `amqp`: inspect AMQP 1.0.

mod decode;
mod demo;
mod finish;
mod hex;
mod output;
mod probe;
mod runtime;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The exit code for a wrong command line, also of the parser.
const MISUSE: u8 = 2;

/// Inspect AMQP 1.0: probe a peer, run a test server, decode bytes
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

    /// Run a test server that negotiates with any client
    ///
    /// Supports AMQP 1.0.0, and SASL 1.0.0 with the mechanism ANONYMOUS. Refuses anything else by
    /// sending a header that it supports. Prints the address on which it listens, then a line about
    /// each connection, and closes each connection after the negotiation. Exit code: 0 after SIGINT
    /// (Ctrl-C) or SIGTERM; 1 if it cannot listen; 2 for a wrong command line.
    #[command(after_help = "Example:\n  amqp serve --listen 127.0.0.1:0")]
    Serve(serve::Options),

    /// Ask a peer for AMQP, SASL and TLS, and show its answers
    ///
    /// Asks for each on a separate connection. Prints the versions, the mechanisms, what the peer
    /// seems to be, and what to do. Exit code: 0 if the peer speaks AMQP 1.0.0, with or without SASL;
    /// 1 if it does not; 2 for a wrong command line; 3 if the peer cannot be reached.
    #[command(after_help = "Examples:\n  amqp probe amqp://localhost\n  \
                            amqp probe amqps://broker.example.com:5671 --timeout 2 --json")]
    Probe(probe::Options),

    /// Decode octets: values, frames, protocol headers, messages, whole streams
    ///
    /// Prints what each input is, with its types and the names of the standard, or the error with
    /// its octet marked. Exit code: 0 if all inputs could be decoded; 1 if one could not; 2 for a wrong
    /// command line.
    #[command(after_help = "Examples:\n  amqp decode 00 53 10 c0 04 01 a1 01 61\n  \
                            amqp decode 41 4d 51 50 03 01 00 00\n  \
                            amqp decode --as type 00 53 16 c0 03 01 52 00\n  \
                            amqp decode --as frame 00 00 00 0c 02 00 00 00 00 53 18 45\n  \
                            xxd -p -c 0 captured.bin | amqp decode --as stream\n  \
                            amqp decode --json < values.txt")]
    Decode(decode::Options),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo => demo::run(),
        Command::Serve(options) => serve::run(&options),
        Command::Probe(options) => probe::run(&options),
        Command::Decode(options) => decode::run(&options),
    }
}
