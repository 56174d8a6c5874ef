//! A peer that does what a test says, frame by frame.

use amqp_net::proto::{FrameBody, FrameSplitter, FrameWriter};
use amqp_net::{Connection, Receiver, ReceiverBuilder, Sender, Served, ServerSettings};
use amqp_types::security::{SaslCode, SaslMechanisms, SaslOutcome};
use amqp_types::transport::{
    Attach, Begin, Flow, Handle, Open, Performative, Role, SequenceNo, TransferNumber,
};
use amqp_types::{Encode, MandatoryMultiple, Symbol};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::fault::{Control, Faulty};
use super::settings;

/// The header of AMQP.
const HEADER: &[u8; 8] = b"AMQP\0\x01\0\0";

/// A peer that does what a test says. It uses channel 0 and handle 0.
pub(crate) struct Script {
    pub(crate) stream: DuplexStream,
    splitter: FrameSplitter,
    frames: FrameWriter,
}

impl Script {
    const fn of(stream: DuplexStream, splitter: FrameSplitter, frames: FrameWriter) -> Self {
        Self { stream, splitter, frames }
    }

    /// A peer that has not said anything.
    pub(crate) fn new(stream: DuplexStream) -> Self {
        Self::of(stream, FrameSplitter::new(1 << 20), FrameWriter::new(1 << 20))
    }

    /// Connects a client to a scripted server.
    pub(crate) async fn server() -> (Connection, Self) {
        let (client, script, _) = Self::faulty_server().await;
        (client, script)
    }

    /// Connects a client, whose stream fails when it is told to, to a scripted server.
    pub(crate) async fn faulty_server() -> (Connection, Self, Control) {
        Self::faulty_server_over(1 << 20).await
    }

    /// Connects a client to a scripted server over a pipe that holds this many octets.
    pub(crate) async fn server_over(octets: usize) -> (Connection, Self) {
        let (client, script, _) = Self::faulty_server_over(octets).await;
        (client, script)
    }

    async fn faulty_server_over(octets: usize) -> (Connection, Self, Control) {
        let (near, far) = duplex(octets);
        let (near, control) = Faulty::new(near);
        let mut script = Self::new(far);
        let connecting = Connection::builder().without_sasl().connect_over(near);
        let answering = async {
            script.exchange_headers().await;
            assert!(matches!(script.next().await, Performative::Open(_)));
            script.send(&Open::new("script"), b"").await;
        };
        let (client, ()) = tokio::join!(connecting, answering);
        (client.unwrap(), script, control)
    }

    /// Connects a scripted client to a server.
    pub(crate) async fn client() -> (Served, Self) {
        Self::client_over(1 << 20).await
    }

    /// Connects a scripted client to a server over a pipe that holds this many octets.
    pub(crate) async fn client_over(octets: usize) -> (Served, Self) {
        let (near, far) = duplex(octets);
        let mut script = Self::new(near);
        let settings = ServerSettings::new(settings("server"));
        let accepting = async { settings.accept_over(far).await.unwrap().accept().unwrap() };
        let asking = async {
            script.exchange_headers().await;
            script.send(&Open::new("script"), b"").await;
            assert!(matches!(script.next().await, Performative::Open(_)));
        };
        let (served, ()) = tokio::join!(accepting, asking);
        (served, script)
    }

    /// Sends the header of AMQP, and expects it.
    pub(crate) async fn exchange_headers(&mut self) {
        self.exchange(HEADER).await;
    }

