//! Whether all peers mean the same thing.

use amqp_types::{Decode, Encode, Map, Reader, Value};

use crate::bench::Bench;
use crate::{peers, work};

/// Each peer encodes what it decoded, every peer decodes that, and all the values must be those of
/// the reference. Gives the number of comparisons.
///
/// # Panics
///
/// If two peers do not agree.
pub fn check(bench: &Bench) -> usize {
    let mut checks = 0;
    for row in work::ROWS.into_iter().filter(|row| *row != work::FRAMES) {
        let reference = work::reference(row);
        let codecs: Vec<_> = bench.codecs.iter().filter(|codec| codec.row == row).collect();
        for writer in &codecs {
            let octets = (writer.recode)(&reference);
            if writer.column == peers::OURS {
                assert_eq!(octets, reference, "{row}");
            }
            for reader in &codecs {
                // The peers have types of their own, so that values are compared as each of them
                // encodes what it has decoded. Our own decoding of the reference was compared with
                // the value that it was made from.
                assert_eq!(
                    values(&(reader.recode)(&octets)),
                    values(&(reader.recode)(&reference)),
                    "{row}: {} reads what {} wrote as something else",
                    reader.column,
                    writer.column,
                );
                checks += 1;
            }
        }
    }
    let frames = work::reference(work::FRAMES);
    for (column, count) in &bench.frames {
        let found = count(&frames);
        assert_eq!(found, (3679, 3679 * 12_345, 3679 * 256), "frames: {column}");
        checks += 1;
    }
    checks
}

/// All values in these octets, with maps in the order of their keys: there are peers whose maps
/// have none.
fn values(octets: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut rest = octets;
    while !rest.is_empty() {
        let (value, len) = Value::prefix_of(Reader::new(rest)).unwrap();
        values.push(sorted(value));
        rest = &rest[len..];
    }
    values
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
