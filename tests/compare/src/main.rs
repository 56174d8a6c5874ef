//! Compares `amqp-types` with the other AMQP 1.0 codecs: see the README.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use amqp_compare::baseline::Baseline;
use amqp_compare::peers::{self, COLUMNS};
use amqp_compare::report::{self, Report};
use amqp_compare::{check, count, measure, picture};

const HELP: &str = "\
usage: amqp-compare [--rounds N] [--no-instructions] [--no-files] [--baseline] [--check] [--ours]

  --rounds N          how many rounds (31)
  --no-instructions   do not count instructions with valgrind
  --no-files          print the table, and do not write results/latest.{txt,json,svg}
  --baseline          write results/baseline.{txt,json}, with which later reports compare
  --check             only check that all peers mean the same thing
  --ours              only measure our columns, and print their medians as JSON
";

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut rounds, mut instructions, mut files) = (31, true, true);
    let (mut record_baseline, mut only_check, mut only_ours) = (false, false, false);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => rounds = arguments.next().ok_or(HELP)?.parse()?,
            "--no-instructions" => instructions = false,
            "--no-files" => files = false,
            "--baseline" => record_baseline = true,
            "--check" => only_check = true,
            "--ours" => only_ours = true,
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
    if only_ours {
        bench.cases.retain(|case| peers::OUR_COLUMNS.contains(&case.column));
        if let Ok(only) = env::var("ONLY") { bench.cases.retain(|case| format!("{} / {} / {}", case.row, case.op, case.column).contains(&only)); }
        let samples = measure::measure(&mut bench, rounds);
        println!("{}", report::medians(&bench, &samples));
        return Ok(());
    }
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    let baseline = match Baseline::read(&folder.join("baseline.json")) {
        _ if record_baseline => None,
        Ok(baseline) => Some(baseline),
        Err(error) => {
            eprintln!("no comparison with the baseline: {error}");
            None
        }
    };
    let report = Report {
        date: first_line("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default(),
        command: format!("{command}   (in tests/compare)"),
        versions,
        rounds,
        checks,
        lines: report::lines(&bench, &samples, &instruction_counts, &allocations),
        baseline,
    };
    print!("{}", report.to_text());
    if files {
        fs::create_dir_all(&folder)?;
        let name = if record_baseline { "baseline" } else { "latest" };
        fs::write(folder.join(name).with_extension("txt"), report.to_text())?;
        fs::write(folder.join(name).with_extension("json"), report.to_json())?;
        if !record_baseline {
            fs::write(folder.join("latest.svg"), picture::svg(&report))?;
        }
    }
    Ok(())
}
