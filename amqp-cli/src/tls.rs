//! The options of TLS, which all commands share that connect.

#[cfg(feature = "tls")]
mod accept_any;

use std::path::PathBuf;

use clap::Args;

#[cfg(feature = "tls")]
pub(crate) use self::config::{ClientConfig, Otherwise};

/// Why `amqps://` is refused without the feature `tls`.
#[cfg(not(feature = "tls"))]
pub(crate) const UNSUPPORTED: &str =
    "amqps:// is not supported, because this program was built without TLS";

const HEADING: &str = "Options for amqps://";

#[derive(Args, Debug)]
pub(crate) struct TlsOptions {
    /// Trust the authorities in this file (PEM), and no others
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    ca: Option<PathBuf>,

    /// Certificate that shows who this client is, and its chain (PEM)
    ///
    /// Without a user in the URL, the mechanism EXTERNAL authenticates by it.
    #[arg(long, value_name = "FILE", help_heading = HEADING, requires = "key")]
    cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", help_heading = HEADING, requires = "cert")]
    key: Option<PathBuf>,

    /// Accept any certificate of the peer, so that anybody in between can read the messages
    #[arg(long, help_heading = HEADING, conflicts_with = "ca")]
    insecure: bool,
}

impl TlsOptions {
    /// Returns whether only certificates of the given authorities are accepted.
    pub(crate) const fn verifies(&self) -> bool {
        self.ca.is_some()
    }

    /// Returns the first option that was given, which has no effect on `amqp://`.
    pub(crate) const fn first(&self) -> Option<&'static str> {
        match self {
            Self { ca: Some(_), .. } => Some("--ca"),
            Self { cert: Some(_), .. } => Some("--cert"),
            Self { insecure: true, .. } => Some("--insecure"),
            _ => None,
        }
    }
}

#[cfg(feature = "tls")]
mod config {
    use std::path::Path;
    use std::sync::Arc;

    pub(crate) use amqp_net::rustls::ClientConfig;
    use amqp_net::rustls::RootCertStore;
    use amqp_net::rustls::crypto::ring;
    use amqp_net::rustls::pki_types::pem::{self, PemObject};
    use amqp_net::rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls_platform_verifier::BuilderVerifierExt;

    use super::{TlsOptions, accept_any};

    /// Which certificates are accepted if no option says it.
    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Otherwise {
        /// Those of the authorities that the platform trusts.
        Platform,
        /// Any.
        AcceptAny,
    }

    impl TlsOptions {
        /// Returns the configuration of a client.
        ///
        /// # Errors
        ///
        /// Returns a message if a file cannot be read or has other content.
        pub(crate) fn config(&self, otherwise: Otherwise) -> Result<Arc<ClientConfig>, String> {
            let failed = |error| format!("cannot configure TLS: {error}");
            let provider = Arc::new(ring::default_provider());
            let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_safe_default_protocol_versions()
                .map_err(failed)?;
            let builder = match (&self.ca, otherwise) {
                (Some(file), _) => builder.with_root_certificates(roots(file)?),
                (None, Otherwise::Platform) if !self.insecure => {
                    builder.with_platform_verifier().map_err(failed)?
                }
                _ => builder
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(accept_any::AcceptAny(provider))),
            };
            let config = match (&self.cert, &self.key) {
                (Some(cert), Some(key)) => {
                    let chain = certificates("--cert", cert)?;
                    let private = PrivateKeyDer::from_pem_file(key)
                        .map_err(|error| unreadable("--key", key, "a private key", &error))?;
                    builder.with_client_auth_cert(chain, private).map_err(|error| {
                        format!(
                            "the certificate in {} and the key in {} cannot be used: {error}",
                            cert.display(),
                            key.display(),
                        )
                    })?
                }
                _ => builder.with_no_client_auth(),
            };
            Ok(Arc::new(config))
        }
    }

    fn roots(file: &Path) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates("--ca", file)? {
            roots.add(certificate).map_err(|error| {
                format!("--ca {}: a certificate cannot be used: {error}", file.display())
            })?;
        }
        Ok(roots)
    }

    /// Reads the certificates of a file, which must have at least one.
    fn certificates(option: &str, file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
        let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
        match read {
            Ok(certificates) if Vec::is_empty(&certificates) => {
                Err(unreadable(option, file, "a certificate", &pem::Error::NoItemsFound))
            }
            other => other.map_err(|error| unreadable(option, file, "a certificate", &error)),
        }
    }

    fn unreadable(option: &str, file: &Path, content: &str, error: &pem::Error) -> String {
        let file = file.display();
        match error {
            pem::Error::Io(error) => format!("{option} {file}: cannot read the file: {error}"),
            pem::Error::NoItemsFound => {
                format!(
                    "{option} {file}: the file does not have {content} in PEM, the format that begins with -----BEGIN"
                )
            }
            error => format!("{option} {file}: not a file in PEM with {content}: {error}"),
        }
    }
}
