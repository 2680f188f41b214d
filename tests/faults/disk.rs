//! Full disks, files that may not grow, folders that vanish: what can be written is written, the old file stays whole.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use certaudit::report::FORMATS;

use crate::scene::{self, Halt, LIMIT, Scene, ended, json, left_behind, text};
use crate::support::process;
use crate::support::program::{self, found};

/// Exit status 2, and every word said.
#[track_caller]
fn assert_told(output: &Output, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
}

#[test]
fn a_full_standard_output_is_told_and_files_are_written() {
    for format in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["-f", format.name(), "-w", "json=report.json"];
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut audit = scene::audit_in(folder.path(), &arguments);
        let output = audit.stdout(full).output().unwrap();
        assert_told(&output, &["standard output", "No space left"]);
        json(&fs::read(folder.path().join("report.json")).unwrap());
        assert_eq!(left_behind(folder.path()), [""; 0]);
    }
}

#[test]
fn one_full_file_does_not_cost_the_others() {
    let folder = tempfile::tempdir().unwrap();
    symlink("/dev/full", folder.path().join("full")).unwrap();
    let arguments = [
        "-f",
        "json",
        "-w",
        "html=full",
        "-w",
        "csv=full.zst",
        "-w",
        "markdown=report.md",
    ];
    symlink("/dev/full", folder.path().join("full.zst")).unwrap();
    let output = scene::audit_in(folder.path(), &arguments).output().unwrap();
    assert_told(
        &output,
        &[
            "cannot write full:",
            "cannot write full.zst:",
            "No space left",
        ],
    );
    json(&output.stdout);
    assert!(
        fs::read_to_string(folder.path().join("report.md"))
            .unwrap()
            .ends_with('\n')
    );
    let still = fs::symlink_metadata(folder.path().join("full")).unwrap();
    assert!(still.is_symlink(), "a device is written, not replaced");
}

/// Redacts a scenario to evidence and deployment file of these names in the folder.
fn redact(folder: &Path, outputs: [&str; 3]) -> Output {
    let scenario = Path::new("fixtures/scenarios/rollout")
        .canonicalize()
        .unwrap();
    let mut redact = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    redact.current_dir(folder).arg("redact");
    redact
        .arg(scenario.join("evidence.json"))
        .args(["-o", outputs[0]]);
    redact.arg("--config").arg(scenario.join("deployment.toml"));
    redact
        .args(["--config-output", outputs[1]])
        .output()
        .unwrap()
}

#[test]
fn one_full_file_does_not_cost_the_others_of_redact() {
    let outputs = ["evidence.json", "cluster.toml", "cluster-roots.pem"];
    for full in outputs {
        let folder = tempfile::tempdir().unwrap();
        symlink("/dev/full", folder.path().join(full)).unwrap();
        let output = redact(folder.path(), outputs);
        assert_told(
            &output,
            &[&format!("cannot write {full}:"), "No space left"],
        );
        for other in outputs.iter().filter(|name| **name != full) {
            let written = fs::read_to_string(folder.path().join(other)).unwrap();
            assert!(written.ends_with('\n'), "{other} beside {full}");
        }
        assert_eq!(left_behind(folder.path()), [""; 0]);
    }
    // All of them are told.
    let folder = tempfile::tempdir().unwrap();
    for full in outputs {
        symlink("/dev/full", folder.path().join(full)).unwrap();
    }
    let output = redact(folder.path(), outputs);
    let told = outputs.map(|name| format!("cannot write {name}:"));
    assert_told(&output, &told.each_ref().map(|words| &**words));
}

#[test]
fn what_is_no_file_is_not_replaced_by_one() {
    let folder = tempfile::tempdir().unwrap();
    symlink("/dev/null", folder.path().join("nothing")).unwrap();
    let output = scene::audit_in(folder.path(), &["-f", "json", "-w", "html=nothing"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(
        fs::symlink_metadata(folder.path().join("nothing"))
            .unwrap()
            .is_symlink()
    );
}

#[test]
fn a_file_that_may_not_grow_is_told_and_the_old_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.json"), "old").unwrap();
    let audit = scene::audit_in(folder.path(), &["-f", "json", "-w", "json=report.json"]);
    // The signal that comes with the limit kills, unless somebody listens.
    for trap in ["", "trap '' XFSZ; "] {
        let script = format!("{trap}ulimit -f 8; exec \"$0\" \"$@\"");
        let output = through("sh", &["-c", &script], &audit).output().unwrap();
        assert_told(&output, &["cannot write report.json:", "File too large"]);
        json(&output.stdout);
        assert_eq!(fs::read(folder.path().join("report.json")).unwrap(), b"old");
        assert_eq!(left_behind(folder.path()), [""; 0]);
    }
}

/// That command, started by another one.
pub fn through(program: &str, arguments: &[&str], command: &Command) -> Command {
    let mut whole = Command::new(program);
    whole
        .args(arguments)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => whole.env(name, value),
            None => whole.env_remove(name),
        };
    }
    whole.current_dir(command.get_current_dir().unwrap());
    whole
}

