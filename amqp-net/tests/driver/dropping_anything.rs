//! Futures of every kind that are dropped at any time: nothing is lost, doubled, leaked or left waiting.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{assert_all_empty, pair, poll_times, settings};
use amqp_net::{Credit, PeerRequest, Receipts, Receiver, Sender};
use tokio::time::timeout;

async fn accept_one(receiver: &Receiver) {
    receiver.recv().await.unwrap().unwrap().accept().unwrap();
}

#[tokio::test]
async fn each_future_is_polled_a_few_times_and_dropped() {
    for polls in 0..4 {
        let mut pair = pair().await;
        let (sender, receiver) = pair.client_sends(Credit::Manual).await;
        poll_times(polls, sender.send("m")).await;
        poll_times(polls, sender.submit("m")).await;
        poll_times(polls, sender.send_settled("m")).await;
        poll_times(polls, sender.submit_all(["m"; 3], &mut Receipts::new())).await;
        poll_times(polls, receiver.recv()).await;
        poll_times(polls, receiver.recv_many(&mut Vec::new(), 3)).await;
        poll_times(polls, receiver.drain()).await;
        poll_times(polls, receiver.detached()).await;
        poll_times(polls, sender.detached()).await;
        poll_times(polls, pair.client.closed()).await;
        poll_times(polls, pair.client.session()).await;
        poll_times(polls, pair.server.next()).await;
        poll_times(polls, pair.client.sender("other").attach()).await;
        poll_times(polls, pair.client.receiver("other").attach()).await;
        // What was asked for and dropped is refused by the server, or has been taken back.
        while let Some(request) = poll_times(20, pair.server.next()).await {
            drop(request);
        }
        // Nothing of what was dropped holds up what follows.
        receiver.grant(1).unwrap();
        let (sent, ()) = tokio::join!(sender.send("last"), accept_one(&receiver));
        sent.unwrap();
        poll_times(polls, sender.close()).await;
        poll_times(polls, receiver.close()).await;
        assert_all_empty(&pair.client, pair.server.connection()).await;
        let server = pair.server.connection().clone();
        poll_times(polls, pair.client.clone().shutdown(Duration::from_secs(1))).await;
        poll_times(polls, pair.client.close()).await;
        timeout(Duration::from_secs(5), server.closed()).await.unwrap();
    }
}

/// What happened to the messages of a run.
#[derive(Default)]
struct Log {
    /// How often each message was received.
    received: HashMap<u32, u32>,
    /// The messages that the receiver has accepted.
    accepted: HashSet<u32>,
    /// The messages of which the sender knows that they were accepted.
    confirmed: HashSet<u32>,
}

/// Numbers that depend on a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        u32::try_from(self.0 >> 33).unwrap() % limit
    }
}

async fn send_some(sender: Sender, first: u32, seed: u64, log: Arc<Mutex<Log>>) {
    let mut random = Random(seed);
    let mut receipts = Vec::new();
    for number in first..first + 50 {
        let text = number.to_string();
        let polls = random.below(20);
        match random.below(4) {
            0 => {
                if let Some(Ok(())) = poll_times(polls, sender.send(&*text)).await {
                    log.lock().unwrap().confirmed.insert(number);
                }
            }
            1 => {
                if let Some(Ok(receipt)) = poll_times(polls, sender.submit(&*text)).await {
                    receipts.push((number, receipt));
                }
            }
            2 => drop(poll_times(polls, sender.send_settled(&*text)).await),
            _ => {
                let mut batch = Receipts::new();
                drop(poll_times(polls, sender.submit_all([&*text], &mut batch)).await);
                receipts.extend(batch.pop().map(|receipt| (number, receipt)));
            }
        }
        if random.below(3) == 0
            && let Some((number, receipt)) = receipts.pop()
            && let Some(Ok(())) = poll_times(random.below(20), receipt).await
        {
            log.lock().unwrap().confirmed.insert(number);
        }
    }
    for (number, receipt) in receipts {
        if receipt.await.is_ok() {
            log.lock().unwrap().confirmed.insert(number);
        }
    }
}

async fn receive_some(receiver: Arc<Receiver>, seed: u64, log: Arc<Mutex<Log>>) {
    let mut random = Random(seed);
    loop {
        let delivery = match poll_times(random.below(4), receiver.recv()).await {
            None => {
                tokio::task::yield_now().await;
                continue;
            }
            Some(Ok(Some(delivery))) => delivery,
            Some(_) => return,
        };
        let number = delivery.decode::<&str>().unwrap().parse().unwrap();
        *log.lock().unwrap().received.entry(number).or_default() += 1;
        match random.below(8) {
            0 => drop(delivery),
            1 => delivery.release().unwrap(),
            2 => delivery.reject(None).unwrap(),
            _ if delivery.accept().is_ok() => {
                log.lock().unwrap().accepted.insert(number);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn in_any_order_of_calls_and_drops_nothing_is_lost_or_doubled() {
    let mut confirmed = 0;
    for seed in 0..60 {
        let frames = settings("peer").max_frame_size(if seed % 2 == 0 { 512 } else { 131_072 });
        let mut pair = crate::common::pair_with(frames.clone(), frames).await;
        let log = Arc::new(Mutex::new(Log::default()));
        let window = [1, 2, 7, 200][usize::try_from(seed % 4).unwrap()];
        let builder =
            pair.client.sender("queue").max_unsettled(if seed % 3 == 0 { 3 } else { 100 });
        let (sender, receiver) = pair.client_sends_with(builder, Credit::Auto(window)).await;
        let receiver = Arc::new(receiver);
        let consumers: Vec<_> = (0..3)
            .map(|task| {
                let seed = seed * 1000 + task;
                tokio::spawn(receive_some(Arc::clone(&receiver), seed, Arc::clone(&log)))
            })
            .collect();
        drop(receiver);
        let producers: Vec<_> = (0..3_u32)
            .map(|task| {
                let seed = seed * 1000 + 500 + u64::from(task);
                tokio::spawn(send_some(sender.clone(), task * 1000, seed, Arc::clone(&log)))
            })
            .collect();
        for producer in producers {
            timeout(Duration::from_secs(30), producer).await.unwrap().unwrap();
        }
        assert_eq!(pair.client.stats().waiting, 0);
        sender.close().await.unwrap();
        for consumer in consumers {
            timeout(Duration::from_secs(30), consumer).await.unwrap().unwrap();
        }
        {
            let log = log.lock().unwrap();
            assert!(log.received.values().all(|times| *times == 1), "seed {seed}: doubled");
            let lost: Vec<_> = log.confirmed.difference(&log.accepted).collect();
            assert!(lost.is_empty(), "seed {seed}: confirmed but not accepted: {lost:?}");
            assert!(!log.accepted.is_empty(), "seed {seed}: nothing was accepted");
            confirmed += log.confirmed.len();
        }
        assert!(
            poll_times(5, pair.server.next())
                .await
                .is_none_or(|it| !matches!(it, Ok(Some(PeerRequest::Sender(_)))))
        );
        assert_all_empty(&pair.client, pair.server.connection()).await;
    }
    // With little credit, a seed can have none.
    assert!(confirmed > 300, "{confirmed} of 9000 messages were confirmed");
}
