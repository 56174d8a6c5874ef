//! Connecting to a peer and attaching to a node: the options of it, and what the errors mean.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::proto::{Refusal, SaslErrorKind};
use amqp_net::{AttachError, ConnectError, Connection, ConnectionBuilder, Endpoint, Scope};
use amqp_types::messaging::{Source, Target};
use amqp_types::transport::{AmqpError, ErrorCondition};
use amqp_types::{Symbol, Value};
use clap::{Args, ValueEnum};
use tokio::time::timeout;

use crate::tls::{self, TlsOptions};
use crate::{MISUSE, UNREACHABLE, output, url};

#[derive(Args, Debug)]
pub(crate) struct PeerOptions {
    /// The peer: `amqp://[USER:PASSWORD@]HOST[:PORT][/VHOST]`, or `amqps://` for TLS
    ///
    /// Special characters in the user, the password and the virtual host are percent-encoded, such
    /// as %40 for @. The default ports are 5672 and 5671. HOST:PORT alone means `amqp://`.
    #[arg(value_parser = url::Parser)]
    url: Endpoint,

    /// The node: a queue, a topic or whatever the peer calls by a name
    ///
    /// RabbitMQ 4: `/queues/NAME`, and to send also `/exchanges/NAME/KEY`, percent-encoded. Others:
    /// the name of the queue or topic.
    #[arg(value_parser = address)]
    pub(crate) address: String,

    /// What the node shall be, for brokers that create it or have both under one name
    ///
    /// Without this, ActiveMQ Artemis creates a topic.
    #[arg(long, value_name = "KIND", value_enum)]
    pub(crate) node: Option<Node>,

    /// Show each frame that is sent or received, on the standard error
    #[arg(long)]
    pub(crate) trace: bool,

    #[command(flatten)]
    tls: TlsOptions,
}

/// The kind of a node.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Node {
    /// Each message goes to one receiver
    Queue,
    /// Each message goes to all receivers
    Topic,
}

fn address(text: &str) -> Result<String, &'static str> {
    if text.contains("://") {
        return Err("this is a URL; the URL comes first, then the address of a node, such as \
                    orders, or /queues/orders of RabbitMQ 4");
    }
    if text.contains(char::is_control) {
        return Err("an address has no control characters; such as orders, or /queues/orders of \
                    RabbitMQ 4");
    }
    Ok(text.to_owned())
}

/// Why a command could not begin or go on, and its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// The command line is wrong.
    pub(crate) fn misuse(message: impl Display) -> Self {
        Self { code: MISUSE, message: message.to_string() }
    }

    /// The peer was not reached, refused the client, or is lost.
    pub(crate) fn unreachable(message: impl Display) -> Self {
        Self { code: UNREACHABLE, message: message.to_string() }
    }

    /// Prints the error, and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        output::complain(&self.message);
        ExitCode::from(self.code)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self { code: 1, message: error.to_string() }
    }
}

impl PeerOptions {
    /// Returns what connects. No connection is made yet.
    pub(crate) fn connector(&self) -> Result<Connector<'_>, Failure> {
        let mut builder = Connection::builder();
        if self.url.is_secure() {
            builder = secured(builder, &self.tls)?;
        } else if let Some(option) = self.tls.first() {
            return Err(Failure::misuse(format_args!(
                "{option} has no effect without TLS: use a URL that begins with amqps://"
            )));
        }
        if self.trace {
            builder = builder.trace(|direction, line| {
                // The standard error may be closed.
                let _ = writeln!(io::stderr(), "{direction:8}  {line}");
            });
        }
        Ok(Connector { builder, url: &self.url })
    }

    /// Returns the node as a target. It is anonymous if the address is empty: each message then says where it goes.
    pub(crate) fn target(&self) -> Target {
        let address = self.address.as_str();
        match self.node {
            _ if address.is_empty() => Target::default(),
            None => Target::new(address),
            Some(Node::Queue) => Target::queue(address),
            Some(Node::Topic) => Target::topic(address),
        }
    }

    /// Returns the node as a source.
    pub(crate) fn source(&self) -> Source {
        let address = self.address.as_str();
        match self.node {
            None => Source::new(address),
            Some(Node::Queue) => Source::queue(address),
            Some(Node::Topic) => Source::topic(address),
        }
    }

    /// Explains why a link was not attached.
    pub(crate) fn refused(&self, error: &AttachError, connection: &Connection) -> Failure {
        let address = &self.address;
        let what = match error {
            AttachError::Ended(why) => why.to_string(),
            AttachError::MissingFilters(names) => {
                let names: Vec<_> = names.iter().map(Symbol::as_str).collect();
                format!(
                    "the peer does not filter by {}, or does not understand the selector, and would give all messages",
                    names.join(", ").escape_debug(),
                )
            }
            other => other.to_string(),
        };
        let hint = hint(error, address, connection);
        Failure::unreachable(format_args!("cannot attach to {address:?}: {what}{hint}"))
    }
}

