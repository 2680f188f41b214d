//! A deployment file from DNS and UDS, all on loopback, given to a scan as it is.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "discover/dns.rs"]
mod dns;
#[path = "support/loopback.rs"]
#[allow(dead_code, reason = "only an address is needed here")]
mod loopback;
mod web;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use certaudit::certificate::container::pem;
use dns::Zone;
use serde_json::Value;
use web::{Server, certificate, cucm, reply, root, serve};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A cluster with one node by its short name, one that no SRV record names, and one that does not answer.
struct Site {
    folder: tempfile::TempDir,
    dns: String,
    _servers: Vec<Server>,
}

impl Site {
    fn start() -> Self {
        let root = root();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("root.pem"), pem(root.der())).unwrap();
        let mut zone = Zone::default();
        let mut servers = Vec::new();
        for host in ["cucm-pub", "cucm-sub", "cucm-3", "imp1", "expe1"] {
            let address = loopback::address();
            let name = format!("{host}.acme.test");
            zone.address(&name, address);
            let shown = certificate(&root, &name);
            let at = format!("{address}:8443");
            servers.push(if host.starts_with("cucm") {
                serve(
                    &at,
                    &shown,
                    cucm(&[
                        "cucm-pub.acme.test",
                        "cucm-sub",
                        "cucm-3.acme.test",
                        "gone.acme.test",
                    ]),
                )
            } else {
                serve(&at, &shown, |_, stream| reply(stream, "404 Not Found", ""))
            });
        }
        zone.service("_cisco-uds._tcp.acme.test", 8443, "cucm-pub.acme.test");
        zone.service("_cisco-uds._tcp.acme.test", 8443, "cucm-sub.acme.test");
        zone.alias("_cuplogin._tcp.acme.test", "_im._tcp.other.test");
        zone.service("_im._tcp.other.test", 8443, "imp1.acme.test");
        zone.service("_collab-edge._tls.acme.test", 8443, "expe1.acme.test");
        Self {
            folder,
            dns: zone.serve().to_string(),
            _servers: servers,
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(self.folder.path(), arguments)
    }
}

#[test]
fn what_is_discovered_is_scanned_as_it_is() {
    let site = Site::start();
    let output = site.run(&[
        "discover",
        "ACME.test",
        "--dns",
        &site.dns,
        "--roots",
        "root.pem",
        "-o",
        "cluster.toml",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    let file = fs::read_to_string(site.folder.path().join("cluster.toml")).unwrap();
    for words in [
        "roots = [\"root.pem\"]",
        "holds cucm-sub for it",
        "# address = \"gone.acme.test\"",
        "[mra]",
    ] {
        assert!(file.contains(words), "{words}: {file}");
    }

    let scan = site.run(&[
        "scan", "-f", "json", "-q", "--only", "naming", "--only", "chain",
    ]);
    let report: Value = serde_json::from_slice(&scan.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&scan.stderr)));
    let nodes: Vec<(&str, &str)> = report["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let services = node["services"].as_array().unwrap();
            let main = services.iter().find(|one| one["port"] == 8443).unwrap();
            (
                node["name"].as_str().unwrap(),
                main["status"].as_str().unwrap(),
            )
        })
        .collect();
    let wanted = ["cucm-pub", "cucm-sub", "imp1", "expe1", "cucm-3"].map(|name| (name, "examined"));
    assert_eq!(nodes, wanted, "{file}");
    let failed: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["status"] == "fail" && finding["severity"] == "error")
        .map(|finding| finding["message"].as_str().unwrap())
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].starts_with("System > Server holds cucm-sub, a name without a domain"));
}

#[test]
fn standard_output_has_the_file_and_nothing_else_and_a_file_is_not_written_over() {
    let site = Site::start();
    let output = site.run(&["discover", "acme.test", "--dns", &site.dns]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    fs::write(site.folder.path().join("cluster.toml"), &output.stdout).unwrap();
    let again = site.run(&[
        "discover",
        "acme.test",
        "--dns",
        &site.dns,
        "-o",
        "cluster.toml",
    ]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("there already"));
    assert_eq!(
        fs::read(site.folder.path().join("cluster.toml")).unwrap(),
        output.stdout
    );
    let parsed = site.run(&["scan", "-q", "--node", "nobody"]);
    assert!(
        text(&parsed.stderr).contains("it has cucm-pub"),
        "{}",
        text(&parsed.stderr)
    );
}

#[test]
fn a_domain_without_records_says_what_dns_said() {
    let folder = tempfile::tempdir().unwrap();
    let dns = Zone::default().serve().to_string();
    let output = run(
        folder.path(),
        &["discover", "acme.test", "--dns", &dns, "-o", "cluster.toml"],
    );
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("_cisco-uds._tcp.acme.test: the name does not exist"),
        "{said}"
    );
    assert!(said.contains("--dns") && output.stdout.is_empty());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn bad_usage_is_refused_before_anybody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str], words: &str| {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&output.stderr).contains(words),
            "{}",
            text(&output.stderr)
        );
    };
    refused(&["discover", "10.0.0.1"], "not a domain");
    refused(&["discover", "acme test"], "may not stand in it");
    refused(&["discover", "acme.test", "--dns", "::::"], "--dns ::::");
    refused(
        &["discover", "acme.test", "--roots", "none.pem"],
        "none.pem",
    );
}
