//! The URL of a peer: `amqp://host:port` or `amqps://host:port`; `host:port` alone is the former.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// The scheme, host and port of a URL. A user, a password and a path are ignored, and not printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// Whether the scheme is `amqps`.
    pub(crate) secure: bool,
    /// A name or an address; an IPv6 address without its brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Url {
    /// Returns the URL of the same host and port with or without TLS.
    pub(crate) fn with_secure(&self, secure: bool) -> Self {
        Self { secure, ..self.clone() }
    }
}

impl Url {
    /// Parses a host and a port. Anything else must be a URL with a scheme.
    fn without_scheme(text: &str) -> Result<Self, BadUrl> {
        if text.is_empty() || text.ends_with(':') || text.contains(['/', '?', '#', '@']) {
            return Err(BadUrl::NoScheme);
        }
        format!("amqp://{text}").parse()
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secure, host, port } = self;
        let scheme = if *secure { "amqps" } else { "amqp" };
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

impl FromStr for Url {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, BadUrl> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Self::without_scheme(text);
        };
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "amqp" => false,
            "amqps" => true,
            _ => return Err(BadUrl::Scheme),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A password may contain an unescaped @.
        let address = authority.rsplit_once('@').map_or(authority, |(_user, address)| address);
        let (host, port) = split_port(address)?;
        let port = match port {
            None | Some("") if secure => 5671,
            None | Some("") => 5672,
            Some(port) => parse_port(port)?,
        };
        Ok(Self { secure, host: host.to_owned(), port })
    }
}

fn split_port(address: &str) -> Result<(&str, Option<&str>), BadUrl> {
    if let Some(bracketed) = address.strip_prefix('[') {
        let (host, after) = bracketed.split_once(']').ok_or(BadUrl::Brackets)?;
        let port = match after.strip_prefix(':') {
            None if !after.is_empty() => return Err(BadUrl::Brackets),
            port => port,
        };
        host.parse::<Ipv6Addr>().map_err(|_| BadUrl::Ipv6)?;
        return Ok((host, port));
    }
    let (host, port) = match address.split_once(':') {
        Some((_, port)) if port.contains(':') => return Err(BadUrl::NeedsBrackets),
        Some((host, port)) => (host, Some(port)),
        None => (address, None),
    };
    if host.is_empty() {
        return Err(BadUrl::NoHost);
    }
    // A host name need not be one of DNS, but other characters can only be a mistake.
    match host.chars().find(|c| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_')) {
        Some(character) => Err(BadUrl::Host(character)),
        None => Ok((host, port)),
    }
}

fn parse_port(port: &str) -> Result<u16, BadUrl> {
    // The standard library's parser also takes a sign.
    let digits = Some(port).filter(|port| port.bytes().all(|digit| digit.is_ascii_digit()));
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(port @ 1..) => Ok(port),
        _ => Err(BadUrl::Port),
    }
}

/// The reason why a URL was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadUrl {
    NoScheme,
    Scheme,
    NoHost,
    Host(char),
    NeedsBrackets,
    Brackets,
    Ipv6,
    Port,
}

impl fmt::Display for BadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoScheme => "the URL must begin with amqp:// or amqps://, or be HOST:PORT only",
            Self::Scheme => "the scheme must be amqp or amqps",
            Self::NoHost => "the host is missing, as in amqp://localhost",
            Self::Host(character) => return write!(f, "{character:?} cannot be part of a host"),
            Self::NeedsBrackets => "an IPv6 address needs brackets, as in amqp://[::1]:5672",
            Self::Brackets => "only an IPv6 address has brackets, as in amqp://[::1]:5672",
            Self::Ipv6 => "the brackets do not contain an IPv6 address",
            Self::Port => "the port must be a number from 1 to 65535",
        })
    }
}

impl std::error::Error for BadUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_urls() {
        for (text, printed) in [
            ("amqp://localhost", "amqp://localhost:5672"),
            ("amqps://localhost", "amqps://localhost:5671"),
            ("AMQP://Broker.example.com:5673/queue?x#y", "amqp://Broker.example.com:5673"),
            ("amqp://user:p@ss:word@127.0.0.1:1", "amqp://127.0.0.1:1"),
            ("amqp://[::1]", "amqp://[::1]:5672"),
            ("amqps://u@[fe80::1]:65535/", "amqps://[fe80::1]:65535"),
            ("amqp://host_name:", "amqp://host_name:5672"),
            ("127.0.0.1:15699", "amqp://127.0.0.1:15699"),
            ("localhost", "amqp://localhost:5672"),
            ("[::1]:5673", "amqp://[::1]:5673"),
        ] {
            let url: Url = text.parse().unwrap();
            assert_eq!(url.to_string(), printed);
            assert_eq!(printed.parse(), Ok(url));
        }
    }

    #[test]
    fn mistakes() {
        for (text, error) in [
            ("", BadUrl::NoScheme),
            ("amqp:", BadUrl::NoScheme),
            ("amqp:/localhost", BadUrl::NoScheme),
            ("amqp//localhost", BadUrl::NoScheme),
            ("localhost:5672/queue", BadUrl::NoScheme),
            ("user@localhost", BadUrl::NoScheme),
            ("amqp:localhost", BadUrl::Port),
            ("::1", BadUrl::NeedsBrackets),
            (":5672", BadUrl::NoHost),
            ("http://localhost", BadUrl::Scheme),
            ("amqp://", BadUrl::NoHost),
            ("amqp://user@:5672", BadUrl::NoHost),
            ("amqp:///queue", BadUrl::NoHost),
            ("amqp://a b", BadUrl::Host(' ')),
            ("amqp://::1", BadUrl::NeedsBrackets),
            ("amqp://[::1", BadUrl::Brackets),
            ("amqp://[::1]5672", BadUrl::Brackets),
            ("amqp://[localhost]", BadUrl::Ipv6),
            ("amqp://localhost:0", BadUrl::Port),
            ("amqp://localhost:65536", BadUrl::Port),
            ("amqp://localhost:+1", BadUrl::Port),
            ("amqp://localhost:amqp", BadUrl::Port),
        ] {
            assert_eq!(text.parse::<Url>(), Err(error), "{text}");
        }
    }
}
