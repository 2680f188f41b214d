//! SIGINT, SIGTERM and SIGHUP at any moment.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use crate::scene::{Halt, LIMIT, Scene, ended, json, left_behind, text};
use crate::support::process::wait_for;
use crate::support::site::Site;

/// An interrupted scan does not wait for anybody any more.
const SOON: Duration = Duration::from_secs(10);
/// Moments of a scan at which a signal is sent.
const MOMENTS: u32 = 24;

fn send(signal: &str, process: u32) {
    let script = format!("kill -s {signal} {process}");
    let _gone_already = Command::new("sh")
        .args(["-c", &script])
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
}

fn stopped_while(halt: Halt, signal: &str) {
    let scene = Scene::start(halt, 30);
    let arguments = [
        "scan",
        "-f",
        "json",
        "--record",
        "evidence.json",
        "-w",
        "csv=report.csv",
    ];
    let child = scene.spawn(&arguments);
    scene.wait_until_held_up();
    send(signal, child.id());
    let output = ended(child, SOON);
    let said = text(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(1 | 3)),
        "{halt:?} {signal}: {:?} {said}",
        output.status
    );
    assert!(said.contains("interrupted"), "{halt:?} {signal}: {said}");
    let report = json(&output.stdout);
    assert_eq!(report["complete"], false, "{halt:?} {signal}");
    assert_ne!(report["verdict"], "ready", "{halt:?} {signal}");
    let evidence = json(&fs::read(scene.path("evidence.json")).unwrap());
    let seen = evidence["observations"][0]["presentations"]
        .as_array()
        .is_some_and(|all| !all.is_empty());
    assert!(
        seen || matches!(halt, Halt::Resolve | Halt::Handshake),
        "{halt:?} {signal}: what was seen is lost: {evidence}"
    );
    assert!(scene.path("report.csv").exists());
    assert_eq!(left_behind(scene.folder.path()), [""; 0]);
    let again = scene.run(&["audit", "--evidence", "evidence.json", "-f", "json"]);
    assert_eq!(again.stdout, output.stdout, "{halt:?} {signal}");
}

#[test]
fn a_scan_that_is_stopped_at_any_work_reports_what_was_seen() {
    for halt in [
        Halt::Resolve,
        Halt::Handshake,
        Halt::Dns,
        Halt::Uds,
        Halt::Fetch,
    ] {
        for signal in ["INT", "TERM"] {
            stopped_while(halt, signal);
        }
    }
    stopped_while(Halt::Handshake, "HUP");
}

#[test]
fn a_scan_that_is_to_outlive_its_terminal_does() {
    let scene = Scene::start(Halt::Handshake, 3);
    let mut scan = Command::new("nohup");
    scan.arg(env!("CARGO_BIN_EXE_certaudit"))
        .args(["scan", "-f", "json"]);
    scan.current_dir(&scene.folder);
    scan.stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = scan.spawn().unwrap();
    scene.wait_until_held_up();
    send("HUP", child.id());
    let output = ended(child, LIMIT);
    assert_eq!(
        json(&output.stdout)["complete"],
        true,
        "{}",
        text(&output.stderr)
    );
}

/// What one signal after `delay` may leave: everything, or nothing at all.
fn assert_whole(site: &Site, output: &Output, moment: &str) {
    let said = text(&output.stderr);
    let evidence = fs::read(site.path("evidence.json")).unwrap();
    match (output.status.code(), output.status.signal()) {
        (Some(0 | 1 | 3), None) => {
            let report = json(&output.stdout);
            let recorded = json(&evidence);
            assert_eq!(report["complete"], recorded["complete"], "{moment}");
        }
        // Before anything was asked; the signal itself only before the program was up.
        (Some(130 | 143), None) | (None, Some(2 | 15)) => {
            assert_eq!(
                (text(&output.stdout), text(&evidence)),
                (String::new(), "old".to_owned()),
                "{moment}: {said}"
            );
        }
        other => panic!("{moment}: {other:?} {said}"),
    }
    assert_eq!(left_behind(site.folder.path()), [""; 0], "{moment}");
}

#[test]
fn a_signal_at_any_moment_leaves_all_or_nothing() {
    let site = Site::start();
    let arguments = [
        "scan",
        "-f",
        "json",
        "--record",
        "evidence.json",
        "-w",
        "html=report.html",
    ];
    let command = || {
        let mut command = crate::scene::command(site.folder.path(), &arguments);
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        command
    };
    let begun = Instant::now();
    command().output().unwrap();
    let step = begun.elapsed() * 11 / 10 / MOMENTS;
    let mut early_or_late = [0, 0];
    for number in 0..MOMENTS {
        fs::write(site.path("evidence.json"), "old").unwrap();
        let signal = ["INT", "TERM"][number as usize % 2];
        let child = command().spawn().unwrap();
        thread::sleep(step * number);
        send(signal, child.id());
        let output = ended(child, LIMIT);
        assert_whole(
            &site,
            &output,
            &format!("{signal} after {:?}", step * number),
        );
        early_or_late[usize::from(output.stdout.is_empty())] += 1;
    }
    assert!(early_or_late[0] > 0, "no run came to a report");
}

/// Two deployments, whose common file is not whole before both are reported.
#[test]
fn the_second_signal_ends_at_once_and_leaves_no_draft() {
    let scene = Scene::start(Halt::Nowhere, 5);
    fs::copy(scene.path("cluster.toml"), scene.path("other.toml")).unwrap();
    fs::write(scene.path("report.json"), "old").unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    fill(&writer);
    let mut child = scene
        .command(&[
            "scan",
            "cluster.toml",
            "other.toml",
            "-f",
            "json",
            "-w",
            "json=report.json",
            "--record",
            "{deployment}.json",
        ])
        .stdout(writer)
        .spawn()
        .unwrap();
    let recorded = wait_for(LIMIT, || scene.path("cluster.json").exists().then_some(()));
    if recorded.is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("nothing was recorded");
    }
    assert_ne!(left_behind(scene.folder.path()), [""; 0]);
    send("INT", child.id());
    thread::sleep(Duration::from_secs(1));
    assert_eq!(
        child.try_wait().unwrap(),
        None,
        "the first lets it finish what was seen"
    );
    send("INT", child.id());
    let status = wait_for(SOON, || child.try_wait().unwrap());
    drop(reader); // Ends it in any case.
    assert_eq!(status.and_then(|status| status.code()), Some(130));
    assert_eq!(left_behind(scene.folder.path()), [""; 0]);
    assert_eq!(fs::read(scene.path("report.json")).unwrap(), b"old");
}

/// Fills a pipe, so that whoever writes to it next has to wait.
fn fill(pipe: &std::io::PipeWriter) {
    use std::io::Write as _;
    const CAPACITY: usize = 65_536;
    (&*pipe).write_all(&vec![b' '; CAPACITY]).unwrap();
}

#[test]
fn without_a_network_the_first_signal_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    fill(&writer);
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let mut audit =
            crate::scene::audit_in(folder.path(), &["-f", "json", "-w", "csv=report.csv"]);
        let mut child = audit.stdout(writer.try_clone().unwrap()).spawn().unwrap();
        let written = wait_for(LIMIT, || {
            folder.path().join("report.csv").exists().then_some(())
        });
        assert!(written.is_some());
        send(signal, child.id());
        let ended = wait_for(SOON, || child.try_wait().unwrap());
        assert_eq!(ended.and_then(|ended| ended.code()), Some(status));
        fs::remove_file(folder.path().join("report.csv")).unwrap();
    }
    drop(reader);
    assert_eq!(left_behind(folder.path()), [""; 0]);
}
