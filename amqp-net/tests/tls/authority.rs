//! Certificates, and an authority that signs them.
#![allow(dead_code, reason = "each test program uses a part")]
#![allow(clippy::unwrap_used, reason = "a failed test is a panic")]

use std::sync::Arc;

use amqp_net::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use amqp_net::rustls::server::WebPkiClientVerifier;
use amqp_net::rustls::{ClientConfig, RootCertStore, ServerConfig};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};

/// An authority that signs certificates.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(crate) struct Signed {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("authority of a test")
    }

    pub(crate) fn named(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Signs a certificate for these names and addresses. The first one is also its common name.
    pub(crate) fn sign(&self, names: &[&str]) -> Signed {
        self.sign_with(names, |_| {})
    }

    pub(crate) fn sign_with(
        &self,
        names: &[&str],
        edit: impl FnOnce(&mut CertificateParams),
    ) -> Signed {
        let owned = names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let mut params = CertificateParams::new(owned).unwrap();
        params.distinguished_name.push(DnType::CommonName, names[0]);
        edit(&mut params);
        let key = KeyPair::generate().unwrap();
        Signed { certificate: params.signed_by(&key, &self.0).unwrap(), key }
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(crate) fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        Arc::new(roots)
    }

    /// Returns the configuration of a client that trusts this authority.
    pub(crate) fn client(&self) -> Arc<ClientConfig> {
        let config = ClientConfig::builder().with_root_certificates(self.roots());
        Arc::new(config.with_no_client_auth())
    }

    /// Returns the configuration of a client that trusts this authority, and shows this certificate.
    pub(crate) fn client_with(&self, certificate: &Signed) -> Arc<ClientConfig> {
        let config = ClientConfig::builder().with_root_certificates(self.roots());
        Arc::new(config.with_client_auth_cert(certificate.chain(), certificate.key()).unwrap())
    }

    /// Returns the configuration of a server that shows this certificate, and verifies that clients have one that this
    /// authority has signed.
    pub(crate) fn server_with(&self, certificate: &Signed, clients: Clients) -> Arc<ServerConfig> {
        let verifier = WebPkiClientVerifier::builder(self.roots());
        let verifier = match clients {
            Clients::NeedNone => verifier.allow_unauthenticated(),
            Clients::NeedOne => verifier,
        };
        let config = ServerConfig::builder().with_client_cert_verifier(verifier.build().unwrap());
        Arc::new(config.with_single_cert(certificate.chain(), certificate.key()).unwrap())
    }
}

/// Whether clients need a certificate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Clients {
    NeedNone,
    NeedOne,
}

impl Signed {
    pub(crate) fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.der().clone()]
    }

    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        self.key.serialize_der().try_into().unwrap()
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(crate) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// Returns the configuration of a server that shows this certificate, and asks clients for none.
    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        let config = ServerConfig::builder().with_no_client_auth();
        Arc::new(config.with_single_cert(self.chain(), self.key()).unwrap())
    }
}
