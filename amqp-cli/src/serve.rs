//! `amqp serve`: a broker in memory.

mod address;
mod limit;
mod lines;
mod log;
mod open_files;
mod user;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::broker::{Broker, BrokerBuilder};
use clap::Args;
use tokio::time::timeout;

use self::address::Address;
use self::limit::Limit;
use self::lines::Format;
use self::log::Log;
use self::user::User;
use crate::stop::StopSignals;
use crate::{output, runtime};

/// How long connections may take to close after the broker has been told to stop.
const CLOSING_TIME: Duration = Duration::from_secs(1);

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Address to listen on; port 0 selects a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:5672")]
    listen: Address,

    /// A user who can connect, with PLAIN; can be repeated
    ///
    /// Without users every client can connect: without SASL, with ANONYMOUS, and with PLAIN and any
    /// password. Other users of this machine can see the password in the list of processes.
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = user::Parser)]
    users: Vec<User>,

    /// A limit of the broker; can be repeated
    #[arg(long = "limit", value_name = "NAME=VALUE", long_help = limit::help())]
    limits: Vec<Limit>,

    /// Show each frame that is sent or received, with its client, on the standard error
    #[arg(long)]
    trace: bool,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Serves until a signal stops it.
pub(crate) fn run(options: &Options) -> ExitCode {
    let format = if options.json { Format::Json } else { Format::Text };
    let (log, writer) = Log::start(move |lost| format.lost(lost));
    let served = runtime::run(serve(options, format, log)).and_then(|served| served);
    writer.finish(CLOSING_TIME);
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failure(&error),
    }
}

async fn serve(options: &Options, format: Format, log: Log) -> io::Result<()> {
    // Before the first line of output, after which a signal may be sent.
    let mut signals = StopSignals::new()?;
    let events = log.clone();
    let builder = options.builder().on_event(move |event| events.line(format.event(event)));
    // Resolving a name may take long.
    let started = tokio::select! {
        started = builder.start() => started,
        () = signals.received() => return Ok(()),
    };
    let broker = started.map_err(|error| options.listen.explain(&error))?;
    if let Some(address) = broker.local_addr() {
        log.line(format.listening(address));
    }
    signals.received().await;
    // Connections that are still open after this time, or at a second signal, are dropped.
    tokio::select! {
        _ = timeout(CLOSING_TIME, broker.stop()) => {}
        () = signals.received() => {}
    }
    Ok(())
}

impl Options {
    fn builder(&self) -> BrokerBuilder {
        let clients = open_files::clients_of_a_kind();
        let mut builder = Broker::builder()
            .listen(self.listen.to_string())
            .max_connections(clients)
            .max_pending(clients);
        for User { name, password } in &self.users {
            builder = builder.user(name, password);
        }
        for limit in &self.limits {
            builder = limit.set(builder);
        }
        if self.trace {
            builder = builder.trace_clients(|client, direction, line| {
                let client = client.map(|client| client.to_string()).unwrap_or_default();
                // The standard error may be closed.
                let _ = writeln!(io::stderr(), "{client}  {direction:8}  {line}");
            });
        }
        builder
    }
}
