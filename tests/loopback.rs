//! The whole program over real TCP and TLS on loopback: the demo's cluster, scanned by the command as a user would.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::process::Output;

use serde_json::Value;
use support::site::Site;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn evidence_repeats_the_scan_byte_for_byte() {
    let site = Site::start();
    let scan = site.run(&[
        "scan",
        "-f",
        "json",
        "--record",
        "evidence.json",
        "-w",
        "table=report.txt",
    ]);
    assert_eq!(scan.status.code(), Some(1), "{}", stderr(&scan));
    let audit = site.run(&[
        "audit",
        "--evidence",
        "evidence.json",
        "-f",
        "json",
        "-w",
        "table=again.txt",
    ]);
    assert_eq!(audit.status.code(), Some(1), "{}", stderr(&audit));
    assert!(
        scan.stdout == audit.stdout,
        "the report from the file differs from the one from the network"
    );
    assert_eq!(
        fs::read(site.path("report.txt")).unwrap(),
        fs::read(site.path("again.txt")).unwrap()
    );
}

#[test]
fn probe_only_collects_and_audit_only_judges() {
    let site = Site::start();
    let probe = site.run(&["probe", "-o", "evidence.json"]);
    assert_eq!(
        (probe.status.code(), probe.stdout.len()),
        (Some(0), 0),
        "{}",
        stderr(&probe)
    );
    let report = json(
        &site
            .run(&["audit", "--evidence", "evidence.json", "-f", "json"])
            .stdout,
    );
    assert_eq!(report["verdict"], "not-ready");
    assert_eq!(report["summary"]["nodes"], 7);
    let twice = site.run(&[
        "audit",
        "--evidence",
        "evidence.json",
        "--evidence",
        "evidence.json",
        "-f",
        "json",
    ]);
    assert!(
        json(&twice.stdout) == report,
        "the same evidence twice is the same evidence"
    );
}

#[test]
fn evidence_is_judged_as_of_another_day() {
    let site = Site::start();
    site.run(&["probe", "-o", "evidence.json"]);
    let later = [
        "audit",
        "--evidence",
        "evidence.json",
        "-f",
        "json",
        "--only",
        "validity-expired",
        "--at",
    ];
    let report = json(
        &site
            .run(&[&later[..], &["2099-01-01T00:00:00Z"]].concat())
            .stdout,
    );
    assert_eq!(report["generated_at"], "2099-01-01T00:00:00Z");
    assert_eq!(report["summary"]["errors"], report["summary"]["examined"]);
}

#[test]
fn reports_validate_against_their_schemas() {
    let site = Site::start();
    let report = site.run(&["scan", "-f", "json", "--all", "--record", "evidence.json"]);
    let schema = |of| json(&site.run(&["schema", of]).stdout);
    let evidence = json(&fs::read(site.path("evidence.json")).unwrap());
    for (of, instance) in [("report", json(&report.stdout)), ("evidence", evidence)] {
        let validator = jsonschema::validator_for(&schema(of)).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&instance)
            .map(|fault| fault.to_string())
            .collect();
        assert_eq!(faults, [""; 0], "{of}");
    }
    assert_eq!(schema("cluster")["type"], "object");
}

#[test]
fn one_node_can_be_scanned_alone() {
    let site = Site::start();
    let report = json(&site.run(&["scan", "-f", "json", "--node", "cuc1"]).stdout);
    assert_eq!(report["nodes"].as_array().unwrap().len(), 1);
    let unknown = site.run(&["scan", "--node", "cuc9"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("cuc1"), "{}", stderr(&unknown));
}

#[test]
fn the_threshold_decides_between_one_and_zero() {
    let site = Site::start();
    let status = |arguments: &[&str]| {
        site.run(&[&["scan", "-q"], arguments].concat())
            .status
            .code()
    };
    assert_eq!(
        status(&["--node", "cuc1", "--only", "validity-expiring"]),
        Some(0)
    );
    assert_eq!(
        status(&[
            "--node",
            "cuc1",
            "--only",
            "validity-expiring",
            "--fail-on",
            "warning"
        ]),
        Some(1)
    );
    assert_eq!(status(&["--fail-on", "never"]), Some(0));
}

#[test]
fn a_report_that_cannot_be_written_fails_before_the_scan() {
    let site = Site::start();
    let output = site.run(&["scan", "-w", "json=no/such/folder/report.json"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(
        stderr(&output).contains("no/such/folder/report.json"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn colours_appear_only_where_they_are_wanted() {
    let site = Site::start();
    let has_escape = |arguments: &[&str]| {
        site.run(&[&["scan", "-q"], arguments].concat())
            .stdout
            .contains(&0x1b)
    };
    assert!(!has_escape(&[]), "a pipe is no terminal");
    assert!(has_escape(&["--color", "always"]));
    assert!(!has_escape(&["--color", "always", "-f", "json"]));
}
