//! Checks that the results of all peers are equal.

use amqp_types::{Encode, Map, Value};

use crate::bench::Bench;
use crate::{peers, work};

/// Each peer encodes what it decoded, every peer decodes that, and all values must be equal to the
/// reference. Returns the number of comparisons.
///
/// # Panics
///
/// Panics if two results differ.
pub fn check(bench: &Bench) -> usize {
    let mut checks = 0;
    for row in work::ROWS {
        let references = work::references(row);
        let recoders: Vec<_> = bench.recoders.iter().filter(|recoder| recoder.row == row).collect();
        let readers: Vec<_> = bench.readers.iter().filter(|reader| reader.row == row).collect();
        for reference in &references {
            // The peers have different types, so the encoded results are compared. Our own decoding of
            // the reference has been compared with the original value.
            let wanted: Vec<_> =
                recoders.iter().map(|reader| values(&(reader.recode)(reference))).collect();
            for writer in &recoders {
                let octets = (writer.recode)(reference);
                if writer.column == peers::OURS {
                    assert_eq!(octets, *reference, "{row}");
                }
                for (reader, wanted) in recoders.iter().zip(&wanted) {
                    assert_eq!(
                        values(&(reader.recode)(&octets)),
                        *wanted,
                        "{row}: {} reads what {} wrote as something else",
                        reader.column,
                        writer.column,
                    );
                    checks += 1;
                }
            }
            for pair in readers.windows(2) {
                let [one, other] = pair else { unreachable!() };
                assert_eq!((one.read)(reference), (other.read)(reference), "{row}");
                checks += 1;
            }
        }
        let mut frames = bench.frames.iter().filter(|reader| reader.row == row);
        if let Some(first) = frames.next() {
            let wanted = (first.read)(&references[0]);
            assert_eq!(wanted.count, 3679);
            for reader in frames {
                let found = (reader.read)(&references[0]);
                assert_eq!(found, wanted, "{row}: {}", reader.column);
                checks += 1;
            }
        }
    }
    checks
}

/// Returns all values in these octets. Maps are sorted by key, because the maps of some peers have no
/// order.
fn values(octets: &[u8]) -> Vec<Value> {
    peers::ours::values(octets).into_iter().map(sorted).collect()
}

fn sorted(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
        Value::Map(map) => {
            let mut entries: Vec<(Value, Value)> =
                map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by_key(|(key, _)| key.to_bytes().unwrap());
            Value::Map(Map::try_from(entries).unwrap())
        }
        Value::Described(described) => {
            Value::described(described.descriptor, sorted(described.value))
        }
        other => other,
    }
}
