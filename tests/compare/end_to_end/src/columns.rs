//! The columns: which program sends, and which one receives.

use crate::programs::Program;
use crate::rows::Row;

/// A pair of programs.
pub struct Column {
    pub name: &'static str,
    /// Its line in the chart, if it has one.
    pub chart: Option<Chart>,
    pub sender: End,
    pub receiver: End,
    rows: Rows,
}

/// How a column is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    Ours,
    OursBatch,
    Other,
}

/// A program and its flags.
pub struct End {
    pub program: Program,
    pub flags: &'static [&'static str],
}

/// What a column does.
enum Rows {
    /// Everything.
    All,
    /// Everything but messages of 64 KiB.
    Small,
    /// Messages only.
    Messages,
    /// Messages that are settled as they are sent, or those that are not.
    Settled(bool),
    /// Messages that are settled as they are sent, handshakes and round trips.
    Tcp,
    RoundTrips,
}

impl Column {
    /// Returns whether this column has a figure in a row.
    pub const fn does(&self, row: Row) -> bool {
        // A client that receives is its own kind of row.
        let fetches = !self.receiver.program.listens();
        match (&self.rows, row) {
            (Rows::All, Row::Messages { .. }) | (Rows::Messages, Row::Messages { .. }) => true,
            (
                Rows::Small,
                Row::Messages { size: 65_536.., .. } | Row::RoundTrips { size: 65_536.. },
            ) => false,
            (Rows::Small, Row::Messages { .. }) => true,
            (Rows::All | Rows::Small, _) => !fetches,
            (Rows::Settled(only), Row::Messages { settled, .. }) => *only == settled,
            (Rows::Tcp, Row::Messages { settled, .. }) => settled,
            (Rows::Tcp, _) => true,
            (Rows::RoundTrips, Row::RoundTrips { .. }) => true,
            _ => false,
        }
    }

    /// Returns whether both programs are this repository's.
    pub const fn is_ours(&self) -> bool {
        matches!((self.sender.program, self.receiver.program), (Ours, Ours))
    }

    const fn same(name: &'static str, program: Program, rows: Rows) -> Self {
        Self::mixed(name, program, program, rows)
    }

    const fn mixed(name: &'static str, sender: Program, receiver: Program, rows: Rows) -> Self {
        let sender = End { program: sender, flags: &[] };
        let receiver = End { program: receiver, flags: &[] };
        Self { name, chart: None, sender, receiver, rows }
    }

    const fn flags(mut self, flags: &'static [&'static str]) -> Self {
        self.sender.flags = flags;
        self.receiver.flags = flags;
        self
    }

    const fn sender_flags(mut self, flags: &'static [&'static str]) -> Self {
        self.sender.flags = flags;
        self
    }

    const fn receiver_flags(mut self, flags: &'static [&'static str]) -> Self {
        self.receiver.flags = flags;
        self
    }

    const fn in_chart(mut self, chart: Chart) -> Self {
        self.chart = Some(chart);
        self
    }
}

const BATCH: &[&str] = &["--batch"];
const MULTI_THREAD: &[&str] = &["--multi-thread"];
const BATCH_MULTI_THREAD: &[&str] = &["--batch", "--multi-thread"];
const UNBOUNDED: &[&str] = &["--unbounded"];

use Program::{Fe2o3, Ntex, Ours, Proton, Ramqp, Tcp, TcpTokio};

/// All columns. The first one is ours.
pub const COLUMNS: &[Column] = &[
    Column::same("amqp-net", Ours, Rows::All).in_chart(Chart::Ours),
    Column::same("amqp-net batch", Ours, Rows::Messages).flags(BATCH).in_chart(Chart::OursBatch),
    Column::same("amqp-net mt", Ours, Rows::Messages).flags(MULTI_THREAD),
    Column::same("amqp-net batch mt", Ours, Rows::Messages).flags(BATCH_MULTI_THREAD),
    Column::same("fe2o3", Fe2o3, Rows::All).in_chart(Chart::Other),
    Column::same("fe2o3 batch", Fe2o3, Rows::Settled(false)).flags(BATCH),
    Column::same("fe2o3 mt", Fe2o3, Rows::Messages).flags(MULTI_THREAD),
    Column::same("ntex", Ntex, Rows::Small).in_chart(Chart::Other),
    Column::same("Proton", Proton, Rows::All).in_chart(Chart::Other),
    Column::mixed("amqp-net > Proton", Ours, Proton, Rows::All),
    Column::mixed("ramqp > Proton", Ramqp, Proton, Rows::All).in_chart(Chart::Other),
    Column::mixed("ramqp mt > Proton", Ramqp, Proton, Rows::Messages).sender_flags(MULTI_THREAD),
    Column::mixed("ramqp nobound > Proton", Ramqp, Proton, Rows::Settled(true))
        .sender_flags(UNBOUNDED),
    Column::mixed("Proton > amqp-net", Proton, Ours, Rows::Messages),
    Column::mixed("Proton > ramqp", Proton, Ramqp, Rows::Messages).in_chart(Chart::Other),
    Column::mixed("Proton > ramqp mt", Proton, Ramqp, Rows::Messages).receiver_flags(MULTI_THREAD),
    Column::same("TCP", Tcp, Rows::Tcp),
    Column::same("TCP on tokio", TcpTokio, Rows::RoundTrips),
];
