//! Runs the program of a client against brokers in memory, one for each case.

use std::time::Duration;

use amqp_net::broker::{Broker, BrokerBuilder, QueueInfo};
use amqp_net::proto::ConnectionSettings;
use amqp_net::{Connection, Receipts};
use amqp_tests::own_broker::OwnBroker;
use amqp_tests::peers::{CaseClient, Output};
use amqp_types::messaging::Message;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::broker_cases::Case;
use crate::client::Kind;
use crate::run::lines_of;
use crate::text;

/// How long a broker may take until it is as it should be.
const LIMIT: Duration = Duration::from_secs(20);

/// The brokers, and what a client saw of them.
#[derive(Debug)]
pub(crate) struct BrokerRun {
    pub(crate) kind: &'static Kind,
    output: Output,
    brokers: Vec<(&'static str, OwnBroker)>,
    runtime: Runtime,
}

impl BrokerRun {
    /// Runs those of these cases that the client has.
    pub(crate) fn new(client: &CaseClient, kind: &'static Kind, cases: &'static [Case]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut run = Self { kind, output: Output::default(), brokers: Vec::new(), runtime };
        for (case, prepare, _) in cases.iter().filter(|(case, ..)| kind.lacks(case).is_none()) {
            run.brokers.push((case, OwnBroker::start(builder(case))));
            prepare(&run, case);
        }
        let cases: Vec<_> =
            run.brokers.iter().map(|(case, broker)| (*case, broker.address())).collect();
        run.output = client.run(&cases);
        assert_eq!(run.output.code, 0, "{}", run.output);
        run
    }

    pub(crate) const fn output(&self) -> &Output {
        &self.output
    }

    /// Returns what the client has seen.
    pub(crate) fn client(&self, case: &str) -> Vec<String> {
        lines_of(&self.output, case)
    }

    /// Returns the broker of a case.
    pub(crate) fn broker(&self, case: &str) -> &Broker {
        self.brokers.iter().find(|(of, _)| *of == case).unwrap().1.handle()
    }

    /// Puts messages into a queue.
    pub(crate) fn fill(&self, case: &str, queue: &str, messages: &[Message]) {
        self.runtime.block_on(async {
            let connection = Connection::connect(self.broker(case).url()).await.unwrap();
            let sender = connection.sender(queue.to_owned()).await.unwrap();
            let mut receipts = Receipts::new();
            sender.submit_all(messages, &mut receipts).await.unwrap();
            receipts.accepted().await.unwrap();
            connection.close().await.unwrap();
        });
    }

    /// Waits until the client has gone, and returns the messages that wait in a queue, as text.
    pub(crate) fn left(&self, case: &str, queue: &str) -> Vec<String> {
        self.left_messages(case, queue).iter().map(text::message).collect()
    }

    /// Waits until the client has gone, and returns the messages that wait in a queue.
    pub(crate) fn left_messages(&self, case: &str, queue: &str) -> Vec<Message> {
        let broker = self.broker(case);
        let is_settled = |info: &QueueInfo| info.unsettled == 0 && info.consumers == 0;
        self.runtime.block_on(async {
            timeout(LIMIT, broker.until_connected(0)).await.expect("the client stays connected");
            timeout(LIMIT, broker.until(queue, is_settled)).await.expect("messages stay unsettled");
        });
        let messages = broker.messages(queue);
        messages.iter().map(|message| message.view().decode().unwrap()).collect()
    }
}

fn builder(case: &str) -> BrokerBuilder {
    let settings = ConnectionSettings::new("server");
    let builder = Broker::builder();
    match case.split_once('-') {
        Some(("sizes", size)) => builder.connection(settings.max_frame_size(size.parse().unwrap())),
        Some(("missing", _)) => builder.auto_create(false),
        // The password of others is not checked.
        _ if case == "plain" || case == "wrong-password" => {
            builder.container_id("server").user("alice", "secret")
        }
        _ if case == "heartbeats" => {
            builder.connection(settings.idle_time_out(Some(Duration::from_secs(2))))
        }
        _ => builder.container_id("server"),
    }
}
