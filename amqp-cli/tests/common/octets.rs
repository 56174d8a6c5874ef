//! Octets in hexadecimal, with their sizes and counts.

use std::fmt::Write;

/// A list of values of up to 255 octets.
pub(crate) fn list(items: &[&str]) -> String {
    compound("c0", items)
}

/// A map, of keys and values in turn.
pub(crate) fn map(items: &[&str]) -> String {
    compound("c1", items)
}

fn compound(format: &str, items: &[&str]) -> String {
    let items_octets = octets(&items.concat());
    format!("{format}{:02x}{:02x}{}", items_octets.len() / 2 + 1, items.len(), items_octets)
}

/// A composite with these fields.
pub(crate) fn composite(code: u8, fields: &[&str]) -> String {
    format!("0053{code:02x}{}", list(fields))
}

/// A frame of type 0 (AMQP) or 1 (SASL) on channel 0.
pub(crate) fn frame(frame_type: u8, body: &str) -> String {
    let body = octets(body);
    format!("{:08x}02{frame_type:02x}0000{body}", body.len() / 2 + 8)
}

/// Any octets.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut digits, octet| {
        write!(digits, "{octet:02x}").expect("a string takes all");
        digits
    })
}

/// The digits alone.
fn octets(text: &str) -> String {
    text.split(' ').collect()
}
