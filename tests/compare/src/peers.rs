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

use crate::bench::Bench;
use crate::work;

/// A column of the table.
pub struct Column {
    pub name: &'static str,
    /// What it is, with its version.
    pub what: &'static str,
    /// Whether it is another stack, which we are compared with.
    pub peer: bool,
    /// Whether it was there when this was built.
    pub present: bool,
}

pub const OURS: &str = "amqp-types";
pub const BORROWED: &str = "borrowed";

pub const COLUMNS: [Column; 8] = [
    Column { name: OURS, what: "this repository", peer: false, present: true },
    Column {
        name: BORROWED,
        what: "this repository: borrowed forms, all that is in them read once more",
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

/// All that is there to be measured.
pub fn all() -> Bench {
    let mut bench = Bench::default();
    for row in work::ROWS {
        let reference = work::reference(row);
        if row == work::FRAMES {
            ours::frames(&mut bench, &reference);
            borrowed::frames(&mut bench, &reference);
            #[cfg(feature = "serde_amqp")]
            serde_amqp::frames(&mut bench, &reference);
            #[cfg(feature = "ntex")]
            ntex::frames(&mut bench, &reference);
            #[cfg(feature = "ramqp")]
            ramqp::frames(&mut bench, &reference);
            #[cfg(with_proton)]
            proton::frames(&mut bench, &reference);
            bench.add_copies(row, &reference[..285]);
            // There is no row of frames encoded.
            bench.cases.retain(|case| case.row != row || case.op == crate::bench::Op::Decode);
            continue;
        }
        ours::add(&mut bench, row, &reference);
        borrowed::add(&mut bench, row, &reference);
        hand::add(&mut bench, row, &reference);
        #[cfg(feature = "serde_amqp")]
        serde_amqp::add(&mut bench, row, &reference);
        #[cfg(feature = "ntex")]
        ntex::add(&mut bench, row, &reference);
        #[cfg(feature = "ramqp")]
        ramqp::add(&mut bench, row, &reference);
        #[cfg(with_proton)]
        proton::add(&mut bench, row, &reference);
        bench.add_copies(row, &reference);
    }
    bench
}
