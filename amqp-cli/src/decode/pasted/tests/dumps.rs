//! Single dumps, and mistakes in them.

use crate::decode::pasted::{dump, parse};

fn error(text: &str) -> (usize, String, String) {
    let error = parse(text.as_bytes()).unwrap_err();
    (error.at, error.to_string(), error.advice.into_owned())
}

#[test]
fn text_that_looks_like_octets_is_text() {
    for text in [
        "00000000: 6162 6364 2065 6630 31                   abcd ef01",
        "00000000: 6162 6364 2065 6630 31  abcd ef01",
        "0000  61 62 63 64 20 65 66 30 31                        abcd ef01",
        "00000000  61 62 63 64 20 65 66 30  31                    |abcd ef01|\n00000009",
        // White space has been lost, but the next offset or the repetition says where the octets end.
        "00000000: 6162 6364 2065 6630 31 abcd ef01\n00000009",
        "00000000: 6162 6364 20 abcd\n00000005: 65 66 ef\n00000007: 30 31 01\n00000009",
        "00000000 61 62 63 64 20 65 66 30 31 |abcd ef01|\n00000009",
    ] {
        assert_eq!(parse(text.as_bytes()).as_deref(), Ok(&b"abcd ef01"[..]), "{text}");
    }
}

#[test]
fn a_choice_is_an_error() {
    for text in
        ["00000000: 3131 11", "0000  31 31 11", "00000000: 6162 6364 2065 6630 31 abcd ef01"]
    {
        let (at, message, _) = error(text);
        assert!(at == 0 && message.contains("may be octets or their text"), "{text}: {message}");
    }
    // The lines before decide.
    assert_eq!(parse(b"0000  00 01\n0002  31 31 11"), Ok(vec![0, 1, 0x31, 0x31, 0x11]));
    assert_eq!(parse(b"0000  00 01   ..\n0002  31 31 11"), Ok(vec![0, 1, 0x31, 0x31]));
    let (at, message, _) = error("0053  10 c0");
    assert!(at == 0 && message.contains("may be an offset or octets"), "{message}");
    assert_eq!(parse(b"0053: 10 c0"), Ok(vec![0x10, 0xc0]));
    assert_eq!(parse(b"0053 10 c0"), Ok(vec![0x00, 0x53, 0x10, 0xc0]));
    assert_eq!(parse(b"0053  10 c0\n0055  41"), Ok(vec![0x10, 0xc0, 0x41]));
}

#[test]
fn edited_octets_are_read() {
    assert_eq!(parse(b"00000000: 4142 00  ABC"), Ok(vec![0x41, 0x42, 0x00]));
    assert_eq!(parse(b"0000  41 42 00   ABC"), Ok(vec![0x41, 0x42, 0x00]));
}

#[test]
fn repeated_lines() {
    let text = "00000000  00 01  |..|\n*\n00000008  02  |.|\n00000009\n";
    assert_eq!(parse(text.as_bytes()), Ok(vec![0, 1, 0, 1, 0, 1, 0, 1, 2]));
    for (text, at, says) in [
        ("00000000  00 01  |..|\n*", 22, "last line must be an offset"),
        ("00000000  00 01  |..|\n*\n00000005", 22, "no number of lines"),
        ("00000000  00 01  |..|\n*\n00000002", 22, "no number of lines"),
        ("00000000  00 01  |..|\n*\n7ffffff0", 22, "more than 16777216"),
        ("00000000: 00\n*\nfffffffffffffffff", 15, "too large"),
    ] {
        let (seen, message, _) = error(text);
        assert!(seen == at && message.contains(says), "{text}: {message} at {seen}");
    }
}

#[test]
fn mistakes_say_where_and_what_to_do() {
    const PLAIN: &str = "xxd -p FILE | amqp decode -";
    for (text, at, says, to_do) in [
        // A line is missing, a digit is missing, or something has been added.
        ("0000  41 42\n0004  43", 0, "has 2 octets, but 4 by the next offset", PLAIN),
        ("0000  41 42\n0001  43", 0, "has 2 octets, but 1 by the next offset", PLAIN),
        ("00000000: 4142\n00000001: 43", 0, "has 2 octets, but 1", PLAIN),
        ("0000  41 4\n0002  43", 9, "odd number", PLAIN),
        ("0000  41 4g   AB", 10, "'g' is not", PLAIN),
        ("0000  41 42\n53 10", 12, "begins with an offset", PLAIN),
        ("0000  41 42   50 51", 14, "not the text of the 2 octets", PLAIN),
        ("0000  41 42 43   50", 17, "not the text of the 3 octets", PLAIN),
        ("0000000 4d41 5051", 8, "order is that of the machine", "hexdump -C FILE | amqp decode -"),
        ("00000000: 50514d41 00000103  AMQP....", 29, "reverse order", "xxd FILE | amqp decode -"),
        ("00000000: 01000001 01001101  AM", 29, "not the text", PLAIN),
    ] {
        let (seen, message, advice) = error(text);
        assert!(seen == at && message.contains(says), "{text}: {message} at {seen}");
        assert_eq!(advice, to_do, "{text}");
    }
}

#[test]
fn frames_and_values_are_no_dumps() {
    for text in [
        "0000000802000000",
        "00000008 02000000",
        "00000008 02 00 00 00",
        "0000 0008 0200 0000",
        "0053 10 c0 01 00",
        "41:4d:51:50",
        "41 4d 51 50",
        "\\x00\\x53",
        "",
    ] {
        assert!(!dump::begins(text.as_bytes()), "{text}");
    }
}
