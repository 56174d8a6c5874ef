//! Running what waits for the network.

use std::io;

use tokio::runtime::Builder;

/// Runs a future to its end on this thread.
pub(crate) fn run<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let output = runtime.block_on(future);
    // The resolver's thread may be waiting for a server that does not answer.
    runtime.shutdown_background();
    Ok(output)
}
