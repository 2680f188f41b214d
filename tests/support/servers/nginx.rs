//! nginx as an Expressway, an identity provider, a meetings server: HTTPS on any ports, each with one certificate or an
//! RSA one and its ECDSA twin.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// Serves nothing over TLS, on each port with its certificates; `None` when it is not installed.
pub fn start(address: Ipv4Addr, ports: &[(u16, &[&Credential])]) -> Option<Server> {
    let nginx = program::found("nginx", "nginx-light", program::command("nginx"))?;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("nginx.conf");
    let listeners: String = ports
        .iter()
        .map(|(port, certificates)| listener((address, *port).into(), certificates))
        .collect();
    fs::write(&file, settings(text(directory.path()), &listeners)).unwrap();
    let mut command = Command::new(nginx);
    command.args(["-p", text(directory.path()), "-e", "stderr", "-c"]);
    command.arg(&file);
    let sockets: Vec<SocketAddr> = ports
        .iter()
        .map(|(port, _)| (address, *port).into())
        .collect();
    Some(Server::start(&command, directory, &sockets))
}

/// One process and no other user: it serves nobody but us. Its scratch directories would be the system's.
fn settings(directory: &str, listeners: &str) -> String {
    let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {directory}/{name};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {directory}/pid;\nevents {{ worker_connections 64; }}\n\
         http {{\naccess_log off;\n{scratch}ssl_protocols TLSv1.2 TLSv1.3;\n{listeners}}}\n"
    )
}

fn listener(socket: SocketAddr, certificates: &[&Credential]) -> String {
    let mut listener = format!("server {{\nlisten {socket} ssl;\nreturn 204;\n");
    for credential in certificates {
        let (chain, key) = (text(&credential.chain), text(&credential.key));
        writeln!(
            listener,
            "ssl_certificate {chain};\nssl_certificate_key {key};"
        )
        .unwrap();
    }
    listener + "}\n"
}
