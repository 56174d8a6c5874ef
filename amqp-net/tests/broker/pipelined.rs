//! Clients that wait for nothing, and those that leave outcomes out, frame by frame.

use amqp_net::broker::Broker;
use amqp_net::proto::{FrameBody, FrameSplitter, FrameWriter};
use amqp_types::Encode;
use amqp_types::messaging::{Outcome, Rejected, Source, SourceArchetype, Target};
use amqp_types::transport::{
    Attach, Begin, Close, DeliveryNumber, Disposition, Flow, Handle, Open, Performative, Role,
    SequenceNo, TransferNumber,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::common::{connect, manual, next_text, send, soon};

/// A client that writes frames, and reads them.
struct Client {
    stream: DuplexStream,
    splitter: FrameSplitter,
    frames: FrameWriter,
}

impl Client {
    /// Begins a connection and a session, without waiting.
    fn new(broker: &Broker) -> Self {
        let stream = broker.stream();
        let mut client = Self {
            stream,
            splitter: FrameSplitter::new(1 << 20),
            frames: FrameWriter::new(1 << 20),
        };
        client.frame(&Open::new("raw"));
        client.frame(&Begin { incoming_window: 1000, ..Begin::default() });
        client
    }

    fn frame(&mut self, performative: &impl Encode) {
        self.frames.amqp(0, performative, b"").unwrap();
    }

    /// Attaches a receiver, without waiting.
    fn receiver(&mut self, source: impl Into<Source>) {
        let mut attach = Attach::new("link", Handle(0), Role::Receiver);
        attach.source = Some(source.into().into());
        attach.target = Some(Target::default().into());
        self.frame(&attach);
    }

    fn flow(&mut self, credit: u32, drain: bool, echo: bool) {
        self.frame(&Flow {
            next_incoming_id: Some(TransferNumber(0)),
            incoming_window: 1000,
            handle: Some(Handle(0)),
            link_credit: Some(credit),
            drain,
            echo,
            ..Flow::default()
        });
    }

    /// Writes all frames, after the header if it is the first time.
    async fn write(&mut self, header: &[u8]) {
        let octets = [header, &self.frames.split()].concat();
        self.stream.write_all(&octets).await.unwrap();
    }

    /// Writes the header and all frames, and reads the header.
    async fn begin(&mut self) {
        self.write(b"AMQP\0\x01\0\0").await;
        let mut header = [0; 8];
        soon(self.stream.read_exact(&mut header)).await.unwrap();
        assert_eq!(&header, b"AMQP\0\x01\0\0");
    }

    /// Returns the next frame that is not empty.
    async fn next(&mut self) -> Performative {
        loop {
            if let Some(frame) = self.splitter.poll_frame().unwrap() {
                if let FrameBody::Amqp { performative, .. } = frame.decode().unwrap() {
                    return performative;
                }
                continue;
            }
            let mut input = Vec::with_capacity(4096);
            assert_ne!(
                soon(self.stream.read_buf(&mut input)).await.unwrap(),
                0,
                "the stream has ended"
            );
            self.splitter.handle_input(&input);
        }
    }

    /// Reads up to the flow of a link, and returns it with the number of transfers before it.
    async fn until_flow(&mut self) -> (Flow, usize) {
        let mut transfers = 0;
        loop {
            match self.next().await {
                Performative::Transfer(_) => transfers += 1,
                Performative::Flow(flow) if flow.handle.is_some() => return (flow, transfers),
                _ => {}
            }
        }
    }
}

async fn broker_with(texts: &[&str]) -> Broker {
    let broker = Broker::in_memory();
    send(&connect(&broker).await, "orders", texts).await;
    broker
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_that_comes_with_the_attach_brings_what_there_is_before_its_answer() {
    for round in 0..50 {
        let texts = &["a", "b", "c"][..round % 4];
        let broker = broker_with(texts).await;
        for credit in [2_u32, 5] {
            let mut client = Client::new(&broker);
            client.receiver("orders");
            client.flow(credit, true, false);
            client.begin().await;
            let (flow, transfers) = client.until_flow().await;
            assert_eq!(transfers, texts.len().min(credit as usize));
            assert_eq!((flow.link_credit, flow.drain), (Some(0), true));
            assert_eq!(flow.delivery_count, Some(SequenceNo(credit)));
            drop(client);
            soon(broker.until("orders", |it| it.consumers == 0 && it.unsettled == 0)).await;
        }
    }
}

#[tokio::test]
async fn drains_and_echoes_without_credit_are_answered_each_time() {
    let broker = broker_with(&["a"]).await;
    let mut client = Client::new(&broker);
    client.receiver("orders");
    client.flow(0, true, false);
    client.begin().await;
    for (drain, echo) in [(true, false), (false, true), (true, true), (true, false)] {
        let (flow, transfers) = client.until_flow().await;
        assert_eq!((flow.link_credit, transfers), (Some(0), 0));
        client.flow(0, drain, echo);
        client.write(b"").await;
    }
    client.until_flow().await;
    // And one that has credit at last.
    client.flow(1, true, false);
    client.write(b"").await;
    assert_eq!(client.until_flow().await.1, 1);
}

#[tokio::test]
async fn a_delivery_that_is_settled_without_a_state_has_the_default_outcome() {
    let rejected = Outcome::from(Rejected::default());
    for (default, ready, dead) in [(None, 1, 0), (Some(rejected), 0, 1)] {
        let broker = broker_with(&["a"]).await;
        let mut client = Client::new(&broker);
        client.receiver(Source { default_outcome: default.clone(), ..Source::new("orders") });
        client.flow(1, false, false);
        client.begin().await;
        let delivery = loop {
            match client.next().await {
                Performative::Attach(attach) => {
                    let Some(SourceArchetype::Source(source)) = attach.source else { panic!() };
                    assert!(source.default_outcome.is_some());
                }
                Performative::Transfer(transfer) => break transfer.delivery_id.unwrap(),
                _ => {}
            }
        };
        client.frame(&Disposition {
            role: Role::Receiver,
            first: delivery,
            last: Some(DeliveryNumber(delivery.0)),
            settled: true,
            state: None,
            batchable: false,
        });
        client.frame(&Close::default());
        client.write(b"").await;
        let orders = soon(broker.until("orders", |it| it.consumers == 0)).await;
        assert_eq!((orders.ready, orders.unsettled), (ready, 0));
        let letters = broker.queue("orders/dead-letters").map_or(0, |it| it.ready);
        assert_eq!(letters, dead);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_consumer_that_only_drains_leaves_a_message_to_one_that_waits() {
    for round in 0..300 {
        let broker = Broker::in_memory();
        let mut raw = Client::new(&broker);
        raw.receiver("orders");
        raw.flow(1, true, false);
        raw.begin().await;
        let drained = raw.until_flow().await.0;
        let client = connect(&broker).await;
        let sender = soon(client.sender("orders").attach()).await.unwrap();
        let waiting = manual(&client, "orders").await;
        waiting.grant(1).unwrap();
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        raw.frame(&Flow {
            next_incoming_id: Some(TransferNumber(0)),
            incoming_window: 1000,
            handle: Some(Handle(0)),
            delivery_count: drained.delivery_count,
            link_credit: Some(0),
            drain: true,
            ..Flow::default()
        });
        drop(soon(sender.submit("m")).await.unwrap());
        // In some rounds, the drain comes to the consumer together with the message.
        for _ in 0..round % 10 {
            tokio::task::yield_now().await;
        }
        raw.write(b"").await;
        next_text(&waiting, "m").await.accept().unwrap();
    }
}
