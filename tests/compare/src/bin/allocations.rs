//! Counts the allocations of each case; see `amqp-compare --help`.

use amqp_compare::peers;

fn main() {
    let mut bench = peers::all();
    for case in &mut bench.cases {
        // One-time allocations have been made by then.
        (case.run)(3);
        let counted = allocation_counter::measure(|| (case.run)(10));
        let each = counted.count_total as f64 / (10 * case.per) as f64;
        println!("{}\t{}\t{}\t{each}", case.row, case.op, case.column);
    }
}
