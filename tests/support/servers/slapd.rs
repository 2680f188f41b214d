//! OpenLDAP's slapd as a directory: LDAPS by GnuTLS.

use std::fs;
use std::net::Ipv4Addr;
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// Serves an empty directory over LDAPS on `port`; `None` when it is not installed.
pub fn start(address: Ipv4Addr, port: u16, certificate: &Credential) -> Option<Server> {
    start_with(address, port, certificate, "NORMAL")
}

/// As `start`, with a priority string of GnuTLS: `NORMAL:-VERS-ALL:+VERS-TLS1.0`.
pub fn start_with(
    address: Ipv4Addr,
    port: u16,
    certificate: &Credential,
    priorities: &str,
) -> Option<Server> {
    let slapd = program::found("slapd", "slapd", program::command("slapd"))?;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("slapd.conf");
    let (chain, key) = (text(&certificate.chain), text(&certificate.key));
    let pid = directory.path().join("pid");
    let settings = format!(
        "pidfile {}\nTLSCertificateFile {chain}\nTLSCertificateKeyFile {key}\nTLSCipherSuite {priorities}\n",
        text(&pid)
    );
    fs::write(&file, settings).unwrap();
    let mut command = Command::new(slapd);
    // A debug level, if only 0, keeps it in the foreground.
    command.args(["-d", "0", "-h", &format!("ldaps://{address}:{port}"), "-f"]);
    command.arg(&file);
    Some(Server::start(
        &command,
        directory,
        &[(address, port).into()],
    ))
}
