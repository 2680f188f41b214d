//! Prosody as IM and Presence: STARTTLS for clients on 5222 and for servers on 5269.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// The port for clients.
pub const CLIENT_PORT: u16 = 5222;
/// The port for other servers.
pub const SERVER_PORT: u16 = 5269;

/// Serves `domain` with one certificate for clients and one for servers; `None` when it is not installed.
pub fn start(
    address: Ipv4Addr,
    domain: &str,
    clients: &Credential,
    servers: &Credential,
) -> Option<Server> {
    let prosody = program::found("prosody", "prosody", program::command("prosody"))?;
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir_all(directory.path().join("certs")).unwrap();
    let file = directory.path().join("prosody.cfg.lua");
    let hosts = [("c2s_ssl", clients), ("s2s_ssl", servers)]
        .map(|(option, credential)| certificate(option, credential));
    let settings = format!(
        "{}VirtualHost \"{domain}\"\n{}",
        settings(address, directory.path()),
        hosts.concat()
    );
    fs::write(&file, settings).unwrap();
    let mut command = Command::new(prosody);
    command.arg("--config").arg(&file).arg("-F");
    Some(Server::start(
        &command,
        directory,
        &[CLIENT_PORT, SERVER_PORT].map(|port| (address, port).into()),
    ))
}

/// `run_as_root`: it refuses that by default, and in CI there is often nobody else.
fn settings(address: Ipv4Addr, directory: &Path) -> String {
    let directory = text(directory);
    format!(
        r#"daemonize = false
run_as_root = true
pidfile = "{directory}/pid"
data_path = "{directory}/data"
certificates = "{directory}/certs"
log = {{ info = "*console" }}
interfaces = {{ "{address}" }}
c2s_ports = {{ {CLIENT_PORT} }}
s2s_ports = {{ {SERVER_PORT} }}
modules_enabled = {{ "tls", "saslauth", "dialback" }}
c2s_require_encryption = true
s2s_require_encryption = true
"#
    )
}

fn certificate(option: &str, credential: &Credential) -> String {
    let (chain, key) = (text(&credential.chain), text(&credential.key));
    format!("{option} = {{ certificate = \"{chain}\", key = \"{key}\" }}\n")
}
