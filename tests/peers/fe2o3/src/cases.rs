//! The cases by their names.

use std::time::Duration;

use fe2o3_amqp::link::delivery::Sendable;
use fe2o3_amqp::link::receiver::CreditMode;
use fe2o3_amqp::sasl_profile::SaslProfile;
use fe2o3_amqp::{Delivery, Receiver, Sender};
use fe2o3_amqp_types::definitions::{
    AmqpError, Error, Fields, ReceiverSettleMode, SenderSettleMode,
};
use fe2o3_amqp_types::messaging::{Body, DistributionMode, Modified, Outcome, Source, Target};
use serde_amqp::Value;
use serde_amqp::primitives::Symbol;

use crate::case::{Case, End, Options};
use crate::messages::{
    data, messages, numbered, octets, pattern, show_message, show_outcome, subject,
};

type Result<T = ()> = std::result::Result<T, End>;

const HEARTBEAT: Duration = Duration::from_secs(2);

/// Runs a case, until it ends as it should or something goes wrong.
pub async fn run(case: &mut Case) -> Result {
    match &*case.name.clone() {
        "anonymous" => opened(case, SaslProfile::Anonymous).await,
        "plain" => opened(case, plain("secret")).await,
        "wrong-password" => opened(case, plain("wrong")).await,
        "refused" | "redirected" => {
            case.open(Options::default()).await?;
            Err(case.closed().await)
        }
        "messages-sent" => messages_sent(case).await,
        "messages-received" => messages_received(case).await,
        "sizes-512" => sizes(case, 512).await,
        "sizes-4096" => sizes(case, 4096).await,
        "sizes-1048576" => sizes(case, 1 << 20).await,
        "outcomes-sent" => outcomes_sent(case).await,
        "outcomes-received" => outcomes_received(case).await,
        "settled-sent" => settled_sent(case).await,
        "settled-received" => settled_received(case).await,
        "second-received" => second_received(case).await,
        "credit-granted" => credit_granted(case).await,
        "credit-awaited" => credit_awaited(case).await,
        "browsed" => browsed(case).await,
        "hurried" => hurried(case).await,
        "requested" => requested(case).await,
        "copied" => copied(case).await,
        "relayed" => relayed(case).await,
        "missing-sender" => case.sender("missing").await.map(drop),
        "missing-receiver" => case.receiver("missing").await.map(drop),
        "heartbeats" => heartbeats(case).await,
        "link-sent" | "connection-sent" | "stops-sent" => ended_while_sending(case).await,
        "link-received" | "connection-received" | "stops-received" => {
            ended_while_receiving(case).await
        }
        other => panic!("there is no case {other}"),
    }
}

fn plain(password: &str) -> SaslProfile {
    SaslProfile::Plain { username: "alice".to_owned(), password: password.to_owned() }
}

async fn opened(case: &mut Case, sasl: SaslProfile) -> Result {
    case.open(Options { sasl, ..Options::default() }).await?;
    case.see("opened");
    Ok(())
}

async fn receive(receiver: &mut Receiver) -> Result<Delivery<Body<Value>>> {
    Ok(receiver.recv().await?)
}

async fn messages_sent(case: &mut Case) -> Result {
    let mut sender = case.sender("checked").await?;
    for message in messages() {
        let subject = subject(&message);
        let outcome = sender.send(message).await?;
        case.see(format!("{subject} {}", show_outcome(&outcome)));
    }
    Ok(())
}

async fn messages_received(case: &mut Case) -> Result {
    let mut receiver = case.receiver("messages").await?;
    for _ in messages() {
        let delivery = receive(&mut receiver).await?;
        case.see(show_message(delivery.message()));
        receiver.accept(&delivery).await?;
    }
    Ok(())
}

