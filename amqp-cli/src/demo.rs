//! `amqp demo`: the main job in one command, with nothing else installed.
//!
//! Everything it shows has happened: clients and a server over TCP on the loopback interface, and
//! the octets as they went past. Every step is checked against what the standard asks for.

mod derived;
mod meeting;
mod negotiation;
mod step;
mod tap;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::proto::NegotiationSettings;
use amqp_net::{Listener, ProtocolHeader};
use tokio::time::timeout;

use self::step::Step;
use crate::{output, runtime};

/// No step takes a hundredth of this; one that hangs has failed.
const STEP_LIMIT: Duration = Duration::from_secs(20);

/// Shows all steps; it is a failure if one of them did not come out as it should.
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
    writeln!(out, "Who connects sends eight octets first: \"AMQP\", a protocol id, and a version")?;
    writeln!(out, "(major, minor, revision). The server answers with eight octets of its own.")?;

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

    let end = if good {
        "Every step came out as it should."
    } else {
        "Not every step came out as it should: look for FAILED above."
    };
    writeln!(out, "\n{end}")?;
    Ok(good)
}

async fn within(step: impl Future<Output = Step>) -> Step {
    timeout(STEP_LIMIT, step).await.unwrap_or_else(|_| {
        let mut hung = Step::new("A step that did not come to its end");
        hung.check(false, "it takes less than 20 seconds");
        hung
    })
}
