//! A server of ours, and the broker in memory, against clients of other makes. One list of cases for the server and one for
//! the broker run with each of them.
//!
//! The table in [`client`] says how clients differ, and what each of them does not have, with the reasons.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

mod broker_cases;
mod broker_run;
mod cases;
mod client;
mod messages;
mod nodes;
mod run;
mod seen;
mod server;
mod text;

use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use amqp_tests::peers::{CaseClient, Output};
use broker_cases::Case;
use broker_run::BrokerRun;
use client::Kind;
use run::Run;

/// Runs all cases against the server, and checks each, also after one has failed.
fn with_server(client: Option<CaseClient>, kind: &'static Kind) {
    let Some(client) = client else { return };
    let start = Instant::now();
    let run = Run::new(&client, kind);
    println!("{}: {:.1} s", kind.name, start.elapsed().as_secs_f64());
    check_all(
        kind,
        run.output(),
        cases::CASES.iter().map(|(case, check)| (*case, || check(&run, case))),
    );
}

/// Runs all cases against the broker in memory, and checks each, also after one has failed.
fn with_broker(client: Option<CaseClient>, kind: &'static Kind, cases: &'static [Case]) {
    let Some(client) = client else { return };
    let start = Instant::now();
    let run = BrokerRun::new(&client, kind, cases);
    println!("{}: {:.1} s", kind.name, start.elapsed().as_secs_f64());
    let cases = cases.iter();
    check_all(kind, run.output(), cases.map(|(case, _, check)| (*case, || check(&run, case))));
}

/// Checks all cases that the client has.
fn check_all<Check: Fn()>(
    kind: &Kind,
    output: &Output,
    cases: impl Iterator<Item = (&'static str, Check)>,
) {
    let mut failed = Vec::new();
    for (case, check) in cases {
        if let Some(why) = kind.lacks(case) {
            println!("{}: {case}: not there: {why}", kind.name);
        } else if panic::catch_unwind(AssertUnwindSafe(check)).is_err() {
            println!("{}: {case}: FAILED", kind.name);
            failed.push(case);
        }
    }
    assert!(failed.is_empty(), "{}: {failed:?}\n{output}", kind.name);
}

#[test]
fn proton() {
    with_server(CaseClient::proton(), &client::PROTON);
}

#[test]
fn proton_with_the_broker() {
    with_broker(CaseClient::proton(), &client::PROTON, broker_cases::CASES);
}

#[test]
fn fe2o3() {
    with_server(CaseClient::fe2o3(), &client::FE2O3);
}

#[test]
fn fe2o3_with_the_broker() {
    with_broker(CaseClient::fe2o3(), &client::FE2O3, broker_cases::CASES);
}

#[test]
fn go_amqp() {
    with_server(CaseClient::go_amqp(), &client::GO_AMQP);
}

#[test]
fn go_amqp_with_the_broker() {
    with_broker(CaseClient::go_amqp(), &client::GO_AMQP, broker_cases::CASES);
}

#[test]
fn qpid_jms() {
    with_server(CaseClient::qpid_jms(), &client::QPID_JMS);
}

#[test]
fn qpid_jms_with_the_broker() {
    with_broker(CaseClient::qpid_jms(), &client::QPID_JMS, broker_cases::CASES);
}

#[test]
fn rhea() {
    with_server(CaseClient::rhea(), &client::RHEA);
}

#[test]
fn rhea_with_the_broker() {
    with_broker(CaseClient::rhea(), &client::RHEA, broker_cases::CASES);
}

#[test]
fn protonj2_with_the_broker() {
    with_broker(CaseClient::protonj2(), &client::PROTONJ2, broker_cases::STREAMS);
}
