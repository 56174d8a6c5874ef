//! The connection of a client.

use std::sync::Arc;

use amqp_types::transport::{ConnectionError, Error};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::attach::{self, Context};
use super::event::Event;
use super::failure::Fault;
use super::info::ConnectionInfo;
use super::shared::{Shared, raised};
use crate::{IncomingConnection, Listener, ServerSettings};

/// Serves a client until its connection ends. `stop` tells when the broker stops, which waits until all are dropped.
pub(super) async fn serve(
    shared: Arc<Shared>,
    incoming: IncomingConnection,
    mut stop: watch::Receiver<bool>,
) {
    let info = ConnectionInfo {
        id: shared.next_connection(),
        container: incoming.open().container_id.clone(),
        user: incoming.identity().and_then(|identity| identity.name()).map(str::to_owned),
        remote_addr: incoming.remote_addr(),
    };
    let refused = match shared.failures.connection() {
        None => shared.connect(&info),
        Some(Fault::Refuse(error)) => Err(error),
        Some(Fault::Delay(by)) => {
            attach::sleep(by, &shared).await;
            shared.connect(&info)
        }
    };
    if let Err(error) = refused {
        incoming.refuse(error.clone());
        return shared.tell(&Event::ConnectionRefused(info, error));
    }
    let entry = Entry { shared: Arc::clone(&shared), id: info.id };
    let Ok(mut served) = incoming.accept() else { return };
    shared.tell(&Event::ConnectionOpened(info.clone()));
    let connection = served.connection().clone();
    let context = Context {
        shared: Arc::clone(&shared),
        connection: connection.clone(),
        id: info.id,
        _stop: stop.clone(),
    };
    let mut links = JoinSet::new();
    let ended = loop {
        tokio::select! {
            request = served.next() => match request {
                Ok(Some(request)) => drop(links.spawn(attach::serve(context.clone(), request))),
                Ok(None) => break None,
                Err(ended) => break Some(ended),
            },
            Some(_) = links.join_next() => {}
            () = raised(&mut stop) => {
                let what = "the broker has been stopped";
                let reason = Error::new(ConnectionError::ConnectionForced, what);
                break connection.close_with(reason).await.err();
            }
        }
    };
    drop(context);
    // They give back what they have.
    while links.join_next().await.is_some() {}
    drop(entry);
    shared.tell(&Event::ConnectionClosed(info, ended));
}

/// A connection among those that there are.
struct Entry {
    shared: Arc<Shared>,
    id: u64,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.shared.disconnect(self.id);
    }
}

/// Accepts clients over TCP until the broker stops.
pub(super) fn accept(shared: &Arc<Shared>, mut listener: Listener) {
    let shared = Arc::clone(shared);
    let mut stop = shared.stop.subscribe();
    listener.set_max_pending(shared.limits.max_pending);
    tokio::spawn(async move {
        loop {
            let incoming = tokio::select! {
                incoming = listener.accept_outcome(|stream, _| stream) => incoming,
                () = raised(&mut stop) => return,
            };
            match incoming {
                Some(Ok(incoming)) => {
                    tokio::spawn(serve(Arc::clone(&shared), incoming, stop.clone()));
                }
                Some(Err(error)) => shared.tell(&Event::NotAccepted(Arc::new(error))),
                None => return,
            }
        }
    });
}

/// Accepts a client over a stream.
pub(super) fn accept_over<S>(shared: &Arc<Shared>, settings: ServerSettings, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let shared = Arc::clone(shared);
    let mut stop = shared.stop.subscribe();
    tokio::spawn(async move {
        let incoming = tokio::select! {
            incoming = settings.accept_over(stream) => incoming,
            () = raised(&mut stop) => return,
        };
        if let Ok(incoming) = incoming {
            serve(shared, incoming, stop).await;
        }
    });
}
