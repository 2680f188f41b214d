//! The formats that other programs read: `jsonl`, `csv`, `markdown`, `prometheus`, over the scenarios and over input that
//! means harm; each is checked by a program that is not ours.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "lines/csv.rs"]
mod csv;
#[path = "lines/hostile.rs"]
mod hostile;
#[path = "lines/jsonl.rs"]
mod jsonl;
#[path = "lines/markdown.rs"]
mod markdown;
#[path = "lines/prometheus.rs"]
mod prometheus;
#[path = "lines/readme.rs"]
mod readme;
mod support;

use std::fs;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with `deployment.toml` and `evidence.json`.
struct Case {
    folder: PathBuf,
    kept: Option<TempDir>,
}

/// The scenarios, and one that means harm.
fn cases() -> Vec<Case> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenarios = fs::read_dir(package.join("fixtures/scenarios")).unwrap();
    let mut cases: Vec<Case> = scenarios
        .map(|entry| Case {
            folder: entry.unwrap().path(),
            kept: None,
        })
        .collect();
    assert!(cases.len() >= 2);
    cases.push(hostile::case());
    cases
}

impl Case {
    /// Whether it is the one that means harm.
    fn is_hostile(&self) -> bool {
        self.kept.is_some()
    }

    /// What `audit` makes of it.
    fn audit(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_certaudit"))
            .args(["audit", "deployment.toml", "--evidence", "evidence.json"])
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap()
    }

    /// Its report in that format.
    fn report(&self, format: &str, arguments: &[&str]) -> String {
        let output = self.audit(&[&["-f", format], arguments].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1 | 3)),
            "{}: {stderr}",
            self.folder.display()
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The JSON report.
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.report("json", arguments)).unwrap()
    }
}

/// Runs a program with that on its standard input; a file, so that nobody waits for anybody.
fn feed(command: &mut Command, input: &str) -> Output {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(input.as_bytes()).unwrap();
    file.rewind().unwrap();
    let mut output = tempfile::tempfile().unwrap();
    let mut errors = tempfile::tempfile().unwrap();
    let status = command
        .stdin(Stdio::from(file))
        .stdout(output.try_clone().unwrap())
        .stderr(errors.try_clone().unwrap())
        .status()
        .unwrap();
    let whole = |file: &mut fs::File| {
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    };
    Output {
        status,
        stdout: whole(&mut output),
        stderr: whole(&mut errors),
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let case = &cases()[0];
    for format in ["jsonl", "csv", "markdown", "prometheus", "json", "table"] {
        let script = format!(
            "set -o pipefail; {} audit deployment.toml --evidence evidence.json -q --all -f {format} | head -1 | wc -l; \
             echo \"${{PIPESTATUS[0]}}\"",
            env!("CARGO_BIN_EXE_certaudit")
        );
        let mut command = Command::new("bash");
        let output = command
            .args(["-c", &script])
            .current_dir(&case.folder)
            .output()
            .unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        let words: Vec<&str> = stdout.split_whitespace().collect();
        let status = case.audit(&["--all"]).status.code().unwrap().to_string();
        assert_eq!(words, ["1", &status], "{format}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}

#[test]
fn the_same_audit_gives_the_same_bytes() {
    for case in cases() {
        for format in ["jsonl", "csv", "markdown", "prometheus"] {
            let reports = [(); 2].map(|()| case.report(format, &["--all"]));
            assert!(reports[0].len() > 500, "{format}");
            assert!(
                reports.iter().all(|report| *report == reports[0]),
                "{format}"
            );
        }
    }
}
