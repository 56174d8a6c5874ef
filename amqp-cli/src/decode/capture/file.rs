//! The packets of a capture file, which is pcap or pcapng.

use std::fmt;

use pcap_parser::pcapng::{Block, InterfaceDescriptionBlock};
use pcap_parser::{
    Linktype, PcapError, nom, parse_block_be, parse_block_le, parse_pcap_frame,
    parse_pcap_frame_be, parse_pcap_header,
};

/// The first octets of a file in the format pcapng.
const PCAPNG: &[u8] = &[0x0a, 0x0d, 0x0d, 0x0a];
const NANOS: u64 = 1_000_000_000;

/// A packet of a capture.
pub(super) struct Packet<'a> {
    /// The number of the packet, from 1, as Wireshark shows it.
    pub(super) number: usize,
    /// The time in nanoseconds since the Unix epoch.
    pub(super) time: u64,
    pub(super) link: Linktype,
    pub(super) octets: &'a [u8],
}

/// The file is not a capture, or a part of it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileError {
    NotCapture,
    /// The file ends within a packet, which begins at this octet.
    Truncated {
        at: usize,
    },
    /// There is no valid packet at this octet.
    Invalid {
        at: usize,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCapture => f.write_str("this is not a capture in the format pcap or pcapng"),
            Self::Truncated { at } => {
                write!(f, "the capture ends within a packet (octet {at} of the file)")
            }
            Self::Invalid { at } => {
                write!(f, "there is no valid packet at octet {at} of the file")
            }
        }
    }
}

/// Calls `take` with each packet of a file, up to an error.
pub(super) fn read<'a>(file: &'a [u8], mut take: impl FnMut(Packet<'a>)) -> Result<(), FileError> {
    let mut number = 0;
    let mut take = |time, link, octets| {
        number += 1;
        take(Packet { number, time, link, octets });
    };
    if file.starts_with(PCAPNG) { read_pcapng(file, &mut take) } else { read_pcap(file, &mut take) }
}

fn read_pcap<'a>(
    file: &'a [u8],
    take: &mut impl FnMut(u64, Linktype, &'a [u8]),
) -> Result<(), FileError> {
    let (mut rest, header) = parse_pcap_header(file).map_err(|_| FileError::NotCapture)?;
    let parse = if header.is_bigendian() { parse_pcap_frame_be } else { parse_pcap_frame };
    let unit = if header.is_nanosecond_precision() { 1 } else { 1_000 };
    while !rest.is_empty() {
        let (after, packet) = parse(rest).map_err(|error| at(&error, file, rest))?;
        let time = u64::from(packet.ts_sec) * NANOS + u64::from(packet.ts_usec) * unit;
        take(time, header.network, packet.data);
        rest = after;
    }
    Ok(())
}

fn read_pcapng<'a>(
    file: &'a [u8],
    take: &mut impl FnMut(u64, Linktype, &'a [u8]),
) -> Result<(), FileError> {
    let (mut rest, mut is_big_endian) = (file, false);
    let mut interfaces: Vec<Interface> = Vec::new();
    while !rest.is_empty() {
        let parse = if is_big_endian { parse_block_be } else { parse_block_le };
        let (after, block) = parse(rest).map_err(|error| match at(&error, file, rest) {
            FileError::Invalid { at: 0 } | FileError::Truncated { at: 0 } => FileError::NotCapture,
            error => error,
        })?;
        match block {
            Block::SectionHeader(section) => {
                is_big_endian = section.big_endian();
                interfaces.clear();
            }
            Block::InterfaceDescription(interface) => interfaces.push(Interface::of(&interface)),
            Block::EnhancedPacket(packet) => {
                let number = usize::try_from(packet.if_id).unwrap_or(usize::MAX);
                let interface = interfaces.get(number);
                let interface =
                    interface.ok_or(FileError::Invalid { at: file.len() - rest.len() })?;
                let time = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                let len = usize::try_from(packet.caplen).unwrap_or(usize::MAX);
                let octets = packet.data.get(..len).unwrap_or(packet.data);
                take(interface.nanos(time), interface.link, octets);
            }
            Block::SimplePacket(packet) => {
                let interface = interfaces.first();
                let interface =
                    interface.ok_or(FileError::Invalid { at: file.len() - rest.len() })?;
                let len = usize::try_from(packet.origlen).unwrap_or(usize::MAX);
                let octets = packet.data.get(..len).unwrap_or(packet.data);
                take(0, interface.link, octets);
            }
            _ => {}
        }
        rest = after;
    }
    Ok(())
}

/// The interface of a packet in the format pcapng.
struct Interface {
    link: Linktype,
    /// The unit of time as an exponent of ten, or of two if its highest bit is set.
    resolution: u8,
}

impl Interface {
    const fn of(block: &InterfaceDescriptionBlock<'_>) -> Self {
        Self { link: block.linktype, resolution: block.if_tsresol }
    }

    /// Returns a time in nanoseconds.
    fn nanos(&self, time: u64) -> u64 {
        let exponent = u32::from(self.resolution & 0x7f);
        let base: u128 = if self.resolution & 0x80 == 0 { 10 } else { 2 };
        let units = base.checked_pow(exponent).unwrap_or(u128::MAX);
        u64::try_from(u128::from(time) * u128::from(NANOS) / units).unwrap_or(u64::MAX)
    }
}

/// Returns the error of the rest of a file.
fn at<E>(error: &nom::Err<PcapError<E>>, file: &[u8], rest: &[u8]) -> FileError {
    let at = file.len() - rest.len();
    match error {
        nom::Err::Incomplete(_) | nom::Err::Error(PcapError::Incomplete(_)) => {
            FileError::Truncated { at }
        }
        _ => FileError::Invalid { at },
    }
}
