//! The server that the clients talk to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use amqp_net::proto::{
    AnonymousServer, ConnectionSettings, Credentials, Identity, PlainServer, Refusal,
};
use amqp_net::{IncomingConnection, Listener, ServerSettings};
use amqp_types::transport::{AmqpError, Error};
use amqp_types::{Symbol, Value};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::nodes;
use crate::seen::Seen;

/// A server on a loopback port of its own. It runs on its own thread until it is dropped, or a message to the node
/// `stops` stops it: then its connections end without a close.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(connection: ConnectionSettings, seen: Seen) -> Self {
        let settings = ServerSettings::new(connection)
            .mechanism(|| AnonymousServer)
            .mechanism(|| PlainServer)
            .authenticate(|credentials| async move { authenticate(credentials) });
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = Listener::bind("127.0.0.1:0", settings).await.unwrap();
                sender.send(listener.local_addr()).unwrap();
                tokio::select! {
                    () = accept(listener, seen, Arc::clone(&stopped)) => {}
                    () = stopped.notified() => {}
                }
            });
        });
        Self { address: receiver.recv().unwrap(), stop, thread: Some(thread) }
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn authenticate(credentials: Credentials) -> Result<Identity, Refusal> {
    match credentials {
        Credentials::Anonymous { .. } => Ok(Identity::anonymous()),
        Credentials::Password { user, password, act_as: None } if *password == "secret" => {
            Ok(Identity::user(user))
        }
        _ => Err(Refusal::Credentials),
    }
}

async fn accept(mut listener: Listener, seen: Seen, stop: Arc<Notify>) {
    let mut connections = JoinSet::new();
    while let Some(incoming) = listener.accept().await {
        connections.spawn(serve(incoming, seen.clone(), Arc::clone(&stop)));
    }
}

/// Says that a case has ended when it is dropped, also with the server.
struct Ending(Seen, String);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end(&self.1);
    }
}

async fn serve(incoming: IncomingConnection, seen: Seen, stop: Arc<Notify>) {
    let case = incoming.open().container_id.to_string();
    let _ending = Ending(seen.clone(), case.clone());
    seen.add(&case, "open", identity(&incoming));
    if let Some(product) = product(&incoming) {
        seen.add(&case, "open", format!("product {product}"));
    }
    match &*case {
        "refused" => {
            return incoming.refuse(Error::new(AmqpError::ResourceLocked, "come back later"));
        }
        "redirected" => return incoming.redirect("other.example", 5671),
        _ => {}
    }
    let mut client = incoming.accept().unwrap();
    let mut links = JoinSet::new();
    let ended = loop {
        match client.next().await {
            Ok(Some(request)) => {
                let context = nodes::Context {
                    seen: seen.clone(),
                    case: case.clone(),
                    connection: client.connection().clone(),
                    stop: Arc::clone(&stop),
                };
                links.spawn(nodes::serve(request, context));
            }
            Ok(None) => break "closed".to_owned(),
            Err(ended) => break ended.to_string(),
        }
    };
    // Links see what came before the end.
    while let Some(link) = links.join_next().await {
        link.unwrap();
    }
    seen.add(&case, "end", ended);
}

fn identity(incoming: &IncomingConnection) -> String {
    incoming.identity().map_or_else(|| "without SASL".to_owned(), ToString::to_string)
}

/// Returns the name by which the client calls its product.
fn product(incoming: &IncomingConnection) -> Option<String> {
    let properties = incoming.open().properties.as_ref()?;
    match properties.get(&Symbol::from_static("product")) {
        Some(Value::String(product)) => Some(product.to_string()),
        _ => None,
    }
}
