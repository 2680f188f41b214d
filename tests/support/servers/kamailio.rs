//! Kamailio as CUCM's SIP port 5061: TLS that demands a client certificate.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// SIP over TLS.
pub const PORT: u16 = 5061;

/// Demands a client certificate of `client_authority`; `None` when it is not installed.
pub fn start(
    address: Ipv4Addr,
    certificate: &Credential,
    client_authority: &Credential,
) -> Option<Server> {
    let kamailio = program::found("kamailio", "kamailio", program::command("kamailio"))?;
    let tls = program::library("kamailio/modules/tls.so");
    program::found("kamailio's TLS module", "kamailio-tls-modules", tls)?;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("kamailio.cfg"), settings(address, path)).unwrap();
    fs::write(
        path.join("tls.cfg"),
        tls_settings(certificate, client_authority),
    )
    .unwrap();
    let mut command = Command::new(kamailio);
    // In the foreground, errors to the log, little memory (MB: shared, private), files in our directory.
    command.args([
        "-DD",
        "-E",
        "-m",
        "32",
        "-M",
        "4",
        "-w",
        text(path),
        "-Y",
        text(path),
    ]);
    command.arg("-f").arg(path.join("kamailio.cfg"));
    Some(Server::start(
        &command,
        directory,
        &[(address, PORT).into()],
    ))
}

/// `children` are for UDP, which it does not have; it wants one all the same.
fn settings(address: Ipv4Addr, directory: &Path) -> String {
    let directory = text(directory);
    format!(
        r#"#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=2
enable_tls=yes
auto_aliases=no
dns=no
rev_dns=no
listen=tls:{address}:{PORT}
loadmodule "tls.so"
modparam("tls", "config", "{directory}/tls.cfg")
request_route {{ exit; }}
"#
    )
}

fn tls_settings(certificate: &Credential, client_authority: &Credential) -> String {
    let (chain, key, authority) = (
        &certificate.chain,
        &certificate.key,
        &client_authority.certificate,
    );
    format!(
        "[server:default]\nmethod = TLSv1.2+\nverify_certificate = yes\nrequire_certificate = yes\n\
         certificate = {}\nprivate_key = {}\nca_list = {}\n[client:default]\nmethod = TLSv1.2+\n",
        text(chain),
        text(key),
        text(authority)
    )
}
