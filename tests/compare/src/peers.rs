//! The columns.

pub mod borrowed;
pub mod hand;
#[cfg(feature = "ntex")]
pub mod ntex;
pub mod ours;
#[cfg(with_proton)]
pub mod proton;
#[cfg(feature = "ramqp")]
pub mod ramqp;
#[cfg(feature = "serde_amqp")]
pub mod serde_amqp;

use crate::bench::{Bench, Op};
use crate::work;

/// A column of the table.
pub struct Column {
    pub name: &'static str,
    /// The name and the version.
    pub what: &'static str,
    /// Whether this is another stack, with which we are compared.
    pub peer: bool,
    /// Whether the program was built with it.
    pub present: bool,
}

pub const OURS: &str = "amqp-types";
pub const BORROWED: &str = "borrowed";
pub const FOLD: &str = "fold";

pub const COLUMNS: [Column; 9] = [
    Column { name: OURS, what: "this repository", peer: false, present: true },
    Column {
        name: BORROWED,
        what: "this repository: borrowed forms, all that is in them read by `for` loops",
        peer: false,
        present: true,
    },
    Column {
        name: FOLD,
        what: "this repository: the same, with `fold` in place of each loop",
        peer: false,
        present: true,
    },
    Column {
        name: "by hand",
        what: "straight-line code in this benchmark",
        peer: false,
        present: true,
    },
    Column {
        name: "serde_amqp",
        what: "serde_amqp 0.18.0, fe2o3-amqp-types 0.18.0; frames: fe2o3-amqp 0.18.4",
        peer: true,
        present: cfg!(feature = "serde_amqp"),
    },
    Column {
        name: "ntex",
        what: "ntex-amqp-codec 3.0.0, ntex-bytes 1.14.0",
        peer: true,
        present: cfg!(feature = "ntex"),
    },
    Column {
        name: "ramqp",
        what: "ramqp-core 0.2.6",
        peer: true,
        present: cfg!(feature = "ramqp"),
    },
    Column {
        name: "proton",
        what: "Qpid Proton's C library, libqpid-proton-core.so.10",
        peer: true,
        present: cfg!(with_proton),
    },
    Column {
        name: "memcpy",
        what: "the same octets copied: the limit",
        peer: false,
        present: true,
    },
];

/// Our columns, in the order of the table.
pub const OUR_COLUMNS: [&str; 3] = [OURS, BORROWED, FOLD];

/// Returns all cases.
pub fn all() -> Bench {
    let mut bench = Bench::default();
    for row in work::ROWS {
        let references = work::references(row);
        ours::add(&mut bench, row, &references);
        borrowed::add(&mut bench, row, &references);
        hand::add(&mut bench, row, &references);
        #[cfg(feature = "serde_amqp")]
        serde_amqp::add(&mut bench, row, &references);
        #[cfg(feature = "ntex")]
        ntex::add(&mut bench, row, &references);
        #[cfg(feature = "ramqp")]
        ramqp::add(&mut bench, row, &references);
        #[cfg(with_proton)]
        proton::add(&mut bench, row, &references);
        match row {
            work::FRAMES | work::VARIED_FRAMES => {
                // The average length of a frame.
                let frame = references[0][..285].to_vec();
                bench.add_copies(row, &[frame], &[Op::Decode]);
            }
            _ => bench.add_copies(row, &references, &Op::ALL),
        }
    }
    bench
}
