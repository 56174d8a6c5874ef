//! The server: takes all connections and links, and accepts all messages.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use amqp_net::amqp_types::messaging::Message;
use amqp_net::proto::ConnectionSettings;
use amqp_net::{Credit, Listener, PeerRequest, Receiver, Served, ServerSettings};
use compare_program::{CREDIT, print_port};

use crate::Result;
use crate::process::Used;

/// Serves until it is stopped. Each line of its standard input is a question for what it has used so far.
pub async fn serve(sleep_ms: u64) -> Result {
    let settings = ServerSettings::new(ConnectionSettings::new("server"));
    let mut listener = Listener::bind("127.0.0.1:0", settings).await?;
    print_port(listener.local_addr().port());
    let received = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&received);
    let sleep = Duration::from_millis(sleep_ms);
    thread::spawn(move || {
        for _ in io::stdin().lines().map_while(std::result::Result::ok) {
            let used = Used::here(received.load(Ordering::Relaxed));
            println!("{}", used.map_or_else(|error| error.to_string(), Used::to_line));
        }
    });
    while let Some(incoming) = listener.accept().await {
        if let Ok(served) = incoming.accept() {
            tokio::spawn(take_links(served, Arc::clone(&counter), sleep));
        }
    }
    Ok(())
}

async fn take_links(mut served: Served, counter: Arc<AtomicU64>, sleep: Duration) {
    while let Ok(Some(request)) = served.next().await {
        if let PeerRequest::Receiver(link) = request
            && let Ok(receiver) = link.accept_as_asked(Credit::Auto(CREDIT))
        {
            let counter = Arc::clone(&counter);
            tokio::spawn(async move {
                if let Err(error) = take(receiver, &counter, sleep).await {
                    eprintln!("the server: {error}");
                }
            });
        }
    }
}

async fn take(receiver: Receiver, counter: &AtomicU64, sleep: Duration) -> Result {
    while let Ok(Some(delivery)) = receiver.recv().await {
        if !sleep.is_zero() {
            tokio::time::sleep(sleep).await;
        }
        delivery.decode::<Message>()?;
        delivery.accept()?;
        counter.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
