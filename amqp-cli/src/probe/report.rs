//! The answers and what they mean, as text or as JSON.

use amqp_net::Endpoint;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::ask::Answers;
use super::verdict::{advice, is_unreachable, peer, speaks_amqp, with_sasl, without_sasl};
use crate::output::wrapped;

/// The result of a probe.
pub(crate) struct Report<'a> {
    pub(crate) url: &'a Endpoint,
    pub(crate) answers: &'a Answers,
    /// Whether only certificates of known authorities were accepted.
    pub(crate) is_verified: bool,
}

impl Report<'_> {
    /// Writes the report as text, in 80 columns.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { url, answers, .. } = self;
        match answers.address {
            Some(address) => writeln!(out, "{url} at {address}")?,
            None => writeln!(out, "{url}")?,
        }
        if url.is_secure() && !answers.no_tls && !is_unreachable(answers) {
            writeln!(out, "with TLS, certificate {}", self.certificate())?;
        }
        writeln!(out)?;
        for (asked, answer) in
            [("AMQP", &answers.amqp), ("SASL", &answers.sasl), ("TLS", &answers.tls)]
        {
            write_entry(asked, &answer.to_string(), out)?;
        }
        writeln!(out)?;
        write_entry("1.0.0", self.speaks_1_0(), out)?;
        write_entry("peer", &peer(answers), out)?;
        write_entry("to do", &advice(answers, url), out)
    }

    const fn certificate(&self) -> &'static str {
        if self.is_verified { "verified" } else { "not verified" }
    }

    fn speaks_1_0(&self) -> &'static str {
        if is_unreachable(self.answers) {
            return "unknown";
        }
        match (without_sasl(self.answers), with_sasl(self.answers)) {
            (true, true) => "yes, the peer speaks AMQP 1.0.0, with or without SASL",
            (true, false) => "yes, the peer speaks AMQP 1.0.0, without SASL",
            (false, true) => "yes, the peer speaks AMQP 1.0.0, with SASL",
            (false, false) => "no, the peer does not speak AMQP 1.0.0",
        }
    }
}

fn write_entry(name: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  {name:7}{}", wrapped(text, 9))
}

/// Serializes the report as an object.
impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { url, answers, .. } = self;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("url", &format_args!("{url}"))?;
        object.serialize_entry("address", &answers.address.map(|address| address.to_string()))?;
        if url.is_secure() {
            object.serialize_entry("certificate", self.certificate())?;
        }
        object.serialize_entry("amqp_1_0", &speaks_amqp(answers))?;
        object.serialize_entry("amqp", &answers.amqp)?;
        object.serialize_entry("sasl", &answers.sasl)?;
        object.serialize_entry("tls", &answers.tls)?;
        object.serialize_entry("peer", &peer(answers))?;
        object.serialize_entry("advice", &advice(answers, url))?;
        object.end()
    }
}
