//! `openssl s_server`: any TLS port. It serves one connection after the other.

use std::net::Ipv4Addr;
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// Nothing newer than TLS 1.0, as CUP 8 and unpatched domain controllers.
pub const TLS_10: [&str; 3] = ["-tls1", "-cipher", "ALL:@SECLEVEL=0"];
/// TLS 1.2 with keys agreed by RSA, as old CUCM with its ciphers cut down.
pub const RSA_KEY_EXCHANGE: [&str; 3] = ["-tls1_2", "-cipher", "kRSA"];
/// Keys agreed over P-521 alone.
pub const P_521: [&str; 2] = ["-groups", "P-521"];

/// Serves a certificate; `arguments` are s_server's own: `-tls1_2`. `None` when openssl is not installed.
pub fn start(
    address: Ipv4Addr,
    port: u16,
    certificate: &Credential,
    arguments: &[&str],
) -> Option<Server> {
    let openssl = program::found("openssl", "openssl", program::command("openssl"))?;
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(openssl);
    command.args([
        "s_server",
        "-accept",
        &format!("{address}:{port}"),
        "-key",
        text(&certificate.key),
    ]);
    command.args(["-cert", text(&certificate.certificate)]);
    if let Some(intermediates) = &certificate.intermediates {
        command.args(["-cert_chain", text(intermediates)]);
    }
    command.args(arguments);
    Some(Server::start(
        &command,
        directory,
        &[(address, port).into()],
    ))
}

/// As `start`, and demands a client certificate of `client_authority`, as CUCM's SIP trunk port does.
pub fn start_mutual(
    address: Ipv4Addr,
    port: u16,
    certificate: &Credential,
    client_authority: &Credential,
    arguments: &[&str],
) -> Option<Server> {
    let demand = [
        "-Verify",
        "1",
        "-verify_return_error",
        "-CAfile",
        text(&client_authority.certificate),
    ];
    start(address, port, certificate, &[&demand, arguments].concat())
}
