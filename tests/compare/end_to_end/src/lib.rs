//! What the programs that are measured have in common: the command line, and what they print.

use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

/// Which end of a connection a program is, and what it does.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Listens on a free port, and receives this many messages.
    Receive { messages: u64, size: usize, settled: bool },
    /// Connects, and sends this many messages, of which up to `window` are unsettled.
    Send { port: u16, messages: u64, size: usize, settled: bool, window: usize },
    /// Listens on a free port, and takes this many connections, one after another.
    HandshakeServer { connections: u64 },
    /// Connects this many times: open, close.
    HandshakeClient { port: u16, connections: u64 },
}

/// A command line.
#[derive(Clone, Copy, Debug)]
pub struct Arguments {
    pub role: Role,
    /// Use the functions that take many messages at once.
    pub batch: bool,
    /// Use tokio's multi-thread runtime.
    pub multi_thread: bool,
}

impl Arguments {
    /// Reads the command line of this process.
    ///
    /// # Panics
    ///
    /// Panics if it is not as [`USAGE`](Self::USAGE) says.
    pub fn from_env() -> Self {
        let mut words: Vec<String> = std::env::args().skip(1).collect();
        let mut flag = |name: &str| {
            let before = words.len();
            words.retain(|word| word != name);
            words.len() < before
        };
        let (batch, multi_thread) = (flag("--batch"), flag("--multi-thread"));
        let role = Self::role(&words).unwrap_or_else(|| panic!("{}", Self::USAGE));
        Self { role, batch, multi_thread }
    }

    /// How the programs are called.
    pub const USAGE: &str = "usage: [--batch] [--multi-thread] ROLE, where ROLE is one of\n\
        recv N SIZE settled|unsettled\n\
        send PORT N SIZE settled|unsettled WINDOW\n\
        hs-server N\n\
        hs-client PORT N";

    fn role(words: &[String]) -> Option<Role> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let settled = |word| match word {
            "settled" => Some(true),
            "unsettled" => Some(false),
            _ => None,
        };
        Some(match words[..] {
            ["recv", messages, size, mode] => Role::Receive {
                messages: messages.parse().ok()?,
                size: size.parse().ok()?,
                settled: settled(mode)?,
            },
            ["send", port, messages, size, mode, window] => Role::Send {
                port: port.parse().ok()?,
                messages: messages.parse().ok()?,
                size: size.parse().ok()?,
                settled: settled(mode)?,
                window: window.parse().ok()?,
            },
            ["hs-server", connections] => {
                Role::HandshakeServer { connections: connections.parse().ok()? }
            }
            ["hs-client", port, connections] => Role::HandshakeClient {
                port: port.parse().ok()?,
                connections: connections.parse().ok()?,
            },
            _ => return None,
        })
    }
}

/// Prints the port on which a program listens.
pub fn print_port(port: u16) {
    println!("PORT {port}");
}

/// Measures the time from the first to the last message or connection.
#[derive(Debug, Default)]
pub struct Meter {
    count: u64,
    first: Option<Instant>,
}

impl Meter {
    /// Counts one more. The first one starts the clock.
    pub fn count(&mut self) {
        self.count += 1;
        self.first.get_or_insert_with(Instant::now);
    }

    /// Returns how many have been counted.
    pub const fn counted(&self) -> u64 {
        self.count
    }

    /// Prints the result: how many came after the first one, and in what time.
    pub fn print(&self) {
        let seconds = self.first.map_or(0.0, |first| first.elapsed().as_secs_f64());
        println!("RESULT messages={} seconds={seconds:.6}", self.count - 1);
    }
}

/// Prints the CPU time of this process, and the most memory that it has had.
///
/// # Panics
///
/// Panics if the system does not tell.
pub fn print_usage() {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("the system tells the usage");
    let seconds = |time: nix::sys::time::TimeVal| {
        time.tv_sec() as f64 + time.tv_usec() as f64 / 1_000_000.0
    };
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    println!("USAGE cpu={cpu:.6} peak_kib={}", usage.max_rss());
}

/// Runs a future on the runtime that the command line asks for.
///
/// # Panics
///
/// Panics if the runtime cannot be made.
pub fn block_on<F: Future>(arguments: Arguments, future: F) -> F::Output {
    let mut builder = if arguments.multi_thread {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    builder.enable_all().build().expect("a runtime").block_on(future)
}
