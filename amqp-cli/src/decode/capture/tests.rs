//! Captures with anything wrong in them.

use proptest::prelude::*;

use super::decode_file;

const CAPTURE: &[u8] = include_bytes!("../../../tests/dumps/rabbitmq-4.3.pcap");

/// Decodes a file both ways. Returns the length of the output.
fn decode(file: &[u8]) -> usize {
    let (mut text, mut json, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let is_complete = decode_file(file, false, &mut text, &mut notes).unwrap();
    assert_eq!(decode_file(file, true, &mut json, &mut notes).unwrap(), is_complete);
    for line in String::from_utf8(json).unwrap().lines() {
        let _: serde_json::Value = serde_json::from_str(line).unwrap();
    }
    assert!(!String::from_utf8_lossy(&text).contains("guest\\u{0}guest"));
    text.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_octets_do_no_harm(
        changes in proptest::collection::vec((0..CAPTURE.len(), any::<u8>()), 1..20),
        len in 0..=CAPTURE.len(),
        is_cut in any::<bool>(),
    ) {
        let mut file = CAPTURE.to_vec();
        for (at, octet) in changes {
            file[at] = octet;
        }
        if is_cut {
            file.truncate(len);
        }
        // The output is in proportion to the input.
        prop_assert!(decode(&file) < 1000 * CAPTURE.len());
    }

    #[test]
    fn any_octets_do_no_harm(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        decode(&octets);
        let pcapng = [&b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0"[..], &octets].concat();
        decode(&pcapng);
    }
}
