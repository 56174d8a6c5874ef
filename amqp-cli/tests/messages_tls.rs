//! `amqp send` and `amqp receive` over TLS.
#![cfg(feature = "tls")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../../amqp-net/tests/tls/authority.rs"]
mod authority;
mod common;

use std::fs;
use std::path::PathBuf;

use amqp_net::proto::{Credentials, ExternalServer, Identity, PlainServer, Refusal};
use authority::{Authority, Clients};
use common::broker::Broker;
use common::run;

/// Files in a folder, which is removed at the end.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("amqp-{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file, and returns its path.
    fn write(&self, name: &str, content: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Starts a broker whose certificate is for 127.0.0.1, and which knows clients by their certificates.
fn broker(authority: &Authority) -> Broker {
    let config = authority.server_with(&authority.sign(&["127.0.0.1"]), Clients::NeedNone);
    Broker::with(move |settings| {
        settings.tls(config).mechanism(|| ExternalServer).mechanism(|| PlainServer).authenticate(
            |credentials| async move {
                match credentials {
                    Credentials::External { .. } => Ok(Identity::user("by-certificate")),
                    Credentials::Password { user, password, .. } if *password == "secret" => {
                        Ok(Identity::user(user))
                    }
                    _ => Err(Refusal::Credentials),
                }
            },
        )
    })
}

#[test]
fn certificates() {
    let files = Files::new("certificates");
    let authority = Authority::new();
    let broker = broker(&authority);
    let address = broker.address();
    let ca = files.write("ca.pem", &authority.pem());
    let client = authority.sign(&["client"]);
    let cert = files.write("cert.pem", &client.pem());
    let key = files.write("key.pem", &client.key_pem());

    let by_password = format!("amqps://ada:secret@{address}");
    for options in [&["--ca", &*ca][..], &["--insecure"]] {
        let seen = run(&[&["send", &by_password, "queue", "x"], options].concat());
        assert_eq!((seen.code, &*seen.stderr), (Some(0), ""), "{options:?}");
    }
    let by_certificate = format!("amqps://{address}");
    let options = ["--ca", &ca, "--cert", &cert, "--key", &key, "--count", "2"];
    let seen = run(&[&["receive", &by_certificate, "queue"], &options[..]].concat());
    assert_eq!((seen.code, &*seen.stdout, &*seen.stderr), (Some(0), "x\nx\n", ""));

    // Without an option, only the roots of the platform are trusted.
    let seen = run(&["send", &by_password, "queue", "x"]);
    assert_eq!((seen.code, &*seen.stdout), (Some(3), ""));
    assert!(seen.stderr.contains("not signed by a trusted authority"), "{}", seen.stderr);
    assert!(seen.stderr.contains("--ca FILE"), "{}", seen.stderr);
    let seen = run(&["send", &by_certificate, "queue", "x", "--ca", &ca]);
    assert_eq!(seen.code, Some(3), "{}", seen.stderr);
    assert!(seen.stderr.contains("amqps://USER:PASSWORD@HOST"), "{}", seen.stderr);
    let other = files.write("other.pem", &Authority::named("other").pem());
    let seen = run(&["receive", &by_password, "queue", "--ca", &other]);
    assert_eq!(seen.code, Some(3), "{}", seen.stderr);

    let probed = |ca: &str| run(&["probe", &by_certificate, "--ca", ca]);
    let seen = probed(&ca);
    assert_eq!(seen.code, Some(0), "{}", seen.stdout);
    assert!(seen.stdout.contains("with TLS, certificate verified"), "{}", seen.stdout);
    let seen = probed(&other);
    assert_eq!(seen.code, Some(1), "{}", seen.stdout);
    assert!(seen.stdout.contains("TLS failed: "), "{}", seen.stdout);
}

#[test]
fn files_that_cannot_be_used() {
    let files = Files::new("files");
    let [client, other] = [(); 2].map(|()| Authority::new().sign(&["client"]));
    let cert = files.write("cert.pem", &client.pem());
    let key = files.write("key.pem", &client.key_pem());
    let other = files.write("other.pem", &other.key_pem());
    let text = files.write("text", "this is not PEM");
    for (options, says) in [
        (&["--ca", "/nowhere/ca.pem"][..], "--ca /nowhere/ca.pem: cannot read the file"),
        (&["--ca", &text], "does not have a certificate in PEM"),
        (&["--cert", &cert], "--key"),
        (&["--cert", &key, "--key", &key], "does not have a certificate in PEM"),
        (&["--cert", &cert, "--key", &cert], "does not have a private key in PEM"),
        (&["--cert", &cert, "--key", &other], "cannot be used"),
        (&["--ca", &cert, "--insecure"], "--insecure"),
    ] {
        for command in [
            &["send", "amqps://h", "q", "x"][..],
            &["receive", "amqps://h", "q"],
            &["probe", "amqps://h"],
        ] {
            let seen = run(&[command, options].concat());
            assert_eq!((seen.code, &*seen.stdout), (Some(2), ""), "{options:?}: {}", seen.stderr);
            assert!(seen.stderr.contains(says), "{options:?}: {}", seen.stderr);
        }
    }
}
