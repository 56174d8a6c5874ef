//! Requests, and the responses to them.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use amqp_types::messaging::{AddressString, EncodeMessage, EncodedMessage, Message, MessageIdRef};
use amqp_types::transport::SenderSettleMode;

use super::attach::random_name;
use super::delivery::Delivery;
use super::ended::Ended;
use super::receiver::Receiver;
use super::request_error::RequestError;
use super::send_error::{Arrived, SendError};
use super::sender::Sender;

/// Sends requests to a node, and returns the response to each: the message whose correlation-id is the message-id of
/// the request.
///
/// Any number of tasks can make requests at once; the responses may arrive in any order. A requester is cheap to
/// clone. When the last clone is dropped, its links are closed in the background.
///
/// It is made by [`Connection::requester`](super::Connection::requester) or
/// [`Session::requester`](super::Session::requester).
///
/// ```no_run
/// # async fn example(connection: amqp_net::Connection) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// let prices = connection.requester("prices").await?;
/// let response = prices.request("tea").await?;
/// let price: &str = response.view().decode()?;
/// println!("{price}");
///
/// // A service that does not answer needs a time limit.
/// let limit = Duration::from_secs(10);
/// let response = tokio::time::timeout(limit, prices.request("coffee")).await??;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Requester {
    links: Arc<Links>,
}

/// The links of a requester, and the requests that have no response yet.
#[derive(Debug)]
struct Links {
    sender: Sender,
    receiver: Receiver,
    reply_to: AddressString,
    /// The start of all message-ids, because others may use the same address for responses, or have used it.
    prefix: String,
    requests: Mutex<Requests>,
}

#[derive(Debug, Default)]
struct Requests {
    last: u64,
    /// By their numbers, which are the ends of their message-ids.
    waiting: HashMap<u64, Waiting>,
    /// Why no more responses will come.
    ended: Option<Ended>,
}

/// A request that has a future.
#[derive(Debug, Default)]
struct Waiting {
    response: Option<EncodedMessage>,
    waker: Option<Waker>,
}

impl Requester {
    pub(super) fn new(sender: Sender, receiver: Receiver, reply_to: AddressString) -> Self {
        let prefix = format!("{}-", random_name());
        let links = Links { sender, receiver, reply_to, prefix, requests: Mutex::default() };
        let links = Arc::new(links);
        links.receive(&Arc::new(Arrivals(Arc::downgrade(&links))).into());
        Self { links }
    }

