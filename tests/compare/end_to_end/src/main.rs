//! Compares `amqp-net` with the other AMQP 1.0 stacks, in two processes on loopback: see the README.

mod children;
mod columns;
mod picture;
mod programs;
mod report;
mod rows;

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use children::Sample;
use clap::Parser;
use columns::{COLUMNS, Column};
use programs::{Program, Programs};
use report::{Report, Series};
use rows::Row;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// Compares amqp-net with the other AMQP 1.0 stacks, in two processes on loopback.
#[derive(Parser)]
struct Arguments {
    /// How many times each case is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Measure only this row; may be repeated
    #[arg(long, value_name = "ROW")]
    only: Vec<Row>,
    /// Measure only columns whose two programs are among these
    #[arg(long, value_delimiter = ',')]
    peers: Vec<Program>,
    /// One short round, which shows that everything runs
    #[arg(long)]
    quick: bool,
    /// Print the table, and do not write results/latest.{txt,json,svg}
    #[arg(long)]
    no_files: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    if cfg!(debug_assertions) {
        return Err("these figures mean nothing without optimization; add --release".into());
    }
    let wanted = if arguments.peers.is_empty() { Program::ALL } else { &arguments.peers };
    let programs = Programs::build(wanted)?;
    let rows = if arguments.only.is_empty() { Row::ALL } else { &arguments.only };
    let rounds = if arguments.quick { 1 } else { arguments.rounds };
    let seconds = if arguments.quick { 0.1 } else { 1.0 };

    let mut all = cases(&programs, rows, seconds);
    let total = all.len();
    for round in 0..rounds {
        eprintln!("round {} of {rounds}: {total} runs", round + 1);
        // In reverse every other time, so that no case always follows the same one.
        let order: Vec<usize> = match round % 2 {
            0 => (0..total).collect(),
            _ => (0..total).rev().collect(),
        };
        for index in order {
            let series = &mut all[index];
            let sample = children::run(&programs, series.column, series.row, series.messages);
            record(series, sample);
        }
    }
    let report = report(programs, all, rounds);
    print!("{}", report.to_text());
    if !arguments.no_files {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("latest.txt"), report.to_text())?;
        fs::write(folder.join("latest.json"), report.to_json())?;
        fs::write(folder.join("latest.svg"), picture::svg(&report))?;
    }
    let failed: u32 = report.series.iter().map(|series| series.failed).sum();
    if failed > 0 {
        eprintln!("{failed} runs failed; their errors are above");
    }
    // What others cannot do is in the report.
    let is_ours = report.series.iter().any(|series| series.failed > 0 && series.column.is_ours());
    Ok(if is_ours { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Finds out how many messages each case takes to run for `seconds`, by a short run, which also warms up.
fn cases(programs: &Programs, rows: &[Row], seconds: f64) -> Vec<Series> {
    let columns = |row: Row| COLUMNS.iter().filter(move |column| column.does(row));
    let columns = |row: Row| columns(row).filter(|column| programs.has(column));
    let cases = rows.iter().flat_map(|row| columns(*row).map(|column| (*row, column)));
    let cases: Vec<(Row, &Column)> = cases.collect();
    eprintln!("{} short runs, to size the others", cases.len());
    let size = |(row, column): (Row, &'static Column)| {
        let mut series = Series::new(row, column, row.probe());
        match children::run(programs, column, row, row.probe()) {
            Ok(sample) => series.messages = ((sample.rate * seconds) as u64).max(row.probe() / 10),
            Err(error) => record(&mut series, Err(error)),
        }
        series
    };
    cases.into_iter().map(size).collect()
}

fn record(series: &mut Series, sample: Result<Sample>) {
    match sample {
        Ok(sample) => series.samples.push(sample),
        Err(error) => {
            series.failed += 1;
            eprintln!("{}, {}: {error}", series.row.title(), series.column.name);
        }
    }
}

fn report(programs: Programs, series: Vec<Series>, rounds: u32) -> Report {
    let mut command = String::from("cargo run --release");
    let words: Vec<String> = env::args().skip(1).collect();
    if !words.is_empty() {
        command = format!("{command} -- {}", words.join(" "));
    }
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    let date = date.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    Report {
        date: date.unwrap_or_default(),
        command: format!("{command}   (in tests/compare/end_to_end)"),
        versions: programs::versions(),
        left_out: programs.left_out,
        rounds,
        series,
    }
}
