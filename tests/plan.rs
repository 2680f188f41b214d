//! `certaudit plan`: what to order, in every format, and what is ordered by it is clean as request, certificate and service.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "plan/calendar.rs"]
mod calendar;
#[path = "plan/round_trip.rs"]
mod round_trip;
#[path = "plan/served.rs"]
mod served;
mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const AT: &str = "2026-11-21T19:00:00Z";

/// A folder with both deployment files.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (from, to) in [
        ("fixtures/deployment/full.toml", "full.toml"),
        ("src/demo/cluster.toml", "cluster.toml"),
    ] {
        fs::copy(package.join(from), folder.path().join(to)).unwrap();
    }
    folder
}

fn plan(folder: &Path, columns: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .arg("plan")
        .args(arguments)
        .env("COLUMNS", columns)
        .env_remove("CLICOLOR_FORCE")
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Standard output of a run that ends with 0.
#[track_caller]
fn written(folder: &Path, columns: &str, arguments: &[&str]) -> String {
    let output = plan(folder, columns, &[&["--at", AT], arguments].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&written(
        folder,
        "100",
        &[arguments, &["-f", "json"]].concat(),
    ))
    .unwrap()
}

fn ids(plan: &Value) -> Vec<&str> {
    let all = plan["certificates"].as_array().unwrap();
    all.iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[test]
fn the_table_fits_narrow_and_wide_pages() {
    let folder = folder();
    for file in ["full.toml", "cluster.toml"] {
        for columns in ["80", "160"] {
            let text = written(folder.path(), columns, &[file]);
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(
                widest <= columns.parse().unwrap(),
                "{file}: {widest} columns"
            );
            let words: Vec<&str> = text.split_whitespace().collect();
            let text = words.join(" ");
            for word in [
                "tomcat of cucm-pub, imp1",
                "CN=cucm-pub-ms.acme.test",
                "acme.test a presence domain",
                "logs out every Jabber user",
                "Distribution Multi-server (SAN)",
                "by 2027-05-10",
                "Renewals a year at most",
            ] {
                assert!(text.contains(word), "{file} at {columns}: {word}\n{text}");
            }
        }
    }
}

#[test]
fn the_change_request_has_every_certificate_and_step() {
    let folder = folder();
    let text = written(folder.path(), "80", &["cluster.toml", "-f", "markdown"]);
    let plan = json(folder.path(), &["cluster.toml"]);
    let all = plan["certificates"].as_array().unwrap();
    for one in all {
        let name = one["certificate_name"].as_str().unwrap();
        assert!(text.contains(&format!("## Order: {name} of ")), "{name}");
        for name in one["subject_alternative_names"].as_array().unwrap() {
            let row = format!(
                "| {} | {} |",
                name["name"].as_str().unwrap(),
                name["why"].as_str().unwrap()
            );
            assert!(text.contains(&row), "{row}");
        }
    }
    assert_eq!(text.matches("## Order: ").count(), all.len());
    assert!(text.contains("1. [ ] Restart Cisco XCP Router"));
    assert!(text.contains("| 47 days | 2029-03-15 |"));
    let columns = |line: &str| line.matches('|').count();
    let mut lines = text.lines().filter(|line| line.starts_with('|')).peekable();
    assert!(lines.peek().is_some());
    assert!(
        lines.all(|line| [3, 6, 7].contains(&columns(line))),
        "{text}"
    );
}

#[test]
fn the_json_is_what_its_schema_says() {
    let folder = folder();
    let schema = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(["schema", "plan"])
        .output()
        .unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for file in ["full.toml", "cluster.toml"] {
        let plan = json(folder.path(), &[file]);
        let faults: Vec<String> = validator
            .iter_errors(&plan)
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{file}: {faults:?}");
        assert_eq!(plan["schema"], "certaudit.plan/1");
        assert_eq!(plan["generated_at"], AT);
        let mut broken = plan.clone();
        broken["certificates"][0]["subject"] = Value::Null;
        assert!(!validator.is_valid(&broken), "the schema says something");
        assert_eq!(plan, json(folder.path(), &[file]), "the same plan again");
    }
}

#[test]
fn nodes_select_the_certificates_that_they_present() {
    let folder = folder();
    let all = json(folder.path(), &["cluster.toml"]);
    let one = json(folder.path(), &["cluster.toml", "--node", "imp2"]);
    assert_eq!(ids(&one), ["cucm-pub/tomcat", "imp2/cup", "imp2/cup-xmpp"]);
    assert!(ids(&all).len() > 8, "{:?}", ids(&all));
    let shared = |plan: &Value| plan["certificates"][0].clone();
    assert_eq!(
        shared(&one),
        shared(&all),
        "the shared certificate is the same, with every name"
    );
    let output = plan(folder.path(), "80", &["--node", "imp9"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("imp9"));
}

#[test]
fn plans_are_also_written_to_files() {
    let folder = folder();
    let stdout = written(
        folder.path(),
        "80",
        &[
            "-w",
            "json=plan.json",
            "-w",
            "ics=plan.ics",
            "-f",
            "markdown",
        ],
    );
    assert!(stdout.starts_with("# Certificates of ACME"));
    let file = fs::read_to_string(folder.path().join("plan.json")).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&file).unwrap(),
        json(folder.path(), &[])
    );
    assert!(
        fs::read_to_string(folder.path().join("plan.ics"))
            .unwrap()
            .starts_with("BEGIN:VCALENDAR\r\n")
    );
}

#[test]
fn what_cannot_start_ends_with_2() {
    let folder = folder();
    for (arguments, word) in [
        (&["none.toml"][..], "none.toml"),
        (&["-w", "json=no/such/place.json"], "place.json"),
        (&["-w", "pdf=plan.pdf"], "markdown"),
        (&["-f", "sarif"], "ics"),
        (&["--evidence", "none.json"], "root.pem"),
    ] {
        let output = plan(folder.path(), "80", arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(
            output.stdout.is_empty() && stderr.contains(word),
            "{arguments:?}: {stderr}"
        );
    }
}

#[test]
fn names_reach_no_page_unescaped() {
    let folder = folder();
    let text = fs::read_to_string(folder.path().join("cluster.toml")).unwrap();
    let hostile = text.replace(
        "ACME collaboration",
        "A\\u001b[31m|<b>\\u202e\\nBEGIN:VEVENT",
    );
    fs::write(folder.path().join("hostile.toml"), hostile).unwrap();
    for format in ["table", "markdown", "json", "ics"] {
        let text = written(folder.path(), "80", &["hostile.toml", "-f", format]);
        let unfit = |c: char| (c.is_control() && c != '\n' && c != '\r') || c == '\u{202e}';
        assert!(!text.contains(unfit), "{format}");
        assert!(!text.contains("\nBEGIN:VEVENT\\"), "{format}");
    }
    assert!(!written(folder.path(), "80", &["hostile.toml", "-f", "markdown"]).contains("|<b>"));
}
