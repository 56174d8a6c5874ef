//! `EXTERNAL`: clients that are authenticated by their certificates.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use amqp_net::proto::{
    Credentials, External, ExternalServer, Identity, Mechanism, PlainServer, Refusal, SaslErrorKind,
};
use amqp_net::rustls::pki_types::CertificateDer;
use amqp_net::{ConnectError, Connection, ServerSettings};
use tokio::io::duplex;

use super::authority::{Authority, Clients};
use super::{connect, exchange, listen, settings, soon};

/// Returns the first name of a certificate.
fn name(certificate: &[u8]) -> Option<String> {
    let certificate = CertificateDer::from(certificate);
    let certificate = webpki::EndEntityCert::try_from(&certificate).ok()?;
    certificate.valid_dns_names().next().map(str::to_owned)
}

/// Accepts clients with certificates for users of this domain, and counts how often it is asked.
fn external(asked: &Arc<AtomicU32>) -> ServerSettings {
    let asked = Arc::clone(asked);
    let check = move |credentials| {
        asked.fetch_add(1, Ordering::Relaxed);
        async move {
            let Credentials::External { certificates, act_as } = credentials else {
                return Err(Refusal::Credentials);
            };
            let name = certificates.first().and_then(|certificate| name(certificate));
            match (name, act_as) {
                (Some(name), None) if name.contains(".users") => Ok(Identity::user(name)),
                (Some(name), Some(act_as)) if name == "admin.users" => Ok(Identity::user(act_as)),
                _ => Err(Refusal::Credentials),
            }
        }
    };
    settings().authenticate(check).mechanism(|| ExternalServer)
}

fn refusal(error: &ConnectError) -> Option<Refusal> {
    match error {
        ConnectError::Sasl(error) => match error.kind {
            SaslErrorKind::Refused(refusal) => Some(refusal),
            _ => None,
        },
        _ => None,
    }
}

#[tokio::test]
async fn a_certificate_is_the_credentials_of_a_client_without_a_user() {
    let authority = Authority::new();
    let asked = Arc::default();
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedOne);
    let mut listener = listen(external(&asked), tls).await;
    let ada = authority.sign(&["ada.users"]);
    let config = authority.client_with(&ada);
    let chain = ada.chain().iter().map(|it| it.to_vec()).collect::<Vec<_>>();
    // The second time, the session of TLS is resumed.
    for _ in 0..2 {
        let config = Some(Arc::clone(&config));
        let mut connected = connect(&mut listener, "localhost", config).await.unwrap();
        assert_eq!(connected.user.as_deref(), Some("ada.users"));
        assert_eq!(connected.certificates, chain);
        exchange(&mut connected).await;
    }

    // The function decides.
    let config = Some(authority.client_with(&authority.sign(&["ada.strangers"])));
    let error = connect(&mut listener, "localhost", config).await.err().unwrap();
    assert_eq!(refusal(&error), Some(Refusal::Credentials), "{error}");
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_user_in_the_url_is_authenticated_by_the_password_and_the_certificate_is_known_as_well() {
    let authority = Authority::new();
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedNone);
    let settings = settings()
        .authenticate(super::check_password)
        .mechanism(|| ExternalServer)
        .mechanism(|| PlainServer);
    let mut listener = listen(settings, tls).await;
    let ada = authority.sign(&["ada.users"]);
    let config = Some(authority.client_with(&ada));
    let connected = connect(&mut listener, "guest:secret@localhost", config).await.unwrap();
    assert_eq!(connected.user.as_deref(), Some("guest"));
    assert_eq!(name(&connected.certificates[0]).as_deref(), Some("ada.users"));
}

/// Connects with EXTERNAL and this configuration.
async fn connect_as(
    listener: &mut amqp_net::Listener,
    external: External,
    config: Arc<amqp_net::rustls::ClientConfig>,
) -> Result<Option<String>, ConnectError> {
    let url = format!("amqps://localhost:{}", listener.local_addr().port()).parse().unwrap();
    let connecting = Connection::builder().sasl(external).tls(config);
    let connecting = Box::pin(connecting.connect(&url));
    let accepting = async {
        let incoming = listener.accept().await.unwrap();
        let user = incoming.identity().unwrap().name().map(str::to_owned);
        let served = incoming.accept().unwrap();
        served.connection().closed().await;
        user
    };
    let closing = async {
        let connection = connecting.await?;
        connection.close().await.unwrap();
        Ok::<_, ConnectError>(())
    };
    let mut accepting = Box::pin(accepting);
    soon(async {
        tokio::select! {
            biased;
            user = &mut accepting => Ok(user),
            closed = closing => match closed {
                Ok(()) => Ok(accepting.await),
                Err(error) => Err(error),
            },
        }
    })
    .await
}

