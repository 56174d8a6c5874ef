//! A small broker on the library's `Listener`, in the process of the test. It has queues in memory, and nodes that behave
//! in a special way.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::mpsc::{self, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use amqp_net::proto::{ConnectionSettings, Credentials, Identity, Refusal};
use amqp_net::{
    Connection, Credit, IncomingReceiver, IncomingSender, Listener, PeerRequest, Served,
    ServerSettings,
};
use amqp_types::messaging::{EncodedMessage, Modified, Outcome, Source};
use amqp_types::transport::{AmqpError, Error};
use tokio::sync::{Notify, oneshot};

/// What the test can see.
#[derive(Default)]
pub(crate) struct Seen {
    /// The messages of each queue.
    pub(crate) queues: HashMap<String, VecDeque<EncodedMessage>>,
    /// The hostname of each open.
    pub(crate) hostnames: Vec<Option<String>>,
    /// The source of each link on which messages were sent.
    pub(crate) sources: Vec<Source>,
    /// The names of the outcomes of what was sent, in order.
    pub(crate) outcomes: Vec<&'static str>,
    /// The number of messages that were received settled.
    pub(crate) settled: usize,
    /// The number of messages that were sent.
    pub(crate) sent: usize,
    /// The number of connections that were closed, and were not just lost.
    pub(crate) closed: usize,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Notify,
}

/// A broker that runs until it is dropped.
pub(crate) struct Broker {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Broker {
    /// Starts a broker for anonymous clients.
    pub(crate) fn start() -> Self {
        Self::with(|settings| settings)
    }

    /// Starts a broker that wants a user and a password.
    pub(crate) fn with_password(user: &'static str, password: &'static str) -> Self {
        Self::with(move |settings| {
            settings.authenticate(move |credentials| async move {
                match credentials {
                    Credentials::Password { user: name, password: word, .. }
                        if name == user && *word == password =>
                    {
                        Ok(Identity::user(name))
                    }
                    _ => Err(Refusal::Credentials),
                }
            })
        })
    }

