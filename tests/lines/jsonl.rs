//! `jsonl`: each line a ticket of its own, and all of one shape.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use super::{Case, cases};

fn lines(case: &Case, arguments: &[&str]) -> Vec<Value> {
    let text = case.report("jsonl", arguments);
    assert!(text.is_empty() || text.ends_with('\n'));
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_line_is_what_the_schema_says() {
    let schema = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(["schema", "finding"])
        .output()
        .unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for case in cases() {
        for line in lines(&case, &["--all"]) {
            let faults = validator.iter_errors(&line).map(|fault| fault.to_string());
            let faults: Vec<String> = faults.collect();
            assert!(faults.is_empty(), "{faults:?}: {line}");
            assert_eq!(line["schema"], "certaudit.finding/1");
            let mut broken = line.clone();
            broken["priority"] = "urgent".into();
            assert!(!validator.is_valid(&broken), "the schema says something");
        }
    }
}

#[test]
fn the_lines_are_the_findings_of_the_json_report() {
    for case in cases() {
        for arguments in [&[][..], &["--all"], &["--owner", "pki"]] {
            let report = case.json(arguments);
            let findings = report["findings"].as_array().unwrap();
            let lines = lines(&case, arguments);
            assert_eq!(findings.len(), lines.len());
            for (finding, line) in findings.iter().zip(&lines) {
                assert_eq!(finding["id"], line["fingerprint"]);
                assert_eq!(finding["title"], line["rule_title"]);
                for key in [
                    "rule",
                    "severity",
                    "status",
                    "owner",
                    "node",
                    "service",
                    "port",
                    "certificate",
                    "message",
                    "expected",
                    "found",
                    "effects",
                    "fix",
                    "waived",
                ] {
                    assert_eq!(finding[key], line[key], "{key}");
                }
                assert_eq!(line["deployment"], report["deployment"]);
                assert_eq!(line["generated_at"], report["generated_at"]);
                certificate_is_that_of(&report, line);
            }
        }
    }
}

fn certificate_is_that_of(report: &Value, line: &Value) {
    let Some(digest) = line["certificate"].as_str() else {
        assert!(line["certificate_subject"].is_null());
        return;
    };
    let known = &report["certificates"][digest];
    for key in ["subject", "issuer", "serial", "not_after"] {
        assert_eq!(known[key], line[format!("certificate_{key}")], "{key}");
    }
}

#[test]
fn open_findings_have_a_key_of_their_own() {
    for case in cases() {
        let mut lines = lines(&case, &[]);
        lines.retain(|line| line["status"] == "fail");
        let keys: BTreeSet<&str> = lines
            .iter()
            .map(|line| line["fingerprint"].as_str().unwrap())
            .collect();
        assert_eq!(keys.len(), lines.len(), "{}", case.folder.display());
    }
}

/// The kinds of values at each place of a line, `null` aside.
fn kinds(at: &str, value: &Value, seen: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    let kind = match value {
        Value::Null => return,
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(items) => {
            for item in items {
                kinds(&format!("{at}[]"), item, seen);
            }
            "array"
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                kinds(&format!("{at}.{name}"), value, seen);
            }
            "object"
        }
    };
    seen.entry(at.to_owned()).or_default().insert(kind);
}

/// The keys of every object at each place.
fn keys(at: &str, value: &Value, seen: &mut BTreeMap<String, BTreeSet<Vec<String>>>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| keys(&format!("{at}[]"), item, seen)),
        Value::Object(fields) => {
            let names = fields.keys().cloned().collect();
            seen.entry(at.to_owned()).or_default().insert(names);
            for (name, value) in fields {
                keys(&format!("{at}.{name}"), value, seen);
            }
        }
        _ => {}
    }
}

#[test]
fn all_lines_have_one_shape() {
    let (mut kinds_seen, mut keys_seen) = (BTreeMap::new(), BTreeMap::new());
    for case in cases() {
        for line in lines(&case, &["--all"]) {
            kinds("", &line, &mut kinds_seen);
            keys("", &line, &mut keys_seen);
        }
    }
    assert!(kinds_seen.len() > 30);
    for (place, kinds) in kinds_seen {
        assert_eq!(kinds.len(), 1, "{place} is {kinds:?}");
    }
    for (place, keys) in keys_seen {
        assert_eq!(keys.len(), 1, "{place} has {keys:?}");
    }
}

#[test]
fn titles_and_bodies_stand_alone() {
    for case in cases() {
        for line in lines(&case, &[]) {
            let title = line["title"].as_str().unwrap();
            assert!(title.chars().count() <= 250 && !title.chars().any(char::is_control));
            assert!(
                title.contains(line["rule_title"].as_str().unwrap()),
                "{title}"
            );
            let body = line["body"].as_str().unwrap();
            assert!(body.contains(line["fingerprint"].as_str().unwrap()));
            body_is_harmless(body, &line);
            let steps = line["fix"]["steps"].as_array();
            let restarts = line["fix"]["restart"].as_array();
            let wanted = steps.map_or(0, Vec::len) + restarts.map_or(0, Vec::len);
            let numbered = body.lines().filter(|line| line.starts_with("1. "));
            assert_eq!(numbered.count(), wanted, "{body}");
        }
    }
}

/// No HTML, and no links but those of the sources.
fn body_is_harmless(body: &str, line: &Value) {
    let urls: Vec<&str> = line["citations"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|citation| citation["url"].as_str())
        .collect();
    for event in Parser::new_ext(body, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html}\n{body}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(urls.contains(&&*dest_url), "{dest_url}");
            }
            Event::Start(Tag::Image { .. } | Tag::Heading { .. }) => panic!("{body}"),
            Event::Text(text) => {
                assert!(
                    !text.contains('@') && !text.contains("://"),
                    "{text}\n{body}"
                );
            }
            _ => {}
        }
    }
}

#[test]
fn priorities_follow_severity_and_effects() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        for line in lines(&case, &["--all"]) {
            let priority = line["priority"].as_u64().unwrap();
            let refused = line["effects"].as_array().unwrap().iter().any(|effect| {
                ["blocked", "mra-fails", "federation-fails"]
                    .contains(&effect["outcome"].as_str().unwrap())
            });
            let wanted = match (
                line["status"].as_str().unwrap(),
                line["severity"].as_str().unwrap(),
            ) {
                ("fail", "error") => 2 - u64::from(refused),
                ("fail", "warning") => 3 - u64::from(refused),
                ("unknown", "error") => 3,
                _ => 4,
            };
            assert_eq!(priority, wanted, "{line}");
            seen.insert(priority);
        }
    }
    assert_eq!(seen.len(), 4);
}
