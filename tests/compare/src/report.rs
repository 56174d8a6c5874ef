//! The report, as a table and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::baseline::{Baseline, Change};
use crate::bench::{Bench, Case, Op};
use crate::count::Counts;
use crate::measure::{median, quantile};
use crate::peers::{COLUMNS, OUR_COLUMNS, OURS};
use crate::work;

/// All results.
pub struct Report {
    pub date: String,
    pub command: String,
    pub versions: Vec<String>,
    pub rounds: usize,
    pub checks: usize,
    pub lines: Vec<Line>,
    pub baseline: Option<Baseline>,
}

/// A row of the table.
pub struct Line {
    pub row: &'static str,
    pub op: Op,
    /// One for each of [`COLUMNS`].
    pub cells: Vec<Option<Cell>>,
    /// The best peer, and how many times as long as each of [`OUR_COLUMNS`] it takes: the medians
    /// of the ratios of all rounds.
    pub best: [Option<(&'static str, f64)>; 3],
}

pub struct Cell {
    pub octets: usize,
    pub nanoseconds: f64,
    /// The lower and the upper quartile.
    pub spread: (f64, f64),
    /// How many times as long as ours: the median of the ratios of all rounds.
    pub ratio: f64,
    pub instructions: Option<f64>,
    pub allocations: Option<f64>,
}

impl Cell {
    fn megabytes(&self) -> f64 {
        self.octets as f64 * 1000.0 / self.nanoseconds
    }
}

impl Line {
    fn cell(&self, column: &str) -> Option<&Cell> {
        let index = COLUMNS.iter().position(|other| other.name == column)?;
        self.cells[index].as_ref()
    }

    fn best_by(&self, what: impl Fn(&Cell) -> Option<f64>) -> Option<(&'static str, f64)> {
        let peers = COLUMNS.iter().zip(&self.cells).filter(|(column, _)| column.peer);
        let found = peers.filter_map(|(column, cell)| Some((column.name, what(cell.as_ref()?)?)));
        found.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The best peer by instructions, and how many times as many as ours in this column they are.
    pub fn best_instructions(&self, ours: &str) -> Option<(&'static str, f64)> {
        let (name, least) = self.best_by(|cell| cell.instructions)?;
        Some((name, least / self.cell(ours)?.instructions?))
    }
}

pub fn lines(
    bench: &Bench,
    samples: &[Vec<f64>],
    instructions: &Counts,
    allocations: &Counts,
) -> Vec<Line> {
    let find = |row: &str, op: Op, column: &str| {
        let wanted = |case: &Case| case.row == row && case.op == op && case.column == column;
        bench.cases.iter().position(wanted)
    };
    let ratio = |index: usize, ours: usize| {
        let rounds = samples[index].iter().zip(&samples[ours]);
        median(&rounds.map(|(time, ours)| time / ours).collect::<Vec<f64>>())
    };
    let mut lines = Vec::new();
    for row in work::ROWS {
        for op in Op::ALL {
            let Some(ours) = find(row, op, OURS) else { continue };
            let cell = |column: &str| {
                let index = find(row, op, column)?;
                let times = &samples[index];
                let key = (row.to_owned(), op.to_string(), column.to_owned());
                Some(Cell {
                    octets: bench.cases[index].octets,
                    nanoseconds: median(times),
                    spread: (quantile(times, 0.25), quantile(times, 0.75)),
                    ratio: ratio(index, ours),
                    instructions: instructions.get(&key).copied(),
                    // The allocations of C are not counted.
                    allocations: allocations.get(&key).copied().filter(|_| column != "proton"),
                })
            };
            let cells = COLUMNS.iter().map(|c| cell(c.name)).collect();
            let mut line = Line { row, op, cells, best: [None; 3] };
            if let Some((best, _)) = line.best_by(|cell| Some(cell.nanoseconds)) {
                let to = |ours| Some((best, ratio(find(row, op, best)?, find(row, op, ours)?)));
                line.best = OUR_COLUMNS.map(to);
            }
            lines.push(line);
        }
    }
    lines
}

/// Returns the median of each case, in nanoseconds, as JSON, to compare the programs of two builds.
pub fn medians(bench: &Bench, samples: &[Vec<f64>]) -> String {
    let cases = bench.cases.iter().zip(samples).map(|(case, samples)| {
        let name = format!("{} / {} / {}", case.row, case.op, case.column);
        (name, json!(rounded(median(samples))))
    });
    format!("{:#}", Value::Object(cases.collect()))
}

/// Writes a number in about three digits.
fn short(number: f64) -> String {
    match number {
        n if n >= 1000.0 => {
            let digits = format!("{n:.0}");
            let mut out = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index) % 3 == 0 {
                    out.push(',');
                }
                out.push(digit);
            }
            out
        }
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

impl Report {
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "AMQP 1.0 codecs side by side, {}\n", self.date);
        let _ = writeln!(out, "command   {}", self.command);
        for version in &self.versions {
            let _ = writeln!(out, "          {version}");
        }
        for column in &COLUMNS {
            let missing = if column.present { "" } else { " - LEFT OUT: it is not here" };
            let _ = writeln!(out, "{:12}{}{missing}", column.name, column.what);
        }
        let _ = writeln!(
            out,
            "\nOne process and thread; all cases in turn in each of {} rounds. Before: {} checks \
             that all mean the same thing.",
            self.rounds, self.checks
        );
        let table = |out: &mut String,
                     title: &str,
                     last: &str,
                     width: usize,
                     show: &dyn Fn(&Cell) -> Option<String>,
                     end: &dyn Fn(&Line) -> String| {
            let _ = writeln!(out, "\n{title}\n");
            let _ = write!(out, "{:31}", "");
            for column in &COLUMNS {
                let _ = write!(out, " {:>width$}", column.name);
            }
            let _ = writeln!(out, "  {last}");
            for line in &self.lines {
                let _ = write!(out, "{:22} {:8}", line.row, line.op.name());
                for cell in &line.cells {
                    let shown = cell.as_ref().and_then(show).unwrap_or_else(|| "-".into());
                    let _ = write!(out, " {shown:>width$}");
                }
                let _ = writeln!(out, "  {}", end(line));
            }
        };
        let best = |best: [Option<(&'static str, f64)>; 3]| {
            let one = |best: Option<(&'static str, f64)>| match best {
                Some((name, ratio)) => format!("{:20}", format!("{ratio:6.2} ({name})")),
                None => format!("{:20}", "     -"),
            };
            best.map(one).concat()
        };
        const BEST: &str = "best peer / amqp-types, / borrowed, / fold";
        table(
            &mut out,
            "Nanoseconds an operation: median, and the spread that half of the rounds lie in",
            BEST,
            24,
            &|cell| {
                let (low, high) = cell.spread;
                Some(format!("{} [{}-{}]", short(cell.nanoseconds), short(low), short(high)))
            },
            &|line| best(line.best),
        );
        table(
            &mut out,
            "Times as long as amqp-types",
            "",
            10,
            &|cell| Some(format!("{:.2}", cell.ratio)),
            &|_| String::new(),
        );
        table(
            &mut out,
            "Megabytes (10^6 octets) a second",
            "",
            10,
            &|cell| Some(short(cell.megabytes())),
            &|_| String::new(),
        );
        table(
            &mut out,
            "Instructions an operation (callgrind; without those of the kernel)",
            BEST,
            10,
            &|cell| cell.instructions.map(short),
            &|line| best(OUR_COLUMNS.map(|column| line.best_instructions(column))),
        );
        table(
            &mut out,
            "Allocations an operation, those that grow included (Rust's; C's are not counted)",
            "",
            10,
            &|cell| {
                cell.allocations.map(|count| format!("{count:.1}").trim_end_matches(".0").into())
            },
            &|_| String::new(),
        );
        table(
            &mut out,
            "Octets written, or read",
            "",
            10,
            &|cell| Some(cell.octets.to_string()),
            &|_| String::new(),
        );
        if let Some(baseline) = &self.baseline {
            self.changes(baseline, &mut out);
        }
        out.lines().map(str::trim_end).fold(String::new(), |out, line| out + line + "\n")
    }

    fn changes(&self, baseline: &Baseline, out: &mut String) {
        let _ = writeln!(
            out,
            "\nTimes as fast as the baseline of {}: by time, corrected by the peers of the row, and by \
             instructions\n",
            baseline.date
        );
        let _ = write!(out, "{:31}", "");
        for column in OUR_COLUMNS {
            let _ = write!(out, " {column:>14}");
        }
        let _ = writeln!(out);
        for line in &self.lines {
            let _ = write!(out, "{:22} {:8}", line.row, line.op.name());
            for column in OUR_COLUMNS {
                let change = line.cell(column).and_then(|cell| baseline.change(line, column, cell));
                let shown = match change {
                    Some(Change { time, instructions: Some(instructions) }) => {
                        format!("{time:6.2} {instructions:6.2}")
                    }
                    Some(Change { time, instructions: None }) => format!("{time:6.2}      -"),
                    None => "-".into(),
                };
                let _ = write!(out, " {shown:>14}");
            }
            let _ = writeln!(out);
        }
    }

    pub fn to_json(&self) -> String {
        let columns = COLUMNS.iter().map(|column| {
            json!({
                "name": column.name,
                "what": column.what,
                "peer": column.peer,
                "present": column.present,
            })
        });
        let results = self.lines.iter().flat_map(|line| {
            COLUMNS.iter().zip(&line.cells).filter_map(|(column, cell)| {
                let cell = cell.as_ref()?;
                let (low, high) = cell.spread;
                Some(json!({
                    "row": line.row,
                    "operation": line.op.name(),
                    "column": column.name,
                    "octets": cell.octets,
                    "nanoseconds": rounded(cell.nanoseconds),
                    "quartiles": [rounded(low), rounded(high)],
                    "times_as_long_as_ours": rounded(cell.ratio),
                    "instructions": cell.instructions.map(rounded),
                    "allocations": cell.allocations.map(rounded),
                }))
            })
        });
        let head = json!({
            "date": self.date,
            "command": self.command,
            "versions": self.versions,
            "rounds": self.rounds,
            "checks": self.checks,
        });
        let mut out = String::from("{\n");
        for (key, value) in head.as_object().unwrap() {
            let _ = writeln!(out, "\"{key}\": {value},");
        }
        // One line for each result, so that the files of two runs can be compared.
        let list = |values: Vec<Value>| {
            values.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n")
        };
        let (columns, results) = (list(columns.collect()), list(results.collect()));
        let _ = write!(out, "\"columns\": [\n{columns}\n],\n\"results\": [\n{results}\n]\n}}\n");
        out
    }
}

/// Rounds to three decimal places.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
