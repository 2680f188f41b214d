//! Runs the command, and reads its JSON report.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::process;

/// Longer than any scan of a test may take; each test asserts its own limit on `took`.
const LIMIT: Duration = Duration::from_secs(120);
/// What `scan_and_replay` records.
pub const EVIDENCE: &str = "evidence.json";

/// One run of the command.
pub struct Run {
    /// Exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
    /// Wall time.
    pub took: Duration,
}

/// Runs certaudit in `directory`.
pub fn run(directory: &Path, arguments: &[&str]) -> Run {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    command.args(arguments).current_dir(directory);
    // What listens on loopback is not to be had through anybody's proxy.
    for variable in ["http_proxy", "HTTP_PROXY"] {
        command.env_remove(variable);
    }
    let output = process::run(&mut command, LIMIT);
    Run {
        status: output
            .status
            .code()
            .unwrap_or_else(|| panic!("{}", output.status)),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        took: start.elapsed(),
    }
}

/// Scans what `cluster.toml` describes and keeps the evidence; audits that, and gives the scan's run when both agree.
pub fn scan_and_replay(directory: &Path) -> Run {
    let scan = run(
        directory,
        &["scan", "--record", EVIDENCE, "--format", "json"],
    );
    let audit = run(
        directory,
        &["audit", "--evidence", EVIDENCE, "--format", "json"],
    );
    assert!(
        !scan.stdout.is_empty(),
        "no report (status {}):\n{}",
        scan.status,
        scan.stderr
    );
    let texts = [&scan, &audit].map(|run| String::from_utf8_lossy(&run.stdout));
    assert_eq!(
        texts[0], texts[1],
        "audit --evidence repeats the scan byte for byte"
    );
    assert_eq!(
        scan.status, audit.status,
        "audit --evidence ends as the scan did"
    );
    scan
}

impl Run {
    /// Standard output as a JSON report.
    pub fn report(&self) -> Report {
        let json = serde_json::from_slice(&self.stdout).unwrap_or_else(|error| {
            panic!(
                "no report (status {}): {error}\n{}",
                self.status, self.stderr
            )
        });
        Report { json }
    }
}

/// A report of schema `certaudit.report/1`.
pub struct Report {
    /// The whole of it.
    pub json: Value,
}

impl Report {
    /// A service of a node; panics when it is not there, which it always has to be.
    pub fn service(&self, node: &str, service: &str) -> &Value {
        let nodes = list(&self.json["nodes"]);
        let node_entry = nodes
            .iter()
            .find(|entry| entry["name"] == node)
            .unwrap_or_else(|| panic!("no node {node}"));
        let services = list(&node_entry["services"]);
        let entry = services.iter().find(|entry| entry["service"] == service);
        entry.unwrap_or_else(|| panic!("no service {service} of {node}"))
    }

    /// `examined`, `closed`, `unreachable`, `failed` or `skipped`.
    pub fn status(&self, node: &str, service: &str) -> &str {
        self.service(node, service)["status"].as_str().unwrap()
    }

    /// The digests that a service presented, by kind: `rsa` or `ecdsa`.
    pub fn chain(&self, node: &str, service: &str, kind: &str) -> Vec<&str> {
        let chains = list(&self.service(node, service)["chains"]);
        let chain = chains.iter().find(|chain| chain["kind"] == kind);
        let chain =
            chain.unwrap_or_else(|| panic!("{node} {service} has no {kind} chain: {chains:?}"));
        list(&chain["certificates"])
            .iter()
            .map(|digest| digest.as_str().unwrap())
            .collect()
    }

    /// Whether `rule` failed for this service.
    pub fn fails(&self, rule: &str, node: &str, service: &str) -> bool {
        let place = |finding: &&Value| finding["node"] == node && finding["service"] == service;
        self.failures()
            .filter(place)
            .any(|finding| finding["rule"] == rule)
    }

    /// What failed at severity error, a line each: for messages.
    pub fn errors(&self) -> Vec<String> {
        let errors = self
            .failures()
            .filter(|finding| finding["severity"] == "error");
        let line = |finding: &Value| {
            format!(
                "{} {} {}: {}",
                finding["rule"], finding["node"], finding["service"], finding["message"]
            )
        };
        errors.map(line).collect()
    }

    /// The rules that failed at severity error for a service, sorted, each once.
    pub fn errors_of(&self, node: &str, service: &str) -> Vec<&str> {
        let of = |finding: &&Value| finding["node"] == node && finding["service"] == service;
        let errors = self
            .failures()
            .filter(|finding| finding["severity"] == "error")
            .filter(of);
        let mut rules: Vec<&str> = errors
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    fn failures(&self) -> impl Iterator<Item = &Value> {
        list(&self.json["findings"])
            .iter()
            .filter(|finding| finding["status"] == "fail")
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