async fn sizes(case: &mut Case, max_frame_size: u32) -> Result {
    let options = Options { max_frame_size: Some(max_frame_size), ..Options::default() };
    let session = case.connect(options).await?;
    let mut sender = Sender::attach(session, "sender", "sizes").await?;
    let node = format!("sizes/{}", 10 << 20);
    let mut receiver = Receiver::attach(session, "receiver", node).await?;
    for size in [0, 1, 100 << 10, 10 << 20] {
        sender.send(data("", pattern(size))).await?;
    }
    for _ in 0..4 {
        let delivery = receive(&mut receiver).await?;
        let octets = octets(delivery.message());
        let right = if octets == pattern(octets.len()) { "right" } else { "wrong" };
        case.see(format!("{} {right}", octets.len()));
        receiver.accept(&delivery).await?;
    }
    Ok(())
}

async fn outcomes_sent(case: &mut Case) -> Result {
    let mut sender = case.sender("outcomes").await?;
    for number in 1..=4 {
        let outcome = sender.send(numbered(number)).await?;
        case.see(format!("{number} {}", show_outcome(&outcome)));
    }
    Ok(())
}

async fn outcomes_received(case: &mut Case) -> Result {
    let mut receiver = case.receiver("four").await?;
    for number in 1..=4 {
        let delivery = receive(&mut receiver).await?;
        case.see(show_message(delivery.message()));
        match number {
            1 => receiver.accept(&delivery).await?,
            2 => {
                let why = "no such item".to_owned();
                let error = Error::new(AmqpError::InvalidField, why, None);
                receiver.reject(&delivery, error).await?;
            }
            3 => receiver.release(&delivery).await?,
            _ => {
                let annotation = (Symbol::from("x-opt-why"), Value::from("tired"));
                let modified = Modified {
                    delivery_failed: Some(true),
                    undeliverable_here: Some(true),
                    message_annotations: Some(Fields::from_iter([annotation])),
                };
                receiver.modify(&delivery, modified).await?;
            }
        }
    }
    Ok(())
}

async fn settled_sent(case: &mut Case) -> Result {
    let mut sender = case.sender("checked").await?;
    for number in 1..=2 {
        sender.send(Sendable::builder().message(numbered(number)).settled(true).build()).await?;
    }
    Ok(())
}

async fn settled_received(case: &mut Case) -> Result {
    let session = case.connect(Options::default()).await?;
    let builder = Receiver::builder().name("receiver").source("settled");
    let mut receiver =
        builder.sender_settle_mode(SenderSettleMode::Settled).attach(session).await?;
    for _ in 0..2 {
        // The library does not tell whether a message is settled.
        let delivery = receive(&mut receiver).await?;
        case.see(show_message(delivery.message()));
    }
    Ok(())
}

async fn second_received(case: &mut Case) -> Result {
    let session = case.connect(Options::default()).await?;
    let builder = Receiver::builder().name("receiver").source("four");
    let mut receiver =
        builder.receiver_settle_mode(ReceiverSettleMode::Second).attach(session).await?;
    for _ in 0..4 {
        let delivery = receive(&mut receiver).await?;
        receiver.accept(&delivery).await?;
        // The library settles by itself when the sender has.
        case.see(format!("{} settled by the sender", show_message(delivery.message())));
    }
    Ok(())
}

async fn credit_granted(case: &mut Case) -> Result {
    let session = case.connect(Options::default()).await?;
    let builder = Receiver::builder().name("receiver").source("ten");
    let mut receiver = builder.credit_mode(CreditMode::Manual).attach(session).await?;
    receiver.set_credit(3).await.map_err(End::other)?;
    for number in 1..=10 {
        if number == 4 {
            receiver.set_credit(7).await.map_err(End::other)?;
        }
        let delivery = receive(&mut receiver).await?;
        case.see(subject(delivery.message()));
        receiver.accept(&delivery).await?;
    }
    Ok(())
}

async fn credit_awaited(case: &mut Case) -> Result {
    let mut sender = case.sender("slow").await?;
    for number in 1..=5 {
        sender.send(numbered(number)).await?;
    }
    case.see("5 sent");
    Ok(())
}

async fn heartbeats(case: &mut Case) -> Result {
    let idle_time_out = Some(HEARTBEAT.as_millis() as u32);
    let session = case.connect(Options { idle_time_out, ..Options::default() }).await?;
    let mut sender = Sender::attach(session, "sender", "checked").await?;
    sender.send(numbered(1)).await?;
    // Only heartbeats come and go.
    tokio::time::sleep(3 * HEARTBEAT).await;
    let outcome = sender.send(numbered(2)).await?;
    case.see(show_outcome(&outcome));
    Ok(())
}

