//! The certificates of a peer that speaks TLS.

use super::Scratch;

/// The certificates of a peer that speaks TLS, in PEM. It speaks nothing else then.
#[derive(Clone, Debug)]
pub struct Certificates {
    /// The certificate of the authority that has signed those of clients.
    pub authority: String,
    /// The certificate of the peer.
    pub certificate: String,
    /// Its key, in PKCS #8.
    pub key: String,
}

impl Certificates {
    /// Writes `authority.pem`, `certificate.pem`, `key.pem`, and `both.pem` with the last two.
    pub(super) fn write(&self, scratch: &Scratch) {
        scratch.write("authority.pem", &self.authority);
        scratch.write("certificate.pem", &self.certificate);
        scratch.write("key.pem", &self.key);
        scratch.write("both.pem", &format!("{}{}", self.key, self.certificate));
    }
}
