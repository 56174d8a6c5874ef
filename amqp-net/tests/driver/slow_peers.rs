//! Peers that do not read, or slowly, or send without an end.

use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::common::endless::Endless;
use crate::common::fault::Fault;
use crate::common::script::{Script, begin, credit};
use crate::common::{accept_all, pair, pair_over, poll_times, settings, settle};
use amqp_net::proto::{ConnectionEnd, FrameBody, FrameSplitter, FrameWriter};
use amqp_net::{
    Arrived, Connection, Credit, EndReason, Receiver, SendError, Sender, ServerSettings,
};
use amqp_types::Bytes;
use amqp_types::messaging::Source;
use amqp_types::transport::{Attach, Detach, End, Handle, Performative, Role};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{advance, timeout};

/// The number of octets that wait to be written, and as many that are being written.
const MOST_OUTPUT: usize = 2 * (192 << 10);

/// Sends messages of 1,000 octets until one has to wait, and returns the octets of those that were taken.
fn fill(sender: &Sender) -> usize {
    let mut octets = 0;
    while let Ok(receipt) = sender.try_submit(&Bytes::from(vec![7; 1000])) {
        drop(receipt);
        octets += 1000;
    }
    octets
}

#[tokio::test(start_paused = true)]
async fn to_a_peer_that_never_reads_output_stops_at_its_limit_until_the_connection_is_given_up() {
    let (client, mut script, control) = Script::faulty_server().await;
    let sender = script.sender(&client, |_| {}).await;
    script.send(&credit(100_000), b"").await;
    settle().await;
    control.set(Fault::Stalled);
    let mut taken = 0;
    for _ in 0..10 {
        taken += fill(&sender);
        settle().await;
    }
    assert!((100_000..MOST_OUTPUT + 10_000).contains(&taken), "{taken}");
    let waiting = tokio::spawn(async move { sender.send("waits").await });
    settle().await;
    assert!(!waiting.is_finished());
    for _ in 0..13 {
        advance(Duration::from_secs(5)).await;
        // The peer is not silent.
        script.send_heartbeat().await;
        settle().await;
    }
    assert!(waiting.is_finished());
    let Err(SendError::Ended { why, arrived: Arrived::No }) = waiting.await.unwrap() else {
        panic!()
    };
    let EndReason::Connection(ConnectionEnd::Lost(_)) = why.reason() else { panic!("{why}") };
    assert!(why.to_string().contains("timed out"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn to_a_peer_that_reads_an_octet_a_second_output_has_the_same_limit_and_others_are_served() {
    let (client, mut script) = Script::server_over(16).await;
    let sender = script.sender(&client, |_| {}).await;
    script.send(&credit(100_000), b"").await;
    let mut other = pair().await;
    let (quick, receiver) = other.client_sends(Credit::default()).await;
    let accepting = tokio::spawn(accept_all(receiver));
    settle().await;
    let mut taken = 0;
    for second in 0..200 {
        taken += fill(&sender);
        assert!(taken < MOST_OUTPUT + 10_000, "{taken} after {second} seconds");
        advance(Duration::from_secs(1)).await;
        let mut octet = [0];
        script.stream.read_exact(&mut octet).await.unwrap();
        script.send_heartbeat().await;
        let sent = timeout(Duration::from_millis(1), quick.send("m")).await;
        sent.unwrap().unwrap();
    }
    // It is slow, but it is there.
    assert!(poll_times(3, client.closed()).await.is_none());
    quick.close().await.unwrap();
    assert_eq!(accepting.await.unwrap().len(), 200);
}

#[tokio::test]
async fn two_sides_that_both_write_more_than_the_stream_holds_do_not_stand_still() {
    let server = ServerSettings::new(settings("server"));
    let mut pair = pair_over(64, settings("client"), server).await;
    let (ours, their_receiver) = pair.client_sends(Credit::default()).await;
    let (theirs, our_receiver) = pair.server_sends(Credit::default()).await;
    let message = Bytes::from(vec![7; 100_000]);
    let send = async |sender: &Sender| {
        for _ in 0..5 {
            sender.send(&message).await.unwrap();
        }
    };
    let receive = async |receiver: &Receiver| {
        for _ in 0..5 {
            let delivery = receiver.recv().await.unwrap().unwrap();
            assert_eq!(delivery.decode::<Bytes>().unwrap(), message);
            delivery.accept().unwrap();
        }
    };
    let all = async {
        tokio::join!(send(&ours), send(&theirs), receive(&their_receiver), receive(&our_receiver))
    };
    timeout(Duration::from_secs(30), all).await.unwrap();
}

#[tokio::test]
async fn what_a_peer_sends_while_it_does_not_read_is_handled_in_order_when_it_reads() {
    const COUNT: usize = 40_000;
    let (served, script) = Script::client_over(1 << 10).await;
    let mut frames = FrameWriter::new(512);
    frames.amqp(0, &begin(None), b"").unwrap();
    frames.amqp(0, &End::default(), b"").unwrap();
    let sessions = frames.split().repeat(COUNT);
    let (mut reading, mut writing) = tokio::io::split(script.stream);
    let writing = tokio::spawn(async move { writing.write_all(&sessions).await });
    // The answers fill the stream and what waits to be written. Then nothing is read.
    let received = || served.connection().stats().connection.octets_received;
    while {
        let before = received();
        settle().await;
        before < received()
    } {}
    assert!(!writing.is_finished());
    let (mut begins, mut ends) = (0, 0);
    let mut splitter = FrameSplitter::new(512);
    while ends < COUNT {
        let mut input = Vec::with_capacity(64 << 10);
        let len = timeout(Duration::from_secs(30), reading.read_buf(&mut input)).await.unwrap();
        assert_ne!(len.unwrap(), 0, "the connection has ended after {begins} sessions");
        splitter.handle_input(&input);
        while let Some(frame) = splitter.poll_frame().unwrap() {
            match frame.decode().unwrap() {
                FrameBody::Amqp { performative: Performative::Begin(_), .. } => begins += 1,
                FrameBody::Amqp {
                    performative: Performative::End(End { error: None }), ..
                } => {
                    ends += 1;
                }
                FrameBody::Empty { .. } => {}
                other => panic!("{other:?} after {begins} sessions"),
            }
        }
    }
    assert_eq!(begins, COUNT);
    writing.await.unwrap().unwrap();
}

#[tokio::test]
async fn beside_a_peer_that_floods_a_thousand_others_are_served_in_every_turn() {
    let mut others = Vec::new();
    for _ in 0..1000 {
        let mut pair = pair().await;
        let (sender, receiver) = pair.client_sends(Credit::default()).await;
        tokio::spawn(accept_all(receiver));
        others.push((pair, sender));
    }
    settle().await;
    let (endless, reads) = Endless::new();
    let flooded = Connection::builder().without_sasl().connect_over(endless).await.unwrap();
    let read = || reads.load(Ordering::Relaxed);
    let before = read();
    let began = Instant::now();
    let sending: Vec<_> = others
        .iter()
        .map(|(_, sender)| {
            let sender = sender.clone();
            tokio::spawn(async move { sender.send("m").await })
        })
        .collect();
    for sending in sending {
        timeout(Duration::from_secs(60), sending).await.unwrap().unwrap().unwrap();
    }
    println!("1,000 others were served in {:?}", began.elapsed());
    // A turn of the flooded connection is 32 reads. A message takes a few turns of its own tasks.
    let turns = (read() - before) / 32;
    assert!(turns < 50, "the flooded connection had {turns} turns");
    assert!(read() > before, "it is still flooded");
    drop(flooded);
}

#[tokio::test]
async fn a_peer_that_does_not_read_gets_no_more_answers_than_the_limit() {
    let (served, mut script) = Script::client().await;
    script.send(&begin(None), b"").await;
    let connection = served.connection().clone();
    drop(served);
    let mut frames = FrameWriter::new(512);
    let mut attach = Attach::new("refused", Handle(0), Role::Receiver);
    attach.source = Some(Source::new("queue").into());
    for _ in 0..1000 {
        frames.amqp(0, &attach, b"").unwrap();
        frames.amqp(0, &Detach { closed: true, ..Detach::default() }, b"").unwrap();
    }
    let octets = frames.split();
    // At some time the other side does not read any more either.
    let mut sent = 0;
    while timeout(Duration::from_millis(500), script.stream.write_all(&octets)).await.is_ok() {
        sent += octets.len();
        assert!(sent < 64 << 20, "everything is read");
    }
    assert!(connection.stats().connection.octets_received < 32 << 20);
}

#[test]
fn a_stream_that_is_always_ready_holds_up_no_other_task() {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (endless, _) = Endless::new();
            let connecting = Connection::builder().without_sasl().connect_over(endless);
            let _connection = connecting.await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            done.send(()).unwrap();
        });
    });
    is_done.recv_timeout(Duration::from_secs(20)).unwrap();
}
