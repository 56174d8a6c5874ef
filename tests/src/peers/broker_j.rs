//! Qpid Broker-J, with a store of Berkeley DB.

use super::installed::java_program;
use super::{MAX_FRAME_SIZE, Peer, Process, Scratch, free_address};
use serde_json::{Value, json};
use std::time::Duration;

impl Peer {
    /// Qpid Broker-J. Logins are PLAIN, as guest with the password guest. A queue is created when a link is attached to
    /// it, unless its name begins with `missing.`. A message goes to the queue `dead`
    /// after five failed deliveries or rejections. Messages
    /// are stored by Berkeley DB, because the store in memory refuses durable ones.
    pub fn broker_j() -> Option<Self> {
        const LIMIT: Duration = Duration::from_secs(60);
        let home = java_program("Qpid Broker-J", "broker-j")?;
        let address = free_address();
        let scratch = Scratch::for_logs("broker-j");
        let folder = scratch.path().display();
        scratch.write("config.json", &config(address.port()).to_string());
        let mut command = super::java();
        command
            .current_dir(scratch.path())
            .arg(format!("-DQPID_HOME={}", home.display()))
            .arg(format!("-DQPID_WORK={folder}"))
            .arg(format!("-Dqpid.work_dir={folder}"))
            // Frames are limited to the size of its buffers, which hold them.
            .arg(format!("-Dqpid.broker.networkBufferSize={MAX_FRAME_SIZE}"))
            .arg("-classpath")
            .arg(home.join("lib/*"))
            .args(["org.apache.qpid.server.Main", "-st", "Memory", "-icp"])
            .arg(scratch.path().join("config.json"));
        let mut process = Process::start("broker-j", &mut command, scratch.path().join("log"));
        // It listens before its queues can be reached. A port that it cannot open is only reported in its log.
        process.wait_until_logged("BRK-1004", LIMIT);
        process.wait_until_listening(address, LIMIT);
        Some(Self::new(address, vec![process], vec![scratch]))
    }
}

fn config(port: u16) -> Value {
    let virtual_host = json!({
        "type": "BDB",
        "storePath": "${qpid.work_dir}/messages",
        "nodeAutoCreationPolicies": [{
            "pattern": r"(?!missing\.).*",
            "createdOnPublish": "true",
            "createdOnConsume": "true",
            "nodeType": "queue",
            "attributes": {
                "alternateBinding": r#"{"destination": "dead"}"#,
                "maximumDeliveryAttempts": "5",
            },
        }],
        "queues": [{ "name": "dead", "type": "standard" }],
    });
    json!({
        "name": "broker-j",
        "modelVersion": "9.0",
        "authenticationproviders": [{
            "name": "plain",
            "type": "Plain",
            "users": [{ "name": "guest", "type": "managed", "password": "guest" }],
            // Otherwise PLAIN would be offered only over TLS.
            "secureOnlyMechanisms": [],
        }],
        "brokerloggers": [{
            "name": "stdout",
            "type": "Console",
            "brokerloginclusionrules": [
                { "name": "all", "type": "NameAndLevel", "level": "WARN", "loggerName": "ROOT" },
                {
                    "name": "events",
                    "type": "NameAndLevel",
                    "level": "INFO",
                    "loggerName": "qpid.message.*",
                },
            ],
        }],
        "ports": [{
            "name": "amqp",
            "port": port,
            "bindingAddress": "127.0.0.1",
            "authenticationProvider": "plain",
            "protocols": ["AMQP_1_0"],
            "virtualhostaliases": [
                { "name": "nameAlias", "type": "nameAlias" },
                { "name": "defaultAlias", "type": "defaultAlias" },
                { "name": "hostnameAlias", "type": "hostnameAlias" },
            ],
        }],
        "virtualhostnodes": [{
            "name": "default",
            "type": "Memory",
            "defaultVirtualHostNode": "true",
            "virtualHostInitialConfiguration": virtual_host.to_string(),
        }],
    })
}