    pub(crate) fn with(
        change: impl FnOnce(ServerSettings) -> ServerSettings + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared { seen: Mutex::default(), changed: Notify::new() });
        let (stop, stopped) = oneshot::channel();
        let (to, addresses) = channel();
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                tokio::select! {
                    () = listen(change, to, serving) => {}
                    _ = stopped => {}
                }
            });
        });
        let address = addresses.recv().expect("the broker listens");
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("amqp://{}", self.address)
    }

    /// Adds a message to a queue.
    pub(crate) fn put(&self, queue: &str, message: EncodedMessage) {
        self.see(|seen| seen.queues.entry(queue.to_owned()).or_default().push_back(message));
        self.shared.changed.notify_waiters();
    }

    /// Looks at what the broker has seen.
    pub(crate) fn see<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.shared.seen.lock().unwrap())
    }

    /// Waits until something is so.
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&Seen) -> bool) {
        let began = Instant::now();
        while !self.see(|seen| is_so(seen)) {
            assert!(began.elapsed() < Duration::from_secs(20), "it does not happen: {what}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Returns the bodies of a queue that are strings.
    pub(crate) fn texts(&self, queue: &str) -> Vec<String> {
        self.see(|seen| {
            let messages = seen.queues.get(queue).into_iter().flatten();
            messages.map(|message| message.body().to_value().expect("a string")).collect()
        })
    }

    /// Returns the messages of a queue.
    pub(crate) fn messages(&self, queue: &str) -> Vec<EncodedMessage> {
        self.see(|seen| seen.queues.get(queue).into_iter().flatten().cloned().collect())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the broker failed");
        }
    }
}

async fn listen(
    change: impl FnOnce(ServerSettings) -> ServerSettings,
    to: mpsc::Sender<SocketAddr>,
    shared: Arc<Shared>,
) {
    let settings = change(ServerSettings::new(ConnectionSettings::new("broker")));
    let mut listener = Listener::bind("127.0.0.1:0", settings).await.expect("a port is free");
    to.send(listener.local_addr()).expect("the test waits for the address");
    while let Some(incoming) = listener.accept().await {
        let hostname = incoming.open().hostname.as_deref().map(str::to_owned);
        shared.seen.lock().unwrap().hostnames.push(hostname);
        if let Ok(served) = incoming.accept() {
            tokio::spawn(serve(served, Arc::clone(&shared)));
        }
    }
}

async fn serve(mut served: Served, shared: Arc<Shared>) {
    let connection = served.connection().clone();
    while let Ok(Some(request)) = served.next().await {
        match request {
            PeerRequest::Receiver(link) => {
                let connection = connection.clone();
                let shared = Arc::clone(&shared);
                tokio::spawn(async move { receive(link, &shared, connection).await });
            }
            PeerRequest::Sender(link) => {
                tokio::spawn(send(link, Arc::clone(&shared)));
            }
            other => drop(other),
        }
    }
    shared.seen.lock().unwrap().closed += 1;
}

fn missing(address: &str) -> Error {
    Error::new(AmqpError::NotFound, format!("there is no node {address}"))
}

/// Receives messages from a client.
async fn receive(link: IncomingReceiver, shared: &Shared, connection: Connection) {
    let address = link.target().and_then(|it| it.address.as_deref()).map(str::to_owned);
    if let Some(address) = address.as_deref().filter(|it| it.starts_with("missing")) {
        return link.refuse(missing(address));
    }
    let credit = match address.as_deref() {
        Some("full") => Credit::Manual,
        _ => Credit::Auto(1000),
    };
    let Ok(receiver) = link.accept_as_asked(credit) else { return };
    let mut silent = Vec::new();
    let mut count = 0;
    while let Ok(Some(delivery)) = receiver.recv().await {
        count += 1;
        let message = EncodedMessage::new(delivery.octets().clone()).expect("a message");
        let to = message.properties().expect("properties").and_then(|it| it.to);
        let address = address.clone().or_else(|| to.map(|to| (*to).to_owned()));
        let address = address.expect("an address");
        shared.seen.lock().unwrap().settled += usize::from(delivery.is_settled());
        match &*address {
            "rejects" => {
                let reason = Error::new(AmqpError::NotAllowed, "no such messages");
                delivery.reject(Some(reason)).unwrap();
                continue;
            }
            "releases" => {
                delivery.release().unwrap();
                continue;
            }
            "modifies" => {
                delivery.modify(Modified::default()).unwrap();
                continue;
            }
            // The second of three is not taken.
            "picky" if count % 3 == 2 => {
                delivery.release().unwrap();
                continue;
            }
            "silent" => {
                silent.push(delivery);
                continue;
            }
            // It ends after three messages.
            "broken" if count == 3 => {
                let reason = Error::new(AmqpError::InternalError, "the node is broken");
                let _ = connection.close_with(reason).await;
                return;
            }
            "closes" if count == 3 => {
                let reason = Error::new(AmqpError::ResourceDeleted, "the node was deleted");
                let _ = receiver.close_with(reason).await;
                return;
            }
            _ => {}
        }
        let mut seen = shared.seen.lock().unwrap();
        seen.queues.entry(address).or_default().push_back(message);
        drop(seen);
        shared.changed.notify_waiters();
        let _ = delivery.accept();
    }
}

/// Sends the messages of a queue to a client.
async fn send(link: IncomingSender, shared: Arc<Shared>) {
    let mut source = link.source().cloned().unwrap_or_default();
    let address = source.address.as_deref().unwrap_or_default().to_owned();
    if address.starts_with("missing") {
        return link.refuse(missing(&address));
    }
    shared.seen.lock().unwrap().sources.push(source.clone());
    if address == "plain" {
        // It knows neither filters nor browsing.
        (source.filter, source.distribution_mode) = (None, None);
    }
    let Ok(sender) = link.accept(source) else { return };
    if address == "deleted" {
        let reason = Error::new(AmqpError::ResourceDeleted, "the node was deleted");
        let _ = sender.close_with(reason).await;
        return;
    }
    loop {
        let changed = shared.changed.notified();
        let next = || shared.seen.lock().unwrap().queues.get_mut(&address)?.pop_front();
        let Some(message) = next() else {
            tokio::select! {
                () = changed => continue,
                _ = sender.detached() => return,
            }
        };
        let submitted = tokio::select! {
            submitted = sender.submit(&message) => submitted,
            _ = sender.detached() => Err(amqp_net::SendError::NoOutcome),
        };
        let Ok(receipt) = submitted else {
            give_back(&shared, &address, message);
            return;
        };
        shared.seen.lock().unwrap().sent += 1;
        let shared = Arc::clone(&shared);
        let address = address.clone();
        tokio::spawn(async move {
            let (outcome, is_done) = match receipt.outcome().await {
                Ok(Outcome::Accepted(_)) => ("accepted", true),
                Ok(Outcome::Rejected(_)) => ("rejected", true),
                Ok(Outcome::Released(_)) => ("released", false),
                Ok(Outcome::Modified(_)) => ("modified", false),
                _ => ("unknown", false),
            };
            shared.seen.lock().unwrap().outcomes.push(outcome);
            if !is_done {
                give_back(&shared, &address, message);
            }
        });
    }
}

/// Puts a message that comes again into the queue `ADDRESS.again`, in which it can be seen.
fn give_back(shared: &Shared, address: &str, message: EncodedMessage) {
    let queue = format!("{address}.again");
    shared.seen.lock().unwrap().queues.entry(queue).or_default().push_back(message);
}
