//! The engine on threads and `std::net`, without tokio: a client sends a message of its own type to a server.
//!
//! ```sh
//! cargo run --package amqp-net --example std_net
//! ```

use std::error::Error;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use amqp_net::ProtocolHeader;
use amqp_net::amqp_types::messaging::{
    Accepted, EncodeMessage, Message, MessageRef, MessageWriter, Source, Target,
};
use amqp_net::amqp_types::transport::{Attach, Handle, Role, SenderSettleMode};
use amqp_net::proto::{
    Anonymous, AnonymousServer, Connection, ConnectionEnd, ConnectionEvent, ConnectionSettings,
    DeliveryId, Identity, LinkId, Mechanism, Negotiation, NegotiationSettings, OutgoingDelivery,
    SaslClient, SaslLimits, SaslServer, SendError, SessionSettings, Side, StreamEnd, Transmit,
};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A message of our own: the id is its subject, the item its body.
#[derive(Message)]
struct Order<'a> {
    #[amqp(property = subject)]
    id: &'a str,
    #[amqp(body)]
    item: &'a str,
}

fn main() -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || serve(&listener));

    let mut client = Endpoint::connect(address, Box::new(Anonymous::default()), "client")?;
    let link = client.attach("orders", Role::Sender)?;
    let order = client.send(link, &Order { id: "7", item: "tea" })?;
    println!("client: the order was {}", client.outcome(order)?);
    client.close()?;
    server.join().map_err(|_| "the server panicked")?
}

/// Serves one client: accepts its links, prints and accepts its messages.
fn serve(listener: &TcpListener) -> Result<()> {
    let (stream, _) = listener.accept()?;
    let mut server = Endpoint::accept(stream, "server")?;
    loop {
        match server.next()? {
            ConnectionEvent::PeerOpened(open) => {
                println!("server: {} has opened a connection", open.container_id);
                server.connection.accept(Instant::now())?;
            }
            ConnectionEvent::LinkRequested(link, request) => {
                let now = Instant::now();
                server.connection.accept_link(now, link, *request)?;
                server.connection.grant(now, link, 10);
            }
            ConnectionEvent::Received(delivery) => {
                let order: Order<'_> = MessageRef::from_shared(&delivery.payload)?.decode()?;
                println!("server: order {} is for {}", order.id, order.item);
                server.connection.settle(Instant::now(), delivery.id, Accepted {})?;
            }
            ConnectionEvent::Ended(ConnectionEnd::ClosedByPeer(None)) => return server.finish(),
            ConnectionEvent::Ended(end) => return Err(end.into()),
            _ => {}
        }
    }
}

/// A connection, and the stream that it is on.
#[derive(Debug)]
pub(crate) struct Endpoint {
    stream: TcpStream,
    /// The engine.
    pub(crate) connection: Connection,
    /// What has been received and not been taken.
    input: Vec<u8>,
}