#[tokio::test]
async fn who_a_client_wants_to_act_as_is_for_the_function_to_decide() {
    let authority = Authority::new();
    let asked = Arc::default();
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedOne);
    let mut listener = listen(external(&asked), tls).await;
    let act_as = || External::act_as("ada.users").unwrap();
    let admin = authority.client_with(&authority.sign(&["admin.users"]));
    let user = connect_as(&mut listener, act_as(), admin).await.unwrap();
    assert_eq!(user.as_deref(), Some("ada.users"));
    let other = authority.client_with(&authority.sign(&["other.users"]));
    let error = connect_as(&mut listener, act_as(), other).await.unwrap_err();
    assert_eq!(refusal(&error), Some(Refusal::Credentials), "{error}");
}

#[tokio::test]
async fn without_a_certificate_external_is_refused_and_nobody_is_asked() {
    let authority = Authority::new();
    let asked = Arc::default();
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedNone);
    let mut listener = listen(external(&asked), Arc::clone(&tls)).await;
    let error = connect_as(&mut listener, External::default(), authority.client()).await;
    let error = error.unwrap_err();
    assert_eq!(refusal(&error), Some(Refusal::Credentials), "{error}");

    // Where there is another mechanism, EXTERNAL is not even offered.
    let mut listener = listen(external(&asked).mechanism(|| PlainServer), tls).await;
    let error = connect_as(&mut listener, External::default(), authority.client()).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("offers the SASL mechanisms PLAIN, but not EXTERNAL"), "{error}");
    // It is to clients with a certificate.
    let ada = authority.client_with(&authority.sign(&["ada.users"]));
    let user = connect_as(&mut listener, External::default(), ada).await.unwrap();
    assert_eq!(user.as_deref(), Some("ada.users"));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_client_with_a_certificate_is_not_anonymous_where_external_is_missing() {
    let authority = Authority::new();
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedNone);
    let mut listener = listen(settings(), tls).await;
    let config = Some(authority.client_with(&authority.sign(&["ada.users"])));
    let error = connect(&mut listener, "localhost", config).await.err().unwrap().to_string();
    let names = (amqp_net::proto::Anonymous::default().name(), External::default().name());
    let words = format!("offers the SASL mechanisms {}, but not {}", names.0, names.1);
    assert!(error.contains(&words), "{error}");
}

/// Authenticates with EXTERNAL over a pipe, and returns who the client is.
async fn over_a_pipe(server: ServerSettings) -> Result<Option<String>, ConnectError> {
    let (near, far) = duplex(1 << 16);
    let connecting = Connection::builder().sasl(External::default()).connect_over(near);
    let accepting = async {
        let incoming = server.accept_over(far).await?;
        let user = incoming.identity().unwrap().name().map(str::to_owned);
        Ok((incoming.accept().unwrap(), user))
    };
    let both = Box::pin(async { tokio::join!(connecting, accepting) });
    let (connected, accepted) = soon(both).await;
    assert_eq!(connected.is_ok(), accepted.is_ok());
    accepted.map(|(_, user)| user)
}

#[tokio::test]
async fn what_else_proves_who_a_client_is_must_be_allowed() {
    let server = settings().mechanism(|| ExternalServer).authenticate(|credentials| async move {
        match credentials {
            Credentials::External { certificates, act_as: None } if certificates.is_empty() => {
                Ok(Identity::user("the other end of the pipe"))
            }
            _ => Err(Refusal::Credentials),
        }
    });
    let error = over_a_pipe(server.clone()).await.unwrap_err();
    assert_eq!(refusal(&error), Some(Refusal::Credentials), "{error}");
    let user = over_a_pipe(server.allow_external_without_certificate()).await.unwrap();
    assert_eq!(user.as_deref(), Some("the other end of the pipe"));
}
