//! `fe2o3-amqp`. Its credit is refilled by hand for pre-settled messages, because `CreditMode::Auto` refills only
//! when a delivery is accepted. `--batch` accepts 100 deliveries at once.

use std::collections::VecDeque;
use std::error::Error;

use compare_program::{Arguments, CREDIT, Meter, Role, block_on, print_port, print_usage};
use fe2o3_amqp::acceptor::{
    ConnectionAcceptor, LinkAcceptor, LinkEndpoint, ListenerConnectionHandle, SessionAcceptor,
};
use fe2o3_amqp::connection::ConnectionHandle;
use fe2o3_amqp::link::delivery::{Delivery, Sendable};
use fe2o3_amqp::link::receiver::CreditMode;
use fe2o3_amqp::types::messaging::{Data, Message, Outcome};
use fe2o3_amqp::types::primitives::Binary;
use fe2o3_amqp::{Connection, Receiver, Sender, Session};
use tokio::net::{TcpListener, TcpStream};

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many deliveries are accepted at once with `--batch`.
const BATCH: usize = 100;

fn main() -> Result {
    let arguments = Arguments::from_env();
    block_on(arguments, async move { tokio::spawn(run(arguments)).await? })?;
    print_usage();
    Ok(())
}

async fn run(arguments: Arguments) -> Result {
    match arguments.role {
        Role::Receive { messages, size, settled } => {
            receive(messages, size, settled, arguments.batch).await
        }
        Role::Send { port, messages, size, settled, window } => {
            let mut connection = connect(port).await?;
            let mut session = Session::begin(&mut connection).await?;
            let mut sender = Sender::attach(&mut session, "bench", "bench").await?;
            let message = message(size, settled);
            let mut unsettled = VecDeque::new();
            for _ in 0..messages {
                if unsettled.len() == window {
                    accepted(unsettled.pop_front().ok_or("nothing was sent")?.await?)?;
                }
                let delivery = sender.send_batchable_ref(&message).await?;
                if !settled {
                    unsettled.push_back(delivery);
                }
            }
            for delivery in unsettled {
                accepted(delivery.await?)?;
            }
            // Where messages are settled, a flow that crosses the detach makes the session fail
            // (`UnattachedHandle`). The receiver has all messages nevertheless.
            let _ = sender.close().await;
            let _ = session.end().await;
            let _ = connection.close().await;
            Ok(())
        }
        Role::Ping { port, messages, size } => {
            let mut connection = connect(port).await?;
            let mut session = Session::begin(&mut connection).await?;
            let mut sender = Sender::attach(&mut session, "bench", "bench").await?;
            let message = message(size, false);
            let mut meter = Meter::timed();
            for _ in 0..messages {
                accepted(sender.send_ref(&message).await?)?;
                meter.count();
            }
            meter.print();
            sender.close().await?;
            session.end().await?;
            Ok(connection.close().await?)
        }
        Role::HandshakeServer { connections } => {
            let listener = listen().await?;
            for _ in 0..connections {
                // That the client closes the connection is an error here, too.
                let _ = accept(&listener).await?.on_close().await;
            }
            Ok(())
        }
        Role::HandshakeClient { port, connections } => {
            let mut meter = Meter::timed();
            for _ in 0..connections {
                connect(port).await?.close().await?;
                meter.count();
            }
            meter.print();
            Ok(())
        }
        Role::Offer { .. } | Role::Fetch { .. } => {
            Err("only for peers that are only clients".into())
        }
    }
}

async fn connect(port: u16) -> Result<ConnectionHandle<()>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let builder = Connection::builder().container_id("client").hostname("127.0.0.1");
    Ok(builder.scheme("amqp").open_with_stream(stream).await?)
}

async fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    print_port(listener.local_addr()?.port());
    Ok(listener)
}

async fn accept(listener: &TcpListener) -> Result<ListenerConnectionHandle> {
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(ConnectionAcceptor::new("server").accept(stream).await?)
}

fn message(size: usize, settled: bool) -> Sendable<Data> {
    let body = Data(Binary::from(vec![b'x'; size]));
    Sendable::builder().message(Message::from(body)).settled(settled).build()
}

fn accepted(outcome: Outcome) -> Result {
    match outcome {
        Outcome::Accepted(_) => Ok(()),
        other => Err(format!("the receiver answered {other:?}").into()),
    }
}

async fn receive(messages: u64, size: usize, settled: bool, batch: bool) -> Result {
    let listener = listen().await?;
    let mut connection = accept(&listener).await?;
    let mut session = SessionAcceptor::new().accept(&mut connection).await?;
    let link = LinkAcceptor::new().accept(&mut session).await?;
    let LinkEndpoint::Receiver(mut receiver) = link else {
        return Err("the client asks for something else".into());
    };
    let mode = if settled { CreditMode::Manual } else { CreditMode::Auto(CREDIT) };
    receiver.set_credit_mode(mode);
    receiver.set_credit(CREDIT).await?;
    let mut meter = Meter::default();
    take(&mut receiver, &mut meter, messages, size, settled, batch).await?;
    meter.print();
    // The client closes the link, the session and the connection.
    let _ = connection.on_close().await;
    Ok(())
}

async fn take(
    receiver: &mut Receiver,
    meter: &mut Meter,
    messages: u64,
    size: usize,
    settled: bool,
    batch: bool,
) -> Result {
    let mut received = Vec::with_capacity(BATCH);
    while meter.counted() < messages {
        let delivery: Delivery<Data> = receiver.recv().await?;
        assert_eq!(delivery.body().0.len(), size);
        meter.count();
        if settled {
            if meter.counted().is_multiple_of(u64::from(CREDIT / 2)) {
                receiver.set_credit(CREDIT).await?;
            }
        } else if batch {
            received.push(delivery);
            if received.len() == BATCH || meter.counted() == messages {
                receiver.accept_all(&received).await?;
                received.clear();
            }
        } else {
            receiver.accept(&delivery).await?;
        }
    }
    Ok(())
}
