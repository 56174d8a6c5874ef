//! fe2o3-amqp as a client of a test server, and as a server.
//!
//!     fe2o3-peer serve HOST:PORT
//!     fe2o3-peer CASE=HOST:PORT...
//!
//! The first form is the server. The second form runs cases, each over a connection of its own. The name of the case is
//! that of the container, which tells the server what to do. Prints lines `CASE: WHAT WAS SEEN`.

mod case;
mod cases;
mod messages;
mod serve;

use case::Case;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [command, address] = &*arguments
        && command == "serve"
    {
        return serve::serve(address).await;
    }
    for argument in arguments {
        let (name, address) = argument.split_once('=').expect("an argument is CASE=HOST:PORT");
        let mut case = Case::new(name, address);
        let limit = std::time::Duration::from_secs(15);
        match tokio::time::timeout(limit, cases::run(&mut case)).await {
            Ok(Ok(())) => {}
            Ok(Err(end)) => case.see(end),
            Err(_) => case.see("nothing in 15 s"),
        }
        case.close().await;
    }
}
