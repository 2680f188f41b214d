//! Readers that go away.

use std::fs;
use std::process::{Output, Stdio};

use certaudit::report::FORMATS;

use crate::disk::through;
use crate::scene::{audit_in, command, json, text};

#[test]
fn a_reader_that_goes_away_is_no_failure_in_any_format() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let arguments = ["-f", format.name(), "-w", "json=report.json"];
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut audit = audit_in(folder.path(), &arguments);
        let output = audit.stdout(writer).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(
            (output.status.code(), &*said),
            (Some(1), ""),
            "{}",
            format.name()
        );
        json(&fs::read(folder.path().join("report.json")).unwrap());
    }
}

#[test]
fn a_reader_of_words_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["rules"][..],
        &["schema", "report"],
        &["man"],
        &["demo", "--print-config"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(folder.path(), arguments)
            .stdout(writer)
            .output()
            .unwrap();
        let said = text(&output.stderr);
        assert_eq!(
            (output.status.code(), &*said),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_reader_that_leaves_in_the_middle_gets_what_it_wanted() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let audit = audit_in(folder.path(), &["-f", format.name()]);
        let script = "{ \"$0\" \"$@\"; echo $? > status; } | head -c 10";
        let output = through("sh", &["-c", script], &audit).output().unwrap();
        assert_eq!(
            (output.stdout.len(), text(&output.stderr)),
            (10, String::new()),
            "{}",
            format.name()
        );
        assert_eq!(
            fs::read_to_string(folder.path().join("status")).unwrap(),
            "1\n"
        );
    }
}

#[test]
fn a_closed_standard_error_or_output_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let run = |redirection: &str| -> Output {
        let audit = audit_in(folder.path(), &["-f", "json", "--node", "nobody"]);
        let good = audit_in(folder.path(), &["-f", "json"]);
        let script = format!("exec \"$0\" \"$@\" {redirection}");
        let bad = through("sh", &["-c", &script], &audit).output().unwrap();
        assert_eq!(
            (bad.status.code(), bad.stdout.len()),
            (Some(2), 0),
            "{redirection}"
        );
        through("sh", &["-c", &script], &good).output().unwrap()
    };
    let whole = run("");
    let without = run("2>&-");
    assert_eq!(
        (without.status.code(), without.stdout),
        (Some(1), whole.stdout)
    );
    let silent = run(">&-");
    assert_eq!(
        (silent.status.code(), text(&silent.stderr)),
        (Some(1), String::new())
    );
}

#[test]
fn a_reader_of_errors_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut audit = audit_in(folder.path(), &["-f", "json", "--node", "nobody"]);
    let output = audit
        .stderr(writer)
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}
