//! Exim as Unity Connection's SMTP: STARTTLS by GnuTLS.

use std::fs::{self, Permissions};
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// Takes no mail, with STARTTLS on `port`; `None` when it is not installed.
pub fn start(address: Ipv4Addr, port: u16, certificate: &Credential) -> Option<Server> {
    let exim = program::found("exim", "exim4-daemon-light", program::command("exim4"))?;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    share(path, certificate);
    fs::write(path.join("exim.conf"), settings(text(path), address, port)).unwrap();
    let mut command = Command::new(exim);
    command.arg("-bdf").arg("-C").arg(path.join("exim.conf"));
    Some(Server::start(
        &command,
        directory,
        &[(address, port).into()],
    ))
}

/// Started by root it answers as a user of its own, who has to read the key and to write its log.
fn share(directory: &Path, certificate: &Credential) {
    fs::set_permissions(directory, Permissions::from_mode(0o777)).unwrap();
    for (file, name) in [
        (&certificate.chain, "chain.pem"),
        (&certificate.key, "key.pem"),
    ] {
        let copy = directory.join(name);
        fs::copy(file, &copy).unwrap();
        fs::set_permissions(&copy, Permissions::from_mode(0o644)).unwrap();
    }
}

fn settings(directory: &str, address: Ipv4Addr, port: u16) -> String {
    format!(
        "spool_directory = {directory}/spool
log_file_path = {directory}/%slog
pid_file_path = {directory}/pid
primary_hostname = mail.acme.test
keep_environment =
host_lookup =
local_interfaces = {address}
daemon_smtp_ports = {port}
tls_advertise_hosts = *
tls_certificate = {directory}/chain.pem
tls_privatekey = {directory}/key.pem
"
    )
}
