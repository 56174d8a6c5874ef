//! Plain TCP, the limit: the same octets as a message's frame, without AMQP.

use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use compare_program::{
    ACCEPTED_OCTETS, Arguments, Meter, Role, TRANSFER_OCTETS, print_port, print_usage,
};

/// How much is written and read at once.
const BLOCK: usize = 64 * 1024;

fn main() -> Result<()> {
    match Arguments::from_env().role {
        Role::Receive { messages, size, settled: true } => receive(messages, size)?,
        Role::Receive { messages, size, settled: false } => answer(messages, size)?,
        Role::Send { port, messages, size, .. } => send(port, messages, size)?,
        Role::Ping { port, messages, size } => ping(port, messages, size)?,
        Role::HandshakeServer { connections } => {
            let listener = listen()?;
            for _ in 0..connections {
                let (mut stream, _) = listener.accept()?;
                while stream.read(&mut [0; 64])? > 0 {}
            }
        }
        Role::HandshakeClient { port, connections } => {
            let mut meter = Meter::timed();
            for _ in 0..connections {
                drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?);
                meter.count();
            }
            meter.print();
        }
        Role::Offer { .. } | Role::Fetch { .. } => panic!("only for peers that are only clients"),
    }
    print_usage();
    Ok(())
}

fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    print_port(listener.local_addr()?.port());
    Ok(listener)
}

fn receive(messages: u64, size: usize) -> Result<()> {
    let (mut stream, _) = listen()?.accept()?;
    let mut block = vec![0; 2 * BLOCK];
    let mut meter = Meter::default();
    let mut octets = 0;
    while meter.counted() < messages {
        let read = stream.read(&mut block)?;
        assert!(read > 0, "the sender closed the connection too early");
        octets += read;
        while octets >= size + TRANSFER_OCTETS {
            octets -= size + TRANSFER_OCTETS;
            meter.count();
        }
    }
    meter.print();
    Ok(())
}

fn send(port: u16, messages: u64, size: usize) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    let octets = messages as usize * (size + TRANSFER_OCTETS);
    let block = vec![b'x'; BLOCK];
    for _ in 0..octets / BLOCK {
        stream.write_all(&block)?;
    }
    stream.write_all(&block[..octets % BLOCK])
}

/// Answers each message with as many octets as accept it.
fn answer(messages: u64, size: usize) -> Result<()> {
    let (mut stream, _) = listen()?.accept()?;
    stream.set_nodelay(true)?;
    let mut message = vec![0; size + TRANSFER_OCTETS];
    let mut meter = Meter::default();
    for _ in 0..messages {
        stream.read_exact(&mut message)?;
        stream.write_all(&[0; ACCEPTED_OCTETS])?;
        meter.count();
    }
    meter.print();
    Ok(())
}

fn ping(port: u16, messages: u64, size: usize) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    let message = vec![b'x'; size + TRANSFER_OCTETS];
    let mut meter = Meter::timed();
    for _ in 0..messages {
        stream.write_all(&message)?;
        stream.read_exact(&mut [0; ACCEPTED_OCTETS])?;
        meter.count();
    }
    meter.print();
    Ok(())
}
