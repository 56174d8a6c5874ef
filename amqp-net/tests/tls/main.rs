//! Clients and servers over TLS.
#![cfg(feature = "rustls")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

mod authority;
#[cfg(feature = "broker")]
mod brokers;
mod errors;
mod external;
mod servers;
mod writes;

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use amqp_net::proto::{ConnectionSettings, Credentials, Identity, Refusal};
use amqp_net::rustls::{ClientConfig, ServerConfig};
use amqp_net::{ConnectError, Connection, Credit, Listener, PeerRequest, Served, ServerSettings};
use amqp_types::Bytes;
use amqp_types::messaging::{Source, Target};
use authority::Authority;
use tokio::time::timeout;

/// Waits, but not for ever.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), Box::pin(future)).await.unwrap()
}

fn settings() -> ServerSettings {
    ServerSettings::new(ConnectionSettings::new("server"))
}

/// Checks passwords, of which there is one.
async fn check_password(credentials: Credentials) -> Result<Identity, Refusal> {
    match credentials {
        Credentials::Password { user, password, .. } if *password == "secret" => {
            Ok(Identity::user(user))
        }
        _ => Err(Refusal::Credentials),
    }
}

async fn listen(settings: ServerSettings, tls: Arc<ServerConfig>) -> Listener {
    Listener::bind("127.0.0.1:0", settings.tls(tls)).await.unwrap()
}

/// A connection, and what the server knows about the client.
struct Connected {
    client: Connection,
    server: Served,
    user: Option<String>,
    certificates: Vec<Bytes>,
}

/// Connects to a listener. `host` may begin with credentials: `user:password@`. The client sends no password without TLS.
async fn connect(
    listener: &mut Listener,
    host: &str,
    config: Option<Arc<ClientConfig>>,
) -> Result<Connected, ConnectError> {
    let endpoint = format!("amqps://{host}:{}", listener.local_addr().port()).parse().unwrap();
    let mut builder = Connection::builder().require_encryption();
    if let Some(config) = config {
        builder = builder.tls(config);
    }
    let accepting = async {
        let incoming = listener.accept().await.unwrap();
        let user = incoming.identity().and_then(Identity::name).map(str::to_owned);
        let certificates = incoming.certificates().to_vec();
        (incoming.accept().unwrap(), user, certificates)
    };
    let mut connecting = Box::pin(builder.connect(&endpoint));
    let mut accepting = Box::pin(accepting);
    let mut accepted = None;
    soon(async {
        loop {
            tokio::select! {
                connected = &mut connecting => {
                    let client = connected?;
                    let (server, user, certificates) = accepted.unwrap();
                    return Ok(Connected { client, server, user, certificates });
                }
                decided = &mut accepting, if accepted.is_none() => accepted = Some(decided),
            }
        }
    })
    .await
}

/// Sends a message each way. Each takes more than one TLS record.
async fn exchange(connected: &mut Connected) {
    let Connected { client, server, .. } = connected;
    let long = Bytes::from((0..=u8::MAX).cycle().take(1 << 20).collect::<Vec<_>>());
    let serving = async {
        let Some(PeerRequest::Receiver(link)) = server.next().await.unwrap() else { panic!() };
        let receiver = link.accept(Target::new("queue"), Credit::default()).unwrap();
        let Some(PeerRequest::Sender(link)) = server.next().await.unwrap() else { panic!() };
        let sender = link.accept(Source::new("queue")).unwrap();
        let delivery = receiver.recv().await.unwrap().unwrap();
        sender.send(&delivery.decode::<Bytes>().unwrap()).await.unwrap();
        delivery.accept().unwrap();
    };
    let using = async {
        let sender = client.sender("queue").await.unwrap();
        let receiver = client.receiver("queue").await.unwrap();
        let receipt = sender.submit(&long).await.unwrap();
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<Bytes>().unwrap(), long);
        delivery.accept().unwrap();
        receipt.await.unwrap();
    };
    soon(async { tokio::join!(serving, using) }).await;
}

#[tokio::test]
async fn messages_go_both_ways_whether_the_host_is_a_name_or_an_address() {
    let authority = Authority::new();
    let tls = authority.sign(&["localhost", "127.0.0.1"]).server();
    let mut listener = listen(settings(), tls).await;
    for host in ["localhost", "127.0.0.1"] {
        let mut connected = connect(&mut listener, host, Some(authority.client())).await.unwrap();
        // A client without a user and a certificate is anonymous.
        assert_eq!((&connected.user, &*connected.certificates), (&None, &[][..]));
        exchange(&mut connected).await;
        soon(connected.client.close()).await.unwrap();
        assert!(soon(connected.server.next()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_address_of_ipv6_is_verified() {
    let authority = Authority::new();
    let tls = authority.sign(&["::1"]).server();
    let mut listener = Listener::bind("[::1]:0", settings().tls(tls)).await.unwrap();
    connect(&mut listener, "[::1]", Some(authority.client())).await.unwrap();
}

#[tokio::test]
async fn a_password_goes_over_tls_although_encryption_is_required() {
    let authority = Authority::new();
    let tls = authority.sign(&["localhost"]).server();
    let mut listener = listen(settings().authenticate(check_password), tls).await;
    let host = "guest:secret@localhost";
    let connected = connect(&mut listener, host, Some(authority.client())).await.unwrap();
    assert_eq!(connected.user.as_deref(), Some("guest"));
    let error = connect(&mut listener, "guest:wrong@localhost", Some(authority.client())).await;
    let error = error.err().unwrap();
    assert!(matches!(error, ConnectError::Sasl(_)), "{error}");
}

/// Connects without a configuration, in a program of its own that has this authority as the root of the platform. Returns
/// whether it is connected, and what it prints.
async fn connect_with_root(root: &Authority, listener: &mut Listener) -> (bool, String) {
    let roots = std::env::temp_dir().join(format!("amqp-net-tls-{}.pem", std::process::id()));
    std::fs::write(&roots, root.pem()).unwrap();
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", CONNECT, "--include-ignored"]).env("SSL_CERT_FILE", &roots);
    test.env(PORT, listener.local_addr().port().to_string());
    let testing = tokio::task::spawn_blocking(move || test.output().unwrap());
    let accepting = async {
        loop {
            let served = listener.accept().await.unwrap().accept().unwrap();
            served.connection().closed().await;
        }
    };
    let output = tokio::select! {
        output = soon(testing) => output.unwrap(),
        () = accepting => unreachable!(),
    };
    std::fs::remove_file(roots).unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&printed).into_owned())
}

/// The name of the test that is the program, and of the variable with the port.
const CONNECT: &str = "connect_to_the_port_in_the_environment";
const PORT: &str = "AMQP_NET_TLS_TEST_PORT";

#[tokio::test]
#[ignore = "the next test starts it"]
async fn connect_to_the_port_in_the_environment() {
    let port = std::env::var(PORT).unwrap();
    let connection = Connection::connect(&format!("amqps://localhost:{port}")).await;
    connection.unwrap().close().await.unwrap();
}

// Where the roots of the platform can be set with a variable.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_a_configuration_the_roots_of_the_platform_are_trusted() {
    let authority = Authority::new();
    let tls = authority.sign(&["localhost"]).server();
    let mut listener = listen(settings(), tls).await;
    let (is_connected, printed) = connect_with_root(&authority, &mut listener).await;
    assert!(is_connected && printed.contains("1 passed"), "{printed}");
    let other = Authority::named("another");
    let (is_connected, printed) = connect_with_root(&other, &mut listener).await;
    assert!(!is_connected && printed.contains("Untrusted"), "{printed}");
}
