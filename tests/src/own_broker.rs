//! Runs the broker in memory of this project on a thread of its own, where it can stand still and be killed as a process can.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use amqp_net::broker::{Broker, BrokerBuilder};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// A broker in memory that listens on its own loopback port until it is dropped.
#[derive(Debug)]
pub struct OwnBroker {
    /// `None` after it has been asked to end.
    broker: Option<Broker>,
    address: SocketAddr,
    /// Makes it stand still until the other end of what is sent is dropped.
    pauses: UnboundedSender<mpsc::Receiver<()>>,
    pause: Option<mpsc::Sender<()>>,
    kill: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl OwnBroker {
    /// Starts a broker.
    pub fn start(builder: BrokerBuilder) -> Self {
        let (pauses, to_pause) = unbounded_channel();
        let (kill, is_killed) = oneshot::channel();
        let (started, broker) = mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime that does not start");
            runtime.block_on(async {
                let broker = builder.start().await.expect("a broker that does not start");
                started.send(broker).expect("nobody waits for the broker");
                tokio::select! {
                    () = pause_when_told(to_pause) => {}
                    _ = is_killed => {}
                }
            });
        });
        let broker: Broker = broker.recv().expect("the broker has not started");
        let address = broker.local_addr().expect("a broker without a port");
        Self {
            broker: Some(broker),
            address,
            pauses,
            pause: None,
            kill: Some(kill),
            thread: Some(thread),
        }
    }

    /// Returns the address on which the broker listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the broker, unless it has been asked to end.
    pub const fn handle(&self) -> &Broker {
        self.broker.as_ref().expect("the broker has been asked to end")
    }

    /// Kills the broker, so that its connections end without a close. Returns after its end.
    pub fn kill(&mut self) {
        self.pause = None;
        self.kill = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    /// Lets the broker stand still, or go on: it keeps its connections, and neither reads nor writes.
    pub fn freeze(&mut self, stands_still: bool) {
        self.pause = stands_still.then(|| {
            let (pause, until) = mpsc::channel();
            let _ = self.pauses.send(until);
            pause
        });
    }

    /// Asks the broker to end, and does not wait for it.
    pub fn ask_to_end(&mut self) {
        self.broker = None;
    }
}

impl Drop for OwnBroker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Lets the broker run, and stand still when it is told to.
async fn pause_when_told(mut pauses: UnboundedReceiver<mpsc::Receiver<()>>) {
    while let Some(until) = pauses.recv().await {
        // Blocks the only thread until the other end is dropped.
        let _ = until.recv();
    }
}
