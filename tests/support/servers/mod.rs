//! Real servers on loopback addresses with their standard port numbers, each in a temporary directory of its own.

pub mod dnsmasq;
pub mod dovecot;
pub mod ejabberd;
pub mod exim;
pub mod kamailio;
pub mod nginx;
pub mod prosody;
pub mod s_server;
pub mod slapd;
pub mod tomcat;

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::process::{self, Process};

/// A JVM beside a compiler on two busy cores is slow; anything else answers within a second.
const START: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(1);

/// A running server; it ends, and its files go, when this is dropped.
pub struct Server {
    // First the process, then its directory: fields are dropped in this order.
    process: Process,
    directory: TempDir,
}

impl Server {
    /// Starts `command` and waits until every socket of it answers.
    fn start(command: &Command, directory: TempDir, sockets: &[SocketAddr]) -> Self {
        let log = File::create(directory.path().join("log")).unwrap();
        let process = Process::start(command, &log);
        let mut server = Self { process, directory };
        for socket in sockets {
            server.wait_for(*socket, command);
        }
        server
    }

    /// What it has written so far, for messages.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.directory.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn wait_for(&mut self, socket: SocketAddr, command: &Command) {
        let answers = || TcpStream::connect_timeout(&socket, CONNECT).is_ok();
        // Looked at first: a port that answers after our process has ended belongs to somebody else.
        let state = process::wait_for(START, || {
            if self.process.ended() {
                Some(false)
            } else {
                answers().then_some(true)
            }
        });
        let trouble = match state {
            Some(true) => return,
            Some(false) => "ended before it listened",
            None => "does not answer",
        };
        panic!("{command:?} {trouble} on {socket}:\n{}", self.log());
    }
}

/// A path as text for configuration files.
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