/// Whether this system lets us have namespaces of our own; else the test is said to be skipped. Many do not (containers, hardened
/// kernels), and what is tested there cannot be had otherwise: the C library itself reads the files of the resolver.
pub fn may_unshare(flags: &str) -> bool {
    let Some(unshare) = found("unshare", "util-linux", program::command("unshare")) else {
        return false;
    };
    let may = Command::new(unshare).args([flags, "true"]).output();
    let may = may.is_ok_and(|output| output.status.success());
    if !may {
        use std::io::Write as _;
        let _closed = writeln!(
            std::io::stderr(),
            "skipped: unshare {flags} is not permitted here"
        );
    }
    may
}

/// The disk of a folder that takes 64 KiB, for a program that is started with this loaded.
fn full_disk(folder: &Path) -> Option<PathBuf> {
    let compiler = found("cc", "gcc", program::command("cc"))?;
    let library = folder.join("full_disk.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/full_disk.c");
    let mut compile = Command::new(compiler);
    compile.args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"]);
    let output = compile
        .arg(&library)
        .args([source, "-ldl"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    Some(library)
}

#[test]
fn a_disk_that_fills_up_leaves_the_old_file_whole() {
    let (folder, tools) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(library) = full_disk(tools.path()) else {
        return;
    };
    let small = folder.path().join("small");
    fs::create_dir(&small).unwrap();
    fs::write(small.join("report.json"), "old").unwrap();
    let arguments = [
        "-f",
        "json",
        "-w",
        "json=small/report.json",
        "-w",
        "html=report.html",
    ];
    let mut audit = scene::audit_in(folder.path(), &arguments);
    audit.env("LD_PRELOAD", library).env("FULL_DISK", "/small/");
    let output = audit.output().unwrap();
    assert_told(
        &output,
        &["cannot write small/report.json:", "No space left"],
    );
    assert_eq!(fs::read(small.join("report.json")).unwrap(), b"old");
    assert_eq!(left_behind(&small), [""; 0]);
    assert!(json(&output.stdout).to_string().len() > 1 << 16);
    assert!(folder.path().join("report.html").exists());
}

#[test]
fn a_folder_that_vanishes_costs_only_what_was_to_be_in_it() {
    let scene = Scene::start(Halt::Handshake, 3);
    fs::create_dir(scene.path("out")).unwrap();
    let child = scene.spawn(&[
        "scan",
        "-f",
        "json",
        "--record",
        "out/evidence.json",
        "-w",
        "html=out/report.html",
        "-w",
        "csv=report.csv",
        "--write-waivers",
        "out/waivers.toml",
    ]);
    scene.wait_until_held_up();
    fs::remove_dir_all(scene.path("out")).unwrap();
    let output = ended(child, LIMIT);
    let lost = ["out/evidence.json", "out/report.html", "out/waivers.toml"]
        .map(|path| format!("cannot write {path}:"));
    assert_told(&output, &lost.each_ref().map(|words| &**words));
    assert_eq!(json(&output.stdout)["complete"], true);
    assert!(scene.path("report.csv").exists());
    assert_kept(&scene, &output);
}

/// The evidence is elsewhere, for nobody else to read, and the message says where.
fn assert_kept(scene: &Scene, output: &Output) {
    use std::os::unix::fs::PermissionsExt as _;
    let said = text(&output.stderr);
    let kept = said
        .split_once("the evidence is in ")
        .unwrap_or_else(|| panic!("{said}"));
    let kept = kept.1.split_once(" instead").unwrap().0;
    assert_eq!(
        fs::metadata(kept).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let again = scene.run(&["audit", "--evidence", kept, "-f", "json"]);
    assert_eq!(again.status.code(), Some(1), "{}", text(&again.stderr));
    assert_eq!(left_behind(scene.folder.path()), [""; 0]);
}

#[test]
fn probed_evidence_is_kept_elsewhere_when_its_disk_is_full() {
    let scene = Scene::start(Halt::Nowhere, 5);
    symlink("/dev/full", scene.path("evidence.json")).unwrap();
    let output = scene.run(&["probe", "-o", "evidence.json"]);
    assert_told(&output, &["cannot write evidence.json:", "No space left"]);
    assert_kept(&scene, &output);
    let mut probe = scene.command(&["probe", "-o", "evidence.json"]);
    let output = probe.env("TMPDIR", scene.path("nowhere")).output().unwrap();
    assert_told(&output, &["cannot write evidence.json:"]);
    assert!(!text(&output.stderr).contains("instead"));
}

#[test]
fn one_path_is_not_for_two_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let output = scene::audit_in(folder.path(), &["-w", "json=report", "-w", "html=report"])
        .output()
        .unwrap();
    assert_told(&output, &["cannot write report:", "two outputs"]);
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

/// In a container the number of the process is the same each time.
#[test]
fn drafts_of_a_run_that_was_killed_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let audit = scene::audit_in(folder.path(), &["-w", "json=report.json"]);
    // The shell becomes certaudit, and keeps its number.
    let script = "printf half > .report.json.$$-0.tmp; exec \"$0\" \"$@\"";
    let mut audit = through("sh", &["-c", script], &audit);
    let output = process::run(audit.process_group(0), Duration::from_secs(60));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    json(&fs::read(folder.path().join("report.json")).unwrap());
}
