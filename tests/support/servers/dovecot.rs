//! Dovecot as Unity Connection's mailboxes: IMAPS and IMAP with STARTTLS.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// Serves on the port of IMAPS and on that of IMAP, in this order; `None` when it is not installed.
pub fn start(address: Ipv4Addr, ports: [u16; 2], certificate: &Credential) -> Option<Server> {
    let dovecot = program::found("dovecot", "dovecot-imapd", program::command("dovecot"))?;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let owner = owner(fs::metadata(path).unwrap().uid());
    let file = path.join("dovecot.conf");
    let settings = settings(text(path), address, ports, certificate);
    fs::write(&file, settings + &owner).unwrap();
    let mut command = Command::new(dovecot);
    command.arg("-F").arg("-c").arg(&file);
    Some(Server::start(
        &command,
        directory,
        &ports.map(|port| (address, port).into()),
    ))
}

/// Started by root it has users of its own and insists on them; started by anybody else it can be nobody else.
fn owner(user: u32) -> String {
    if user == 0 {
        return String::new();
    }
    let name = std::env::var("USER").unwrap_or_else(|_| user.to_string());
    format!(
        "default_internal_user = {name}\ndefault_internal_group =\ndefault_login_user = {name}\n"
    )
}

/// Nobody is known; without a place to look for users it would answer nobody, either.
fn settings(
    directory: &str,
    address: Ipv4Addr,
    [imaps, imap]: [u16; 2],
    certificate: &Credential,
) -> String {
    let (chain, key) = (text(&certificate.chain), text(&certificate.key));
    format!(
        "base_dir = {directory}/run
log_path = /dev/stderr
protocols = imap
listen = {address}
ssl = required
ssl_cert = <{chain}
ssl_key = <{key}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
passdb {{
  driver = passwd-file
  args = /dev/null
}}
userdb {{
  driver = passwd-file
  args = /dev/null
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"
    )
}
