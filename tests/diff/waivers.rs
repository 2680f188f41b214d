//! `--write-waivers`: what it proposes is taken when it is appended, holds to its day, and no longer.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::{audit, rollout, run, status, text};

const AUDIT: [&str; 5] = [
    "audit",
    "deployment.toml",
    "--evidence",
    "evidence.json",
    "-q",
];

fn write_waivers(folder: &TempDir, more: &[&str]) -> std::process::Output {
    run(
        folder,
        &[&AUDIT, &["--write-waivers", "waivers.toml"][..], more].concat(),
    )
}

fn append(folder: &TempDir) {
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let both = format!("{}\n{}", read("deployment.toml"), read("waivers.toml"));
    fs::write(folder.path().join("deployment.toml"), both).unwrap();
}

fn at(day: &str) -> Vec<String> {
    vec!["--at".to_owned(), format!("{day}T12:00:00Z")]
}

fn rules(report: &Value, wanted: &str) -> usize {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|one| one["status"] == "fail" && one["rule"] == wanted)
        .count()
}

#[test]
fn what_is_proposed_accepts_everything_until_its_day_is_over() {
    let folder = rollout();
    let before = audit(&folder, "before.json", &[]);
    let open = |report: &Value| {
        (
            report["summary"]["errors"].clone(),
            report["summary"]["warnings"].clone(),
        )
    };
    assert_eq!(status(&write_waivers(&folder, &[])), 1);
    append(&folder);
    let strict = run(&folder, &[&AUDIT, &["--fail-on", "warning"][..]].concat());
    let table = text(&strict.stdout);
    assert_eq!(status(&strict), 0, "{table}");
    assert!(
        table.contains("WAIVED") && table.contains("CHG…"),
        "it stays visible: {table}"
    );
    let after = audit(&folder, "after.json", &[]);
    assert_eq!(open(&after), (0.into(), 0.into()));
    assert_eq!(
        after["summary"]["waived"],
        before["summary"]["errors"].as_u64().unwrap()
            + before["summary"]["warnings"].as_u64().unwrap()
    );

    // 90 days after 2026-11-21: the last day, and the one after it.
    let days = [at("2027-02-19"), at("2027-02-20")];
    let [held, over] = days.each_ref().map(|day| {
        let arguments: Vec<&str> = day.iter().map(String::as_str).collect();
        audit(&folder, "later.json", &arguments)
    });
    assert_eq!(rules(&held, "waiver-expired"), 0);
    assert!(rules(&over, "waiver-expired") > 10, "{}", over["summary"]);
    assert!(over["summary"]["errors"].as_u64() >= before["summary"]["errors"].as_u64());
    let chain = |report: &Value| {
        let all = report["findings"].as_array().unwrap().iter();
        let own = all.filter(|one| one["rule"] == "chain-self-signed");
        own.filter(|one| one["waived"].is_null()).count()
    };
    assert_eq!((chain(&held), chain(&over)), (0, chain(&before)));
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let folder = rollout();
    fs::write(folder.path().join("waivers.toml"), "# mine\n").unwrap();
    let refused = write_waivers(&folder, &[]);
    assert_eq!((status(&refused), refused.stdout.len()), (2, 0));
    assert!(text(&refused.stderr).contains("waivers.toml"));
    assert_eq!(
        fs::read(folder.path().join("waivers.toml")).unwrap(),
        b"# mine\n"
    );
}

#[test]
fn only_what_is_listed_is_proposed_and_nothing_is_a_valid_file() {
    let folder = rollout();
    write_waivers(&folder, &["--only", "validity-not-yet"]);
    let none = fs::read_to_string(folder.path().join("waivers.toml")).unwrap();
    assert!(
        none.starts_with("# 0 waivers for 0 findings") && !none.contains("[[waiver]]"),
        "{none}"
    );
    fs::remove_file(folder.path().join("waivers.toml")).unwrap();
    write_waivers(&folder, &["--node", "imp2"]);
    let some = fs::read_to_string(folder.path().join("waivers.toml")).unwrap();
    assert!(
        some.contains("\"imp2\"") && !some.contains("\"cucm-sub\""),
        "{some}"
    );
    append(&folder);
    assert_eq!(
        status(&run(&folder, &[&AUDIT, &["--node", "imp2"][..]].concat())),
        0
    );
}

#[test]
fn a_hostile_node_name_stays_a_string() {
    let folder = rollout();
    let path = folder.path().join("deployment.toml");
    let evil = r#"a'b\"c\\ ]] [[node]] # ü"#;
    let file = fs::read_to_string(&path)
        .unwrap()
        .replace("name = \"imp2\"", &format!("name = \"{evil}\""));
    fs::write(&path, file.replace("\"imp2\"]", &format!("\"{evil}\"]"))).unwrap();
    let evidence = folder.path().join("evidence.json");
    let seen = fs::read_to_string(&evidence)
        .unwrap()
        .replace("\"imp2\"", &format!("\"{evil}\""));
    fs::write(&evidence, seen).unwrap();
    assert_eq!(status(&write_waivers(&folder, &[])), 1);
    append(&folder);
    let after = run(&folder, &[&AUDIT, &["--fail-on", "warning"][..]].concat());
    assert_eq!(
        status(&after),
        0,
        "{}{}",
        text(&after.stdout),
        text(&after.stderr)
    );
}
