//! Clocks that are wrong, stand still or jump: the moment of judgement is read once, deadlines do not follow it.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scene::{Halt, Scene, json, text};
use crate::support::program;

/// A scan under that clock, in words of libfaketime.
fn scan(clock: &str) -> Option<(Value, Value)> {
    let library = program::found(
        "libfaketime",
        "faketime",
        program::library("faketime/libfaketime.so.1"),
    )?;
    let scene = Scene::start(Halt::Handshake, 2);
    let mut scan = scene.command(&["scan", "-f", "json", "--record", "evidence.json"]);
    scan.env("LD_PRELOAD", library)
        .env("FAKETIME", clock)
        .env("TZ", "UTC");
    // The monotonic clock of a real machine does not jump with the wall clock.
    scan.env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("FAKETIME_NO_CACHE", "1");
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
fn a_clock_that_jumps_changes_no_deadline() {
    // An hour more at each look, and an hour a second.
    assert_judged_at("2026-11-21 10:00:00 i3600", "2026-11-2", "");
    assert_judged_at("@2026-11-21 10:00:00 x3600", "2026-11-21T10", "");
    assert_judged_at("@2026-11-21 10:00:00 x0.001", "2026-11-21T10:00:00", "");
}
