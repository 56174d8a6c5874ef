//! The driver as a client of real brokers over TLS, with passwords and with certificates.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

#[path = "../../amqp-net/tests/tls/authority.rs"]
mod authority;

use std::sync::Arc;
use std::time::Duration;

use amqp_net::proto::{Anonymous, External, Refusal, SaslErrorKind};
use amqp_net::rabbitmq::{Management, QueueSettings, queue};
use amqp_net::rustls::ClientConfig;
use amqp_net::rustls::client::Resumption;
use amqp_net::{ConnectError, Connection, ConnectionBuilder, TlsErrorKind};
use amqp_tests::peers::{Certificates, Peer};
use amqp_types::Bytes;
use authority::{Authority, Signed};
use tokio::time::timeout;

/// What a broker does, where brokers differ.
struct Kind {
    name: &'static str,
    /// Whether queues must be declared.
    declares: bool,
    /// What is said to a client without a certificate.
    no_certificate: NoCertificate,
    /// What is said to a client that shows a certificate for a user that the broker does not know. `None` if it knows no
    /// users, and is content with any certificate of its authority.
    unknown_user: Option<&'static str>,
    /// Whether a client with a certificate can resume a session of TLS. Otherwise it is refused when it tries to.
    resumes: bool,
}

enum NoCertificate {
    /// There is no TLS connection.
    Alert,
    /// EXTERNAL is refused, with these words.
    Refused(&'static str),
}

const RABBITMQ: Kind = Kind {
    name: "RabbitMQ 4.3",
    declares: true,
    no_certificate: NoCertificate::Refused("does not accept the credentials"),
    unknown_user: Some("does not accept the credentials"),
    resumes: true,
};

const ARTEMIS: Kind = Kind {
    name: "Artemis",
    declares: false,
    no_certificate: NoCertificate::Refused("failed to authenticate the client"),
    // SASL succeeds, and the open is refused.
    unknown_user: Some("amqp:unauthorized-access"),
    resumes: true,
};

/// It cannot ask for certificates without requiring them. It does not give OpenSSL a context for its sessions, which then
/// fail to be resumed if they have a certificate.
const PROTON: Kind = Kind {
    name: "Proton",
    declares: false,
    no_certificate: NoCertificate::Alert,
    unknown_user: None,
    resumes: false,
};

/// Waits, but not for ever.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), Box::pin(future)).await.unwrap()
}

/// A broker, and those who have certificates.
struct World {
    kind: &'static Kind,
    authority: Authority,
    port: u16,
}

impl World {
    async fn try_connect(
        &self,
        builder: ConnectionBuilder,
        host: &str,
        config: Arc<ClientConfig>,
    ) -> Result<Connection, ConnectError> {
        let url = format!("amqps://{host}:{}", self.port).parse().unwrap();
        soon(builder.tls(config).require_encryption().connect(&url)).await
    }

    async fn connect(&self, host: &str, config: Arc<ClientConfig>) -> Connection {
        self.try_connect(Connection::builder(), host, config).await.unwrap()
    }

    async fn error(&self, host: &str, config: Arc<ClientConfig>) -> ConnectError {
        self.try_connect(Connection::builder(), host, config).await.unwrap_err()
    }

    fn shows(&self, certificate: &Signed) -> Arc<ClientConfig> {
        self.authority.client_with(certificate)
    }

    /// Sends and receives a message that takes more than one TLS record, and closes the connection.
    async fn exchange(&self, connection: Connection) {
        let mut address = "over-tls".to_owned();
        if self.kind.declares {
            let management = Management::open(&connection).await.unwrap();
            management.declare_queue(&QueueSettings::new("over-tls")).await.unwrap();
            address = queue("over-tls").to_string();
        }
        let long = Bytes::from((0..=u8::MAX).cycle().take(1 << 20).collect::<Vec<_>>());
        let sender = soon(connection.sender(&*address).attach()).await.unwrap();
        soon(sender.send(&long)).await.unwrap();
        let receiver = soon(connection.receiver(&*address).attach()).await.unwrap();
        let delivery = soon(receiver.recv()).await.unwrap().unwrap();
        assert_eq!(delivery.decode::<Bytes>().unwrap(), long);
        delivery.accept().unwrap();
        soon(connection.close()).await.unwrap();
    }

