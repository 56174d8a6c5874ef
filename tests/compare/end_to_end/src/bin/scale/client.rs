//! The client of each row.

use std::time::{Duration, Instant};

use amqp_net::amqp_types::messaging::{Body, Message};
use amqp_net::{Connection, Receipts, Sender};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout};

use crate::Result;
use crate::process::{Server, Used};

/// How many messages of a connection wait for their outcome.
const WINDOW: usize = 1000;

/// How many links a session has: it can have 256.
const LINKS_OF_A_SESSION: usize = 200;

/// How many connections are opened at once.
const AT_ONCE: usize = 100;

fn message(size: usize) -> Message {
    Message { body: Body::Data(vec![b'x'; size].into()), ..Message::default() }
}

async fn connect(port: u16) -> Result<Connection> {
    let endpoint = format!("amqp://127.0.0.1:{port}").parse()?;
    Ok(Connection::builder().without_sasl().connect(&endpoint).await?)
}

/// Opens connections, each with a session and a link.
async fn open(port: u16, connections: usize) -> Result<Vec<(Connection, Sender)>> {
    let one = move || async move {
        let connection = connect(port).await?;
        let sender = connection.sender("bench").await?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((connection, sender))
    };
    let mut opened = Vec::with_capacity(connections);
    let mut pending = JoinSet::new();
    for _ in 0..connections {
        if pending.len() == AT_ONCE {
            opened.push(pending.join_next().await.ok_or("nothing is opened")???);
        }
        pending.spawn(one());
    }
    while let Some(one) = pending.join_next().await {
        opened.push(one??);
    }
    Ok(opened)
}

/// Prints the rate and the processor time of both ends between two moments.
fn print(title: &str, took: Duration, here: [Used; 2], there: [Used; 2]) {
    let messages = (there[1].received - there[0].received) as f64;
    println!(
        "{title}: {:.0} messages a second, {:.2} + {:.2} us of processor time each; \
         memory {:.1} + {:.1} MiB (sender + receiver)",
        messages / took.as_secs_f64(),
        (here[1].cpu - here[0].cpu) * 1e6 / messages,
        (there[1].cpu - there[0].cpu) * 1e6 / messages,
        here[1].rss / 1024.0,
        there[1].rss / 1024.0,
    );
}

pub async fn links(links: usize, messages: usize, multi_thread: bool) -> Result {
    for links in [1, links] {
        let mut server = Server::start(multi_thread, 0)?;
        let connection = connect(server.port).await?;
        let mut senders = Vec::with_capacity(links);
        let mut sessions = Vec::new();
        for index in 0..links {
            if index % LINKS_OF_A_SESSION == 0 {
                sessions.push(connection.session().await?);
            }
            senders.push(sessions[sessions.len() - 1].sender("bench").await?);
        }
        let message = message(100);
        let (here, there) = (Used::here(0)?, server.used()?);
        let start = Instant::now();
        let mut receipts = Receipts::new();
        for sender in senders.iter().cycle().take(messages) {
            receipts.accepted_down_to(WINDOW - 1).await?;
            receipts.push(sender.submit(&message).await?);
        }
        receipts.accepted().await?;
        let took = start.elapsed();
        let title = format!("{links} links in {} sessions", sessions.len());
        print(&title, took, [here, Used::here(0)?], [there, server.used()?]);
    }
    Ok(())
}

pub async fn idle(connections: usize, multi_thread: bool) -> Result {
    let mut server = Server::start(multi_thread, 0)?;
    // What a first connection needs is needed once.
    let _first = open(server.port, 1).await?;
    let (here, there) = (Used::here(0)?, server.used()?);
    let opened = open(server.port, connections).await?;
    let each = |before: f64, after: f64| (after - before) / connections as f64;
    println!(
        "an idle connection with a session and a link: {:.1} + {:.1} KiB (client + server), of {}",
        each(here.rss, Used::here(0)?.rss),
        each(there.rss, server.used()?.rss),
        opened.len(),
    );
    Ok(())
}

