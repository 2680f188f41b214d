//! ejabberd as IM and Presence: STARTTLS by Erlang's fast_tls for clients on 5222 and for servers on 5269.

use std::env;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::prosody::{CLIENT_PORT, SERVER_PORT};
use super::{Server, text};

/// Serves `domain` with one certificate for clients and servers, and asks both for theirs: servers for one of
/// `authority`, clients for any. `None` when it is not installed.
pub fn start(
    address: Ipv4Addr,
    domain: &str,
    certificate: &Credential,
    authority: &Credential,
) -> Option<Server> {
    program::found("ejabberd", "ejabberd", program::command("ejabberdctl"))?;
    let erlang = program::found("erlang", "erlang-base", program::command("erl"))?;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(
        path.join("ejabberd.yml"),
        settings(address, domain, certificate, authority),
    )
    .unwrap();
    Some(Server::start(
        &command(&erlang, path),
        directory,
        &[CLIENT_PORT, SERVER_PORT].map(|port| (address, port).into()),
    ))
}

/// Erlang by itself, not `ejabberdctl`: that changes to another user, keeps its data in the system's directories and
/// starts a port mapper that stays. One scheduler, no name on the network.
fn command(erlang: &Path, directory: &Path) -> Command {
    let mut command = Command::new(erlang);
    command.args(["-noinput", "+S", "1:1", "-start_epmd", "false"]);
    let erlang_text = |name: &str| format!("\"{}\"", text(&directory.join(name)));
    command.args(["-mnesia", "dir", &erlang_text("mnesia")]);
    command.args(["-ejabberd", "log_path", &erlang_text("ejabberd.log")]);
    command.args(["-s", "ejabberd"]);
    // Debian has it beside the libraries of the architecture, where Erlang does not look.
    command.env(
        "ERL_LIBS",
        env::join_paths(program::library_directories()).unwrap(),
    );
    command.env("EJABBERD_CONFIG_PATH", directory.join("ejabberd.yml"));
    command.env("ERL_CRASH_DUMP_BYTES", "0");
    command.env("HOME", directory);
    command
}

fn settings(
    address: Ipv4Addr,
    domain: &str,
    certificate: &Credential,
    authority: &Credential,
) -> String {
    let (chain, key) = (text(&certificate.chain), text(&certificate.key));
    let authority = text(&authority.certificate);
    format!(
        r#"loglevel: warning
hosts: ["{domain}"]
certfiles: ["{chain}", "{key}"]
ca_file: "{authority}"
s2s_use_starttls: required
listen:
  - port: {CLIENT_PORT}
    ip: "{address}"
    module: ejabberd_c2s
    starttls_required: true
  - port: {SERVER_PORT}
    ip: "{address}"
    module: ejabberd_s2s_in
"#
    )
}
