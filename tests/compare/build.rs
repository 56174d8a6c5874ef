//! Finds Qpid Proton's C library, if it is asked for.

use std::env;
use std::path::Path;

const LIBRARY: &str = "libqpid-proton-core.so.10";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(with_proton)");
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_PROTON").is_none() {
        return;
    }
    let arch = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let places = [format!("/usr/lib/{arch}-linux-gnu"), "/usr/lib64".into(), "/usr/lib".into()];
    match places.iter().find(|place| Path::new(place).join(LIBRARY).exists()) {
        Some(place) => {
            println!("cargo::rustc-link-search=native={place}");
            println!("cargo::rustc-link-arg=-l:{LIBRARY}");
            println!("cargo::rustc-cfg=with_proton");
        }
        None => println!(
            "cargo::warning=Qpid Proton is left out: there is no {LIBRARY} (Debian: \
             libqpid-proton11-dev)"
        ),
    }
}