/// Sends until a moment.
async fn send_until(sender: &Sender, end: Instant) -> Result {
    let message = message(100);
    let mut receipts = Receipts::new();
    while Instant::now() < end {
        receipts.accepted_down_to(WINDOW - 1).await?;
        receipts.push(sender.submit(&message).await?);
    }
    Ok(receipts.accepted().await?)
}

pub async fn busy(connections: usize, busy: usize, seconds: u64, multi_thread: bool) -> Result {
    for connections in [busy, connections] {
        let mut server = Server::start(multi_thread, 0)?;
        let start = Instant::now();
        let opened = open(server.port, connections).await?;
        println!("{connections} connections opened in {:.2?}", start.elapsed());
        let (here, there) = (Used::here(0)?, server.used()?);
        let start = Instant::now();
        let end = start + Duration::from_secs(seconds);
        // Those that are busy are spread over all.
        let step = opened.len() / busy.max(1);
        let mut tasks = JoinSet::new();
        for (_, sender) in opened.iter().step_by(step.max(1)).take(busy) {
            let sender = sender.clone();
            tasks.spawn(async move { send_until(&sender, end).await });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        let took = start.elapsed();
        let title = format!("{busy} busy of {connections}");
        print(&title, took, [here, Used::here(0)?], [there, server.used()?]);
    }
    Ok(())
}

/// Sends at a steady rate until a moment, and returns the time that each message took, in microseconds.
async fn send_steadily(sender: &Sender, rate: u32, end: Instant) -> Result<Vec<u32>> {
    let message = message(100);
    let mut ticks = interval(Duration::from_secs(1) / rate);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut times = Vec::new();
    while Instant::now() < end {
        // From when it was due, so that what is late counts.
        let due = ticks.tick().await.into_std();
        sender.send(&message).await?;
        times.push(u32::try_from(due.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(times)
}

pub async fn steady(connections: usize, rate: u32, minutes: u64, multi_thread: bool) -> Result {
    let mut server = Server::start(multi_thread, 0)?;
    let opened = open(server.port, connections).await?;
    for minute in 1..=minutes {
        let (here, there) = (Used::here(0)?, server.used()?);
        let start = Instant::now();
        let end = start + Duration::from_mins(1);
        let mut tasks = JoinSet::new();
        for (index, (_, sender)) in opened.iter().enumerate() {
            let sender = sender.clone();
            // They do not all start at the same moment.
            let first = start + Duration::from_secs(1) / rate * index as u32 / connections as u32;
            tasks.spawn(async move {
                sleep_until(first.into()).await;
                send_steadily(&sender, rate, end).await
            });
        }
        let mut times = Vec::new();
        while let Some(task) = tasks.join_next().await {
            times.append(&mut task??);
        }
        let took = start.elapsed();
        times.sort_unstable();
        let title = format!("minute {minute}");
        print(&title, took, [here, Used::here(0)?], [there, server.used()?]);
        let time =
            |per_mille: usize| times.get(times.len() * per_mille / 1000).copied().unwrap_or(0);
        println!(
            "  until accepted: p50 {} us, p99 {} us, p99.9 {} us",
            time(500),
            time(990),
            time(999)
        );
    }
    Ok(())
}

pub async fn slow_consumer(seconds: u64, multi_thread: bool) -> Result {
    let mut server = Server::start(multi_thread, 10)?;
    let connection = connect(server.port).await?;
    let sender = connection.sender("bench").await?;
    let message = message(65_536);
    let before = server.used()?;
    let send = async {
        loop {
            sender.send_settled(&message).await?;
        }
    };
    // It sends until the time is over.
    let sent: std::result::Result<Result, _> = timeout(Duration::from_secs(seconds), send).await;
    if let Ok(error) = sent {
        return error;
    }
    let after = server.used()?;
    println!(
        "a consumer that sleeps, with a credit of 1,000 messages of 64 KiB: at most {:.1} + {:.1} MiB \
         (sender + receiver; the receiver had {:.1} before), {} messages taken",
        Used::here(0)?.peak / 1024.0,
        after.peak / 1024.0,
        before.rss / 1024.0,
        after.received,
    );
    Ok(())
}
