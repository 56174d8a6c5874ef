//! What the programs that are measured have in common: the command line, and what they print.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// The credit that a receiver keeps up: it is refilled when half of it is used.
pub const CREDIT: u32 = 1000;

/// The octets of a frame header, a transfer and the head of a data section: what plain TCP adds to a body.
pub const TRANSFER_OCTETS: usize = 37;

/// The octets of a frame that accepts one delivery: what plain TCP answers in a round trip.
pub const ACCEPTED_OCTETS: usize = 25;

/// Which end of a connection a program is, and what it does.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Listens on a free port, and receives this many messages.
    Receive { messages: u64, size: usize, settled: bool },
    /// Connects, and sends this many messages, of which up to `window` are unsettled.
    Send { port: u16, messages: u64, size: usize, settled: bool, window: usize },
    /// Connects, and sends this many messages one after another, each after the previous one was accepted.
    Ping { port: u16, messages: u64, size: usize },
    /// Listens on a free port, and sends to the client that connects: for peers that are only clients.
    Offer { messages: u64, size: usize, settled: bool, window: usize },
    /// Connects, and receives this many messages.
    Fetch { port: u16, messages: u64, size: usize, settled: bool },
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
    /// Bound no queue, where a peer leaves that to its user.
    pub unbounded: bool,
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
        let (batch, unbounded) = (flag("--batch"), flag("--unbounded"));
        let multi_thread = flag("--multi-thread");
        let role = Self::role(&words).unwrap_or_else(|| panic!("{}", Self::USAGE));
        Self { role, batch, unbounded, multi_thread }
    }

    /// How the programs are called.
    pub const USAGE: &str = "usage: [--batch] [--unbounded] [--multi-thread] ROLE, where ROLE is one of\n\
        recv N SIZE settled|unsettled\n\
        send PORT N SIZE settled|unsettled WINDOW\n\
        ping PORT N SIZE\n\
        offer N SIZE settled|unsettled WINDOW\n\
        fetch PORT N SIZE settled|unsettled\n\
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
            ["ping", port, messages, size] => Role::Ping {
                port: port.parse().ok()?,
                messages: messages.parse().ok()?,
                size: size.parse().ok()?,
            },
            ["offer", messages, size, mode, window] => Role::Offer {
                messages: messages.parse().ok()?,
                size: size.parse().ok()?,
                settled: settled(mode)?,
                window: window.parse().ok()?,
            },
            ["fetch", port, messages, size, mode] => Role::Fetch {
                port: port.parse().ok()?,
                messages: messages.parse().ok()?,
                size: size.parse().ok()?,
                settled: settled(mode)?,
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
    /// When the last one was counted, and the time between each two: only of a [`timed`](Self::timed) meter.
    each: Option<(Instant, Vec<Duration>)>,
}

impl Meter {
    /// Returns a meter that also prints the median and the 99th percentile of the time that each one takes.
    pub fn timed() -> Self {
        Self { each: Some((Instant::now(), Vec::new())), ..Self::default() }
    }

    /// Counts one more. The first one starts the clock.
    pub fn count(&mut self) {
        self.count += 1;
        if self.first.is_none() || self.each.is_some() {
            let now = Instant::now();
            self.first.get_or_insert(now);
            if let Some((last, times)) = &mut self.each {
                times.push(now - *last);
                *last = now;
            }
        }
    }

    /// Returns how many have been counted.
    pub const fn counted(&self) -> u64 {
        self.count
    }

    /// Prints the result: how many came after the first one, and in what time.
    pub fn print(mut self) {
        let seconds = self.first.map_or(0.0, |first| first.elapsed().as_secs_f64());
        println!("RESULT messages={} seconds={seconds:.6}", self.count - 1);
        if let Some((_, times)) = &mut self.each {
            times.sort_unstable();
            let micros = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e6;
            println!("TIMES p50_us={:.2} p99_us={:.2}", micros(50), micros(99));
        }
    }
}

/// Returns the processor time of this process in seconds, and the most memory that it has had in KiB.
///
/// # Panics
///
/// Panics if the system does not tell.
pub fn usage() -> (f64, i64) {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("the system tells the usage");
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1_000_000.0;
    (seconds(usage.user_time()) + seconds(usage.system_time()), usage.max_rss())
}

/// Prints the processor time of this process, and the most memory that it has had.
pub fn print_usage() {
    let (cpu, peak) = usage();
    println!("USAGE cpu={cpu:.6} peak_kib={peak}");
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
