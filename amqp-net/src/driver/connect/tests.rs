//! The warning about passwords that are sent in the clear.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test is a panic")]

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::*;

/// Keeps the texts of warnings.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Returns the warnings before a client sends what this URL says to a host with this address.
fn warnings(url: &str, address: Option<&str>) -> Vec<String> {
    let endpoint = url.parse().unwrap();
    let builder = ConnectionBuilder::new().use_endpoint(&endpoint).unwrap();
    let address = address.map(|address| address.parse().unwrap());
    let warnings = Warnings::default();
    let dispatch = tracing::Dispatch::new(warnings.clone());
    tracing::dispatcher::with_default(&dispatch, || {
        builder.warn_in_the_clear(endpoint.host(), address);
    });
    let texts = warnings.0.lock().unwrap();
    texts.clone()
}

#[test]
fn a_password_that_is_sent_in_the_clear_to_another_host_is_one_warning() {
    let with_password = "amqp://guest:secret@broker.example";
    for local in ["127.0.0.1", "127.1.2.3", "::1"] {
        assert_eq!(warnings(with_password, Some(local)), [""; 0], "{local}");
    }
    for address in [Some("192.0.2.1"), Some("2001:db8::1"), None] {
        let told = warnings(with_password, address);
        let [warning] = &*told else { panic!("{told:?}") };
        let text = "a password is sent over a stream that is not encrypted";
        assert!(warning.contains(text) && warning.contains("broker.example"), "{warning}");
        assert!(!warning.contains("secret"), "{warning}");
        assert_eq!(warnings("amqp://broker.example", address), [""; 0]);
    }
}
