//! What many links, many connections and a slow consumer cost with `amqp-net`: run by hand, see the README.

mod client;
mod process;
mod server;

use std::error::Error;

use clap::{Parser, Subcommand};

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Measures what many links, many connections and a slow consumer cost with amqp-net.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    row: Row,
    /// Use tokio's multi-thread runtime in both processes
    #[arg(long, global = true)]
    multi_thread: bool,
}

#[derive(Clone, Copy, Subcommand)]
enum Row {
    /// 100 octets over many links of one connection in turn, and over one link
    Links {
        #[arg(long, default_value_t = 1000)]
        links: usize,
        #[arg(long, default_value_t = 500_000)]
        messages: usize,
    },
    /// The memory of an idle connection with a session and a link, at both ends
    Idle {
        #[arg(long, default_value_t = 1000)]
        connections: usize,
    },
    /// Many connections of which a few are busy, and only the busy ones
    Busy {
        #[arg(long, default_value_t = 10_000)]
        connections: usize,
        #[arg(long, default_value_t = 100)]
        busy: usize,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Many connections with a steady rate of messages on each
    Steady {
        #[arg(long, default_value_t = 1000)]
        connections: usize,
        /// Messages a second on each connection
        #[arg(long, default_value_t = 100)]
        rate: u32,
        #[arg(long, default_value_t = 1)]
        minutes: u64,
    },
    /// The most memory of a receiver of 64 KiB messages with a credit of 1,000 that sleeps after each one
    SlowConsumer {
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// The server of all rows, which the client starts
    #[command(hide = true)]
    Serve {
        #[arg(long, default_value_t = 0)]
        sleep_ms: u64,
    },
}

fn main() -> Result {
    let Arguments { row, multi_thread } = Arguments::parse();
    let mut builder = if multi_thread {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    // The work is a task of its own, because the future of `block_on` does not run on the runtime's threads.
    builder.enable_all().build()?.block_on(async move {
        tokio::spawn(async move {
            match row {
                Row::Links { links, messages } => {
                    client::links(links, messages, multi_thread).await
                }
                Row::Idle { connections } => client::idle(connections, multi_thread).await,
                Row::Busy { connections, busy, seconds } => {
                    client::busy(connections, busy, seconds, multi_thread).await
                }
                Row::Steady { connections, rate, minutes } => {
                    client::steady(connections, rate, minutes, multi_thread).await
                }
                Row::SlowConsumer { seconds } => client::slow_consumer(seconds, multi_thread).await,
                Row::Serve { sleep_ms } => server::serve(sleep_ms).await,
            }
        })
        .await?
    })
}
