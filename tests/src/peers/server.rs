//! Proton and rhea as servers: small programs that wrap the libraries.

use super::installed::{cached, installed, own_program};
use super::{Certificates, Peer, Process, Scratch, free_address};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

impl Peer {
    /// Qpid Proton, offering these SASL mechanisms; it speaks bare AMQP as well.
    pub fn proton(mechanisms: &[&str]) -> Option<Self> {
        let python = proton_python()?;
        Some(Self::start(
            "proton",
            Command::new(python).arg(own_program("proton_server.py")),
            mechanisms,
        ))
    }

    /// Qpid Proton as a broker, offering ANONYMOUS. A queue is created when a link is attached to it, unless its name
    /// begins with `missing.`. Rejected messages go to the queue `dead`. A message to the node `delete` deletes the
    /// queue that its body names.
    pub fn proton_broker() -> Option<Self> {
        let python = proton_python()?;
        let mut broker = Command::new(python);
        Some(Self::start("proton-broker", broker.arg(own_program("proton_broker.py")), &[]))
    }

    /// Qpid Proton as a broker over TLS, offering ANONYMOUS, EXTERNAL, and PLAIN as guest with the password guest, for
    /// clients with a certificate only. It is otherwise [`proton_broker`](Self::proton_broker).
    pub fn proton_broker_with_tls(certificates: &Certificates) -> Option<Self> {
        let python = proton_python()?;
        let files = Scratch::for_logs("proton-certificates");
        certificates.write(&files);
        let paths = ["certificate.pem", "key.pem", "authority.pem"].map(|it| files.path().join(it));
        let paths = paths.each_ref().map(|path| path.to_str().expect("a path that is not text"));
        let mut broker = Command::new(python);
        let program = broker.arg(own_program("proton_broker.py"));
        let mut peer = Self::start("proton-broker", program, &paths);
        peer.scratch.push(files);
        Some(peer)
    }

    /// rhea as a broker, requiring PLAIN, as guest with the password guest. Its queues are those of
    /// [`proton_broker`](Self::proton_broker).
    pub fn rhea_broker() -> Option<Self> {
        let modules = rhea_modules()?;
        let mut broker = node(modules);
        let program = broker.arg(own_program("rhea_broker.js"));
        Some(Self::start("rhea-broker", program, &["guest", "guest"]))
    }

    /// rhea, offering ANONYMOUS; it speaks bare AMQP as well.
    pub fn rhea() -> Option<Self> {
        let modules = rhea_modules()?;
        Some(Self::start("rhea", node(modules).arg(own_program("rhea_server.js")), &[]))
    }

    /// rhea, requiring this name and password with PLAIN. It closes a connection of bare AMQP without an answer.
    pub fn rhea_with_password(user: &str, password: &str) -> Option<Self> {
        let modules = rhea_modules()?;
        Some(Self::start(
            "rhea",
            node(modules).arg(own_program("rhea_server.js")),
            &["plain", user, password],
        ))
    }

    /// fe2o3-amqp as a server with queues, requiring PLAIN, as guest with the password guest. A queue is created when a
    /// link is attached to it. The node `missing` ends its links with an error, and the node `outcomes` gives each of
    /// four messages another outcome.
    pub fn fe2o3() -> Option<Self> {
        let program = cached("fe2o3/fe2o3-peer");
        installed("fe2o3-amqp", &[&program])
            .then(|| Self::start("fe2o3", Command::new(program).arg("serve"), &[]))
    }

    fn start(name: &str, command: &mut Command, options: &[&str]) -> Self {
        const LIMIT: Duration = Duration::from_secs(20);
        let address = free_address();
        let scratch = Scratch::for_logs(name);
        command.arg(address.to_string()).args(options);
        let mut process = Process::start(name, command, scratch.path().join("log"));
        process.wait_until_listening(address, LIMIT);
        Self::new(address, vec![process], vec![scratch])
    }
}

/// Returns the Python interpreter that has Proton, if it is installed.
pub(super) fn proton_python() -> Option<PathBuf> {
    let python = cached("proton/bin/python");
    installed("Qpid Proton", &[&python]).then_some(python)
}

/// Returns the folder that contains rhea, if it is installed.
pub(super) fn rhea_modules() -> Option<PathBuf> {
    let modules = cached("rhea/node_modules");
    installed("rhea", &[&modules]).then_some(modules)
}

fn node(modules: PathBuf) -> Command {
    let mut node = Command::new("node");
    node.env("NODE_PATH", modules);
    node
}
