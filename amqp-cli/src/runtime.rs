//! Runs a future that uses the network.

use std::io;

use tokio::runtime::Builder;

/// Runs a future on this thread until it is complete.
pub(crate) fn run<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let output = runtime.block_on(future);
    // Do not wait for the thread of the resolver, which may be blocked on a name server.
    runtime.shutdown_background();
    Ok(output)
}
