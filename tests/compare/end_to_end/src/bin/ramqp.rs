//! `ramqp`, which is only a client: a listening program of another peer is its other end. `--unbounded` sets
//! `max_outbox` to 0, which spares each pre-settled message a task, and bounds the queue of messages no more.

use std::error::Error;

use compare_program::{Arguments, Meter, Role, block_on, print_usage};
use futures_util::{StreamExt, TryStreamExt, stream};
use ramqp::config::Config;
use ramqp::types::messaging::{Body, DeliveryState};
use ramqp::{Connection, Message};

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result {
    let arguments = Arguments::from_env();
    block_on(arguments, async move { tokio::spawn(run(arguments)).await? })?;
    print_usage();
    Ok(())
}

async fn run(arguments: Arguments) -> Result {
    let unbounded = arguments.unbounded;
    match arguments.role {
        Role::Send { port, messages, size, settled, window } => {
            let connection = connect(port, unbounded).await?;
            let session = connection.begin_session().await?;
            let producer = session.create_producer("bench").await?;
            let message = Message::data(vec![b'x'; size]);
            if settled {
                for _ in 1..messages {
                    producer.send_settled(message.clone()).await?;
                }
                // Detaching and closing drop what is not written yet, so the last one waits for its outcome.
                accepted(producer.send(message).await?)?;
            } else {
                stream::iter(0..messages)
                    .map(|_| producer.send(message.clone()))
                    .buffer_unordered(window)
                    .map_err(Into::into)
                    .try_for_each(|state| async { accepted(state) })
                    .await?;
            }
            producer.detach().await?;
            Ok(connection.close().await?)
        }
        Role::Ping { port, messages, size } => {
            let connection = connect(port, unbounded).await?;
            let session = connection.begin_session().await?;
            let producer = session.create_producer("bench").await?;
            let message = Message::data(vec![b'x'; size]);
            let mut meter = Meter::timed();
            for _ in 0..messages {
                accepted(producer.send(message.clone()).await?)?;
                meter.count();
            }
            meter.print();
            producer.detach().await?;
            Ok(connection.close().await?)
        }
        Role::Fetch { port, messages, size, settled } => {
            let connection = connect(port, unbounded).await?;
            let session = connection.begin_session().await?;
            let mut consumer = session.create_consumer("bench").await?;
            let mut meter = Meter::default();
            while meter.counted() < messages {
                let delivery = consumer.recv().await?;
                let Body::Data(data) = delivery.message()?.body else {
                    return Err("the message has no data section".into());
                };
                assert_eq!(data[0].len(), size);
                if !settled {
                    consumer.accept(&delivery).await?;
                }
                meter.count();
            }
            meter.print();
            // The sender may have closed the link or the connection already.
            let _ = consumer.detach().await;
            let _ = connection.close().await;
            Ok(())
        }
        Role::HandshakeClient { port, connections } => {
            let mut meter = Meter::timed();
            for _ in 0..connections {
                connect(port, unbounded).await?.close().await?;
                meter.count();
            }
            meter.print();
            Ok(())
        }
        _ => Err("ramqp is only a client".into()),
    }
}

/// Connects with its default configuration: credit 1000, refilled at half.
async fn connect(port: u16, unbounded: bool) -> Result<Connection> {
    let mut config = Config::default();
    if unbounded {
        config.link.max_outbox = 0;
    }
    let builder = Connection::builder(&format!("amqp://127.0.0.1:{port}")).config(config);
    Ok(builder.connect().await?)
}

fn accepted(state: DeliveryState) -> Result {
    match state {
        DeliveryState::Accepted(_) => Ok(()),
        other => Err(format!("the receiver answered {other:?}").into()),
    }
}
