//! Plain TCP, the limit: the same octets as a message's frame, without AMQP.

use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use amqp_compare_end_to_end::{Arguments, Meter, Role, print_port, print_usage};

/// How much is written and read at once.
const BLOCK: usize = 64 * 1024;

/// The octets of a frame header, a transfer and the descriptor of the body.
const OVERHEAD: usize = 37;

fn main() -> Result<()> {
    match Arguments::from_env().role {
        Role::Receive { messages, size, .. } => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            print_port(listener.local_addr()?.port());
            let (mut stream, _) = listener.accept()?;
            let mut block = vec![0; 2 * BLOCK];
            let mut meter = Meter::default();
            let mut octets = 0;
            while meter.counted() < messages {
                octets += stream.read(&mut block)?;
                while octets >= size + OVERHEAD {
                    octets -= size + OVERHEAD;
                    meter.count();
                }
            }
            meter.print();
        }
        Role::Send { port, messages, size, .. } => {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_nodelay(true)?;
            let octets = messages as usize * (size + OVERHEAD);
            let block = vec![b'x'; BLOCK];
            for _ in 0..octets / BLOCK {
                stream.write_all(&block)?;
            }
            stream.write_all(&block[..octets % BLOCK])?;
        }
        Role::HandshakeServer { connections } => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            print_port(listener.local_addr()?.port());
            for _ in 0..connections {
                let (mut stream, _) = listener.accept()?;
                while stream.read(&mut [0; 64])? > 0 {}
            }
        }
        Role::HandshakeClient { port, connections } => {
            let mut meter = Meter::default();
            for _ in 0..connections {
                drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?);
                meter.count();
            }
            meter.print();
        }
    }
    print_usage();
    Ok(())
}
