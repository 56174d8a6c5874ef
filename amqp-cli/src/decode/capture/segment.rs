//! The segments of TCP in packets.

use std::net::SocketAddr;

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, SlicedPacket, TransportSlice};
use pcap_parser::Linktype;

use super::file::Packet;

/// A segment of TCP.
pub(super) struct Segment<'a> {
    pub(super) packet: usize,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) sequence: u32,
    /// The side that opens its stream with it. The sequence number after it is that of the first octet.
    pub(super) opens: Option<Side>,
    /// How it ends the stream.
    pub(super) ends: Option<Ending>,
    /// The octets that were captured, which may be fewer than were sent.
    pub(super) octets: &'a [u8],
}

/// A side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Closed,
    Reset,
}

/// What a packet has, if not a segment of TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Other {
    /// A part of a packet of IP.
    Fragment,
    /// A link whose packets are not known.
    UnknownLink(i32),
    /// Another protocol, or a packet that cannot be decoded.
    Protocol,
}

impl<'a> Segment<'a> {
    /// Returns the segment of a packet.
    pub(super) fn of(packet: &Packet<'a>) -> Result<Self, Other> {
        let sliced = slice(packet.link, packet.octets)?;
        let (source, destination, payload) = match &sliced.net {
            Some(LaxNetSlice::Ipv4(ip)) => {
                let header = ip.header();
                (header.source_addr().into(), header.destination_addr().into(), ip.payload())
            }
            Some(LaxNetSlice::Ipv6(ip)) => {
                let header = ip.header();
                (header.source_addr().into(), header.destination_addr().into(), ip.payload())
            }
            _ => return Err(Other::Protocol),
        };
        if payload.fragmented {
            return Err(Other::Fragment);
        }
        let Some(TransportSlice::Tcp(tcp)) = sliced.transport else { return Err(Other::Protocol) };
        Ok(Self {
            packet: packet.number,
            from: SocketAddr::new(source, tcp.source_port()),
            to: SocketAddr::new(destination, tcp.destination_port()),
            sequence: tcp.sequence_number(),
            // The server acknowledges what the client opened.
            opens: tcp.syn().then(|| if tcp.ack() { Side::Server } else { Side::Client }),
            ends: match (tcp.rst(), tcp.fin()) {
                (true, _) => Some(Ending::Reset),
                (false, true) => Some(Ending::Closed),
                (false, false) => None,
            },
            octets: tcp.payload(),
        })
    }
}

/// Returns what TCP carries in a packet of Ethernet, as Wireshark copies it, if the octets are one.
pub(crate) fn payload(octets: &[u8]) -> Option<&[u8]> {
    /// The length of the shortest packet, which is padded.
    const SHORTEST: usize = 60;
    let packet = SlicedPacket::from_ethernet(octets).ok()?;
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else { return None };
    let payload = tcp.payload();
    let is_whole = octets.as_ptr_range().end == payload.as_ptr_range().end;
    (is_whole || octets.len() == SHORTEST).then_some(payload)
}

/// Slices a packet, whose first header depends on the link.
fn slice(link: Linktype, octets: &[u8]) -> Result<LaxSlicedPacket<'_>, Other> {
    // Any kind of BSD raw IP, and the link types of the captures of single systems.
    const RAW: [i32; 3] = [Linktype::RAW.0, 12, 14];
    let ether_type = |at: usize, len: usize| {
        let ether_type = octets.get(at..at + 2).and_then(|octets| octets.try_into().ok());
        let rest = octets.get(len..);
        let (ether_type, rest) = ether_type.zip(rest).ok_or(Other::Protocol)?;
        Ok(LaxSlicedPacket::from_ether_type(EtherType(u16::from_be_bytes(ether_type)), rest))
    };
    let ip = |len: usize| {
        let rest = octets.get(len..).ok_or(Other::Protocol)?;
        LaxSlicedPacket::from_ip(rest).map_err(|_| Other::Protocol)
    };
    match link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(octets).map_err(|_| Other::Protocol),
        Linktype::LINUX_SLL => ether_type(14, 16),
        Linktype::LINUX_SLL2 => ether_type(0, 20),
        // Four octets with a number of the address family, in either byte order.
        Linktype::NULL | Linktype::LOOP => ip(4),
        Linktype::IPV4 | Linktype::IPV6 => ip(0),
        Linktype(number) if RAW.contains(&number) => ip(0),
        Linktype(number) => Err(Other::UnknownLink(number)),
    }
}
