//! dnsmasq as the DNS server of the company: it knows what its settings say, and nobody else.

use std::fs;
use std::net::Ipv4Addr;
use std::process::Command;

use crate::support::program;

use super::{Server, text};

/// Above 1024, so that nobody has to be root.
pub const PORT: u16 = 5335;

/// Serves `settings` (`host-record=…`, `srv-host=…`, `ptr-record=…`), and says of every other name below `.test` and of
/// every other loopback address that it does not exist; `None` when it is not installed.
pub fn start(address: Ipv4Addr, settings: &str) -> Option<Server> {
    let dnsmasq = program::found("dnsmasq", "dnsmasq-base", program::command("dnsmasq"))?;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("dnsmasq.conf");
    let own = format!(
        "port={PORT}\nlisten-address={address}\nbind-interfaces\nno-resolv\nno-hosts\nno-poll\nlog-facility=-\n\
         pid-file={}\nlocal=/test/\nlocal=/127.in-addr.arpa/\n",
        text(&directory.path().join("pid"))
    );
    fs::write(&file, own + settings).unwrap();
    let mut command = Command::new(dnsmasq);
    command
        .arg("--keep-in-foreground")
        .arg(format!("--conf-file={}", text(&file)));
    let socket = (address, PORT).into();
    Some(Server::start(&command, directory, &[socket]))
}
