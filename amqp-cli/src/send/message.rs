//! The options that describe a message, and the messages that they make.

use amqp_types::messaging::{
    AmqpValue, ApplicationProperties, DataRef, EncodedMessage, Header, MessageId, Properties,
    SimpleValue,
};
use amqp_types::transport::Milliseconds;
use amqp_types::{Encode, Map, Symbol};
use clap::Args;

use crate::assignment::Assignment;
use crate::seconds;
use std::time::Duration;

const HEADING: &str = "Options for messages";

#[derive(Args, Debug)]
pub(crate) struct MessageOptions {
    /// What the message is about
    #[arg(help_heading = HEADING, long, value_name = "TEXT")]
    subject: Option<String>,

    /// MIME type of the body, such as text/plain
    #[arg(help_heading = HEADING, long, value_name = "TYPE", value_parser = symbol)]
    content_type: Option<Symbol>,

    /// Message-id
    #[arg(help_heading = HEADING, long, value_name = "ID")]
    id: Option<String>,

    /// Address of the node that the message is for; needed if ADDRESS is empty
    #[arg(help_heading = HEADING, long, value_name = "ADDRESS")]
    to: Option<String>,

    /// Address for replies
    #[arg(help_heading = HEADING, long, value_name = "ADDRESS")]
    reply_to: Option<String>,

    /// Application property; can be given several times
    ///
    /// A VALUE that is an integer, a decimal number, true or false is one. KEY:=TEXT is always text.
    #[arg(help_heading = HEADING, long = "property", value_name = "KEY=VALUE")]
    properties: Vec<Assignment>,

    /// Do not ask the peer to keep the message over a restart; without this, the message is durable
    #[arg(help_heading = HEADING, long)]
    transient: bool,

    /// Priority from 0 to 255; the default of the standard is 4
    #[arg(help_heading = HEADING, long, value_name = "N")]
    priority: Option<u8>,

    /// Time after which the message can be discarded
    #[arg(help_heading = HEADING, long, value_name = "SECONDS", value_parser = seconds::parse,
        allow_negative_numbers = true)]
    ttl: Option<Duration>,
}

fn symbol(text: &str) -> Result<Symbol, &'static str> {
    Symbol::try_from(text).map_err(|_| "it must be in ASCII, such as text/plain")
}

impl MessageOptions {
    /// The options, which have no meaning for a whole message.
    pub(crate) const NAMES: [&'static str; 9] = [
        "subject",
        "content_type",
        "id",
        "to",
        "reply_to",
        "properties",
        "transient",
        "priority",
        "ttl",
    ];

    /// Returns whether the messages say which node they are for.
    pub(crate) const fn has_to(&self) -> bool {
        self.to.is_some()
    }

    /// Encodes what all messages begin with.
    pub(crate) fn template(&self) -> Result<Template, String> {
        let failed = |error| format!("the message cannot be encoded: {error}");
        let mut before_body = Vec::new();
        self.header()?.encode_to(&mut before_body).map_err(failed)?;
        let properties = self.properties();
        if properties != Properties::default() {
            properties.encode_to(&mut before_body).map_err(failed)?;
        }
        let application = self.application_properties()?;
        if !application.is_empty() {
            application.encode_to(&mut before_body).map_err(failed)?;
        }
        Ok(Template { before_body })
    }

    fn header(&self) -> Result<Header, String> {
        let ttl = self.ttl.map(|ttl| u32::try_from(ttl.as_millis().max(1)).map(Milliseconds));
        let ttl = ttl.transpose().map_err(|_| {
            format!("--ttl is too long: it can be at most {} seconds", u32::MAX / 1000)
        })?;
        let default = Header::default();
        Ok(Header {
            durable: !self.transient,
            priority: self.priority.unwrap_or(default.priority),
            ttl,
            ..default
        })
    }

    fn properties(&self) -> Properties {
        let text = |text: &Option<String>| text.as_deref().map(Into::into);
        Properties {
            message_id: self.id.as_deref().map(MessageId::from),
            to: text(&self.to),
            subject: text(&self.subject),
            reply_to: text(&self.reply_to),
            content_type: self.content_type.clone(),
            ..Properties::default()
        }
    }

    fn application_properties(&self) -> Result<ApplicationProperties, String> {
        let mut properties = Map::new();
        for Assignment { name, value } in &self.properties {
            let value = SimpleValue::try_from(value.clone()).map_err(|error| error.to_string())?;
            if properties.insert(name.as_str().into(), value).is_some() {
                return Err(format!("--property {name} is given twice"));
            }
        }
        Ok(ApplicationProperties(properties))
    }
}

/// The sections before the body, which all messages share.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    before_body: Vec<u8>,
}

impl Template {
    /// Returns a message whose body is a string.
    pub(crate) fn text(&self, text: &str) -> Result<EncodedMessage, String> {
        self.message(&AmqpValue(text), text.len())
    }

    /// Returns a message whose body is octets.
    pub(crate) fn data(&self, octets: &[u8]) -> Result<EncodedMessage, String> {
        self.message(&DataRef(octets), octets.len())
    }

    fn message(&self, body: &impl Encode, size: usize) -> Result<EncodedMessage, String> {
        // A body begins with a descriptor, a constructor and a length.
        let mut octets = Vec::with_capacity(self.before_body.len() + size + 8);
        octets.extend_from_slice(&self.before_body);
        body.encode_to(&mut octets)
            .map_err(|error| format!("the message cannot be encoded: {error}"))?;
        EncodedMessage::new(octets.into()).map_err(|error| error.to_string())
    }
}
