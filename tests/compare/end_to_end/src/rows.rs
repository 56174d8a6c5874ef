//! The rows: what is measured.

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Messages with one data section of this many octets, as fast as they go.
    Messages { size: usize, settled: bool },
    /// Connections that are opened and closed, one after another.
    Handshakes,
    /// Messages of this size, each sent after the previous one was accepted; both programs on one core.
    RoundTrips { size: usize },
}

impl Row {
    pub const ALL: &[Self] = &[
        Self::Messages { size: 100, settled: true },
        Self::Messages { size: 100, settled: false },
        Self::Messages { size: 1024, settled: true },
        Self::Messages { size: 1024, settled: false },
        Self::Messages { size: 65_536, settled: true },
        Self::Messages { size: 65_536, settled: false },
        Self::Handshakes,
        Self::RoundTrips { size: 100 },
        Self::RoundTrips { size: 65_536 },
    ];

    pub fn title(self) -> String {
        match self {
            Self::Messages { size, settled } => {
                let mode = if settled { "settled" } else { "unsettled" };
                format!("{}, {mode}", octets(size))
            }
            Self::Handshakes => "handshakes".into(),
            Self::RoundTrips { size } => format!("round trips, {}", octets(size)),
        }
    }

    /// What is counted.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Messages { .. } => "messages",
            Self::Handshakes => "connections",
            Self::RoundTrips { .. } => "round trips",
        }
    }

    /// How many messages or connections tell how many take a second.
    pub const fn probe(self) -> u64 {
        match self {
            Self::Messages { size: 65_536.., .. } => 2000,
            Self::Messages { .. } => 20_000,
            Self::Handshakes => 200,
            Self::RoundTrips { .. } => 2000,
        }
    }
}

fn octets(size: usize) -> String {
    match size {
        0..1024 => format!("{size} octets"),
        _ => format!("{} KiB", size / 1024),
    }
}

impl ValueEnum for Row {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Messages { size: 0..1024, settled: true } => "100-settled",
            Self::Messages { size: 0..1024, settled: false } => "100-unsettled",
            Self::Messages { size: 1024, settled: true } => "1k-settled",
            Self::Messages { size: 1024, settled: false } => "1k-unsettled",
            Self::Messages { settled: true, .. } => "64k-settled",
            Self::Messages { settled: false, .. } => "64k-unsettled",
            Self::Handshakes => "handshakes",
            Self::RoundTrips { size: 0..1024 } => "round-trips",
            Self::RoundTrips { .. } => "64k-round-trips",
        }))
    }
}
