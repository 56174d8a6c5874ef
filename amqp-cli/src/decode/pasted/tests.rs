//! Octets that are written in each notation, by `render` and by real programs, are read back.

mod dumps;
mod render;

use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::parse;

/// Octets whose text looks like hexadecimal, like delimiters, or like a gap, besides any others.
fn octets() -> impl Strategy<Value = Vec<u8>> {
    let digits = proptest::sample::select(b"0123456789abcdefABCDEF ".to_vec());
    let confusing = proptest::sample::select(b"  |><.:*0ax\\\n\t\r\x7f\x80".to_vec());
    let octet = prop_oneof![3 => digits, 2 => confusing, 1 => any::<u8>()];
    proptest::collection::vec(octet, 1..80)
}

fn check(text: &str, octets: &[u8]) -> Result<(), TestCaseError> {
    let expected = Ok(octets.to_vec());
    prop_assert_eq!(parse(text.as_bytes()), expected.clone(), "{}", text);
    // Editors and terminals remove white space at the end of a line, or write another line ending.
    let trimmed: Vec<&str> = text.lines().map(str::trim_end).collect();
    prop_assert_eq!(parse(trimmed.join("\r\n").as_bytes()), expected, "{}", text);
    Ok(())
}

proptest! {
    #[test]
    fn each_notation_is_read_back(octets in octets(), width in 1..40_usize, group in 1..9_usize) {
        for text in render::all(&octets, width, group) {
            check(&text, &octets)?;
        }
    }

    /// Without the gap between the columns, the octets are right or the text is refused.
    #[test]
    fn lost_white_space_is_never_a_wrong_result(octets in octets(), width in 1..20_usize) {
        for text in render::dumps(&octets, width, 2) {
            let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
            let text = lines.collect::<Vec<_>>().join("\n");
            if let (true, Ok(parsed)) = (super::dump::begins(text.as_bytes()), parse(text.as_bytes())) {
                prop_assert_eq!(&parsed, &octets, "{}", text);
            }
        }
    }

    #[test]
    fn any_text_is_parsed_without_a_panic(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&text);
    }

    #[test]
    fn any_lines_of_a_dump_are_parsed_without_a_panic(text in "([0-9a-f]{4,8}:? {1,3}([0-9a-f]{2} {0,3}){0,20}[|>*ab ]{0,4}\n|\\*\n){1,6}") {
        let _ = parse(text.as_bytes());
    }
}

/// The commands whose output is read back. They read the standard input.
const PROGRAMS: [&[&str]; 15] = [
    &["xxd"],
    &["xxd", "-u"],
    &["xxd", "-g", "1"],
    &["xxd", "-g", "4"],
    &["xxd", "-g", "0"],
    &["xxd", "-c", "7"],
    &["xxd", "-a"],
    &["xxd", "-d"],
    &["xxd", "-o", "4096"],
    &["xxd", "-p"],
    &["xxd", "-i"],
    &["hexdump", "-C"],
    &["hexdump", "-v", "-C"],
    &["od", "-A", "x", "-t", "x1z"],
    &["od", "-A", "x", "-t", "x1"],
];

#[test]
fn the_output_of_real_programs_is_read_back() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(40));
    for command in PROGRAMS {
        if output(command, b"").is_none() {
            let absent =
                format!("{} is not installed; tests/peers/install installs it", command[0]);
            assert!(env::var_os("AMQP_REQUIRE_PEERS").is_none_or(|value| value != "1"), "{absent}");
            // The test harness hides what `eprint!` writes if the test passes, but not direct writes.
            let _ = writeln!(io::stderr(), "SKIPPED: {absent}");
            continue;
        }
        let mut octets_of_zeros = b"abcd ef01".to_vec();
        octets_of_zeros.resize(200, 0);
        let zeros = output(command, &octets_of_zeros).unwrap();
        assert_eq!(parse(zeros.as_bytes()), Ok(octets_of_zeros), "{zeros}");
        runner.run(&octets(), |octets| check(&output(command, &octets).unwrap(), &octets)).unwrap();
    }
}

/// Returns the output of a command, or `None` if it is not installed.
fn output(command: &[&str], input: &[u8]) -> Option<String> {
    let (program, options) = command.split_first()?;
    let child =
        Command::new(program).args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.ok()?;
    child.stdin.take()?.write_all(input).ok()?;
    let output = child.wait_with_output().ok()?;
    assert!(output.status.success(), "{command:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}
