//! The events of the feature `tracing`.
#![cfg(feature = "tracing")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

mod common;

use std::fmt::{Debug, Write};
use std::net::{IpAddr, UdpSocket};
use std::sync::Mutex;

use amqp_net::proto::{Credentials, Identity, Refusal};
use amqp_net::{Connection, Listener, ServerSettings};
use common::settings;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The texts of the warnings so far.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps warnings.
struct Keep;

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl Subscriber for Keep {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        if *event.metadata().level() == Level::WARN {
            let mut fields = Fields(String::new());
            event.record(&mut fields);
            WARNINGS.lock().unwrap().push(fields.0);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Returns an address of this host by which others reach it.
fn own_address() -> IpAddr {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    // Nothing is sent: this chooses a route.
    if let Err(error) = socket.connect("203.0.113.1:9") {
        panic!("this test needs an address by which others reach this host: {error}");
    }
    socket.local_addr().unwrap().ip()
}

/// Connects with a password, and returns the warnings of it.
async fn warnings(host: IpAddr) -> Vec<String> {
    let settings = ServerSettings::new(settings("server")).authenticate(|credentials| async move {
        match credentials {
            Credentials::Password { user, .. } => Ok(Identity::user(user)),
            _ => Err(Refusal::Credentials),
        }
    });
    let mut listener = Listener::bind((host, 0), settings).await.unwrap();
    let url = format!("amqp://guest:secret@{}", listener.local_addr());
    let accepting = async { listener.accept().await.unwrap().accept().unwrap() };
    let (connected, _served) = tokio::join!(Connection::connect(&url), accepting);
    connected.unwrap();
    std::mem::take(&mut *WARNINGS.lock().unwrap())
}

#[tokio::test]
async fn a_password_that_is_sent_in_the_clear_to_another_host_is_one_warning() {
    tracing::dispatcher::set_global_default(tracing::Dispatch::new(Keep)).unwrap();
    assert_eq!(warnings("127.0.0.1".parse().unwrap()).await, [""; 0]);
    let own = own_address();
    let told = warnings(own).await;
    let [warning] = &*told else { panic!("{told:?}") };
    assert!(
        warning.contains("a password is sent over a stream that is not encrypted"),
        "{warning}"
    );
    assert!(warning.contains(&own.to_string()) && !warning.contains("secret"), "{warning}");
}
