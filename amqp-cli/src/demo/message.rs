//! The step in which a message of a derived type travels from a client to a server.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use amqp_net::proto::ConnectionSettings;
use amqp_net::{Connection, Credit, Direction, Listener, PeerRequest, ServerSettings};
use amqp_types::messaging::Message;

use super::derived::{Reading, reading};
use super::step::Step;

/// A message, as a user of the derives would write it. Its body is a type of the user too.
#[derive(Debug, PartialEq, Message)]
struct Report<'a> {
    #[amqp(property = subject)]
    plant: &'a str,
    #[amqp(body)]
    reading: Reading<'a>,
}

/// The source of the type and of both sides, as it is shown.
const SOURCE: &[&str] = &[
    "#[derive(Message)]",
    "struct Report<'a> {",
    "    #[amqp(property = subject)] plant: &'a str,",
    "    #[amqp(body)] reading: Reading<'a>,",
    "}",
    "sender.send(&report).await?;                      // the client",
    "let report: Report = delivery.decode()?;          // the server",
    "delivery.accept()?;",
];

/// The frames of both sides, in the order in which the client sent or received them.
type Frames = Arc<Mutex<Vec<(Direction, String)>>>;

/// Sends a message, shows the frames, and checks that the server received and accepted an equal value.
pub(crate) async fn sent() -> Step {
    let mut step = Step::new("A message of your own type is sent, and accepted by a server");
    for line in SOURCE {
        step.source(line);
    }
    let Some(reading) = step.must(reading().ok_or("\"ready\" is a symbol")) else {
        return step;
    };
    let report = Report { plant: "north", reading };
    let settings = ServerSettings::new(ConnectionSettings::new("server"));
    let Some(listener) = step.must(Listener::bind("127.0.0.1:0", settings).await) else {
        return step;
    };
    let url = format!("amqp://{}", listener.local_addr());
    let frames = Frames::default();
    let sending = send(&url, &report, Arc::clone(&frames));
    let (sent, received) = tokio::join!(sending, receive(listener, &report));

    let frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
    for (direction, frame) in &*frames {
        let whose = match direction {
            Direction::Sent => "client",
            Direction::Received => "server",
        };
        step.line(whose, frame);
    }
    let contains = |direction, part: &str| {
        frames.iter().any(|(of, frame)| *of == direction && frame.contains(part))
    };
    step.check(contains(Direction::Sent, "transfer {"), "the client sends a transfer");
    let accepted = contains(Direction::Received, "state: accepted");
    step.check(accepted, "the server sends the outcome accepted");
    // The client's `send` succeeds only if the message has been accepted.
    let sent = step.must(sent);
    if let (Some(()), Some(is_equal)) = (sent, step.must(received)) {
        step.check(is_equal, "the server decodes an equal value");
        step.says(&"The server decoded an equal value, and the client knows that it was accepted.");
    }
    step
}

/// Connects as a client, sends the report, and waits until it has been accepted.
async fn send(url: &str, report: &Report<'_>, frames: Frames) -> Result<(), Box<dyn Error>> {
    let connection = Connection::builder()
        .settings(ConnectionSettings::new("client"))
        .without_sasl()
        .trace(move |direction, frame| {
            let mut frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
            frames.push((direction, frame.to_string()));
        })
        .connect(&url.parse()?)
        .await?;
    let sender = connection.sender("reports").name("link").await?;
    sender.send(report).await?;
    sender.close().await?;
    Ok(connection.close().await?)
}

/// Accepts one client and one message. Returns whether it is equal to the report.
async fn receive(mut listener: Listener, report: &Report<'_>) -> Result<bool, Box<dyn Error>> {
    let mut client = listener.accept().await.ok_or("the server has no client")?.accept()?;
    let Some(PeerRequest::Receiver(link)) = client.next().await? else {
        return Err("the client does not ask to send".into());
    };
    let receiver = link.accept_as_asked(Credit::Auto(10))?;
    let delivery = receiver.recv().await?.ok_or("the link has no message")?;
    let is_equal = delivery.decode::<Report>()? == *report;
    delivery.accept()?;
    receiver.detached().await;
    while client.next().await?.is_some() {}
    Ok(is_equal)
}
