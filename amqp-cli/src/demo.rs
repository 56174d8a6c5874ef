//! `amqp demo`: how two peers agree on a version and exchange a message, shown with nothing else installed.
//!
//! Clients and a server communicate over TCP on the loopback interface, and the octets or frames that
//! they exchange are shown. Every step is checked against the standard.

mod derived;
mod finish;
mod meeting;
mod message;
mod negotiation;
mod step;
mod tap;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::ProtocolHeader;
use amqp_net::negotiation::Listener;
use amqp_net::proto::NegotiationSettings;
use tokio::time::timeout;

use self::step::Step;
use crate::{output, runtime};

/// The time limit of a step, a hundred times as long as any step takes.
const STEP_LIMIT: Duration = Duration::from_secs(20);

/// Shows all steps. Fails if one of them does not have the expected result.
pub(crate) fn run() -> ExitCode {
    match runtime::run(show(&mut io::stdout())).and_then(|shown| shown) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) if output::reader_is_gone(&error) => ExitCode::SUCCESS,
        Err(error) => output::failure(&error),
    }
}

async fn show(out: &mut impl Write) -> io::Result<bool> {
    let settings = NegotiationSettings::new(ProtocolHeader::AMQP).also_accept(ProtocolHeader::SASL);
    let mut listener = Listener::bind("127.0.0.1:0", &settings).await?;
    writeln!(out, "A server for AMQP and SASL 1.0.0 listens on {}.", listener.local_addr())?;
    writeln!(
        out,
        "A client begins with eight octets: \"AMQP\", a protocol id, and a version (major,"
    )?;
    writeln!(out, "minor, revision). The server answers with eight octets.")?;

    let mut good = true;
    let mut number = 0;
    let mut show = |step: Step| {
        number += 1;
        good &= step.is_good();
        step.write(number, out)
    };
    show(within(negotiation::agreed(&mut listener)).await)?;
    show(within(negotiation::agreed_on_sasl(&mut listener)).await)?;
    show(within(negotiation::another_version(&mut listener)).await)?;
    show(within(negotiation::amqp_0_9_1(&mut listener)).await)?;
    show(derived::there_and_back())?;
    show(within(Box::pin(message::sent())).await)?;

    let end = if good {
        "Every step had the expected result."
    } else {
        "A step did not have the expected result: see FAILED above."
    };
    writeln!(out, "\n{end}")?;
    Ok(good)
}

async fn within(step: impl Future<Output = Step>) -> Step {
    timeout(STEP_LIMIT, step).await.unwrap_or_else(|_| {
        let mut hung = Step::new("A step that did not end");
        hung.check(false, "the step takes less than 20 seconds");
        hung
    })
}