impl Endpoint {
    /// Connects to a server, and authenticates.
    pub(crate) fn connect(
        address: SocketAddr,
        mechanism: Box<dyn Mechanism>,
        container_id: &str,
    ) -> Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let mut input = negotiate(&mut stream, Side::Client, ProtocolHeader::SASL, Vec::new())?;
        let mut sasl = SaslClient::new(vec![mechanism], None, SaslLimits::default());
        loop {
            let mut rest = &*input;
            sasl.handle_input(&mut rest);
            input = rest.to_vec();
            if let Some(octets) = sasl.poll_transmit() {
                stream.write_all(&octets)?;
            }
            if let Some(outcome) = sasl.poll_outcome() {
                outcome?;
                break;
            }
            receive(&mut stream, &mut input)?;
        }
        let input = negotiate(&mut stream, Side::Client, ProtocolHeader::AMQP, input)?;
        let settings = ConnectionSettings::new(container_id.to_owned());
        let connection = Connection::client(settings, Instant::now())?;
        let mut client = Self { stream, connection, input };
        match client.next()? {
            ConnectionEvent::PeerOpened(_) => Ok(client),
            ConnectionEvent::Ended(end) => Err(end.into()),
            other => Err(format!("unexpected: {other:?}").into()),
        }
    }

    /// Authenticates a client that does not say who it is.
    pub(crate) fn accept(mut stream: TcpStream, container_id: &str) -> Result<Self> {
        stream.set_nodelay(true)?;
        let mut input = negotiate(&mut stream, Side::Server, ProtocolHeader::SASL, Vec::new())?;
        let mut sasl = SaslServer::new(vec![Box::new(AnonymousServer)], SaslLimits::default())?;
        loop {
            if let Some(octets) = sasl.poll_transmit() {
                stream.write_all(&octets)?;
            }
            if let Some(outcome) = sasl.poll_outcome() {
                println!("server: the client is {}", outcome?.identity());
                break;
            }
            if sasl.poll_credentials().is_some() {
                sasl.decide(Ok(Identity::anonymous()));
            } else {
                receive(&mut stream, &mut input)?;
                let mut rest = &*input;
                sasl.handle_input(&mut rest);
                input = rest.to_vec();
            }
        }
        let input = negotiate(&mut stream, Side::Server, ProtocolHeader::AMQP, input)?;
        let settings = ConnectionSettings::new(container_id.to_owned());
        let connection = Connection::server(settings, Instant::now());
        Ok(Self { stream, connection, input })
    }

    /// Returns the next event, after it has sent what is to be sent.
    pub(crate) fn next(&mut self) -> Result<ConnectionEvent> {
        loop {
            let now = Instant::now();
            let mut rest = &*self.input;
            self.connection.handle_input(now, &mut rest);
            self.input = rest.to_vec();
            while let Some(output) = self.connection.poll_transmit() {
                self.stream.write_all(&output)?;
            }
            if let Some(event) = self.connection.poll_event() {
                return Ok(event);
            }
            let timeout =
                self.connection.poll_timeout().map(|at| at.saturating_duration_since(now));
            // A timeout of zero is not allowed.
            self.stream.set_read_timeout(timeout.map(|time| time.max(Duration::from_millis(1))))?;
            let mut buffer = [0; 16_384];
            match self.stream.read(&mut buffer) {
                Ok(0) => self.connection.handle_eof(StreamEnd::Clean),
                Ok(len) => self.input.extend(buffer.iter().take(len)),
                Err(error) if is_timeout(&error) => {
                    self.connection.handle_timeout(Instant::now());
                }
                Err(error) => self.connection.handle_eof(error.kind().into()),
            }
        }
    }

    /// Begins a session, and attaches a link in it to the node of this address.
    pub(crate) fn attach(&mut self, address: &str, role: Role) -> Result<LinkId> {
        let mut attach = Attach::new(address.to_owned(), Handle(0), role);
        let (mut source, mut target) = (Source::default(), Target::default());
        match role {
            Role::Sender => target.address = Some(address.to_owned().into()),
            Role::Receiver => source.address = Some(address.to_owned().into()),
        }
        // Some brokers would settle what they send.
        attach.snd_settle_mode = SenderSettleMode::Unsettled;
        attach.source = Some(source.into());
        attach.target = Some(target.into());
        self.attach_with(attach)
    }

    /// Begins a session, and attaches a link in it.
    pub(crate) fn attach_with(&mut self, attach: Attach) -> Result<LinkId> {
        let now = Instant::now();
        let session = self.connection.begin(now, SessionSettings::default())?;
        let wanted = self.connection.attach(now, session, attach)?;
        loop {
            match self.next()? {
                ConnectionEvent::LinkAttached(link, _) if link == wanted => return Ok(link),
                ConnectionEvent::LinkDetached(link, end) if link == wanted => {
                    return Err(end.into());
                }
                ConnectionEvent::SessionEnded(_, end) => return Err(end.into()),
                ConnectionEvent::Ended(end) => return Err(end.into()),
                _ => {}
            }
        }
    }

    /// Sends a message, as soon as the receiver takes it.
    pub(crate) fn send<M: EncodeMessage + ?Sized>(
        &mut self,
        link: LinkId,
        message: &M,
    ) -> Result<DeliveryId> {
        let mut octets = Vec::new();
        MessageWriter::append(&mut octets, message)?;
        self.send_with(link, &OutgoingDelivery::new(octets))
    }

    /// Sends a delivery, as soon as the receiver takes it.
    pub(crate) fn send_with(
        &mut self,
        link: LinkId,
        delivery: &OutgoingDelivery,
    ) -> Result<DeliveryId> {
        loop {
            match self.connection.send(Instant::now(), link, delivery) {
                Err(SendError::WouldBlock) => match self.next()? {
                    ConnectionEvent::Ended(end) => return Err(end.into()),
                    ConnectionEvent::LinkDetached(_, end) => return Err(end.into()),
                    _ => {}
                },
                sent => return Ok(sent?),
            }
        }
    }

    /// Waits for the outcome of a delivery.
    pub(crate) fn outcome(&mut self, sent: DeliveryId) -> Result<String> {
        loop {
            match self.next()? {
                ConnectionEvent::Updated { deliveries, state, .. }
                    if deliveries.contains(&sent) =>
                {
                    return Ok(state.map_or("settled".into(), |state| format!("{state:?}")));
                }
                ConnectionEvent::LinkDetached(_, end) => return Err(end.into()),
                ConnectionEvent::Ended(end) => return Err(end.into()),
                _ => {}
            }
        }
    }

    /// Closes the connection.
    pub(crate) fn close(mut self) -> Result<()> {
        self.connection.close(Instant::now(), None);
        loop {
            match self.next()? {
                ConnectionEvent::Ended(ConnectionEnd::Closed) => return self.finish(),
                ConnectionEvent::Ended(end) => return Err(end.into()),
                _ => {}
            }
        }
    }

    /// Sends what is left, after the connection has ended.
    fn finish(mut self) -> Result<()> {
        while let Some(output) = self.connection.poll_transmit() {
            self.stream.write_all(&output)?;
        }
        Ok(())
    }
}

/// Exchanges headers. `input` is what has been received before; what follows the header of the peer is returned.
fn negotiate(
    stream: &mut TcpStream,
    side: Side,
    header: ProtocolHeader,
    input: Vec<u8>,
) -> Result<Vec<u8>> {
    let settings = NegotiationSettings::new(header);
    let mut negotiation = Negotiation::new(side, &settings, Instant::now());
    let mut input = input;
    loop {
        negotiation.handle_input(Instant::now(), &input);
        while let Some(Transmit::Bytes(bytes)) = negotiation.poll_transmit() {
            stream.write_all(&bytes)?;
        }
        if let Some(outcome) = negotiation.poll_outcome() {
            return Ok(outcome?.trailing.to_vec());
        }
        input.clear();
        receive(stream, &mut input)?;
    }
}

/// Receives more octets.
fn receive(stream: &mut TcpStream, input: &mut Vec<u8>) -> Result<()> {
    let mut buffer = [0; 4096];
    let len = stream.read(&mut buffer)?;
    if len == 0 {
        return Err("the peer closed the connection".into());
    }
    input.extend(buffer.iter().take(len));
    Ok(())
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}