    async fn passwords(&self) {
        let config = match self.kind.no_certificate {
            NoCertificate::Alert => self.shows(&self.authority.sign(&["ada"])),
            NoCertificate::Refused(_) => self.authority.client(),
        };
        let config = if self.kind.resumes { config } else { without_resumption(&config) };
        let connection = self.connect("guest:guest@localhost", Arc::clone(&config)).await;
        self.exchange(connection).await;
        for user in ["guest:wrong", "stranger:guest"] {
            let error = self.error(&format!("{user}@localhost"), Arc::clone(&config)).await;
            let ConnectError::Sasl(error) = error else { panic!("{error}") };
            let refused = SaslErrorKind::Refused(Refusal::Credentials);
            assert_eq!(error.kind, refused, "{error}");
        }
    }

    async fn certificates(&self) {
        let ada = self.shows(&self.authority.sign(&["ada"]));
        for host in ["localhost", "127.0.0.1"] {
            self.exchange(self.connect(host, Arc::clone(&ada)).await).await;
        }
        // The same configuration resumes the session of TLS.
        let ada = if self.kind.resumes {
            ada
        } else {
            assert_refused(&self.error("localhost", Arc::clone(&ada)).await);
            without_resumption(&ada)
        };
        for _ in 0..2 {
            self.exchange(self.connect("localhost", Arc::clone(&ada)).await).await;
        }
        let unknown = self.shows(&self.authority.sign(&["stranger"]));
        match self.kind.unknown_user {
            Some(words) => {
                let error = self.error("localhost", unknown).await.to_string();
                assert!(error.contains(words), "{error}");
            }
            None => {
                self.connect("localhost", unknown).await.close().await.unwrap();
                let anonymous = Connection::builder().sasl(Anonymous::default());
                let connection = self.try_connect(anonymous, "localhost", ada).await.unwrap();
                connection.close().await.unwrap();
            }
        }
        let none = Connection::builder().sasl(External::default());
        let none = self.try_connect(none, "localhost", self.authority.client()).await.unwrap_err();
        match self.kind.no_certificate {
            NoCertificate::Alert => assert_refused(&none),
            NoCertificate::Refused(words) => assert!(none.to_string().contains(words), "{none}"),
        }
    }

    /// Certificates of an authority that the other side does not trust.
    async fn strangers(&self) {
        let other = Authority::named("another");
        let error = self.error("localhost", other.client()).await;
        let ConnectError::Tls(error) = error else { panic!("{error}") };
        assert_eq!(error.kind, TlsErrorKind::Untrusted, "{error}");
        let error = self.error("localhost", self.shows(&other.sign(&["ada"]))).await;
        assert_refused(&error);
        // The certificate is not for this name of the same host.
        let error = self.error("[::ffff:127.0.0.1]", self.authority.client()).await;
        let ConnectError::Tls(error) = error else { panic!("{error}") };
        assert!(matches!(error.kind, TlsErrorKind::WrongName { .. }), "{error}");
    }
}

/// Returns a configuration that does not resume sessions of TLS.
fn without_resumption(config: &ClientConfig) -> Arc<ClientConfig> {
    let mut config = config.clone();
    config.resumption = Resumption::disabled();
    Arc::new(config)
}

fn assert_refused(error: &ConnectError) {
    let ConnectError::Tls(error) = error else { panic!("{error}") };
    assert!(matches!(error.kind, TlsErrorKind::Refused(_)), "{error}");
}

/// Runs all cases with a broker that `start` starts.
fn run(kind: &'static Kind, start: impl FnOnce(Certificates) -> Option<Peer>) {
    let authority = Authority::new();
    let server = authority.sign(&["localhost", "127.0.0.1"]);
    let certificates = Certificates {
        authority: authority.pem(),
        certificate: server.pem(),
        key: server.key_pem(),
    };
    let Some(peer) = start(certificates) else { return };
    println!("{} has started", kind.name);
    let world = World { kind, authority, port: peer.address().port() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        world.passwords().await;
        world.certificates().await;
        world.strangers().await;
    });
}

#[test]
fn rabbitmq_4_3() {
    run(&RABBITMQ, |certificates| {
        let peer = Peer::rabbitmq_4_3_with_tls(certificates)?;
        // The password is never used.
        peer.rabbitmqctl(&["add_user", "ada", "unused"]);
        peer.rabbitmqctl(&["set_permissions", "ada", ".*", ".*", ".*"]);
        Some(peer)
    });
}

#[test]
fn artemis() {
    run(&ARTEMIS, |certificates| Peer::artemis_with_tls(&certificates));
}

#[test]
fn proton() {
    run(&PROTON, |certificates| Peer::proton_broker_with_tls(&certificates));
}
