//! Where to connect to, as a URL.

use std::fmt;
use std::str::{FromStr, Utf8Error};

use percent_encoding::percent_decode_str;
use url::{Host, Url};
use zeroize::{Zeroize, Zeroizing};

/// The host, the credentials and the virtual host of a URL: `amqp://user:password@host:5672/vhost`, or `amqps://…` for
/// TLS.
///
/// The port is 5672 unless the URL has one, or 5671 for `amqps`. Special characters in the user, the password and the
/// virtual host are percent-encoded.
///
/// `Debug` and `Display` print neither the user nor the password.
///
/// ```
/// use amqp_net::Endpoint;
///
/// let endpoint: Endpoint = "amqp://guest:s%40cret@broker.example/orders".parse()?;
/// assert_eq!(endpoint.to_string(), "amqp://broker.example:5672");
/// assert_eq!(endpoint.credentials(), Some(("guest", "s@cret")));
/// assert_eq!(endpoint.hostname(), "vhost:orders");
///
/// let error = "amqp://broker.example:port".parse::<Endpoint>().unwrap_err();
/// let expected = "the port is not a number from 1 to 65535: amqp://broker.example:port";
/// assert_eq!(error.to_string(), expected);
/// # Ok::<(), amqp_net::UrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    is_secure: bool,
    host: String,
    port: u16,
    credentials: Option<(String, Zeroizing<String>)>,
    virtual_host: Option<String>,
}

impl Endpoint {
    /// Returns whether the URL asks for TLS.
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Returns the endpoint at the same host and port, with or without TLS.
    #[must_use]
    pub fn secure(mut self, is_secure: bool) -> Self {
        self.is_secure = is_secure;
        self
    }

    /// Returns the name or the address of the host. That of IPv6 has no brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the user and the password, if the URL has them.
    pub fn credentials(&self) -> Option<(&str, &str)> {
        self.credentials.as_ref().map(|(user, password)| (&**user, &***password))
    }

    /// Returns the hostname for the open: `vhost:NAME` if the URL has the path `/NAME`, as RabbitMQ wants it, otherwise
    /// the host.
    pub fn hostname(&self) -> String {
        match &self.virtual_host {
            Some(name) => format!("vhost:{name}"),
            None => self.host.clone(),
        }
    }
}

impl FromStr for Endpoint {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let error = |problem| UrlError { problem, url: without_credentials(text) };
        // Otherwise what precedes a port would be taken for a scheme.
        if !text.contains("://") {
            return Err(error(Problem::NoScheme));
        }
        let url = Url::parse(text).map_err(|cause| match cause {
            _ if needs_brackets(text) => error(Problem::NeedsBrackets),
            cause => error(Problem::from(cause)),
        })?;
        let endpoint = Self::from_url(&url).map_err(error);
        // The URL has a copy of the password.
        String::from(url).zeroize();
        endpoint
    }
}

impl Endpoint {
    fn from_url(url: &Url) -> Result<Self, Problem> {
        let is_secure = match url.scheme() {
            "amqp" => false,
            "amqps" => true,
            _ => return Err(Problem::Scheme),
        };
        let host = match url.host() {
            Some(Host::Domain(host)) if !host.is_empty() => decode(host, Part::Host)?,
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return Err(Problem::NoHost),
        };
        let port = match url.port() {
            Some(0) => return Err(Problem::Port),
            Some(port) => port,
            None if is_secure => 5671,
            None => 5672,
        };
        let user = decode(url.username(), Part::User)?;
        let password = match url.password() {
            Some(password) => Some(Zeroizing::new(decode(password, Part::Password)?)),
            None => None,
        };
        let credentials = match (user.is_empty(), password) {
            (false, Some(password)) => Some((user, password)),
            (true, None) => None,
            (false, None) => return Err(Problem::NoPassword),
            (true, Some(_)) => return Err(Problem::NoUser),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Problem::Query);
        }
        let path = url.path().strip_prefix('/').unwrap_or_default();
        if path.contains('/') {
            return Err(Problem::Path);
        }
        let virtual_host = decode(path, Part::VirtualHost)?;
        let virtual_host = Some(virtual_host).filter(|name| !name.is_empty());
        Ok(Self { is_secure, host, port, credentials, virtual_host })
    }
}

/// Returns whether the host is an address of IPv6 without brackets.
fn needs_brackets(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    !host.starts_with('[') && host.matches(':').count() > 1
}

fn decode(text: &str, part: Part) -> Result<String, Problem> {
    // The decoder takes a percent sign without two digits as it is, and a password would then be wrong without an error.
    let is_escape = |after: &str| {
        let digits = after.as_bytes().first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(is_escape) {
        return Err(Problem::Escape(part));
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_: Utf8Error| Problem::NotUtf8(part))
}

/// Returns what can be printed of a URL that may be wrong.
fn without_credentials(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}{rest}").chars().flat_map(char::escape_debug).collect()
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, .. } = self;
        let scheme = if self.is_secure { "amqps" } else { "amqp" };
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self}, {:?})", self.virtual_host)
    }
}

/// Why a URL was refused. It prints as a sentence that says which part is wrong, with the URL but without its
/// credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlError {
    problem: Problem,
    url: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    NoScheme,
    Scheme,
    NoHost,
    Host,
    Brackets,
    NeedsBrackets,
    Port,
    /// A percent sign without two hexadecimal digits.
    Escape(Part),
    NotUtf8(Part),
    NoUser,
    NoPassword,
    Query,
    Path,
    Other(url::ParseError),
}

