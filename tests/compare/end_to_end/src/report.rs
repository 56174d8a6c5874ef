//! The report, as a table and as JSON.

use std::fmt::Write as _;

use serde_json::json;

use crate::children::Sample;
use crate::columns::Column;
use crate::rows::Row;

/// All results.
pub struct Report {
    pub date: String,
    pub command: String,
    pub versions: Vec<String>,
    pub left_out: Vec<String>,
    pub rounds: u32,
    pub series: Vec<Series>,
}

/// The samples of one column in one row.
pub struct Series {
    pub row: Row,
    pub column: &'static Column,
    /// How many messages or connections each run takes.
    pub messages: u64,
    pub samples: Vec<Sample>,
    pub failed: u32,
}

impl Series {
    pub const fn new(row: Row, column: &'static Column, messages: u64) -> Self {
        Self { row, column, messages, samples: Vec::new(), failed: 0 }
    }

    /// Returns the median of something, if there are samples of it.
    fn median(&self, what: impl Fn(&Sample) -> f64) -> Option<f64> {
        let mut values: Vec<f64> = self.samples.iter().map(what).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() {
            0 => None,
            count if count % 2 == 1 => Some(values[middle]),
            _ => Some(f64::midpoint(values[middle - 1], values[middle])),
        }
    }

    pub fn rate(&self) -> Option<f64> {
        self.median(|sample| sample.rate)
    }

    /// Returns the processor time of the sender and of the receiver, in microseconds.
    pub fn cpu(&self) -> Option<[f64; 2]> {
        Some([self.median(|sample| sample.cpu[0])?, self.median(|sample| sample.cpu[1])?])
    }

    fn peak(&self) -> Option<[f64; 2]> {
        Some([self.median(|sample| sample.peak[0])?, self.median(|sample| sample.peak[1])?])
    }

    fn times(&self) -> Option<[f64; 2]> {
        let time =
            |sample: &Sample, index: usize| sample.times.map_or(f64::NAN, |times| times[index]);
        self.samples.first()?.times?;
        Some([self.median(|sample| time(sample, 0))?, self.median(|sample| time(sample, 1))?])
    }

    fn spread(&self) -> (f64, f64) {
        let rates = self.samples.iter().map(|sample| sample.rate);
        rates.fold((f64::INFINITY, 0.0), |(low, high), rate| (low.min(rate), high.max(rate)))
    }
}

/// Writes a number in about three digits.
pub fn short(number: f64) -> String {
    match number {
        n if n >= 999_500.0 => format!("{:.2}M", n / 1e6),
        n if n >= 99_950.0 => format!("{:.0}k", n / 1e3),
        n if n >= 9_995.0 => format!("{:.1}k", n / 1e3),
        n if n >= 99.95 => format!("{n:.0}"),
        n if n >= 9.995 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

impl Report {
    /// Returns the rows, in the order in which they were measured.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.series.iter().map(|series| series.row).collect();
        rows.dedup();
        rows
    }

    /// Returns the columns of a row.
    pub fn row(&self, row: Row) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.row == row)
    }

    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "AMQP 1.0 between two processes on loopback, {}\n", self.date);
        let _ = writeln!(out, "command   {}", self.command);
        for line in self.versions.iter().chain(&self.left_out) {
            let _ = writeln!(out, "          {line}");
        }
        let rounds =
            if self.rounds == 1 { "1 round".into() } else { format!("{} rounds", self.rounds) };
        let _ = writeln!(
            out,
            "\nMedians of {rounds}, in which all cases run in turn. SENDER > RECEIVER where they differ. \
             CPU is that of the\nwhole process, in microseconds a message; peak is the most memory, in MiB. \
             Each is sender + receiver."
        );
        for row in self.rows() {
            self.write_row(row, &mut out);
        }
        out.lines().map(str::trim_end).fold(String::new(), |out, line| out + line + "\n")
    }

    fn write_row(&self, row: Row, out: &mut String) {
        let ours = self.row(row).next().filter(|series| series.column.chart.is_some());
        let ours = ours.and_then(Series::rate);
        let timed = self.row(row).any(|series| series.times().is_some());
        let times = if timed { "      p50, p99 µs" } else { "" };
        let _ = writeln!(
            out,
            "\n{:24} {:>8} {:>19} {:>7} {:>17} {:>15}{times}",
            row.title(),
            "a second",
            "[min - max]",
            "of ours",
            "CPU µs",
            "peak MiB"
        );
        for series in self.row(row) {
            let _ = write!(out, "  {:22}", series.column.name);
            let (Some(rate), Some(cpu), Some(peak)) = (series.rate(), series.cpu(), series.peak())
            else {
                let _ = writeln!(out, "        - all runs failed");
                continue;
            };
            let (low, high) = series.spread();
            let spread = format!("[{} - {}]", short(low), short(high));
            let ratio = ours.map_or_else(|| "-".into(), |ours| format!("x{:.2}", rate / ours));
            let cpu = cpu.map(short).join(" + ");
            let peak = peak.map(short).join(" + ");
            let _ = write!(out, " {:>8} {spread:>19} {ratio:>7} {cpu:>17} {peak:>15}", short(rate));
            if let Some(times) = series.times() {
                let _ = write!(out, " {:>16}", times.map(short).join(", "));
            }
            if series.failed > 0 {
                let _ = write!(out, "  {} runs failed", series.failed);
            }
            let _ = writeln!(out);
        }
    }

    pub fn to_json(&self) -> String {
        let head = json!({
            "date": self.date,
            "command": self.command,
            "versions": self.versions,
            "left_out": self.left_out,
            "rounds": self.rounds,
        });
        let mut out = String::from("{\n");
        for (key, value) in head.as_object().into_iter().flatten() {
            let _ = writeln!(out, "\"{key}\": {value},");
        }
        // One line for each result, so that the files of two runs can be compared.
        let results = self.series.iter().map(|series| {
            let (low, high) = series.spread();
            json!({
                "row": series.row.title(),
                "column": series.column.name,
                "messages_a_run": series.messages,
                "a_second": series.rate().map(rounded),
                "least_and_most": [rounded(low), rounded(high)],
                "cpu_us": series.cpu().map(|cpu| cpu.map(rounded)),
                "peak_mib": series.peak().map(|peak| peak.map(rounded)),
                "p50_and_p99_us": series.times().map(|times| times.map(rounded)),
                "failed": series.failed,
            })
            .to_string()
        });
        let results: Vec<String> = results.collect();
        let _ = write!(out, "\"results\": [\n{}\n]\n}}\n", results.join(",\n"));
        out
    }
}

/// Rounds to three decimal places.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
