//! A server of ours for TLS, with a client of another make.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is a panic"
)]

#[path = "../../amqp-net/tests/tls/authority.rs"]
mod authority;

use std::sync::Arc;

use amqp_net::proto::{
    ConnectionSettings, Credentials, ExternalServer, Identity, PlainServer, Refusal,
};
use amqp_net::rustls::ServerConfig;
use amqp_net::{Listener, ServerSettings};
use amqp_tests::peers::{Certificates, Client, Layer, Output};
use amqp_types::Bytes;
use authority::{Authority, Clients, Signed};

/// Returns settings that accept this certificate, as ada, and one password.
fn settings(certificate: Bytes) -> ServerSettings {
    ServerSettings::new(ConnectionSettings::new("server"))
        .mechanism(|| ExternalServer)
        .mechanism(|| PlainServer)
        .authenticate(move |credentials| {
            let certificate = certificate.clone();
            async move {
                match credentials {
                    Credentials::External { certificates, .. }
                        if certificates.first() == Some(&certificate) =>
                    {
                        Ok(Identity::user("ada"))
                    }
                    Credentials::Password { user, password, .. } if *password == "secret" => {
                        Ok(Identity::user(user))
                    }
                    _ => Err(Refusal::Credentials),
                }
            }
        })
}

/// Returns the files of a client that trusts this authority.
fn certificates(authority: &Authority, shown: &Signed) -> Certificates {
    Certificates { authority: authority.pem(), certificate: shown.pem(), key: shown.key_pem() }
}

/// Runs the client. Returns what it prints, and who it was if it was accepted.
fn run(
    client: Client,
    settings: ServerSettings,
    tls: Arc<ServerConfig>,
    layer: Layer<'static>,
) -> (Output, Option<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut listener = Listener::bind("127.0.0.1:0", settings.tls(tls)).await.unwrap();
        let address = listener.local_addr();
        let mut running = tokio::task::spawn_blocking(move || client.run(address, layer));
        let mut user = None;
        loop {
            tokio::select! {
                output = &mut running => return (output.unwrap(), user),
                incoming = listener.accept() => {
                    let incoming = incoming.unwrap();
                    user = incoming.identity().and_then(Identity::name).map(str::to_owned);
                    let served = incoming.accept().unwrap();
                    served.connection().closed().await;
                }
            }
        }
    })
}

#[test]
fn proton() {
    let authority = Authority::new();
    let [ada, other] = ["ada", "other"].map(|name| authority.sign(&[name]));
    let settings = settings(Bytes::copy_from_slice(&ada.chain()[0]));
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedOne);
    let stranger = Authority::named("another").sign(&["ada"]);
    for (certificate, layer, user, words) in [
        (&ada, Layer::External, Some("ada"), "opened server"),
        (&other, Layer::External, None, "amqp:unauthorized-access"),
        (&other, Layer::Plain("guest", "secret"), Some("guest"), "opened server"),
        (&stranger, Layer::External, None, "unknown ca"),
    ] {
        let shown = certificates(&authority, certificate);
        let Some(client) = Client::proton_with_tls(&shown) else { return };
        let (output, seen) = run(client, settings.clone(), Arc::clone(&tls), layer);
        assert_eq!(seen.as_deref(), user, "{layer:?}: {output}");
        assert!(output.stdout.contains(words), "{layer:?}: {output}");
    }
    // Proton verifies the server in its turn.
    let wrong_name = authority.server_with(&authority.sign(&["other.example"]), Clients::NeedOne);
    let certificates =
        Certificates { authority: authority.pem(), certificate: ada.pem(), key: ada.key_pem() };
    let Some(client) = Client::proton_with_tls(&certificates) else { return };
    let (output, seen) = run(client, settings, wrong_name, Layer::External);
    assert_eq!(seen, None, "{output}");
    assert!(output.stdout.contains("certificate"), "{output}");
}
