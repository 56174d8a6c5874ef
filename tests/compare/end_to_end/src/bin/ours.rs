//! `amqp-net`, used as its documentation says.

use std::error::Error;

use amqp_net::amqp_types::messaging::{Body, Message};
use amqp_net::proto::ConnectionSettings;
use amqp_net::{
    Connection, Credit, Listener, PeerRequest, Receipts, Receiver, Sender, ServerSettings,
};
use compare_program::{Arguments, CREDIT, Meter, Role, block_on, print_port, print_usage};

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result {
    let arguments = Arguments::from_env();
    block_on(arguments, async move {
        // The work is a task of its own, because the future of `block_on` does not run on the runtime's threads.
        tokio::spawn(run(arguments)).await?
    })?;
    print_usage();
    Ok(())
}

async fn run(arguments: Arguments) -> Result {
    let batch = arguments.batch;
    match arguments.role {
        Role::Receive { messages, size, settled } => receive(messages, size, settled, batch).await,
        Role::Send { port, messages, size, settled, window } => {
            let connection = connect(port).await?;
            let sender = connection.sender("bench").await?;
            match (settled, batch) {
                (true, _) => send_settled(&sender, messages, size).await?,
                (false, false) => send(&sender, messages, size, window).await?,
                (false, true) => send_batch(&sender, messages, size, window).await?,
            }
            sender.close().await?;
            Ok(connection.close().await?)
        }
        Role::Ping { port, messages, size } => {
            let connection = connect(port).await?;
            let sender = connection.sender("bench").await?;
            let message = message(size);
            let mut meter = Meter::timed();
            for _ in 0..messages {
                sender.send(&message).await?;
                meter.count();
            }
            meter.print();
            sender.close().await?;
            Ok(connection.close().await?)
        }
        Role::Offer { .. } | Role::Fetch { .. } => {
            Err("only for peers that are only clients".into())
        }
        Role::HandshakeServer { connections } => serve_handshakes(connections).await,
        Role::HandshakeClient { port, connections } => {
            let mut meter = Meter::timed();
            for _ in 0..connections {
                connect(port).await?.close().await?;
                meter.count();
            }
            meter.print();
            Ok(())
        }
    }
}

async fn connect(port: u16) -> Result<Connection> {
    let endpoint = format!("amqp://127.0.0.1:{port}").parse()?;
    Ok(Connection::builder().without_sasl().connect(&endpoint).await?)
}

async fn listen() -> Result<Listener> {
    let settings = ServerSettings::new(ConnectionSettings::new("server"));
    let listener = Listener::bind("127.0.0.1:0", settings).await?;
    print_port(listener.local_addr().port());
    Ok(listener)
}

async fn receive(messages: u64, size: usize, settled: bool, batch: bool) -> Result {
    let mut listener = listen().await?;
    let mut served = listener.accept().await.ok_or("no connection")?.accept()?;
    let Some(PeerRequest::Receiver(link)) = served.next().await? else {
        return Err("the client asks for something else".into());
    };
    let receiver = link.accept_as_asked(Credit::Auto(CREDIT))?;
    let mut meter = Meter::default();
    if batch {
        take_batches(&receiver, &mut meter, messages, size, settled).await?;
    } else {
        take(&receiver, &mut meter, messages, size, settled).await?;
    }
    meter.print();
    receiver.detached().await;
    while let Ok(Some(_)) = served.next().await {}
    Ok(())
}

async fn take(
    receiver: &Receiver,
    meter: &mut Meter,
    messages: u64,
    size: usize,
    settled: bool,
) -> Result {
    while meter.counted() < messages {
        let delivery = receiver.recv().await?.ok_or("the link was closed")?;
        assert_eq!(delivery.decode::<Message>()?.body.to_data()?.len(), size);
        if !settled {
            delivery.accept()?;
        }
        meter.count();
    }
    Ok(())
}

async fn take_batches(
    receiver: &Receiver,
    meter: &mut Meter,
    messages: u64,
    size: usize,
    settled: bool,
) -> Result {
    let mut batch = Vec::new();
    while meter.counted() < messages {
        receiver.recv_many(&mut batch, 64).await?;
        for delivery in batch.drain(..) {
            assert_eq!(delivery.decode::<Message>()?.body.to_data()?.len(), size);
            if !settled {
                delivery.accept()?;
            }
            meter.count();
        }
    }
    Ok(())
}

fn message(size: usize) -> Message {
    Message { body: Body::Data(vec![b'x'; size].into()), ..Message::default() }
}

async fn send_settled(sender: &Sender, messages: u64, size: usize) -> Result {
    let message = message(size);
    for _ in 0..messages {
        sender.send_settled(&message).await?;
    }
    Ok(())
}

async fn send(sender: &Sender, messages: u64, size: usize, window: usize) -> Result {
    let message = message(size);
    let mut receipts = Receipts::new();
    for _ in 0..messages {
        receipts.accepted_down_to(window - 1).await?;
        receipts.push(sender.submit(&message).await?);
    }
    Ok(receipts.accepted().await?)
}

async fn send_batch(sender: &Sender, messages: u64, size: usize, window: usize) -> Result {
    let message = message(size);
    let mut receipts = Receipts::new();
    let mut left = usize::try_from(messages)?;
    while left > 0 {
        let batch = left.min(window / 8).max(1);
        receipts.accepted_down_to(window - batch).await?;
        sender.submit_all((0..batch).map(|_| &message), &mut receipts).await?;
        left -= batch;
    }
    Ok(receipts.accepted().await?)
}

async fn serve_handshakes(connections: u64) -> Result {
    let mut listener = listen().await?;
    for _ in 0..connections {
        let mut served = listener.accept().await.ok_or("no connection")?.accept()?;
        while let Ok(Some(_)) = served.next().await {}
    }
    Ok(())
}
