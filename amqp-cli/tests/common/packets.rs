//! Packets of a capture, and other captures of the same packets.

/// A packet of Ethernet, IPv4 and TCP.
#[derive(Clone)]
pub(crate) struct Packet {
    pub(crate) seconds: u32,
    pub(crate) micros: u32,
    pub(crate) octets: Vec<u8>,
}

/// The lengths of the headers of Ethernet and IPv4.
const ETHERNET: usize = 14;
const IPV4: usize = 20;
/// The position of the sequence number in a packet.
const SEQUENCE: usize = ETHERNET + IPV4 + 4;

impl Packet {
    /// Returns the packets of a file in the format pcap, little-endian with microseconds.
    pub(crate) fn all_of(file: &[u8]) -> Vec<Self> {
        let mut rest = &file[24..];
        let mut packets = Vec::new();
        while !rest.is_empty() {
            let number = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
            let len = 16 + usize::try_from(number(8)).unwrap();
            let octets = rest[16..len].to_vec();
            packets.push(Self { seconds: number(0), micros: number(4), octets });
            rest = &rest[len..];
        }
        packets
    }

    pub(crate) fn payload(&self) -> &[u8] {
        let tcp = ETHERNET + IPV4;
        let at = tcp + usize::from(self.octets[tcp + 12] >> 4) * 4;
        &self.octets[at..]
    }

    /// Whether it opens a stream.
    pub(crate) fn opens(&self) -> bool {
        self.octets[ETHERNET + IPV4 + 13] & 0x02 != 0
    }

    /// Adds to the sequence number, which may wrap.
    pub(crate) fn shift_sequence(&mut self, by: u32) {
        let number = u32::from_be_bytes(self.octets[SEQUENCE..SEQUENCE + 4].try_into().unwrap());
        self.octets[SEQUENCE..SEQUENCE + 4].copy_from_slice(&number.wrapping_add(by).to_be_bytes());
    }

    pub(crate) fn sequence(&self) -> u32 {
        u32::from_be_bytes(self.octets[SEQUENCE..SEQUENCE + 4].try_into().unwrap())
    }

    /// Returns what IP is in.
    fn ip(&self) -> &[u8] {
        &self.octets[ETHERNET..]
    }

    /// Returns the packet with other headers before that of TCP.
    pub(crate) fn on(&self, link: Link) -> Vec<u8> {
        let ip = self.ip();
        match link {
            Link::Ethernet => self.octets.clone(),
            Link::Vlan => [&self.octets[..12], &[0x81, 0, 0, 7, 8, 0], ip].concat(),
            Link::Raw | Link::Ipv4 => ip.to_vec(),
            Link::Null => [&2_u32.to_le_bytes(), ip].concat(),
            Link::Loop => [&2_u32.to_be_bytes(), ip].concat(),
            Link::Cooked => [&[0; 14][..], &[8, 0], ip].concat(),
            Link::Cooked2 => [&[8, 0][..], &[0; 18], ip].concat(),
            Link::Ipv6 => {
                let tcp = &ip[IPV4..];
                let len = u16::try_from(tcp.len()).unwrap().to_be_bytes();
                let address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
                [&[0x60, 0, 0, 0], &len[..], &[6, 64], &address, &address, tcp].concat()
            }
        }
    }
}

/// What a packet begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    Ethernet,
    Vlan,
    Raw,
    Ipv4,
    Ipv6,
    Null,
    Loop,
    Cooked,
    Cooked2,
}

impl Link {
    /// Returns the number of the link type.
    pub(crate) const fn number(self) -> u32 {
        match self {
            Self::Ethernet | Self::Vlan => 1,
            Self::Raw => 101,
            Self::Ipv4 => 228,
            Self::Ipv6 => 229,
            Self::Null => 0,
            Self::Loop => 108,
            Self::Cooked => 113,
            Self::Cooked2 => 276,
        }
    }
}

/// The format of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    pub(crate) is_big_endian: bool,
    pub(crate) has_nanos: bool,
    pub(crate) is_pcapng: bool,
}

impl Format {
    pub(crate) const USUAL: Self =
        Self { is_big_endian: false, has_nanos: false, is_pcapng: false };

    /// Returns all formats.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|bits| Self {
            is_big_endian: bits & 1 > 0,
            has_nanos: bits & 2 > 0,
            is_pcapng: bits & 4 > 0,
        })
    }

    /// Writes a file.
    pub(crate) fn file(self, link: Link, packets: &[Packet]) -> Vec<u8> {
        let packets = packets.iter().map(|packet| {
            let octets = packet.on(link);
            if self.is_pcapng { self.block(packet, &octets) } else { self.record(packet, &octets) }
        });
        [self.header(link), packets.collect::<Vec<_>>().concat()].concat()
    }

    fn numbers(self, numbers: &[u32]) -> Vec<u8> {
        let octets = |number: &u32| {
            if self.is_big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
        };
        numbers.iter().flat_map(octets).collect()
    }

    fn shorts(self, [first, second]: [u16; 2]) -> u32 {
        let (high, low) = if self.is_big_endian { (first, second) } else { (second, first) };
        u32::from(high) << 16 | u32::from(low)
    }

    fn header(self, link: Link) -> Vec<u8> {
        if !self.is_pcapng {
            let magic = if self.has_nanos { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
            return self.numbers(&[magic, self.shorts([2, 4]), 0, 0, 65_535, link.number()]);
        }
        let section = [0x0a0d_0d0a, 28, 0x1a2b_3c4d, self.shorts([1, 0]), u32::MAX, u32::MAX, 28];
        let number = u16::try_from(link.number()).unwrap();
        // The option 9 is the resolution as a power of ten.
        let option = [self.shorts([9, 1]), 0];
        let mut interface = self.numbers(&[1, 32, self.shorts([number, 0]), 65_535]);
        interface.extend(self.numbers(&option));
        let resolution = interface.len() - 4;
        interface[resolution] = if self.has_nanos { 9 } else { 6 };
        [self.numbers(&section), interface, self.numbers(&[0, 32])].concat()
    }

    fn time(self, packet: &Packet) -> u32 {
        if self.has_nanos { packet.micros * 1000 } else { packet.micros }
    }

    fn record(self, packet: &Packet, octets: &[u8]) -> Vec<u8> {
        let len = u32::try_from(octets.len()).unwrap();
        let header = [packet.seconds, self.time(packet), len, len];
        [self.numbers(&header), octets.to_vec()].concat()
    }

    fn block(self, packet: &Packet, octets: &[u8]) -> Vec<u8> {
        let len = u32::try_from(octets.len()).unwrap();
        let padding = vec![0; octets.len().next_multiple_of(4) - octets.len()];
        let size = 32 + u32::try_from(octets.len() + padding.len()).unwrap();
        let unit = if self.has_nanos { 1_000_000_000 } else { 1_000_000 };
        let time = u64::from(packet.seconds) * unit + u64::from(self.time(packet));
        let (high, low) = (u32::try_from(time >> 32).unwrap(), time as u32);
        let header = self.numbers(&[6, size, 0, high, low, len, len]);
        [header, octets.to_vec(), padding, self.numbers(&[size])].concat()
    }
}
