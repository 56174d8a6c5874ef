//! `amqp serve`: a server that negotiates with whoever comes.

mod address;
mod log;
mod stop;
mod visitor;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::proto::ServerSettings;
use amqp_net::{Listener, ListenerSettings};
use clap::Args;
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::address::Address;
use self::log::Log;
use self::stop::StopSignals;
use crate::{output, runtime};

/// How long visitors may take to leave once the server has been told to stop.
const FAREWELL: Duration = Duration::from_secs(1);

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Where to listen; port 0 takes one that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:5672")]
    listen: Address,
}

/// Serves until it is told to stop.
pub(crate) fn run(options: &Options) -> ExitCode {
    let (log, writer) = Log::start();
    let served = runtime::run(serve(&options.listen, log)).and_then(|served| served);
    writer.finish(FAREWELL);
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failure(&error),
    }
}

async fn serve(address: &Address, log: Log) -> io::Result<()> {
    // Before anybody can know that the server runs, and could want to stop it.
    let mut signals = StopSignals::new()?;
    let settings = ListenerSettings::new(ServerSettings::default());
    // To find the address of a name may take long.
    let bound = tokio::select! {
        bound = Listener::bind(address.host_and_port(), settings) => bound,
        () = signals.received() => return Ok(()),
    };
    let listener = bound.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })?;
    log.line(format!("listening on {}", listener.local_addr()));

    let mut visitors = Visitors { listener, tasks: JoinSet::new(), log };
    tokio::select! {
        () = visitors.receive_all() => {}
        () = signals.received() => {}
    }
    visitors.listener.stop();
    // Whoever has not left by then is cut off; a second signal does so at once.
    tokio::select! {
        _ = timeout(FAREWELL, visitors.receive_all()) => {}
        () = signals.received() => {}
    }
    Ok(())
}

/// Those who come, and those who are there.
struct Visitors {
    listener: Listener,
    tasks: JoinSet<()>,
    log: Log,
}

impl Visitors {
    /// Receives visitors until the listener was stopped and the last one has left. To drop the
    /// future loses none.
    async fn receive_all(&mut self) {
        let Self { listener, tasks, log } = self;
        loop {
            tokio::select! {
                Some(arrival) = listener.accept() => {
                    let log = log.clone();
                    tasks.spawn(async move { visitor::receive(arrival, &log).await });
                }
                Some(_) = tasks.join_next() => {}
                else => return,
            }
        }
    }
}
