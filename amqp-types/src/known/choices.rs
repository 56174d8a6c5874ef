//! The standard's names of choices that are numbers or booleans on the wire.

use crate::value::Value;

/// Returns the standard's name of a field's value that is a choice, for example `sender` for the role `false`. Returns
/// `None` if the standard has no name for it.
pub fn choice(field: &str, value: &Value) -> Option<&'static str> {
    let (names, index): (&[&str], usize) = match (field, value) {
        ("role", Value::Boolean(receiver)) => (&["sender", "receiver"], usize::from(*receiver)),
        ("snd-settle-mode", Value::Ubyte(mode)) => {
            (&["unsettled", "settled", "mixed"], usize::from(*mode))
        }
        ("rcv-settle-mode", Value::Ubyte(mode)) => (&["first", "second"], usize::from(*mode)),
        ("durable", Value::Uint(durability)) => {
            (&["none", "configuration", "unsettled-state"], usize::try_from(*durability).ok()?)
        }
        ("code", Value::Ubyte(code)) => {
            (&["ok", "auth", "sys", "sys-perm", "sys-temp"], usize::from(*code))
        }
        _ => return None,
    };
    names.get(index).copied()
}
