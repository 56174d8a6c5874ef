//! Clients of other implementations that run cases against a server.

use super::Output;
use super::installed::{cached, installed, java_program, own_program};
use super::server::{proton_python, rhea_modules};
use std::ffi::OsString;
use std::net::SocketAddr;

/// A client of another implementation, which runs cases that it knows by their names, each over a connection of its own.
///
/// Its stdout has lines `CASE: WHAT IT SAW`.
#[derive(Debug)]
pub struct CaseClient {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

impl CaseClient {
    /// Qpid Proton.
    pub fn proton() -> Option<Self> {
        Some(Self {
            program: proton_python()?.into(),
            // Nothing is written to the folder of the programs.
            arguments: vec!["-B".into(), own_program("proton_cases.py").into()],
            environment: vec![],
        })
    }

    /// rhea.
    pub fn rhea() -> Option<Self> {
        Some(Self {
            program: "node".into(),
            arguments: vec![own_program("rhea_cases.js").into()],
            environment: vec![("NODE_PATH", rhea_modules()?.into())],
        })
    }

    /// fe2o3-amqp.
    pub fn fe2o3() -> Option<Self> {
        Self::built("fe2o3-amqp", "fe2o3/fe2o3-peer")
    }

    /// go-amqp.
    pub fn go_amqp() -> Option<Self> {
        Self::built("go-amqp", "go-amqp/cases")
    }

    /// Qpid JMS.
    pub fn qpid_jms() -> Option<Self> {
        Self::java("Qpid JMS", "qpid-jms")
    }

    /// protonj2.
    pub fn protonj2() -> Option<Self> {
        Self::java("protonj2", "protonj2")
    }

    fn java(peer: &str, name: &str) -> Option<Self> {
        let home = java_program(peer, name)?;
        let classes =
            format!("{}:{}", home.join("classes").display(), home.join("lib/*").display());
        let java = super::java();
        let options = java.get_args().map(ToOwned::to_owned);
        Some(Self {
            program: java.get_program().to_owned(),
            arguments: options.chain(["-cp".into(), classes.into(), "Cases".into()]).collect(),
            environment: vec![],
        })
    }

    fn built(peer: &str, name: &str) -> Option<Self> {
        let program = cached(name);
        installed(peer, &[&program]).then(|| Self {
            program: program.into(),
            arguments: vec![],
            environment: vec![],
        })
    }

    /// Runs these cases against these servers, one after another.
    pub fn run(&self, cases: &[(&str, SocketAddr)]) -> Output {
        Output::of(&self.program.to_string_lossy(), |command| {
            command
                .args(&self.arguments)
                .args(cases.iter().map(|(case, server)| format!("{case}={server}")))
                .envs(self.environment.iter().map(|(name, value)| (name, value)))
        })
    }
}
