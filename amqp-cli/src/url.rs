//! The URL of a peer. `HOST:PORT` without a scheme means `amqp://HOST:PORT`.

use std::ffi::OsStr;

use amqp_net::{Endpoint, UrlError};
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};

/// Parses a URL, or a host and a port. Errors do not print the password, as those of clap would.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parser;

impl TypedValueParser for Parser {
    type Value = Endpoint;

    fn parse_ref(
        &self,
        command: &Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Endpoint, Error> {
        parse(&value.to_string_lossy()).map_err(|error| {
            let message = format!(
                "wrong URL: {error}\n\n  example: amqp://user:password@localhost:5672/vhost\n"
            );
            Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

fn parse(text: &str) -> Result<Endpoint, UrlError> {
    // Anything else is a URL, or a mistake in one.
    let is_address =
        !text.is_empty() && !text.ends_with(':') && !text.contains(['/', '?', '#', '@']);
    if is_address { format!("amqp://{text}").parse() } else { text.parse() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_optional() {
        for (text, printed) in [
            ("amqp://localhost", "amqp://localhost:5672"),
            ("amqps://localhost", "amqps://localhost:5671"),
            ("AMQP://broker.example.com:5673/vhost", "amqp://broker.example.com:5673"),
            ("127.0.0.1:15699", "amqp://127.0.0.1:15699"),
            ("localhost", "amqp://localhost:5672"),
            ("[::1]:5673", "amqp://[::1]:5673"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn mistakes() {
        for (text, expected) in [
            ("", "a URL begins with"),
            ("amqp:", "a URL begins with"),
            ("amqp:/localhost", "a URL begins with"),
            ("amqp//localhost", "a URL begins with"),
            ("localhost:5672/queue", "a URL begins with"),
            ("user@localhost", "a URL begins with"),
            ("amqp:localhost", "the port"),
            ("::1", "an IPv6 address needs brackets"),
            (":5672", "there is no host"),
            ("http://localhost", "the scheme"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
