//! `amqp serve`: a server that negotiates with whoever comes.

mod address;
mod farewells;
mod log;
mod room;
mod stop;
mod visitor;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use amqp_net::proto::NegotiationSettings;
use amqp_net::{Incoming, Listener, ProtocolHeader};
use clap::Args;
use tokio::time::timeout;

use self::address::Address;
use self::farewells::Farewells;
use self::log::Log;
use self::room::Room;
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
    let room = Room::find();
    let settings = NegotiationSettings::new(ProtocolHeader::AMQP).also_accept(ProtocolHeader::SASL);
    // To find the address of a name may take long.
    let bound = tokio::select! {
        bound = Listener::bind(address.host_and_port(), &settings) => bound,
        () = signals.received() => return Ok(()),
    };
    let mut listener = bound.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })?;
    listener.set_max_handshakes(room.handshakes);
    log.line(format!("listening on {}", listener.local_addr()));

    let mut visitors = Visitors { listener, farewells: Farewells::new(room.farewells), log };
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
    farewells: Farewells,
    log: Log,
}

impl Visitors {
    /// Receives visitors until the listener was stopped and the last one has left. To drop the
    /// future loses none.
    async fn receive_all(&mut self) {
        loop {
            tokio::select! {
                Some(incoming) = self.listener.accept(), if self.farewells.have_room() => {
                    self.receive(incoming);
                }
                Some(()) = self.farewells.one_over() => {}
                else => return,
            }
        }
    }

    fn receive(&mut self, incoming: Incoming) {
        let Self { farewells, log, .. } = self;
        let Some((peer, negotiated)) = visitor::receive(incoming, log) else { return };
        let farewell = visitor::take_leave(peer, negotiated, log.clone());
        if let Some(peer) = farewells.begin(peer, farewell) {
            log.line(format!("{peer}: cut off before it had left, because too many others stay"));
        }
    }
}