    async fn exchange(&mut self, header: &[u8; 8]) {
        self.stream.write_all(header).await.unwrap();
        let mut received = [0; 8];
        self.stream.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, header);
    }

    /// Exchanges the headers of SASL, and offers a mechanism. Returns when the client has chosen it.
    pub(crate) async fn offer(&mut self, mechanism: &'static str) {
        self.exchange(b"AMQP\x03\x01\0\0").await;
        let mechanisms = vec![Symbol::from_static(mechanism)];
        let mechanisms = MandatoryMultiple::try_from(mechanisms).unwrap();
        self.frames.sasl(&SaslMechanisms { sasl_server_mechanisms: mechanisms }).unwrap();
        self.stream.write_all(&self.frames.split()).await.unwrap();
        // The client says nothing else before the outcome.
        let mut size = [0; 4];
        self.stream.read_exact(&mut size).await.unwrap();
        let mut rest = vec![0; u32::from_be_bytes(size) as usize - size.len()];
        self.stream.read_exact(&mut rest).await.unwrap();
    }

    /// Tells a client whether it is authenticated.
    pub(crate) async fn outcome(&mut self, code: SaslCode) {
        self.frames.sasl(&SaslOutcome { code, additional_data: None }).unwrap();
        self.stream.write_all(&self.frames.split()).await.unwrap();
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, performative: &impl Encode, payload: &[u8]) {
        self.frames.amqp(0, performative, payload).unwrap();
        self.stream.write_all(&self.frames.split()).await.unwrap();
    }

    /// Sends an empty frame.
    pub(crate) async fn send_heartbeat(&mut self) {
        self.stream.write_all(&[0, 0, 0, 8, 2, 0, 0, 0]).await.unwrap();
    }

    /// Returns the next frame that is not empty.
    pub(crate) async fn next(&mut self) -> Performative {
        loop {
            if let Some(frame) = self.splitter.poll_frame().unwrap() {
                if let FrameBody::Amqp { performative, .. } = frame.decode().unwrap() {
                    return performative;
                }
                continue;
            }
            let mut input = Vec::with_capacity(4096);
            let len = self.stream.read_buf(&mut input).await.unwrap();
            assert_ne!(len, 0, "the stream has ended");
            self.splitter.handle_input(&input);
        }
    }

    /// Returns the next frame for which `take` returns something.
    pub(crate) async fn until<T>(&mut self, take: impl Fn(Performative) -> Option<T>) -> T {
        loop {
            if let Some(taken) = take(self.next().await) {
                return taken;
            }
        }
    }

    /// Answers a begin, and returns the answer to the attach that follows it.
    pub(crate) async fn requested(&mut self) -> Attach {
        assert!(matches!(self.next().await, Performative::Begin(_)));
        let Performative::Attach(attach) = self.next().await else { panic!() };
        self.send(&begin(Some(0)), b"").await;
        answer_to(attach)
    }

    /// Answers a begin and an attach, which `change` may change.
    async fn answer(&mut self, change: impl FnOnce(&mut Attach)) {
        let mut attach = self.requested().await;
        change(&mut attach);
        self.send(&attach, b"").await;
    }

    /// Answers an attach with this handle and what `change` changes.
    pub(crate) async fn answer_attach(
        &mut self,
        attach: Attach,
        handle: u32,
        change: impl FnOnce(&mut Attach),
    ) {
        let mut attach = answer_to(attach);
        attach.handle = Handle(handle);
        change(&mut attach);
        self.send(&attach, b"").await;
    }

    /// Attaches a sender of the client.
    pub(crate) async fn sender(
        &mut self,
        client: &Connection,
        change: impl FnOnce(&mut Attach),
    ) -> Sender {
        let (sender, ()) = tokio::join!(client.sender("queue").attach(), self.answer(change));
        sender.unwrap()
    }

    /// Attaches a receiver of the client.
    pub(crate) async fn receiver(&mut self, builder: ReceiverBuilder) -> Receiver {
        let (receiver, ()) = tokio::join!(builder.attach(), self.answer(|_| {}));
        receiver.unwrap()
    }
}

/// Returns the attach of the other side, with the same handle.
pub(crate) fn answer_to(mut attach: Attach) -> Attach {
    attach.role = match attach.role {
        Role::Sender => Role::Receiver,
        Role::Receiver => Role::Sender,
    };
    attach.initial_delivery_count = Some(SequenceNo(0));
    attach
}

/// Returns a begin that answers a channel, or none.
pub(crate) fn begin(answers: Option<u16>) -> Begin {
    Begin { remote_channel: answers, incoming_window: 1000, ..Begin::default() }
}

/// Returns a flow that gives credit.
pub(crate) fn credit(credit: u32) -> Flow {
    Flow {
        next_incoming_id: Some(TransferNumber(0)),
        incoming_window: 1000,
        handle: Some(Handle(0)),
        delivery_count: Some(SequenceNo(0)),
        link_credit: Some(credit),
        ..Flow::default()
    }
}