    /// Sends a request, and waits for the response. The message-id and the reply-to of the request are set; everything
    /// else is sent as it is. A request without a header is not durable, because nobody waits for its response after
    /// a restart.
    ///
    /// The response is accepted when it arrives. Responses that belong to no request are accepted and ignored.
    ///
    /// If the future is dropped before the request could be sent, nothing is sent. If it is dropped later, the
    /// response is ignored. There is no time limit: wrap the future in [`tokio::time::timeout`].
    ///
    /// # Errors
    ///
    /// Returns [`RequestError::Send`] if the request was not sent or not accepted, or if one of the links ends before
    /// the response arrives, and [`RequestError::Format`] if the request is not a message of the standard.
    pub async fn request<M: EncodeMessage + ?Sized>(
        &self,
        request: &M,
    ) -> Result<EncodedMessage, RequestError> {
        let links = &*self.links;
        let pending = Pending::new(links)?;
        let request = links.label(request, pending.number)?;
        let mut failing = pin!(links.send(&request));
        poll_fn(|cx| {
            let ended = match pending.poll(cx) {
                Poll::Ready(Ok(response)) => return Poll::Ready(Ok(response)),
                Poll::Ready(Err(ended)) => Some(ended),
                Poll::Pending => None,
            };
            // The sender is asked first, because it knows whether the request has been sent.
            if let Poll::Ready(error) = failing.as_mut().poll(cx) {
                return Poll::Ready(Err(error.into()));
            }
            match ended {
                Some(why) => {
                    let error = SendError::Ended { why, arrived: Arrived::Perhaps };
                    Poll::Ready(Err(error.into()))
                }
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Returns the address to which responses are sent.
    pub fn reply_to(&self) -> &str {
        &self.links.reply_to
    }

    /// Closes both links, and waits until the peer has agreed. Requests that have no response yet fail. If the future
    /// is dropped, the links are closed when the last clone is dropped.
    ///
    /// # Errors
    ///
    /// Returns why a link ended if it was not this call that ended it.
    pub async fn close(self) -> Result<(), Ended> {
        let sender = self.links.sender.clone().close().await;
        let receiver = self.links.receiver.close_for(None).await;
        sender.and(receiver)
    }
}

impl Links {
    fn requests(&self) -> MutexGuard<'_, Requests> {
        // Nothing panics while it holds the lock.
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the properties by which the response finds its request.
    fn label<M: EncodeMessage + ?Sized>(
        &self,
        request: &M,
        number: u64,
    ) -> Result<EncodedMessage, RequestError> {
        let octets = request.to_message_bytes()?;
        let mut request = Message::from_shared(&octets).map_err(RequestError::Format)?;
        let properties = request.properties.get_or_insert_default();
        properties.message_id = Some(format!("{}{number}", self.prefix).into());
        properties.reply_to = Some(self.reply_to.clone());
        EncodedMessage::new(request.to_bytes()?).map_err(RequestError::Format)
    }

    /// Returns the number of the request to which a message responds.
    fn number(&self, response: &EncodedMessage) -> Option<u64> {
        match response.view().properties().ok()??.correlation_id? {
            MessageIdRef::String(id) => id.strip_prefix(&self.prefix)?.parse().ok(),
            _ => None,
        }
    }

    /// Sends a request. Returns only if there will be no response.
    async fn send(&self, request: &EncodedMessage) -> SendError {
        let sent = match self.sender.remote_attach().snd_settle_mode {
            SenderSettleMode::Settled => self.sender.send_settled(request).await,
            _ => self.sender.send(request).await,
        };
        match sent {
            // Some services settle a request without an outcome, and respond.
            Ok(()) | Err(SendError::NoOutcome) => {
                let why = self.sender.detached().await;
                SendError::Ended { why, arrived: Arrived::Perhaps }
            }
            Err(error) => error,
        }
    }

    /// Takes what has arrived to the requests, and lets the waker wait for more.
    fn receive(&self, waker: &Waker) {
        let mut cx = Context::from_waker(waker);
        while let Poll::Ready(received) = self.receiver.poll_recv(&mut cx) {
            match received {
                Ok(Some(delivery)) => self.respond(delivery),
                Ok(None) => break,
                Err(ended) => self.end(ended),
            }
        }
    }

    fn respond(&self, delivery: Delivery) {
        let (octets, token) = delivery.split();
        let waker = EncodedMessage::new(octets).ok().and_then(|response| {
            let number = self.number(&response)?;
            let mut requests = self.requests();
            let waiting = requests.waiting.get_mut(&number)?;
            waiting.response.get_or_insert(response);
            waiting.waker.take()
        });
        // After the end of the link there is nothing to accept.
        let _ = token.accept();
        waker.into_iter().for_each(Waker::wake);
    }

    fn end(&self, ended: Ended) {
        let mut requests = self.requests();
        requests.ended = Some(ended);
        let wakers = requests.waiting.values_mut().filter_map(|waiting| waiting.waker.take());
        let wakers: Vec<_> = wakers.collect();
        drop(requests);
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// Takes responses to their requests when the receiver has some.
///
/// It is a waker and not a task or a future of a request: a request whose future is not polled for a while would hold
/// up the responses to all others.
struct Arrivals(Weak<Links>);

impl Wake for Arrivals {
    fn wake(self: Arc<Self>) {
        // The receiver has the waker, so that the waker cannot keep the receiver.
        if let Some(links) = self.0.upgrade() {
            links.receive(&self.into());
        }
    }
}

/// A request whose response is awaited. When it is dropped, the response is ignored.
struct Pending<'l> {
    links: &'l Links,
    number: u64,
}

impl<'l> Pending<'l> {
    fn new(links: &'l Links) -> Result<Self, SendError> {
        let mut requests = links.requests();
        if let Some(why) = requests.ended.clone() {
            return Err(SendError::Ended { why, arrived: Arrived::No });
        }
        requests.last += 1;
        let number = requests.last;
        requests.waiting.insert(number, Waiting::default());
        drop(requests);
        Ok(Self { links, number })
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<Result<EncodedMessage, Ended>> {
        let mut guard = self.links.requests();
        let requests = &mut *guard;
        let waiting = requests.waiting.entry(self.number).or_default();
        if let Some(response) = waiting.response.take() {
            return Poll::Ready(Ok(response));
        }
        if let Some(ended) = &requests.ended {
            return Poll::Ready(Err(ended.clone()));
        }
        let former = waiting.waker.replace(cx.waker().clone());
        // A waker can run any code when it is dropped.
        drop(guard);
        drop(former);
        Poll::Pending
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        let removed = self.links.requests().waiting.remove(&self.number);
        // The lock has been released, because a waker can run any code when it is dropped.
        drop(removed);
    }
}
