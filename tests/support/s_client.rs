//! A second opinion: what `openssl s_client` is shown by a server.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::process;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// What a server showed.
pub struct Shown {
    /// SHA-256 of the certificates in the order in which they came, lower-case hex.
    pub digests: Vec<String>,
    /// All that s_client printed.
    pub text: String,
}

impl Shown {
    /// The lines between "Acceptable client certificate CA names" and what follows.
    pub fn authorities(&self) -> Vec<&str> {
        let lines = self
            .text
            .lines()
            .skip_while(|line| !line.starts_with("Acceptable client certificate CA names"));
        lines
            .skip(1)
            .take_while(|line| line.contains(" = "))
            .collect()
    }

    /// Whether this protocol version was negotiated: `TLSv1.3`.
    pub fn negotiated(&self, version: &str) -> bool {
        self.text.contains(&format!("New, {version}, "))
    }
}

/// Connects and shakes hands; `arguments` are s_client's own.
pub fn connect(address: Ipv4Addr, port: u16, arguments: &[&str]) -> Shown {
    let target = SocketAddr::from((address, port)).to_string();
    let mut command = Command::new("openssl");
    command
        .args(["s_client", "-showcerts", "-connect", &target])
        .args(arguments);
    let output = process::run(&mut command, Duration::from_secs(20));
    let text = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    Shown {
        digests: digests(&text),
        text,
    }
}

/// The digests of all PEM certificates in a text.
fn digests(text: &str) -> Vec<String> {
    let blocks = text
        .split(BEGIN)
        .skip(1)
        .filter_map(|rest| rest.split_once(END));
    blocks.map(|(body, _)| digest_of(body)).collect()
}

fn digest_of(body: &str) -> String {
    let der = STANDARD
        .decode(body.split_whitespace().collect::<String>())
        .unwrap();
    let mut text = String::new();
    for byte in digest::digest(&digest::SHA256, &der).as_ref() {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
