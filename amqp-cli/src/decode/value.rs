//! Values, either of any type or checked against the rules of the type that their descriptor names.

use std::fmt;

use amqp_types::known::KnownType;
use amqp_types::{
    Accepts, Bytes, Constructor, Decode, Decoder, Failed, Reader, Value, WireDescriptor,
};

use super::problem::Problem;

/// Decodes one value without trailing octets.
pub(crate) fn decode(octets: &Bytes) -> Result<Value, Problem> {
    Ok(Value::from_shared(octets)?)
}

/// Decodes one value and checks it against the type that its descriptor names.
pub(crate) fn decode_as_type(octets: &Bytes) -> Result<Value, Problem> {
    let (Named(named), _) = Decoder::shared(octets).decode_prefix()?;
    match named {
        Ok(known) => known.check(octets).map_err(|error| Problem::in_type(error, known))?,
        Err(sentence) => return Err(Problem::new("unknown-type", 0, sentence)),
    }
    decode(octets)
}

/// The type that the constructor of a value names, or the reason why it names none. The data after the
/// constructor is not read.
struct Named(Result<&'static KnownType, String>);

impl<'de> Decode<'de> for Named {
    const ACCEPTS: &'static Accepts = Value::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'de>,
        _: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let Some(descriptor) = constructor.descriptor() else {
            let primitive = constructor.format().primitive().name();
            return Ok(Self(Err(format!(
                "the descriptor names the type, and this {primitive} has none"
            ))));
        };
        Ok(Self(KnownType::named_by(descriptor).ok_or_else(|| Unknown(descriptor).to_string())))
    }
}

struct Unknown<'a>(WireDescriptor<'a>);

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            WireDescriptor::Code(code) => {
                write!(f, "unknown descriptor ulong {code:#x}")
            }
            WireDescriptor::Name(name) => {
                let name = name.escape_ascii();
                write!(f, "unknown descriptor symbol \"{name}\"")
            }
            WireDescriptor::Reserved => f.write_str("a descriptor must be a symbol or a ulong"),
        }
    }
}
