//! Measures `amqp-types` beside the other AMQP 1.0 codecs: see the README.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use amqp_compare::peers::{self, COLUMNS};
use amqp_compare::report::{self, Report};
use amqp_compare::{check, count, measure, picture};

const HELP: &str = "\
usage: amqp-compare [--rounds N] [--no-instructions] [--no-files] [--check]

  --rounds N          how many rounds (31)
  --no-instructions   do not count instructions with valgrind
  --no-files          print the table, and do not write results/latest.{txt,json,svg}
  --check             only check that all peers mean the same thing
";

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut rounds, mut instructions, mut files, mut only_check) = (31, true, true, false);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => rounds = arguments.next().ok_or(HELP)?.parse()?,
            "--no-instructions" => instructions = false,
            "--no-files" => files = false,
            "--check" => only_check = true,
            count::UNDER_VALGRIND => {
                count::run_counted(&mut peers::all());
                return Ok(());
            }
            "--help" => {
                print!("{HELP}");
                return Ok(());
            }
            _ => return Err(HELP.into()),
        }
    }
    for column in COLUMNS.iter().filter(|column| !column.present) {
        eprintln!("left out, since it is not installed or not asked for: {}", column.what);
    }

    let mut bench = peers::all();
    let checks = check::check(&bench);
    eprintln!("{checks} checks: all peers mean the same thing");
    if only_check {
        return Ok(());
    }
    let allocations = count::allocations().unwrap_or_else(|error| {
        eprintln!("allocations are not counted: {error}");
        count::Counts::new()
    });
    let mut versions = vec![
        first_line("rustc", &["--version"]).unwrap_or_else(|| "rustc: unknown".into()),
        format!("{} {}, release profile", env::consts::OS, env::consts::ARCH),
    ];
    if let Ok(info) = fs::read_to_string("/proc/cpuinfo")
        && let Some(model) = info.lines().find_map(|line| line.strip_prefix("model name"))
    {
        versions.push(model.trim_start_matches([' ', '\t', ':']).to_owned());
    }
    let mut instruction_counts = count::Counts::new();
    if instructions {
        match count::instructions(&bench) {
            Ok(counts) => {
                instruction_counts = counts;
                versions.extend(first_line("valgrind", &["--version"]));
            }
            Err(error) => {
                eprintln!("instructions are not counted: {error}");
                versions.push("instructions were not counted: no valgrind".into());
            }
        }
    }
    let samples = measure::measure(&mut bench, rounds);

    let mut command = String::from("cargo run --release");
    let arguments: Vec<String> = env::args().skip(1).collect();
    if !arguments.is_empty() {
        command = format!("{command} -- {}", arguments.join(" "));
    }
    let report = Report {
        date: first_line("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default(),
        command: format!("{command}   (in tests/compare)"),
        versions,
        rounds,
        checks,
        lines: report::lines(&bench, &samples, &instruction_counts, &allocations),
    };
    print!("{}", report.to_text());
    if files {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("latest.txt"), report.to_text())?;
        fs::write(folder.join("latest.json"), report.to_json())?;
        fs::write(folder.join("latest.svg"), picture::svg(&report))?;
    }
    Ok(())
}
