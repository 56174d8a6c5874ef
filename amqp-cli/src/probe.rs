//! `amqp probe`: which protocols and versions a peer speaks.

mod answer;
mod ask;
mod reach;
mod report;
mod secure;
mod url;
mod verdict;

use amqp_net::Endpoint;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use self::ask::ask;
use self::report::Report;
use crate::{MISUSE, output, runtime};

/// The exit code if the peer cannot be reached.
const UNREACHABLE: u8 = 3;

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The peer: `amqp://HOST[:PORT]`, or `amqps://HOST[:PORT]` for TLS from the first octet
    ///
    /// HOST:PORT alone means `amqp://`. The default ports are 5672 and 5671. A user, a password and a
    /// path are ignored. Any certificate is accepted, because nothing secret is sent.
    #[arg(value_parser = url::parse)]
    url: Endpoint,

    /// Time limit for the whole probe
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds,
        allow_negative_numbers = true)]
    timeout: Duration,

    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if limit.is_zero() => Err("must be greater than 0"),
        Ok(limit) if limit <= Duration::from_secs(3600) => Ok(limit),
        _ => Err("must be greater than 0 and at most 3600"),
    }
}

/// Probes the peer and prints its answers.
pub(crate) fn run(options: &Options) -> ExitCode {
    let Options { url, timeout, json } = options;
    if url.is_secure() && !secure::SUPPORTED {
        output::complain(&"cannot probe amqps://: this program was built without TLS");
        return ExitCode::from(MISUSE);
    }
    let answers = match runtime::run(ask(url, *timeout)) {
        Ok(answers) => answers,
        Err(error) => return output::failure(&error),
    };
    let report = Report { url, answers: &answers };
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
        _ if verdict::is_unreachable(&answers) => ExitCode::from(UNREACHABLE),
        _ => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_and_invalid_time_limits() {
        assert_eq!(seconds("5"), Ok(Duration::from_secs(5)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for text in ["", "0", "-1", "nan", "inf", "1e300", "3601", "5s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
