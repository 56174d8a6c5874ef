//! Proton and rhea as clients.

use super::installed::own_program;
use super::server::{proton_python, rhea_modules};
use super::{Certificates, Output, Scratch};
use std::ffi::OsString;
use std::net::SocketAddr;

/// A client of another implementation, which opens one connection and closes it.
///
/// Its stdout is one line, `opened CONTAINER-ID` (exit code 0) or `error: WHY` (exit code 1); its stderr is the trace
/// of its library, which names each header and frame that came or went.
#[derive(Debug)]
pub struct Client {
    program: String,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
    _scratch: Option<Scratch>,
}

/// The SASL layer that a client requires.
#[derive(Clone, Copy, Debug)]
pub enum Layer<'a> {
    /// None.
    Bare,
    /// SASL with ANONYMOUS.
    Anonymous,
    /// SASL with EXTERNAL.
    External,
    /// SASL with PLAIN: user and password.
    Plain(&'a str, &'a str),
}

impl Client {
    /// Qpid Proton.
    pub fn proton() -> Option<Self> {
        Some(Self {
            program: proton_python()?.to_string_lossy().into_owned(),
            arguments: vec![own_program("proton_client.py").into()],
            environment: vec![("PN_TRACE_FRM", "1".into())],
            _scratch: None,
        })
    }

    /// Qpid Proton over TLS, with a certificate of its own. It connects to `localhost`.
    pub fn proton_with_tls(certificates: &Certificates) -> Option<Self> {
        let mut client = Self::proton()?;
        let files = Scratch::for_logs("proton-client");
        certificates.write(&files);
        client.environment.push(("AMQP_CERTIFICATES", files.path().into()));
        Some(Self { _scratch: Some(files), ..client })
    }

    /// rhea.
    pub fn rhea() -> Option<Self> {
        Some(Self {
            program: "node".to_owned(),
            arguments: vec![own_program("rhea_client.js").into()],
            environment: vec![("NODE_PATH", rhea_modules()?.into()), ("DEBUG", "rhea*".into())],
            _scratch: None,
        })
    }

    /// Opens and closes a connection to `server`.
    pub fn run(&self, server: SocketAddr, layer: Layer<'_>) -> Output {
        let layer = match layer {
            Layer::Bare => vec!["bare"],
            Layer::Anonymous => vec!["anonymous"],
            Layer::External => vec!["external"],
            Layer::Plain(user, password) => vec!["plain", user, password],
        };
        Output::of(&self.program, |command| {
            command
                .args(&self.arguments)
                .arg(server.to_string())
                .args(layer)
                .envs(self.environment.iter().map(|(name, value)| (name, value)))
        })
    }
}
