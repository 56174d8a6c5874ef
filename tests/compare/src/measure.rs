//! Measures the times of all cases in turn, round by round.

use std::time::{Duration, Instant};

use crate::bench::Bench;

/// The approximate duration of a sample.
const SAMPLE: Duration = Duration::from_micros(2500);

/// Returns the times of each case, in nanoseconds for an operation, round by round.
pub fn measure(bench: &mut Bench, rounds: usize) -> Vec<Vec<f64>> {
    let times: Vec<u64> = bench.cases.iter_mut().map(|case| calibrate(&mut case.run)).collect();
    let mut samples = vec![Vec::with_capacity(rounds); bench.cases.len()];
    for round in 0..rounds {
        let count = bench.cases.len();
        for turn in 0..count {
            // The order is reversed every other round.
            let index = if round % 2 == 0 { turn } else { count - 1 - turn };
            let case = &mut bench.cases[index];
            // Loads the caches, from which other cases have evicted the data of this one.
            (case.run)(times[index].div_ceil(20));
            let start = Instant::now();
            (case.run)(times[index]);
            let taken = start.elapsed().as_nanos() as f64;
            samples[index].push(taken / (times[index] * case.per) as f64);
        }
    }
    samples
}

fn calibrate(run: &mut dyn FnMut(u64)) -> u64 {
    let mut times = 1;
    loop {
        let start = Instant::now();
        run(times);
        let taken = start.elapsed();
        if taken >= SAMPLE / 4 {
            let wanted = SAMPLE.as_nanos() * u128::from(times) / taken.as_nanos();
            return u64::try_from(wanted).unwrap().max(1);
        }
        times *= 2;
    }
}

/// Returns the median.
pub fn median(numbers: &[f64]) -> f64 {
    quantile(numbers, 0.5)
}

/// Returns a quantile: the number that exceeds this part of them.
pub fn quantile(numbers: &[f64], part: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = part * (sorted.len().saturating_sub(1)) as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    sorted[low] + (sorted[high] - sorted[low]) * (place - place.floor())
}
