//! What the commands need of the known types, beyond their names.

use amqp_types::known::KnownType;
use amqp_types::{Bytes, Decoder, Value};

/// Returns the type that the descriptor at the start of the octets names. The value after the
/// descriptor is not read.
pub(crate) fn at_front(octets: &Bytes) -> Option<&'static KnownType> {
    let Some((0, described)) = octets.split_first() else { return None };
    KnownType::of(&Decoder::new(described).decode_prefix::<Value>().ok()?.0)
}

/// Returns the name of the type in the path of an error, for example `SaslInit` for `sasl-init`.
pub(crate) fn path(known: &KnownType) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    };
    known.name().split('-').map(capital).collect()
}
