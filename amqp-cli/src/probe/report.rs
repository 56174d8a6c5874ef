//! The answers and what they mean, as text or as JSON.

use amqp_net::Endpoint;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::ask::Answers;
use super::verdict::{advice, peer, speaks_amqp, unreachable, with_sasl, without_sasl};
use crate::output::wrapped;

/// What is said of a peer that was not reached.
const UNKNOWN: &str = "unknown";

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
        let unreachable = unreachable(answers);
        if url.is_secure() && !answers.no_tls && unreachable.is_none() {
            writeln!(out, "with TLS, certificate {}", self.certificate())?;
        }
        writeln!(out)?;
        for (asked, answer) in
            [("AMQP", &answers.amqp), ("SASL", &answers.sasl), ("TLS", &answers.tls)]
        {
            let answer = answer.to_string();
            write_entry(asked, unreachable.map_or(&*answer, |_| UNKNOWN), out)?;
        }
        writeln!(out)?;
        let (speaks_1_0, peer) = match unreachable {
            Some(reason) => (UNKNOWN, format!("not reached: {reason}")),
            None => (self.speaks_1_0(), peer(answers)),
        };
        write_entry("1.0.0", speaks_1_0, out)?;
        write_entry("peer", &peer, out)?;
        write_entry("to do", &advice(answers, url), out)
    }

    const fn certificate(&self) -> &'static str {
        if self.is_verified { "verified" } else { "not verified" }
    }

    fn speaks_1_0(&self) -> &'static str {
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

/// Serializes the report as an object. What is unknown, because the peer was not reached, is null.
impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { url, answers, .. } = self;
        let reached = unreachable(answers).is_none();
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("url", &format_args!("{url}"))?;
        object.serialize_entry("address", &answers.address.map(|address| address.to_string()))?;
        if url.is_secure() {
            object.serialize_entry("certificate", &reached.then(|| self.certificate()))?;
        }
        object.serialize_entry("unreachable", &unreachable(answers))?;
        object.serialize_entry("amqp_1_0", &reached.then(|| speaks_amqp(answers)))?;
        object.serialize_entry("amqp", &reached.then_some(&answers.amqp))?;
        object.serialize_entry("sasl", &reached.then_some(&answers.sasl))?;
        object.serialize_entry("tls", &reached.then_some(&answers.tls))?;
        object.serialize_entry("peer", &reached.then(|| peer(answers)))?;
        object.serialize_entry("advice", &advice(answers, url))?;
        object.end()
    }
}
