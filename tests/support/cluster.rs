//! A cluster on loopback: nodes with addresses of their own, what listens there, and the deployment file for it.

use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

use tempfile::TempDir;

use super::company::host;
use super::credential::Credential;
use super::faulty::{Fault, Faulty};
use super::loopback;
use super::servers::Server;

/// No store but the one root.
const SETTINGS: &str = r#"name = "Interop"
domain = "acme.test"

[trust]
system = false
roots = ["root.pem"]
"#;

/// Long enough for a busy machine, short enough for servers that never answer.
const PROBE: &str = "timeout = \"3s\"";

/// Nothing is fetched, for it would not be there.
const REVOCATION: &str = "check = \"presence\"";

/// Nodes, and the servers that run on them for as long as it lasts.
pub struct Cluster {
    directory: TempDir,
    deployment: String,
    probe: String,
    revocation: String,
    servers: Vec<Server>,
    faulty: Vec<Faulty>,
    missing: bool,
}

impl Cluster {
    /// One without nodes, whose devices trust `root` alone.
    pub fn new(root: &Credential) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::copy(&root.certificate, directory.path().join("root.pem")).unwrap();
        Self {
            directory,
            deployment: SETTINGS.into(),
            probe: PROBE.into(),
            revocation: REVOCATION.into(),
            servers: Vec::new(),
            faulty: Vec::new(),
            missing: false,
        }
    }

    /// Adds tables to the deployment file.
    pub fn configure(&mut self, toml: &str) {
        self.deployment += toml;
    }

    /// The lines of the table `[probe]`, in place of those that wait a short time.
    pub fn probe(&mut self, lines: &str) {
        self.probe = lines.into();
    }

    /// The lines of the table `[revocation]`, in place of those that fetch nothing.
    pub fn revocation(&mut self, lines: &str) {
        self.revocation = lines.into();
    }

    /// Adds a node and gives its address; `toml` is more of its table.
    pub fn node(&mut self, product: &str, name: &str, toml: &str) -> Ipv4Addr {
        let (connect, address) = (loopback::address(), host(name));
        let table = format!(
            "\n[[node]]\nname = \"{name}\"\nproduct = \"{product}\"\naddress = \"{address}\"\nconnect = \"{connect}\"\n"
        );
        writeln!(self.deployment, "{table}{toml}").unwrap();
        connect
    }

    /// Keeps a server running; with one that is not installed the cluster cannot be had.
    pub fn run(&mut self, server: Option<Server>) {
        self.missing |= server.is_none();
        self.servers.extend(server);
    }

    /// Runs a server that misbehaves.
    pub fn misbehave(&mut self, address: Ipv4Addr, port: u16, fault: Fault) {
        self.faulty.push(Faulty::start(address, port, fault));
    }

    /// Writes `cluster.toml` and gives the directory to run certaudit in; `None` when a server is not installed.
    pub fn ready(&self) -> Option<&Path> {
        let directory = self.directory.path();
        let text = format!(
            "{}\n[probe]\n{}\n\n[revocation]\n{}\n",
            self.deployment, self.probe, self.revocation
        );
        fs::write(directory.join("cluster.toml"), text).unwrap();
        (!self.missing).then_some(directory)
    }
}