#[cfg(feature = "tls")]
fn secured(builder: ConnectionBuilder, options: &TlsOptions) -> Result<ConnectionBuilder, Failure> {
    let config = options.config(tls::Otherwise::Platform).map_err(Failure::misuse)?;
    Ok(builder.tls(config))
}

#[cfg(not(feature = "tls"))]
fn secured(_: ConnectionBuilder, _: &TlsOptions) -> Result<ConnectionBuilder, Failure> {
    Err(Failure::misuse(tls::UNSUPPORTED))
}

/// Connects to a peer.
pub(crate) struct Connector<'a> {
    builder: ConnectionBuilder,
    url: &'a Endpoint,
}

impl Connector<'_> {
    /// Connects within a time limit.
    pub(crate) async fn connect(self, limit: Duration) -> Result<Connection, Failure> {
        let Self { builder, url } = self;
        builder.time_to_connect(limit).connect(url).await.map_err(|error| {
            let hint = connect_hint(&error, url);
            Failure::unreachable(format_args!("{error}{hint}"))
        })
    }
}

/// Waits for the answer to an attach within a time limit.
pub(crate) async fn attached<T>(
    attaching: impl Future<Output = Result<T, AttachError>>,
    limit: Duration,
    options: &PeerOptions,
    connection: &Connection,
) -> Result<T, Failure> {
    let failure = match timeout(limit, attaching).await {
        Ok(Ok(attached)) => return Ok(attached),
        Ok(Err(error)) => options.refused(&error, connection),
        Err(_) => Failure::unreachable(format_args!(
            "cannot attach to {:?}: the peer did not answer within {limit:?}",
            options.address,
        )),
    };
    give_up(connection).await;
    Err(failure)
}

/// Closes the connection before the program ends, for a peer that would otherwise report a lost one.
pub(crate) async fn give_up(connection: &Connection) {
    let _ = timeout(Duration::from_secs(1), connection.clone().close()).await;
}

/// Returns what to do with this program after an error of connecting.
fn connect_hint(error: &ConnectError, url: &Endpoint) -> String {
    match error {
        ConnectError::Sasl(error) if url.credentials().is_none() => match error.kind {
            SaslErrorKind::NoCommonMechanism { .. }
            | SaslErrorKind::Refused(Refusal::Credentials) => {
                let scheme = if url.is_secure() { "amqps" } else { "amqp" };
                format!("; a user and a password are in the URL: {scheme}://USER:PASSWORD@HOST")
            }
            _ => String::new(),
        },
        #[cfg(feature = "tls")]
        ConnectError::Tls(error) => match error.kind {
            amqp_net::TlsErrorKind::Untrusted => "; --ca FILE trusts an authority".to_owned(),
            amqp_net::TlsErrorKind::Refused(_) => {
                "; --cert FILE --key FILE shows a certificate".to_owned()
            }
            _ => String::new(),
        },
        ConnectError::Negotiation(_) => format!("; see what it speaks: amqp probe {url}"),
        _ => String::new(),
    }
}

/// Returns whether the peer says that it is RabbitMQ.
pub(crate) fn is_rabbitmq(connection: &Connection) -> bool {
    let properties = connection.remote_open().properties.as_ref();
    let product = properties.and_then(|them| them.get(&Symbol::from_static("product")));
    matches!(product, Some(Value::String(name)) if &**name == "RabbitMQ")
}

/// Returns what to do with this program after an error of attaching.
fn hint(error: &AttachError, address: &str, connection: &Connection) -> &'static str {
    let is_rabbitmq = is_rabbitmq(connection);
    if is_rabbitmq && !address.starts_with("/queues/") && !address.starts_with("/exchanges/") {
        return "; addresses of RabbitMQ 4 are /queues/NAME and /exchanges/NAME/KEY, those of \
                RabbitMQ 3 are /queue/NAME and /exchange/NAME/KEY";
    }
    let condition = error.ended().and_then(|ended| ended.remote()).map(|error| &error.condition);
    match condition {
        Some(ErrorCondition::Amqp(AmqpError::NotFound)) if is_rabbitmq => {
            "; the queue or exchange must be declared first"
        }
        _ if error.scope() == Scope::Connection => "",
        Some(ErrorCondition::Amqp(AmqpError::UnauthorizedAccess)) => {
            "; use another user, or give this one the permission there"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in ["orders", "/queues/a%20b", "a b", ""] {
            assert_eq!(address(text).as_deref(), Ok(text));
        }
        for (text, says) in [("amqp://localhost", "URL comes first"), ("a\nb", "control")] {
            let error = address(text).unwrap_err();
            assert!(error.contains(says) && error.contains("/queues/orders"), "{error}");
        }
    }
}
