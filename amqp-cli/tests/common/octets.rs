//! Builds octets in hexadecimal, with the right sizes and counts.

use std::fmt::Write;

/// Returns a list8.
pub(crate) fn list(items: &[&str]) -> String {
    compound("c0", items)
}

/// Returns a map8 of alternating keys and values.
pub(crate) fn map(items: &[&str]) -> String {
    compound("c1", items)
}

fn compound(format: &str, items: &[&str]) -> String {
    let items_octets = octets(&items.concat());
    format!("{format}{:02x}{:02x}{}", items_octets.len() / 2 + 1, items.len(), items_octets)
}

/// Returns a composite with these fields.
pub(crate) fn composite(code: u8, fields: &[&str]) -> String {
    format!("0053{code:02x}{}", list(fields))
}

/// Returns a frame of type 0 (AMQP) or 1 (SASL) on channel 0.
pub(crate) fn frame(frame_type: u8, body: &str) -> String {
    let body = octets(body);
    format!("{:08x}02{frame_type:02x}0000{body}", body.len() / 2 + 8)
}

/// Writes octets in hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut digits, octet| {
        write!(digits, "{octet:02x}").expect("a string takes all");
        digits
    })
}

/// Returns the digits without separators.
fn octets(text: &str) -> String {
    text.split(' ').collect()
}
