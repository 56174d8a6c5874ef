//! What `amqp decode` reads: arguments, lines, dumps, arrays, files, octets.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fs;
#[cfg(target_os = "linux")]
use std::io::{Read, Write};
use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::process::{Command, Stdio};

use common::{run, run_with_input};

const OPEN: &str = "open (described by ulong 0x10)\n  container-id: string \"a\"\n";

/// A file that is removed at the end of the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("amqp-decode-{}-{name}", std::process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_value_broken_over_lines() {
    for text in ["00 53 10\nc0 04 01\n\na1 01 61\n", "\n005310c004\r\n01a1\r\n0161\r\n"] {
        let seen = run_with_input(&["decode", "-"], text);
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(0), OPEN), "{}", seen.stderr);
        let file = File::new("broken", text.as_bytes());
        let seen = run(&["decode", "--file", file.path()]);
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(0), OPEN), "{}", seen.stderr);
        assert_eq!(run(&["decode", text]).stdout, OPEN);
    }
    // Without `-` each line is an input, which the error says.
    let seen = run_with_input(&["decode"], "00 53 10\nc0 04 01 a1 01 61\n");
    assert_eq!(seen.code, Some(1));
    assert!(seen.stderr.contains("  to do: if all lines are one input: amqp decode -\n"));
}

#[test]
fn octets_themselves() {
    let octets = b"\x00\x53\x10\xc0\x04\x01\xa1\x01a";
    let file = File::new("octets", octets);
    let seen = run(&["decode", "--raw", "--file", file.path()]);
    assert_eq!(
        (seen.code, seen.stdout.as_str(), seen.stderr.as_str()),
        (Some(0), OPEN, "guessed: value\n")
    );
    for arguments in
        [&["decode", "--raw"][..], &["decode", "--raw", "-"], &["decode", "--raw", "--file", "-"]]
    {
        assert_eq!(run_with_input(arguments, &octets[..]).stdout, OPEN, "{arguments:?}");
    }
    let wrong = run(&["decode", "--raw", "40"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
    assert!(wrong.stderr.contains("amqp decode --raw --file FILE"), "{}", wrong.stderr);
    // Without `--raw`, or with the name as an argument, the error has the command.
    let seen = run(&["decode", "--file", file.path()]);
    assert!(
        seen.stderr.contains("to do: for octets: amqp decode --raw --file FILE"),
        "{}",
        seen.stderr
    );
    let seen = run(&["decode", file.path()]);
    let to_do = format!("to do: amqp decode --file {}\n", file.path());
    assert!(seen.stderr.ends_with(&to_do), "{}", seen.stderr);
    let seen = run(&["decode", "--file", "/no/such/file"]);
    assert_eq!(seen.code, Some(1));
    assert!(seen.stderr.starts_with("error: cannot open /no/such/file: "), "{}", seen.stderr);
}

/// Lines of digits, dumps and arrays may follow one another, and each is an input.
#[test]
fn dumps_and_arrays_between_lines() {
    let text = "41\n\
        0000  00 53 10 c0   .S..\n\
        0004  04 01 a1 01   ....\n\
        0008  61            a\n\
        \n\
        42\n\
        unsigned char a[] = {\n  0x00, 0x53, 0x10, 0xc0,\n  0x04, 0x01, 0xa1, 0x01, 0x61\n};\n\
        unsigned int a_len = 9;\n\
        00000000: 41  A\n\
        00000000  42  |B|\n\
        00000001\n\
        \n\
        0x00, 0x53, 0x10, 0xc0,\n0x04, 0x01, 0xa1, 0x01, 0x61\n\
        b\"\\x00\\x53\\x10\\xc0\\x04\\x01\\xa1\\x01a\"\n";
    let seen = run_with_input(&["decode"], text);
    let expected = format!(
        "boolean true\n{OPEN}boolean false\n{OPEN}boolean true\nboolean false\n{OPEN}{OPEN}"
    );
    assert_eq!((seen.code, seen.stdout), (Some(0), expected), "{}", seen.stderr);
}

#[test]
fn mistakes_have_a_line_and_a_column() {
    let text = "41\n0000  00 53\n0002  10 c\n\n42\n";
    let seen = run_with_input(&["decode", "--as", "value"], text);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), "boolean true\nboolean false\n"));
    assert_eq!(
        seen.stderr,
        "error[bad-dump]: odd number of hex digits (line 3, column 10)\n  0002  10 c\n           ^\n  \
         to do: xxd -p FILE | amqp decode -\n",
    );
    let seen = run_with_input(&["decode", "-"], "0000  00 53\n\n0000  00 53\n0003  40\n");
    assert!(seen.stderr.contains("but 3 by the next offset (line 3, column 1)"), "{}", seen.stderr);
    let seen = run(&["decode", "00 53\n4g"]);
    assert!(seen.stderr.contains("'g' is not a hexadecimal digit (line 2, column 2)"));
}

/// `script` runs the program on a terminal, whose input ends with Ctrl-D.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_read_until_its_end() {
    for (input, says) in [("41\n\x04", "boolean true"), ("\x04", "there are no octets")] {
        let command = format!("{} decode", env!("CARGO_BIN_EXE_amqp"));
        let child = Command::new("timeout")
            .args(["20", "script", "--quiet", "--return", "--command", &command, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        // Not closed before the end, because `script` would end the input too.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        let mut stdout = String::new();
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        // `timeout` ends with 124 if the program does not end.
        assert!(matches!(child.wait().unwrap().code(), Some(0 | 1)), "{stdout}");
        let start = "reading from the terminal; end the input with Ctrl-D";
        assert!(stdout.contains(start) && stdout.contains(says), "{stdout}");
    }
}
