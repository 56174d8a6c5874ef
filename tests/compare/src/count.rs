//! Counts instructions with callgrind (`valgrind`), and allocations with another program.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use crate::bench::{Bench, Case};

/// The argument with which this program is run under valgrind.
pub const UNDER_VALGRIND: &str = "--under-valgrind";

/// The count of each case, with its row, operation and column.
pub type Counts = HashMap<(String, String, String), f64>;

/// The name of [`counted_operations`] in callgrind.
const COUNTED: &str = "amqp_compare::count::counted_operations";

/// How often a case runs in each of two counts, whose difference is used. A case of many values or frames
/// processes all of them once more in the second count.
fn repetitions(case: &Case) -> (u64, u64) {
    if case.per == 1 { (2, 12) } else { (1, 2) }
}

/// The only function in which callgrind counts. It writes the count each time this is called.
#[inline(never)]
fn counted_operations(run: &mut dyn FnMut(u64), times: u64) {
    run(times);
    // Prevents a tail call, because callgrind needs the return.
    std::hint::black_box(times);
}

/// Runs a few operations of each case under valgrind, then some more.
pub fn run_counted(bench: &mut Bench) {
    for case in &mut bench.cases {
        let (few, more) = repetitions(case);
        (case.run)(few);
        counted_operations(&mut case.run, few);
        counted_operations(&mut case.run, more);
    }
}

/// Returns the instructions for an operation, from the difference of two counts, so that one-time work is
/// not included.
///
/// # Errors
///
/// Fails if valgrind does not run, or its output is not as expected.
pub fn instructions(bench: &Bench) -> io::Result<Counts> {
    let folder = env::temp_dir().join(format!("amqp-compare-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let found = count(bench, &folder);
    fs::remove_dir_all(&folder)?;
    found
}

fn count(bench: &Bench, folder: &Path) -> io::Result<Counts> {
    let out = folder.join("out");
    let status = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg("--quiet")
        .arg("--collect-atstart=no")
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-before={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe()?)
        .arg(UNDER_VALGRIND)
        .status()?;
    if !status.success() {
        return Err(io::Error::other(format!("valgrind: {status}")));
    }
    // The first file precedes the first call. The last one has no number, and is written at the end.
    let calls = bench.cases.len() * 2;
    let total = |call: usize| -> io::Result<f64> {
        let last = call + 1 == calls;
        let name = if last { "out".into() } else { format!("out.{}", call + 2) };
        let text = fs::read_to_string(folder.join(name))?;
        let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
        line.and_then(|total| total.trim().parse().ok())
            .ok_or_else(|| io::Error::other("callgrind has written no total"))
    };
    let mut counts = Counts::new();
    for (index, case) in bench.cases.iter().enumerate() {
        let (few, more) = repetitions(case);
        let difference = total(index * 2 + 1)? - total(index * 2)?;
        let each = difference / ((more - few) * case.per) as f64;
        counts.insert((case.row.into(), case.op.to_string(), case.column.into()), each);
    }
    Ok(counts)
}

/// Returns the allocations for an operation, from the program `allocations` in the same folder.
///
/// # Errors
///
/// Fails if the program does not run.
pub fn allocations() -> io::Result<Counts> {
    let program = env::current_exe()?.with_file_name("allocations");
    let output = Command::new(program).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("allocations: {}", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let line = |line: &str| {
        let mut parts = line.split('\t');
        let mut part = || parts.next().map(str::to_owned);
        Some(((part()?, part()?, part()?), part()?.parse().ok()?))
    };
    Ok(text.lines().filter_map(line).collect())
}