/// A part that is percent-encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Host,
    User,
    Password,
    VirtualHost,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "host",
            Self::User => "user",
            Self::Password => "password",
            Self::VirtualHost => "virtual host",
        })
    }
}

impl From<url::ParseError> for Problem {
    fn from(error: url::ParseError) -> Self {
        match error {
            url::ParseError::RelativeUrlWithoutBase
            | url::ParseError::RelativeUrlWithCannotBeABaseBase => Self::NoScheme,
            url::ParseError::EmptyHost => Self::NoHost,
            url::ParseError::InvalidPort => Self::Port,
            url::ParseError::InvalidIpv6Address => Self::Brackets,
            url::ParseError::InvalidDomainCharacter | url::ParseError::IdnaError => Self::Host,
            other => Self::Other(other),
        }
    }
}

impl std::error::Error for UrlError {}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            Problem::NoScheme => {
                "a URL begins with amqp:// or amqps://, as in amqp://localhost:5672"
            }
            Problem::Scheme => "the scheme is not amqp or amqps",
            Problem::NoHost => "there is no host",
            Problem::Host => "the host contains a character that a host cannot have",
            Problem::Brackets => "the address in brackets is not one of IPv6",
            Problem::NeedsBrackets => "an IPv6 address needs brackets, as in amqp://[::1]:5672",
            Problem::Port => "the port is not a number from 1 to 65535",
            Problem::Escape(part) => {
                return write!(
                    f,
                    "the {part} has a percent sign without two hexadecimal digits; write % as %25: {}",
                    self.url
                );
            }
            Problem::NotUtf8(part) => {
                return write!(f, "the {part} is not UTF-8 in percent-encoding: {}", self.url);
            }
            Problem::NoUser => "there is a password but no user",
            Problem::NoPassword => {
                "there is a user but no password, as in amqp://user:password@host"
            }
            Problem::Query => "a query or a fragment has no meaning; write ? as %3F and # as %23",
            Problem::Path => "the virtual host contains a slash; write it as %2F",
            Problem::Other(error) => return write!(f, "{error}: {}", self.url),
        };
        write!(f, "{what}: {}", self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Endpoint, String> {
        url.parse().map_err(|error: UrlError| error.to_string())
    }

    #[test]
    fn every_part_is_found() {
        let endpoint = parse("amqps://us%3Aer:p%2Fw@[::1]:7000/a%2Fb").unwrap();
        assert!(endpoint.is_secure());
        assert_eq!((endpoint.host(), endpoint.port()), ("::1", 7000));
        assert_eq!(endpoint.credentials(), Some(("us:er", "p/w")));
        assert_eq!(endpoint.hostname(), "vhost:a/b");
        assert_eq!(endpoint.to_string(), "amqps://[::1]:7000");
        assert_eq!(format!("{endpoint:?}"), "Endpoint(amqps://[::1]:7000, Some(\"a/b\"))");
    }

    #[test]
    fn parts_have_defaults() {
        for (url, port) in [("amqp://h", 5672), ("amqp://h/", 5672), ("amqps://h", 5671)] {
            let endpoint = parse(url).unwrap();
            assert_eq!((endpoint.host(), endpoint.port()), ("h", port));
            assert_eq!((endpoint.credentials(), &*endpoint.hostname()), (None, "h"));
        }
    }

    #[test]
    fn an_error_says_which_part_is_wrong_and_prints_no_password() {
        for (url, expected) in [
            ("localhost", "a URL begins with"),
            ("localhost:5672", "a URL begins with"),
            ("http://localhost", "the scheme"),
            ("amqp://", "there is no host"),
            ("amqp:///vhost", "there is no host"),
            ("amqp://secret:secret@", "there is no host"),
            ("amqp://h:0", "the port"),
            ("amqp://h:65536", "the port"),
            ("amqp://h:x", "the port"),
            ("amqp://[::1", "the address in brackets"),
            ("amqp://[localhost]", "the address in brackets"),
            ("amqp://::1", "an IPv6 address needs brackets"),
            ("amqp://a b", "the host contains a character"),
            ("amqp://user@h", "there is a user but no password"),
            ("amqp://:secret@h", "there is a password but no user"),
            ("amqp://user:%ffsecret@h", "the password is not UTF-8"),
            ("amqp://user:%zzsecret@h", "the password has a percent sign without two hexadecimal"),
            ("amqp://user:secret%@h", "the password has a percent sign without"),
            ("amqp://secret%4:secret@h", "the user has a percent sign without"),
            ("amqp://100%25%", "the host has a percent sign without"),
            ("amqp://h/100%", "the virtual host has a percent sign without"),
            ("amqp://%ff:secret@h", "the user is not UTF-8"),
            ("amqp://h/%ff", "the virtual host is not UTF-8"),
            ("amqp://h/a/b", "the virtual host contains a slash"),
            ("amqp://h/a?b", "a query"),
            ("amqp://secret:sec#ret@h", ""),
        ] {
            let error = parse(url).unwrap_err();
            assert!(error.starts_with(expected), "{url}: {error}");
            assert!(!error.contains("secret"), "{url}: {error}");
        }
    }
}
