//! Values one after another, looked at without making anything of them.

use super::ValueRef;
use crate::codec::{Decode, decode_any};
use crate::error::Failed;
use crate::format::{Category, Format};
use crate::reader::Reader;
use crate::text;

/// What comes behind the format code of a value that is good whatever its octets are, and no level of
/// its own: so many of them.
const WIDTHS: [Option<u8>; 256] = {
    let mut widths = [None; 256];
    let mut rest: &[Format] = &Format::ALL;
    while let [format, others @ ..] = rest {
        let any = !matches!(format, Format::Boolean | Format::Char | Format::List0);
        if let (Category::Fixed(width), true) = (format.category(), any)
            && let Some((_, [place, ..])) = widths.split_at_mut_checked(format.code() as usize)
        {
            *place = Some(width);
        }
        rest = others;
    }
    widths
};

/// Passes over so many values, each checked as [`ValueRef`] would.
pub(super) fn values(count: usize, reader: &mut Reader<'_>) -> Result<(), Failed> {
    let mut rest = reader.rest();
    for _ in 0..count {
        rest = match behind_simple(rest) {
            Some(behind) => behind,
            None => {
                reader.go_to(rest);
                other(reader)?;
                reader.rest()
            }
        };
    }
    reader.go_to(rest);
    Ok(())
}

/// Passes over one value, as [`values`] does.
#[inline]
pub(super) fn one(reader: &mut Reader<'_>) -> Result<(), Failed> {
    match behind_simple(reader.rest()) {
        Some(behind) => {
            reader.go_to(behind);
            Ok(())
        }
        None => other(reader),
    }
}

/// What comes behind a value that holds no others and is good; none if it takes a closer look.
#[inline(always)]
pub(super) fn behind_simple(octets: &[u8]) -> Option<&[u8]> {
    const STRING: u8 = Format::String8.code();
    const SYMBOL: u8 = Format::Symbol8.code();
    const BINARY: u8 = Format::Binary8.code();
    const LONG: u8 = Format::Long.code();
    const SMALL_LONG: u8 = Format::SmallLong.code();
    // Each in an arm of its own: the next value is looked for before this one is there.
    match octets {
        [LONG, _, _, _, _, _, _, _, _, rest @ ..] | [SMALL_LONG, _, rest @ ..] => Some(rest),
        [STRING, data @ ..] => {
            let (size, data) = data.split_first()?;
            match text::split_ascii(data, usize::from(*size)) {
                Some((_, rest)) => Some(rest),
                None => behind_string(octets),
            }
        }
        [SYMBOL, data @ ..] => {
            let (size, data) = data.split_first()?;
            text::split_ascii(data, usize::from(*size)).map(|(_, rest)| rest)
        }
        [BINARY, size, data @ ..] => {
            data.split_at_checked(usize::from(*size)).map(|(_, rest)| rest)
        }
        [code, data @ ..] => {
            let width = WIDTHS.get(usize::from(*code)).copied().flatten()?;
            data.split_at_checked(usize::from(width)).map(|(_, rest)| rest)
        }
        [] => None,
    }
}

/// What comes behind a string whose octets are not all ASCII.
#[inline(never)]
fn behind_string(octets: &[u8]) -> Option<&[u8]> {
    <&str>::behind(octets)
}

/// Any value, and any mistake.
#[inline(never)]
fn other(reader: &mut Reader<'_>) -> Result<(), Failed> {
    const LIST: u8 = Format::List8.code();
    if let [LIST, size, count, data @ ..] = reader.rest()
        && let Some(items) = usize::from(*size).checked_sub(1)
        && let Some((body, after)) = data.split_at_checked(items)
        && count < size
        && reader.enter_body(body).is_some()
    {
        values(usize::from(*count), reader)?;
        return reader.leave(after);
    }
    decode_any::<ValueRef<'_>>(reader).map(drop)
}
