//! Runs the program of a client against servers of ours.

use std::time::Duration;

use amqp_net::proto::ConnectionSettings;
use amqp_tests::peers::{CaseClient, Output};
use amqp_types::transport::Fields;
use amqp_types::{Map, Symbol, Value};

use crate::cases::CASES;
use crate::client::Kind;
use crate::seen::Seen;
use crate::server::Server;

/// The servers, and what a client saw of them.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) kind: &'static Kind,
    output: Output,
    seen: Seen,
}

impl Run {
    /// Runs all cases that the client has.
    pub(crate) fn new(client: &CaseClient, kind: &'static Kind) -> Self {
        let seen = Seen::default();
        let start = |settings| Server::start(settings, seen.clone());
        let product = (Symbol::from_static("product"), Value::from("amqp-net"));
        let settings =
            ConnectionSettings::new("server").properties(Fields(Map::from_iter([product])));
        let usual = start(settings.clone());
        let impatient = start(settings.clone().idle_time_out(Some(Duration::from_secs(2))));
        let mut servers = Vec::new();
        let cases: Vec<_> = CASES
            .iter()
            .map(|(case, _)| *case)
            .filter(|case| kind.lacks(case).is_none())
            .map(|case| {
                let mut own = |settings| {
                    servers.push(start(settings));
                    servers.last().unwrap().address()
                };
                let address = match case.split_once('-') {
                    Some(("sizes", size)) => {
                        own(settings.clone().max_frame_size(size.parse().unwrap()))
                    }
                    Some(("stops", _)) => own(settings.clone()),
                    _ if case == "heartbeats" => impatient.address(),
                    _ => usual.address(),
                };
                (case, address)
            })
            .collect();
        let output = client.run(&cases);
        assert_eq!(output.code, 0, "{output}");
        Self { kind, output, seen }
    }

    pub(crate) const fn output(&self) -> &Output {
        &self.output
    }

    /// Returns what the client has seen.
    pub(crate) fn client(&self, case: &str) -> Vec<String> {
        lines_of(&self.output, case)
    }

    /// Returns what the server has seen of a node.
    pub(crate) fn server(&self, case: &str, node: &str) -> Vec<String> {
        self.seen.of(case, node)
    }
}

/// Returns what the client says to have seen in a case.
pub(crate) fn lines_of(output: &Output, case: &str) -> Vec<String> {
    let lines = output.stdout.lines();
    let lines = lines.filter_map(|line| line.strip_prefix(case)?.strip_prefix(": "));
    lines.map(str::to_owned).collect()
}
