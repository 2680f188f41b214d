//! README's examples for pipelines, tickets and Prometheus, as they stand there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program;

/// The block that follows `<!-- run: NAME -->`.
fn block(name: &str) -> String {
    let text = fs::read_to_string("README.md").unwrap();
    let mark = format!("<!-- run: {name} -->\n```");
    let (_, rest) = text
        .split_once(&mark)
        .unwrap_or_else(|| panic!("README has no {mark}"));
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split("```").next().unwrap().to_owned()
}

/// A folder with `certaudit` and a ticket tool that keeps what it is given in `tickets`, a file a call.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tools = folder.path().join("bin");
    fs::create_dir(&tools).unwrap();
    symlink(env!("CARGO_BIN_EXE_certaudit"), tools.join("certaudit")).unwrap();
    let tool = tools.join("your-ticket-tool");
    fs::write(
        &tool,
        "#!/bin/sh\n[ \"$1\" = upsert ] || exit 9\nprintf '%s\\n' \"$2\" >> tickets\n",
    )
    .unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn run(folder: &Path, script: &str) -> Output {
    let path = std::env::var("PATH").unwrap_or_default();
    let tools = folder.join("bin");
    Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .env("PATH", format!("{}:{path}", tools.display()))
        .current_dir(folder)
        .output()
        .unwrap()
}

/// A deployment of one node, on whose only port nobody listens.
fn closed_port(required: bool, rest: &str) -> String {
    format!(
        "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n[[node]]\nname = \"pub\"\nproduct = \"cucm\"\n\
         address = \"cucm-pub.acme.test\"\nconnect = \"127.77.6.4\"\n\
         services = [{{ service = \"tomcat\", port = 1, required = {required} }}]\n{rest}"
    )
}

#[test]
fn the_gate_fails_as_the_exit_status_says() {
    let accepted = "[[waiver]]\nrule = \"probe-unreachable\"\nreason = \"moves tonight\"\n";
    for (deployment, status, words) in [
        (closed_port(false, ""), 0, "everybody gets through"),
        (closed_port(true, ""), 1, "somebody does not"),
        (closed_port(true, accepted), 3, "could not be examined"),
        ("nodes = 1".to_owned(), 2, "could not start"),
    ] {
        let folder = folder();
        fs::write(folder.path().join("cluster.toml"), deployment).unwrap();
        let output = run(folder.path(), &block("gate"));
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(status), "{stdout}");
        assert!(stdout.contains(words), "{stdout}");
        let written = ["report.md", "evidence.json"].map(|name| folder.path().join(name).exists());
        assert_eq!(written, [status != 2; 2]);
    }
}

#[test]
fn every_open_finding_becomes_one_ticket_with_the_same_key_each_time() {
    if program::found("jq", "jq", program::command("jq")).is_none() {
        return;
    }
    let folder = folder();
    let rollout = Path::new("fixtures/scenarios/rollout");
    for (from, to) in [
        ("deployment.toml", "cluster.toml"),
        ("evidence.json", "evidence.json"),
    ] {
        fs::copy(rollout.join(from), folder.path().join(to)).unwrap();
    }
    symlink(
        fs::canonicalize(rollout.join("pki")).unwrap(),
        folder.path().join("pki"),
    )
    .unwrap();
    let runs = [(); 2].map(|()| tickets(folder.path()));
    assert_eq!(runs[0], runs[1]);
    let report = run(
        folder.path(),
        "certaudit audit --evidence evidence.json -f json || true",
    );
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let open = report["findings"].as_array().unwrap().iter();
    let open = open.filter(|finding| finding["status"] == "fail" && finding["waived"].is_null());
    let mut ids: Vec<&str> = open
        .map(|finding| finding["id"].as_str().unwrap())
        .collect();
    let mut keys: Vec<&str> = runs[0]
        .iter()
        .map(|ticket| ticket["key"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    keys.sort_unstable();
    assert_eq!(keys, ids);
    keys.dedup();
    assert!(keys.len() > 20 && keys.len() == ids.len());
    for ticket in &runs[0] {
        assert!(ticket["title"].as_str().unwrap().len() > 20);
        assert!(ticket["body"].as_str().unwrap().len() > 200);
        assert!(ticket["owner"].is_string() && ticket["priority"].is_number());
    }
}

fn tickets(folder: &Path) -> Vec<Value> {
    let kept = folder.join("tickets");
    drop(fs::remove_file(&kept));
    let script = block("tickets");
    // Findings are no failure of the step that makes tickets of them.
    let output = run(folder, &format!("set +o pipefail\n{script}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""));
    let kept = fs::read_to_string(kept).unwrap();
    kept.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_cron_line_puts_the_metrics_in_place() {
    let folder = folder();
    let line = block("textfile");
    let fields: Vec<&str> = line.trim().splitn(7, ' ').collect();
    assert_eq!(fields[5], "root");
    assert_eq!(line.trim().lines().count(), 1);
    let here = folder.path().display().to_string();
    let script = fields[6]
        .replace("/etc/certaudit", &here)
        .replace("/var/lib/prometheus/node-exporter", &here);
    fs::write(folder.path().join("cluster.toml"), closed_port(true, "")).unwrap();
    let output = run(folder.path(), &script);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
    let metrics = fs::read_to_string(folder.path().join("certaudit.prom")).unwrap();
    assert!(metrics.contains("certaudit_service_examined{deployment=\"ACME\",node=\"pub\""));
    assert!(!metrics.contains("not_after"), "nothing was seen");
    let names = fs::read_dir(folder.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let other = names
        .filter(|name| name.contains("prom"))
        .collect::<Vec<_>>();
    assert_eq!(
        other,
        ["certaudit.prom"],
        "nothing half-written stays behind"
    );
}

#[test]
fn the_alerts_are_rules_of_prometheus() {
    let alerts = block("alerts");
    let names = [
        "certificate_not_after_timestamp_seconds",
        "service_examined",
        "node_verdict",
        "audit_timestamp_seconds",
    ];
    for name in names {
        assert!(alerts.contains(&format!("certaudit_{name}")), "{name}");
    }
    let Some(promtool) = program::found("promtool", "prometheus", program::command("promtool"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yml");
    fs::write(&file, alerts).unwrap();
    let output = Command::new(promtool)
        .args(["check", "rules"])
        .arg(&file)
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && stdout.contains("4 rules found"),
        "{stdout}"
    );
}
