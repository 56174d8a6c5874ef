//! `amqp serve`: a server that negotiates with any client.

mod address;
mod closing;
mod connection;
mod limits;
mod log;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::ProtocolHeader;
use amqp_net::negotiation::{Incoming, Listener};
use amqp_net::proto::NegotiationSettings;
use clap::Args;
use tokio::time::timeout;

use self::address::Address;
use self::closing::ClosingConnections;
use self::limits::Limits;
use self::log::Log;

use crate::stop::StopSignals;
use crate::{output, runtime};

/// How long connections may take to close after the server has been told to stop.
const CLOSING_TIME: Duration = Duration::from_secs(1);

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Address to listen on; port 0 selects a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:5672")]
    listen: Address,
}

/// Serves until a signal stops it.
pub(crate) fn run(options: &Options) -> ExitCode {
    let (log, writer) = Log::start();
    let served = runtime::run(serve(&options.listen, log)).and_then(|served| served);
    writer.finish(CLOSING_TIME);
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failure(&error),
    }
}

async fn serve(address: &Address, log: Log) -> io::Result<()> {
    // Before the first line of output, after which a signal may be sent.
    let mut signals = StopSignals::new()?;
    let limits = Limits::of_process();
    let settings = NegotiationSettings::new(ProtocolHeader::AMQP).also_accept(ProtocolHeader::SASL);
    // Resolving a name may take long.
    let bound = tokio::select! {
        bound = Listener::bind(address.host_and_port(), &settings) => bound,
        () = signals.received() => return Ok(()),
    };
    let mut listener = bound.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })?;
    listener.set_max_handshakes(limits.handshakes);
    log.line(format!("listening on {}", listener.local_addr()));

    let mut server = Server { listener, closing: ClosingConnections::new(limits.closing), log };
    tokio::select! {
        () = server.run() => {}
        () = signals.received() => {}
    }
    server.listener.stop();
    // Connections that are still open after this time, or at a second signal, are dropped.
    tokio::select! {
        _ = timeout(CLOSING_TIME, server.run()) => {}
        () = signals.received() => {}
    }
    Ok(())
}

struct Server {
    listener: Listener,
    closing: ClosingConnections,
    log: Log,
}

impl Server {
    /// Serves until the listener has been stopped and the last connection is closed. Dropping the
    /// future loses no connection.
    async fn run(&mut self) {
        loop {
            tokio::select! {
                Some(incoming) = self.listener.accept(), if self.closing.has_room() => {
                    self.handle(incoming);
                }
                Some(()) = self.closing.next_closed() => {}
                else => return,
            }
        }
    }

    fn handle(&mut self, incoming: Incoming) {
        let Self { closing, log, .. } = self;
        let Some((peer, negotiated)) = connection::negotiated(incoming, log) else { return };
        let closed = connection::close(peer, negotiated, log.clone());
        if let Some(peer) = closing.begin(peer, closed) {
            log.line(format!("{peer}: dropped before it was closed: too many others stay open"));
        }
    }
}
