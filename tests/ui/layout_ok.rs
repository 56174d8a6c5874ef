use amqp_types::Layout;

#[derive(Layout)]
#[amqp(prefix = b"AMQP")]
pub struct ProtocolHeader {
    pub id: u8,
    pub version: Version,
}

#[derive(Layout)]
pub struct Version(u8, u8, u8);

fn main() {
    let header = ProtocolHeader {
        id: 0,
        version: Version(1, 0, 0),
    };
    let octets: [u8; ProtocolHeader::LEN] = header.to_bytes();
    assert_eq!(octets, *b"AMQP\0\x01\0\0");
    assert!(ProtocolHeader::from_bytes(&octets).is_ok());
}