async fn browsed(case: &mut Case) -> Result {
    let session = case.connect(Options::default()).await?;
    let source = Source::builder().address("three").distribution_mode(DistributionMode::Copy);
    let builder = Receiver::builder().name("receiver").source(source.build());
    let mut receiver = builder.attach(session).await?;
    for _ in 0..3 {
        let delivery = receive(&mut receiver).await?;
        case.see(subject(delivery.message()));
        receiver.accept(&delivery).await?;
    }
    Ok(())
}

async fn hurried(case: &mut Case) -> Result {
    let mut sender = case.sender("hurried").await?;
    let mut outcomes = Vec::new();
    for number in 1..=50 {
        outcomes.push(sender.send_batchable(numbered(number)).await?);
    }
    let mut accepted = 0;
    for outcome in outcomes {
        if matches!(outcome.await?, Outcome::Accepted(_)) {
            accepted += 1;
        }
    }
    case.see(format!("{accepted} accepted"));
    Ok(())
}

async fn requested(case: &mut Case) -> Result {
    let session = case.connect(Options::default()).await?;
    let builder = Receiver::builder().name("responses");
    let mut responses =
        builder.source(Source::builder().dynamic(true).build()).attach(session).await?;
    let mut requests = Receiver::attach(session, "requests", "requests").await?;
    let mut sender = Sender::attach(session, "sender", "requests").await?;
    let mut request = numbered(1);
    if let Some(properties) = &mut request.properties {
        properties.reply_to = responses.source().as_ref().and_then(|it| it.address.clone());
    }
    sender.send(request).await?;
    let request = receive(&mut requests).await?;
    let reply_to = request.message().properties.as_ref().and_then(|it| it.reply_to.clone());
    let mut replier = Sender::attach(session, "replier", reply_to.unwrap_or_default()).await?;
    replier.send(numbered(1)).await?;
    requests.accept(&request).await?;
    let response = receive(&mut responses).await?;
    responses.accept(&response).await?;
    case.see(format!("request {}", subject(request.message())));
    case.see(format!("response {}", subject(response.message())));
    Ok(())
}

async fn copied(case: &mut Case) -> Result {
    let session = case.connect(Options::default()).await?;
    let first = Receiver::attach(session, "first", "topic/news").await?;
    let second = Receiver::attach(session, "second", "topic/news").await?;
    let mut sender = Sender::attach(session, "sender", "topic/news").await?;
    for number in 1..=2 {
        sender.send(numbered(number)).await?;
    }
    for (name, mut receiver) in [("first", first), ("second", second)] {
        for _ in 0..2 {
            let delivery = receive(&mut receiver).await?;
            case.see(format!("{name} {}", subject(delivery.message())));
            receiver.accept(&delivery).await?;
        }
    }
    Ok(())
}

async fn relayed(case: &mut Case) -> Result {
    let session = case.connect(Options::default()).await?;
    let builder = Sender::builder().name("sender").target(Target::default());
    let mut sender = builder.attach(session).await?;
    for (number, address) in [(1, "here"), (2, "there")] {
        let mut message = numbered(number);
        if let Some(properties) = &mut message.properties {
            properties.to = Some(address.into());
        }
        let outcome = sender.send(message).await?;
        case.see(format!("{number} {}", show_outcome(&outcome)));
    }
    Ok(())
}

async fn ended_while_sending(case: &mut Case) -> Result {
    let node = case.node();
    let mut sender = case.sender(&node).await?;
    for number in 1.. {
        sender.send(numbered(number)).await?;
        if node != "stops" {
            case.see(format!("{number} sent"));
        }
    }
    Ok(())
}

async fn ended_while_receiving(case: &mut Case) -> Result {
    let node = case.node();
    let mut receiver = case.receiver(&node).await?;
    loop {
        let delivery = receive(&mut receiver).await?;
        if node != "stops" {
            case.see(format!("{} received", subject(delivery.message())));
        }
        receiver.accept(&delivery).await?;
    }
}
