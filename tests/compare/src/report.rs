//! The table, as text and as JSON.

use std::fmt::Write as _;

use crate::bench::{Bench, Case, Op};
use crate::count::Counts;
use crate::measure::{median, quantile};
use crate::peers::{BORROWED, COLUMNS, OURS};
use crate::work;

/// All that was found out.
pub struct Report {
    pub date: String,
    pub command: String,
    pub versions: Vec<String>,
    pub rounds: usize,
    pub checks: usize,
    pub lines: Vec<Line>,
}

/// A row of the table.
pub struct Line {
    pub row: &'static str,
    pub op: Op,
    /// One for each of [`COLUMNS`].
    pub cells: Vec<Option<Cell>>,
    /// The best peer, and how many times as long as our borrowed form it takes: as [`Cell::ratio`].
    pub best_to_borrowed: Option<(&'static str, f64)>,
}

pub struct Cell {
    pub octets: usize,
    pub nanoseconds: f64,
    /// Half of the samples lie between these.
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

    /// The best peer by time, and how many times as long as we it takes.
    pub fn best(&self) -> Option<(&'static str, f64)> {
        let (name, _) = self.best_by(|cell| Some(cell.nanoseconds))?;
        Some((name, self.cell(name)?.ratio))
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
        for op in [Op::Encode, Op::Decode] {
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
                    // C's are not counted.
                    allocations: allocations.get(&key).copied().filter(|_| column != "proton"),
                })
            };
            let cells = COLUMNS.iter().map(|c| cell(c.name)).collect();
            let mut line = Line { row, op, cells, best_to_borrowed: None };
            line.best_to_borrowed = line.best().and_then(|(best, _)| {
                Some((best, ratio(find(row, op, best)?, find(row, op, BORROWED)?)))
            });
            lines.push(line);
        }
    }
    lines
}

/// A number in three digits or so.
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
            let _ = write!(out, "{:29}", "");
            for column in &COLUMNS {
                let _ = write!(out, " {:>width$}", column.name);
            }
            let _ = writeln!(out, "  {last}");
            for line in &self.lines {
                let _ = write!(out, "{:22} {:6}", line.row, line.op.to_string());
                for cell in &line.cells {
                    let shown = cell.as_ref().and_then(show).unwrap_or_else(|| "-".into());
                    let _ = write!(out, " {shown:>width$}");
                }
                let _ = writeln!(out, "  {}", end(line));
            }
        };
        let best = |best: Option<(&'static str, f64)>| match best {
            Some((name, ratio)) => format!("{ratio:5.2} ({name})"),
            None => "-".into(),
        };
        table(
            &mut out,
            "Nanoseconds an operation: median, and the spread that half of the rounds lie in",
            "best peer / amqp-types, / borrowed",
            24,
            &|cell| {
                let (low, high) = cell.spread;
                Some(format!("{} [{}-{}]", short(cell.nanoseconds), short(low), short(high)))
            },
            &|line| format!("{:20} {}", best(line.best()), best(line.best_to_borrowed)),
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
            "best peer / amqp-types, / borrowed",
            10,
            &|cell| cell.instructions.map(short),
            &|line| {
                let [ours, borrowed] = [OURS, BORROWED].map(|name| line.best_instructions(name));
                format!("{:20} {}", best(ours), best(borrowed))
            },
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
        out.lines().map(str::trim_end).fold(String::new(), |out, line| out + line + "\n")
    }

    pub fn to_json(&self) -> String {
        let text = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let number = |number: Option<f64>| match number {
            Some(number) => format!("{number:.3}"),
            None => "null".into(),
        };
        let versions: Vec<String> = self.versions.iter().map(|version| text(version)).collect();
        let columns: Vec<String> = COLUMNS
            .iter()
            .map(|c| {
                format!(
                    "    {{\"name\": {}, \"what\": {}, \"peer\": {}, \"present\": {}}}",
                    text(c.name),
                    text(c.what),
                    c.peer,
                    c.present
                )
            })
            .collect();
        let mut results = Vec::new();
        for line in &self.lines {
            for (column, cell) in COLUMNS.iter().zip(&line.cells) {
                let Some(cell) = cell else { continue };
                results.push(format!(
                    "    {{\"row\": {}, \"operation\": \"{}\", \"column\": {}, \"octets\": {}, \
                     \"nanoseconds\": {:.3}, \"quartiles\": [{:.3}, {:.3}], \
                     \"octets_a_second\": {:.0}, \"times_as_long_as_ours\": {:.3}, \
                     \"instructions\": {}, \"allocations\": {}}}",
                    text(line.row),
                    line.op,
                    text(column.name),
                    cell.octets,
                    cell.nanoseconds,
                    cell.spread.0,
                    cell.spread.1,
                    cell.megabytes() * 1e6,
                    cell.ratio,
                    number(cell.instructions),
                    number(cell.allocations),
                ));
            }
        }
        format!(
            "{{\n  \"date\": {},\n  \"command\": {},\n  \"versions\": [{}],\n  \"rounds\": {},\n  \
             \"checks\": {},\n  \"columns\": [\n{}\n  ],\n  \"results\": [\n{}\n  ]\n}}\n",
            text(&self.date),
            text(&self.command),
            versions.join(", "),
            self.rounds,
            self.checks,
            columns.join(",\n"),
            results.join(",\n"),
        )
    }
}
