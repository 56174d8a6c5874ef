//! A scripted peer on its own port.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

pub(crate) const AMQP: &[u8] = b"AMQP\x00\x01\x00\x00";
pub(crate) const SASL: &[u8] = b"AMQP\x03\x01\x00\x00";
pub(crate) const TLS: &[u8] = b"AMQP\x02\x01\x00\x00";
pub(crate) const AMQP_0_9_1: &[u8] = b"AMQP\x00\x00\x09\x01";

/// The frame with which Proton offers ANONYMOUS.
pub(crate) const ANONYMOUS: &[u8] =
    b"\x00\x00\x00\x1c\x02\x01\x00\x00\x00\x53\x40\xc0\x0f\x01\xe0\x0c\x01\xa3\x09ANONYMOUS";

/// Listens until the test ends, and calls `serve` for each connection on its own thread.
pub(crate) fn listen(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// Starts a peer that answers each header with the result of `script`, and then closes the connection.
pub(crate) fn answering(script: impl Fn(&[u8]) -> Vec<u8> + Clone + Send + 'static) -> SocketAddr {
    listen(move |mut stream| {
        let header = first_octets(&mut stream);
        // The program may have closed the connection.
        let _ = stream.write_all(&script(&header));
    })
}

/// Reads the first eight octets, or fewer if the stream ends.
pub(crate) fn first_octets(stream: &mut impl Read) -> Vec<u8> {
    let mut header = [0; 8];
    let mut len = 0;
    while len < header.len() {
        match stream.read(&mut header[len..]) {
            Ok(0) | Err(_) => break,
            Ok(read) => len += read,
        }
    }
    header[..len].to_vec()
}

/// Sends octets, and returns the whole answer until the other side closes.
pub(crate) fn exchange(address: SocketAddr, octets: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("the server takes a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit can be set");
    stream.write_all(octets).expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers and closes");
    answer
}
