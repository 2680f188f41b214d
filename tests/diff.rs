//! `certaudit diff`: two reports in every format, the gate that README shows, and files that are no reports.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "diff/gate.rs"]
mod gate;
#[path = "diff/waivers.rs"]
mod waivers;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use pulldown_cmark::{Event, Options, Parser};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A copy of the scenario "rollout".
fn rollout() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios/rollout");
    fs::create_dir(folder.path().join("pki")).unwrap();
    for name in ["deployment.toml", "evidence.json", "pki/acme-root.pem"] {
        fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    folder
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(arguments)
        .env("COLUMNS", "80")
        .env_remove("CLICOLOR_FORCE")
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Judges what the folder has, and keeps the report under that name.
fn audit(folder: &TempDir, name: &str, arguments: &[&str]) -> Value {
    let common = [
        "audit",
        "deployment.toml",
        "--evidence",
        "evidence.json",
        "-q",
        "-f",
        "json",
    ];
    let output = run(folder, &[&common, arguments].concat());
    assert!(status(&output) != 2, "{}", text(&output.stderr));
    fs::write(folder.path().join(name), &output.stdout).unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn put(folder: &TempDir, name: &str, report: &Value) {
    fs::write(folder.path().join(name), report.to_string()).unwrap();
}

#[test]
fn the_json_is_what_its_schema_says_and_every_format_tells_the_new_finding() {
    let folder = rollout();
    let mut old = audit(&folder, "new.json", &[]);
    let findings = old["findings"].as_array_mut().unwrap();
    let taken = findings
        .iter()
        .position(|one| one["rule"] == "naming-ip-address" || one["status"] == "fail");
    let taken = findings.remove(taken.unwrap());
    put(&folder, "old.json", &old);
    let arguments = [
        "diff",
        "old.json",
        "new.json",
        "-f",
        "json",
        "-w",
        "markdown=diff.md",
        "-w",
        "table=diff.txt",
    ];
    let output = run(&folder, &arguments);
    assert_eq!(status(&output), 1, "{}", text(&output.stderr));
    let diff: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema: Value = serde_json::from_slice(&run(&folder, &["schema", "diff"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&diff)
        .map(|fault| fault.to_string())
        .collect();
    assert_eq!(faults, [""; 0]);
    let mut broken = diff.clone();
    broken["findings"][0]["change"] = Value::Null;
    assert!(!validator.is_valid(&broken), "the schema says something");
    assert_eq!(
        (&diff["verdict"], &diff["summary"]["new"]),
        (&json!("new-findings"), &json!(1))
    );
    assert_eq!(diff["findings"][0]["id"], taken["id"]);
    for file in ["diff.md", "diff.txt"] {
        let told = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(
            told.contains(taken["rule"].as_str().unwrap()),
            "{file}: {told}"
        );
        assert!(
            told.to_uppercase().contains("NEW FINDINGS"),
            "{file}: {told}"
        );
    }
    assert_eq!(
        run(&folder, &arguments).stdout,
        output.stdout,
        "the same again"
    );
}

#[test]
fn tables_fit_the_page_and_have_no_colours_in_a_pipe() {
    let folder = rollout();
    audit(&folder, "all.json", &[]);
    audit(&folder, "some.json", &["--only", "chain", "--node", "imp1"]);
    for pair in [["all.json", "some.json"], ["some.json", "all.json"]] {
        let output = run(&folder, &["diff", pair[0], pair[1]]);
        let table = text(&output.stdout);
        let widest = table
            .lines()
            .map(|line| line.chars().count())
            .max()
            .unwrap();
        assert!(widest <= 80 && !table.contains('\u{1b}'), "{table}");
    }
    let narrowed = run(&folder, &["diff", "all.json", "some.json"]);
    assert_eq!(status(&narrowed), 3, "{}", text(&narrowed.stdout));
    assert!(text(&narrowed.stdout).contains("--node left it out"));
    let quiet = run(
        &folder,
        &["diff", "all.json", "all.json", "--fail-on", "info"],
    );
    assert_eq!(status(&quiet), 0);
    assert!(text(&quiet.stdout).contains("NOTHING NEW"));
}

#[test]
fn compressed_reports_are_compared_as_the_others_and_damaged_ones_are_refused() {
    let folder = rollout();
    for name in ["old.json", "old.json.zst"] {
        let write = format!("json={name}");
        audit(&folder, "new.json", &["-w", &write]);
    }
    let packed = fs::read(folder.path().join("old.json.zst")).unwrap();
    assert!(packed.starts_with(b"\x28\xb5\x2f\xfd"), "it is compressed");
    let plain = run(&folder, &["diff", "old.json", "new.json"]);
    for pair in [["old.json.zst", "new.json"], ["new.json", "old.json.zst"]] {
        let output = run(&folder, &["diff", pair[0], pair[1]]);
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        assert_eq!(output.stdout, plain.stdout);
    }
    let mut flipped = packed.clone();
    flipped[packed.len() / 2] ^= 0x55;
    fs::write(folder.path().join("flipped.zst"), flipped).unwrap();
    refuses_damaged(&folder, &["diff", "new.json", "flipped.zst"]);
    fs::write(folder.path().join("cut.zst"), &packed[..packed.len() / 2]).unwrap();
    let commands: [&[&str]; 4] = [
        &["diff", "new.json", "cut.zst"],
        &["audit", "deployment.toml", "--evidence", "cut.zst"],
        &["plan", "deployment.toml", "--evidence", "cut.zst"],
        &["redact", "cut.zst", "-o", "out.json"],
    ];
    for arguments in commands {
        refuses_damaged(&folder, arguments);
    }
}

#[track_caller]
fn refuses_damaged(folder: &TempDir, arguments: &[&str]) {
    let output = run(folder, arguments);
    let stderr = text(&output.stderr);
    assert_eq!((status(&output), output.stdout.len()), (2, 0), "{stderr}");
    for words in [".zst: ", "(Zstandard) is damaged or not whole"] {
        assert!(stderr.contains(words), "{arguments:?}: {stderr}");
    }
}

#[test]
fn one_report_may_come_from_standard_input() {
    let folder = rollout();
    audit(&folder, "a.json", &[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(["diff", "a.json", "-"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let report = fs::read(folder.path().join("a.json")).unwrap();
    child.stdin.take().unwrap().write_all(&report).unwrap();
    assert_eq!(status(&child.wait_with_output().unwrap()), 0);
    let packed = zstd::encode_all(&report[..], 3).unwrap();
    fs::write(folder.path().join("packed"), packed).unwrap();
    let packed = fs::File::open(folder.path().join("packed")).unwrap();
    let mut compressed = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    let compressed = compressed.args(["diff", "a.json", "-"]).stdin(packed);
    let output = compressed.current_dir(folder.path()).output().unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let both = run(&folder, &["diff", "-", "-"]);
    assert_eq!((status(&both), both.stdout.len()), (2, 0));
}

#[test]
fn two_deployments_are_compared_with_a_warning() {
    let folder = rollout();
    let mut other = audit(&folder, "a.json", &[]);
    other["deployment"] = json!("Globex");
    put(&folder, "b.json", &other);
    let output = run(&folder, &["diff", "a.json", "b.json", "-f", "json"]);
    assert_eq!(status(&output), 0);
    assert!(
        text(&output.stderr).contains("Globex"),
        "{}",
        text(&output.stderr)
    );
    let table = text(&run(&folder, &["diff", "a.json", "b.json"]).stdout);
    assert!(table.contains("two deployments"), "{table}");
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let folder = rollout();
    audit(&folder, "a.json", &[]);
    let whole = fs::read(folder.path().join("a.json")).unwrap();
    fs::write(folder.path().join("cut.json"), &whole[..whole.len() / 2]).unwrap();
    fs::write(
        folder.path().join("latin.json"),
        b"{\"schema\": \"caf\xe9\"}",
    )
    .unwrap();
    put(
        &folder,
        "next.json",
        &json!({ "schema": "certaudit.report/2" }),
    );
    let cases: [(&str, &[&str]); 6] = [
        ("none.json", &["none.json", "No such file"]),
        ("cut.json", &["cut.json", "line", "column", "scan -w json"]),
        ("latin.json", &["latin.json", "line 1"]),
        ("next.json", &["certaudit.report/2", "certaudit.report/1"]),
        ("evidence.json", &["certaudit.evidence/1"]),
        (".", &["directory"]),
    ];
    for (name, words) in cases {
        let output = run(&folder, &["diff", "a.json", name, "-w", "json=diff.json"]);
        let stderr = text(&output.stderr);
        assert_eq!(
            (status(&output), output.stdout.len()),
            (2, 0),
            "{name}: {stderr}"
        );
        assert!(
            words.iter().all(|word| stderr.contains(word)),
            "{name}: {stderr}"
        );
        assert!(
            !folder.path().join("diff.json").exists(),
            "nothing half-written"
        );
    }
}

#[test]
fn hostile_text_in_a_report_stays_text() {
    let folder = rollout();
    let old = audit(&folder, "old.json", &[]);
    let evil = "\u{1b}[2J<script>|x](http://evil.test)\u{202e}\n# title";
    let mut new = old.clone();
    new["deployment"] = json!(evil);
    new["generated_at"] = json!("2026-11-22T19:00:00Z");
    new["nodes"][0]["name"] = json!(evil);
    let finding = &mut new["findings"][0];
    for key in ["id", "rule", "title", "node", "message", "owner"] {
        finding[key] = json!(evil);
    }
    finding["status"] = json!("fail");
    for certificate in new["certificates"].as_object_mut().unwrap().values_mut() {
        certificate["subject"] = json!(evil);
        certificate["not_after"] = json!("2026-11-23T19:00:00Z");
    }
    put(&folder, "new.json", &new);
    for format in ["table", "markdown", "json"] {
        let output = run(&folder, &["diff", "old.json", "new.json", "-f", format]);
        let told = text(&output.stdout);
        assert_eq!(status(&output), 1, "{format}");
        assert!(
            !told.contains('\u{1b}') && !told.contains('\u{202e}'),
            "{format}: {told}"
        );
        assert!(
            told.contains("u{1b}") || told.contains("u\\{1b}"),
            "{format}: {told}"
        );
        if format == "markdown" {
            let html = |event: &Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_));
            let mut events = Parser::new_ext(&told, Options::ENABLE_TABLES);
            assert!(!events.any(|event| html(&event)), "{told}");
            assert!(!told.contains("\n# title"), "{told}");
            let bare = |line: &str| line.replace("\\|", "").matches('|').count();
            let mut rows = told.lines().filter(|line| line.starts_with('|'));
            assert!(rows.all(|row| [4, 5, 6].contains(&bare(row))), "{told}");
        }
    }
}
