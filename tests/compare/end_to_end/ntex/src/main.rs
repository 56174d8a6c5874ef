//! `ntex-amqp`, on one thread of ntex's tokio runtime.

use std::cell::Cell;
use std::collections::VecDeque;
use std::error::Error;
use std::net::TcpListener;
use std::rc::Rc;

use compare_program::{Arguments, CREDIT, Meter, Role, print_port, print_usage};
use ntex::io::IoBoxed;
use ntex::service::{boxed, boxed::BoxService, fn_service};
use ntex::util::Bytes;
use ntex::{Pipeline, SharedCfg, rt};
use ntex_amqp::codec::Message;
use ntex_amqp::codec::protocol::{DeliveryState, TransferBody};
use ntex_amqp::error::LinkError;
use ntex_amqp::server::{Handshake, Router, Server};
use ntex_amqp::{ConnectionRef, Delivery, client, types};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

#[ntex::main]
async fn main() -> Result {
    match Arguments::from_env().role {
        Role::Receive { messages, size, .. } => serve(1, messages, size).await?,
        Role::HandshakeServer { connections } => serve(connections, 0, 0).await?,
        Role::Send { port, messages, size, settled, window } => {
            let connection = connect(port).await?;
            if settled {
                send_settled(&connection, messages, size).await?;
            } else {
                send(&connection, messages, size, window).await?;
            }
            connection.close().await?;
        }
        Role::Ping { port, messages, size } => {
            let connection = connect(port).await?;
            ping(&connection, messages, size).await?;
            connection.close().await?;
        }
        Role::HandshakeClient { port, connections } => {
            let mut meter = Meter::timed();
            for _ in 0..connections {
                connect(port).await?.close().await?;
                meter.count();
            }
            meter.print();
        }
        Role::Offer { .. } | Role::Fetch { .. } => {
            return Err("only for peers that are only clients".into());
        }
    }
    print_usage();
    Ok(())
}

async fn connect(port: u16) -> Result<ConnectionRef> {
    let address = format!("127.0.0.1:{port}");
    let connector = Pipeline::new(SharedCfg::default(), client::Connector::new());
    let client = connector.call(client::Connect::new(address)).await?;
    let connection = client.sink();
    rt::spawn(async move {
        let _ = client.start_default().await;
    });
    Ok(connection)
}

/// Takes connections one after another, and as many messages on each of their links.
async fn serve(connections: u64, messages: u64, size: usize) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    print_port(listener.local_addr()?.port());
    let server = Server::builder(async |handshake: Handshake| match handshake {
        Handshake::Amqp(handshake) => Ok(handshake.open().await.map_err(|_| ())?.ack(())),
        Handshake::Sasl(_) => Err(()),
    });
    let router = Router::<()>::builder()
        .service("bench", async move |link: &types::Link<()>| receive(link, messages, size));
    let server = Pipeline::new((), server.build(router.build()));
    for _ in 0..connections {
        // There is nothing else to do meanwhile on this thread.
        let (stream, _) = listener.accept()?;
        let stream = IoBoxed::from(rt::from_tcp_stream(stream, SharedCfg::default())?);
        // That the client closes the connection is an error here, too.
        let _ = server.call(stream).await;
    }
    Ok(())
}

type LinkService = BoxService<types::Link<()>, types::Transfer, types::Outcome, LinkError>;

fn receive(
    link: &types::Link<()>,
    messages: u64,
    size: usize,
) -> std::result::Result<LinkService, LinkError> {
    let link = link.clone();
    let meter = Rc::new(Cell::new(Some(Meter::default())));
    Ok(boxed::service(fn_service(async move |transfer: types::Transfer| {
        let message = transfer.load_message::<Message>();
        let message = message.map_err(|_| LinkError::force_detach().description("no message"))?;
        assert_eq!(message.body().data().map(Bytes::len), Some(size));
        let mut counter = meter.take().expect("no more messages than announced");
        counter.count();
        let counted = counter.counted();
        if counted == messages {
            counter.print();
        } else {
            meter.set(Some(counter));
        }
        // The server itself grants 50 when the link is attached, so the first message is the first chance.
        if counted % u64::from(CREDIT / 2) == 1 {
            link.link_credit(CREDIT);
        }
        Ok(types::Outcome::Accept)
    })))
}

fn message(size: usize) -> TransferBody {
    TransferBody::Message(Message::with_body(Bytes::from(vec![b'x'; size])))
}

async fn send_settled(connection: &ConnectionRef, messages: u64, size: usize) -> Result {
    let session = connection.open_session().await?;
    let link = session.build_sender_link("bench", "bench").attach().await?;
    let message = message(size);
    for _ in 0..messages {
        link.transfer(message.clone()).settled().send().await?;
    }
    Ok(link.close().await?)
}

async fn send(connection: &ConnectionRef, messages: u64, size: usize, window: usize) -> Result {
    let session = connection.open_session().await?;
    let link = session.build_sender_link("bench", "bench").attach().await?;
    let message = message(size);
    let mut unsettled = VecDeque::new();
    for _ in 0..messages {
        if unsettled.len() == window {
            accepted(unsettled.pop_front().ok_or("nothing was sent")?).await?;
        }
        unsettled.push_back(link.transfer(message.clone()).send().await?);
    }
    for delivery in unsettled {
        accepted(delivery).await?;
    }
    Ok(link.close().await?)
}

async fn ping(connection: &ConnectionRef, messages: u64, size: usize) -> Result {
    let session = connection.open_session().await?;
    let link = session.build_sender_link("bench", "bench").attach().await?;
    let message = message(size);
    let mut meter = Meter::timed();
    for _ in 0..messages {
        accepted(link.transfer(message.clone()).send().await?).await?;
        meter.count();
    }
    meter.print();
    Ok(link.close().await?)
}

async fn accepted(delivery: Delivery) -> Result {
    match delivery.wait().await? {
        Some(DeliveryState::Accepted(_)) => Ok(()),
        other => Err(format!("the receiver answered {other:?}").into()),
    }
}
