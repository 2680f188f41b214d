//! The command line on bad and empty input: a clear message, exit status 2, and nothing on standard output.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

const SMALLEST: &str = "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n\
    [[node]]\nproduct = \"cucm\"\naddress = \"cucm-pub.acme.test\"\nconnect = \"127.0.0.1\"\n\
    services = [{ service = \"tomcat\", port = 1 }]\n";

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn folder_with(name: &str, contents: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), contents).unwrap();
    folder
}

/// Exit status 2, nothing on standard output, and every word on standard error.
#[track_caller]
fn assert_refused(folder: &TempDir, arguments: &[&str], words: &[&str]) {
    let output = run(folder, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(
        output.stdout.is_empty(),
        "{arguments:?} wrote to standard output"
    );
    for word in words {
        assert!(
            stderr.contains(word),
            "{arguments:?}: {word:?} is not in: {stderr}"
        );
    }
}

#[test]
fn bad_usage_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_refused(&folder, &[], &["Usage"]);
    assert_refused(&folder, &["scam"], &["scan"]);
    assert_refused(
        &folder,
        &["explain", "validity-expird"],
        &["validity-expired", "certaudit rules"],
    );
    assert_refused(&folder, &["scan", "--only", "validty"], &["validity"]);
    assert_refused(&folder, &["scan", "-f", "pdf"], &["table", "json"]);
    assert_refused(
        &folder,
        &["scan", "--at", "tomorrow"],
        &["2027-01-31T22:00:00Z"],
    );
    assert_refused(&folder, &["audit"], &["--evidence"]);
}

#[test]
fn a_missing_file_says_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    assert_refused(
        &folder,
        &["scan"],
        &[
            "cluster.toml",
            "no such file",
            "certaudit demo --print-config",
        ],
    );
}

#[test]
fn files_that_are_no_deployment_are_refused() {
    let folder = folder_with("latin.toml", b"name = \"caf\xe9\"");
    assert_refused(&folder, &["scan", "latin.toml"], &["latin.toml", "UTF-8"]);
    assert_refused(&folder, &["scan", "."], &["latin.toml", "UTF-8"]);
    let folder = folder_with("cluster.toml", b"");
    assert_refused(
        &folder,
        &["scan"],
        &["cluster.toml", "name", "domain", "node"],
    );
    let folder = folder_with(
        "cluster.toml",
        b"name = \"ACME\"\n[[node]]\nproduct = \"cucm\"\nadress = \"a.test\"\n",
    );
    assert_refused(&folder, &["scan"], &["cluster.toml:4", "adress", "address"]);
}

#[test]
fn trust_and_evidence_files_must_be_what_they_should_be() {
    let text = SMALLEST.replace("system = false", "system = false\nroots = [\"root.pem\"]");
    let folder = folder_with("cluster.toml", text.as_bytes());
    assert_refused(&folder, &["scan"], &["root.pem"]);
    fs::write(folder.path().join("root.pem"), "<html>not found</html>").unwrap();
    assert_refused(&folder, &["scan"], &["root.pem", "HTML"]);

    let folder = folder_with("cluster.toml", SMALLEST.as_bytes());
    assert_refused(
        &folder,
        &["audit", "--evidence", "none.json"],
        &["none.json"],
    );
    fs::write(folder.path().join("bad.json"), "{ \"schema\": 1").unwrap();
    assert_refused(
        &folder,
        &["audit", "--evidence", "bad.json"],
        &["bad.json", "line 1", "certaudit probe"],
    );
}

#[test]
fn a_client_certificate_must_be_readable_before_anything_is_contacted() {
    let with =
        "[probe]\nclient_certificate = { chain = \"scan.pem\", key = \"scan.key\" }\n[[node]]";
    let folder = folder_with(
        "cluster.toml",
        SMALLEST.replacen("[[node]]", with, 1).as_bytes(),
    );
    assert_refused(&folder, &["scan"], &["scan.pem"]);
}

#[test]
fn an_unreachable_cluster_is_an_error_or_unknown() {
    let folder = folder_with("cluster.toml", SMALLEST.as_bytes());
    let strict = run(&folder, &["scan", "-q"]);
    assert_eq!(strict.status.code(), Some(1));
    let text = String::from_utf8_lossy(&strict.stdout).into_owned();
    assert!(
        text.contains("UNKNOWN") && text.contains("refused"),
        "{text}"
    );
    let lenient = run(&folder, &["scan", "-q", "--fail-on", "never"]);
    assert_eq!(
        lenient.status.code(),
        Some(3),
        "what was not examined is not ready"
    );
}

#[test]
fn rules_and_explanations_are_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let rules = run(&folder, &["rules"]);
    assert_eq!(rules.status.code(), Some(0));
    let text = String::from_utf8_lossy(&rules.stdout).into_owned();
    for name in text
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next())
    {
        let explained = run(&folder, &["explain", name]);
        assert_eq!(explained.status.code(), Some(0), "{name}");
        assert!(
            String::from_utf8_lossy(&explained.stdout).contains("Who says so"),
            "{name}"
        );
    }
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn a_team_sees_its_own_findings_under_the_verdict_of_everything() {
    let judged = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_certaudit"))
            .args(["audit", "fixtures/scenarios/rollout/deployment.toml"])
            .args(["--evidence", "fixtures/scenarios/rollout/evidence.json"])
            .args(["--format", "json"])
            .args(arguments)
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report)
    };
    let owners = |report: &serde_json::Value| {
        let findings = report["findings"].as_array().unwrap().clone();
        let named = findings.into_iter().map(|one| one["owner"].to_string());
        named.collect::<std::collections::BTreeSet<String>>()
    };
    let (_, all) = judged(&[]);
    let (status, own) = judged(&["--owner", "uc"]);
    assert!(owners(&all).len() > 1, "{:?}", owners(&all));
    assert_eq!(owners(&own), ["\"uc\"".to_owned()].into());
    assert_eq!(
        (&own["verdict"], &own["clients"]),
        (&all["verdict"], &all["clients"])
    );
    assert_eq!(status, Some(1));
    // Nothing of theirs is an error: what others have to mend does not make this run fail, but the verdict stays.
    let (status, none) = judged(&["--owner", "dns"]);
    assert_eq!(status, Some(0));
    assert_eq!(none["verdict"], "not-ready");
    assert!(
        !none
            .to_string()
            .contains("\"severity\":\"error\",\"status\":\"fail\"")
    );
}
