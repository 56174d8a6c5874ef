use amqp_types::Layout;

#[derive(Layout)]
#[amqp(prefx = b"AMQP")]
struct Header {
    id: u8,
}

#[derive(Layout)]
struct Headers {
    first: Header,
}

fn main() {
    let header = Header { id: 0 };
    let _ = Header::from_bytes(&header.to_bytes());
    let _ = Headers::from_bytes(&[0; Header::LEN]);
}
