//! The driver as a client of brokers: of real ones, and of the one in memory. One list of cases runs against each of them.
//!
//! The table in [`kind`] says how brokers differ, with the reasons. The cases check these differences: none of them is
//! skipped.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

mod broker;
mod credit;
mod ends;
mod features;
mod kind;
mod management;
mod messages;
mod refusals;
mod settling;
mod sizes;

use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use amqp_net::broker::Broker as InMemory;
use amqp_net::proto::ConnectionSettings;
use amqp_tests::peers::Peer;
use broker::{Broker, Server};
use kind::Kind;
use tokio::time::timeout;

type Running = Pin<Box<dyn Future<Output = ()>>>;
type Case = (&'static str, fn(Arc<Broker>) -> Running);

macro_rules! cases {
    ($($module:ident::$case:ident)*) => {
        &[$((
            concat!(stringify!($module), "::", stringify!($case)),
            |broker| Box::pin($module::$case(broker)),
        )),*]
    };
}

/// All cases. The last one kills the broker.
const CASES: &[Case] = cases! {
    messages::bodies
    messages::bodies_that_end_the_connection
    messages::sections
    messages::delivery_annotations
    messages::a_derived_message
    sizes::sizes
    settling::settled_as_it_is_sent
    settling::settled_as_it_is_received
    settling::accepted
    settling::released
    settling::rejected
    settling::modified
    settling::an_anonymous_target
    settling::unroutable
    settling::second
    credit::automatic
    credit::by_hand
    credit::drained
    credit::paused
    features::a_selector
    features::transactions
    refusals::a_wrong_password
    refusals::a_missing_queue
    refusals::an_init_before_the_mechanisms
    ends::a_silent_connection_stays_open
    ends::many_links_in_turn
    ends::durable_termini_that_are_closed
    ends::a_deleted_queue
    ends::a_broker_that_stands_still
    ends::a_killed_broker
};

/// The case that ends the broker in another way.
const LAST_CASE: &[Case] = cases! { ends::a_stopped_broker };

/// Runs all cases, also after one has failed.
fn run(start: impl Fn() -> Option<Server>, kind: &'static Kind) {
    let failed: Vec<_> =
        [CASES, LAST_CASE].into_iter().flat_map(|cases| run_cases(start(), kind, cases)).collect();
    assert!(failed.is_empty(), "{}: {failed:?}", kind.name);
}

/// Runs these cases, and returns the names of those that fail.
fn run_cases(
    server: Option<Server>,
    kind: &'static Kind,
    cases: &'static [Case],
) -> Vec<&'static str> {
    const LIMIT: Duration = Duration::from_secs(60);
    let Some(server) = server else { return Vec::new() };
    let broker = Arc::new(Broker::new(server, kind));
    let mut failed = Vec::new();
    for (name, case) in cases {
        // Each has a runtime of its own, so that connections of a failed one do not live on.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let start = Instant::now();
        let running = case(Arc::clone(&broker));
        let running = || runtime.block_on(async { timeout(LIMIT, running).await });
        let result = match panic::catch_unwind(AssertUnwindSafe(running)) {
            Ok(Ok(())) => "ok",
            Ok(Err(_)) => "FAILED: it does not end",
            Err(_) => "FAILED",
        };
        println!("{}: {name}: {result} ({:.1} s)", kind.name, start.elapsed().as_secs_f64());
        if result != "ok" {
            failed.push(*name);
        }
    }
    failed
}

#[test]
fn rabbitmq_4() {
    run(|| Peer::rabbitmq_4().map(Server::peer), &kind::RABBITMQ_4);
}

#[test]
fn rabbitmq_4_3() {
    run(|| Peer::rabbitmq_4_3().map(Server::peer), &kind::RABBITMQ_4_3);
}

#[test]
fn rabbitmq_3() {
    run(|| Peer::rabbitmq_3_with_amqp_1_0().map(Server::peer), &kind::RABBITMQ_3);
}

#[test]
fn artemis() {
    run(|| Peer::artemis().map(Server::peer), &kind::ARTEMIS);
}

#[test]
fn proton() {
    run(|| Peer::proton_broker().map(Server::peer), &kind::PROTON);
}

#[test]
fn rhea() {
    run(|| Peer::rhea_broker().map(Server::peer), &kind::RHEA);
}

#[test]
fn broker_j() {
    run(|| Peer::broker_j().map(Server::peer), &kind::BROKER_J);
}

#[test]
fn ours() {
    let builder = || {
        let settings = ConnectionSettings::new("broker").max_frame_size(kind::OURS.max_frame_size);
        InMemory::builder().connection(settings).user("guest", "guest").auto_create(false)
    };
    run(|| Some(Server::own(builder())), &kind::OURS);
}
