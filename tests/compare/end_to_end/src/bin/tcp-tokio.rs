//! Plain TCP on tokio: what a round trip costs there without AMQP.

use std::io::Result;
use std::net::Ipv4Addr;

use compare_program::{
    ACCEPTED_OCTETS, Arguments, Meter, Role, TRANSFER_OCTETS, block_on, print_port, print_usage,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn main() -> Result<()> {
    let arguments = Arguments::from_env();
    block_on(arguments, async move {
        match arguments.role {
            Role::Receive { messages, size, settled: false } => answer(messages, size).await,
            Role::Ping { port, messages, size } => ping(port, messages, size).await,
            _ => panic!("this program does only round trips"),
        }
    })?;
    print_usage();
    Ok(())
}

/// Answers each message with as many octets as accept it.
async fn answer(messages: u64, size: usize) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    print_port(listener.local_addr()?.port());
    let (mut stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    let mut message = vec![0; size + TRANSFER_OCTETS];
    let mut meter = Meter::default();
    for _ in 0..messages {
        stream.read_exact(&mut message).await?;
        stream.write_all(&[0; ACCEPTED_OCTETS]).await?;
        meter.count();
    }
    meter.print();
    Ok(())
}

async fn ping(port: u16, messages: u64, size: usize) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let message = vec![b'x'; size + TRANSFER_OCTETS];
    let mut meter = Meter::timed();
    for _ in 0..messages {
        stream.write_all(&message).await?;
        stream.read_exact(&mut [0; ACCEPTED_OCTETS]).await?;
        meter.count();
    }
    meter.print();
    Ok(())
}
