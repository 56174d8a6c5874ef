//! `amqp probe`: which protocols and versions a peer speaks.

mod answer;
mod ask;
mod reach;
mod report;
mod secure;
mod verdict;

use amqp_net::Endpoint;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use self::ask::ask;
use self::report::Report;
use self::secure::Secure;
use crate::tls::TlsOptions;
use crate::{MISUSE, UNREACHABLE, output, runtime, seconds, url};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The peer: `amqp://HOST[:PORT]`, or `amqps://HOST[:PORT]` for TLS from the first octet
    ///
    /// HOST:PORT alone means `amqp://`. The default ports are 5672 and 5671. A user, a password and a
    /// path are ignored. Without --ca any certificate is accepted, because nothing secret is sent.
    #[arg(value_parser = url::Parser)]
    url: Endpoint,

    /// Time limit for the whole probe
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds::parse,
        allow_negative_numbers = true)]
    timeout: Duration,

    /// Print one line of JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    tls: TlsOptions,
}

/// Probes the peer and prints its answers.
pub(crate) fn run(options: &Options) -> ExitCode {
    let Options { url, timeout, json, tls } = options;
    let secure = match Secure::new(url, tls) {
        Ok(secure) => secure,
        Err(error) => {
            output::complain(&error);
            return ExitCode::from(MISUSE);
        }
    };
    let answers = match runtime::run(ask(url, &secure, *timeout)) {
        Ok(answers) => answers,
        Err(error) => return output::failure(&error),
    };
    let report = Report { url, answers: &answers, is_verified: tls.verifies() };
    let mut out = io::stdout().lock();
    let written = if *json {
        serde_json::to_writer(&mut out, &report)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        report.write(&mut out)
    };
    match written {
        Err(error) if !output::reader_is_gone(&error) => output::failure(&error),
        _ if verdict::speaks_amqp(&answers) => ExitCode::SUCCESS,
        _ if verdict::unreachable(&answers).is_some() => ExitCode::from(UNREACHABLE),
        _ => ExitCode::FAILURE,
    }
}
