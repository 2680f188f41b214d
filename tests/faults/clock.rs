//! Clocks that are wrong, stand still or jump: the moment of judgement is read once, deadlines do not follow it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scene::{Halt, LIMIT, Scene, ended, json, text};
use crate::support::program;

const SCAN: [&str; 5] = ["scan", "-f", "json", "--record", "evidence.json"];

fn library() -> Option<PathBuf> {
    let library = program::library("faketime/libfaketime.so.1");
    program::found("libfaketime", "faketime", library)
}

/// The monotonic clock of a real machine does not jump with the wall clock.
fn under<'c>(command: &'c mut Command, library: &Path) -> &'c mut Command {
    command
        .env("LD_PRELOAD", library)
        .env("TZ", "UTC")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("FAKETIME_NO_CACHE", "1")
}

/// A scan under that clock, in words of libfaketime.
fn scan(clock: &str) -> Option<(Value, Value)> {
    let library = library()?;
    let scene = Scene::start(Halt::Handshake, 2);
    let mut scan = scene.command(&SCAN);
    under(&mut scan, &library).env("FAKETIME", clock);
    let begun = Instant::now();
    let output = scan.output().unwrap();
    let took = begun.elapsed();
    assert!(
        took > Duration::from_millis(1900),
        "{clock}: the deadline was not kept: {took:?}"
    );
    assert!(took < Duration::from_secs(30), "{clock}: {took:?}");
    assert_eq!(
        output.status.code(),
        Some(1),
        "{clock}: {}",
        text(&output.stderr)
    );
    let evidence = json(&fs::read(scene.path("evidence.json")).unwrap());
    Some((json(&output.stdout), evidence))
}

#[track_caller]
fn assert_judged_at(clock: &str, moment: &str, fails: &str) {
    let Some((report, evidence)) = scan(clock) else {
        return;
    };
    assert_eq!(report["generated_at"], evidence["collected_at"], "{clock}");
    let judged = report["generated_at"].as_str().unwrap();
    assert!(judged.starts_with(moment), "{clock}: {judged}");
    assert_eq!(report["complete"], true, "{clock}");
    let findings = report["findings"].as_array().unwrap();
    let expected = fails.is_empty() || findings.iter().any(|one| one["rule"] == fails);
    assert!(expected, "{clock}: no {fails} in {findings:?}");
}

#[test]
fn certificates_are_judged_by_the_clock_however_wrong_it_is() {
    assert_judged_at(
        "@2020-01-01 00:00:00",
        "2020-01-01T00:00:0",
        "validity-not-yet",
    );
    assert_judged_at(
        "@2040-01-01 00:00:00",
        "2040-01-01T00:00:0",
        "validity-expired",
    );
    assert_judged_at(
        "1970-01-01 00:00:00",
        "1970-01-01T00:00:00",
        "validity-not-yet",
    );
}

#[test]
fn a_clock_that_leaps_at_each_look_changes_no_deadline() {
    assert_judged_at("2026-11-21 10:00:00 i3600", "2026-11-2", "");
}

/// Somebody sets the clock while a service is waited for.
#[test]
fn a_clock_that_is_set_during_the_scan_changes_nothing() {
    for to in ["@2036-01-01 00:00:00", "@2016-01-01 00:00:00"] {
        let Some(library) = library() else {
            return;
        };
        let scene = Scene::start(Halt::Handshake, 3);
        fs::write(scene.path("clock"), "@2026-11-21 10:00:00\n").unwrap();
        let mut scan = scene.command(&SCAN);
        under(&mut scan, &library).env("FAKETIME_TIMESTAMP_FILE", scene.path("clock"));
        scan.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = scan.spawn().unwrap();
        scene.wait_until_held_up();
        let begun = Instant::now();
        fs::write(scene.path("clock"), format!("{to}\n")).unwrap();
        let output = ended(child, LIMIT);
        assert!(
            begun.elapsed() > Duration::from_secs(2),
            "{to}: {:?}",
            begun.elapsed()
        );
        let report = json(&output.stdout);
        let judged = report["generated_at"].as_str().unwrap();
        assert!(judged.starts_with("2026-11-21T10:00:0"), "{to}: {judged}");
        assert_eq!(report["complete"], true, "{to}");
    }
}
