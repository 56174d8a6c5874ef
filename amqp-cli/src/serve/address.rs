//! The address to listen on, as given on the command line.

use std::fmt;
use std::io;
use std::str::FromStr;

/// A host, which is a name or an address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The host, without the brackets of an IPv6 address.
    host: String,
    port: u16,
}

impl Address {
    /// Returns the error of a server that cannot listen on it, with what to do.
    pub(crate) fn explain(&self, error: &io::Error) -> io::Error {
        let what_to_do = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "stop the other server, or choose another port; port 0 selects a free one"
            }
            io::ErrorKind::PermissionDenied => {
                "ports below 1024 need the rights of an administrator; choose another port"
            }
            io::ErrorKind::AddrNotAvailable => {
                "this machine has no such address; 127.0.0.1 is for its own clients, and 0.0.0.0 and \
                 [::] listen on all addresses"
            }
            _ => "check the address; 127.0.0.1:5672 is for clients of this machine",
        };
        io::Error::new(error.kind(), format!("cannot listen on {self}: {error}; {what_to_do}"))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "it must be HOST:PORT, such as 127.0.0.1:5672 or [::1]:5672";
        if text.contains("://") {
            return Err("it must be HOST:PORT, such as 127.0.0.1:5672, and not a URL");
        }
        let (host, port) = text.rsplit_once(':').ok_or(FORM)?;
        let host = match host.strip_prefix('[').map(|rest| rest.strip_suffix(']')) {
            Some(Some(address)) => address,
            Some(None) => return Err(FORM),
            None if host.contains(':') => return Err("an IPv6 address needs brackets: [::1]:5672"),
            None => host,
        };
        if host.is_empty() {
            return Err("the host is missing; 0.0.0.0 and [::] listen on all addresses");
        }
        // The standard library's parser also takes a sign.
        let port = Some(port).filter(|port| port.bytes().all(|digit| digit.is_ascii_digit()));
        let port = port.and_then(|port| port.parse().ok());
        let port = port.ok_or("the port must be a number from 0 to 65535")?;
        Ok(Self { host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        for (text, host, port) in [
            ("127.0.0.1:0", "127.0.0.1", 0),
            ("[::1]:5672", "::1", 5672),
            ("localhost:65535", "localhost", 65535),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!((address.host.as_str(), address.port), (host, port));
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn mistakes() {
        for (text, says) in [
            ("", "HOST:PORT"),
            ("5672", "HOST:PORT"),
            ("amqp://localhost:5672", "not a URL"),
            (":5672", "host is missing"),
            ("::1:5672", "brackets"),
            ("[::1:5672", "HOST:PORT"),
            ("localhost:", "port"),
            ("localhost:70000", "port"),
            ("localhost:+1", "port"),
        ] {
            let error = text.parse::<Address>().unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
