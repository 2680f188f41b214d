//! (c) How long the program takes to start, and to judge one file.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use certaudit::certificate::container::pem;

use super::authority::issue;

/// Processes of each kind.
const RUNS: usize = 50;

pub fn bench() {
    let folder = tempfile::tempdir().unwrap();
    let made = issue(1);
    let write = |name: &str, der: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, pem(der)).unwrap();
        path.display().to_string()
    };
    let (root, issuing) = (
        write("root.pem", &made.root),
        write("issuing.pem", &made.issuing),
    );
    let leaf = write("leaf.pem", &made.leaves[0]);
    let check = [
        "check",
        &leaf,
        &issuing,
        "--as",
        "tomcat",
        "--no-fetch",
        "--roots",
        &root,
    ];
    println!("start: milliseconds of a process, of {RUNS} runs");
    println!("{:>44} {:>9} {:>9} {:>9}", "", "least", "median", "cpu");
    row("--help", &["--help"], folder.path());
    row(
        "check of one file",
        &[&check[..], &["--no-system-roots"]].concat(),
        folder.path(),
    );
    row(
        "check of one file, with the system's roots",
        &check,
        folder.path(),
    );
}

fn row(what: &str, arguments: &[&str], folder: &Path) {
    let before = children_cpu();
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run(arguments, folder)).collect();
    let cpu = (children_cpu() - before) / RUNS as f64;
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{what:>44} {:>9.2} {:>9.2} {:>9.2}",
        milliseconds(times[0]),
        milliseconds(times[RUNS / 2]),
        cpu,
    );
}

fn run(arguments: &[&str], folder: &Path) -> Duration {
    let begun = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let took = begun.elapsed();
    // 1: the certificate has findings.
    assert!(
        matches!(status.code(), Some(0 | 1 | 3)),
        "{arguments:?}: {status}"
    );
    took
}

/// CPU time of ended children, milliseconds; counted in hundredths of a second.
fn children_cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    let after = text.rsplit_once(')').unwrap().1;
    let fields: Vec<&str> = after.split_whitespace().collect();
    // cutime and cstime of proc(5): the 16th and 17th field, of which two stand before the parenthesis.
    let ticks: f64 = fields[13].parse::<f64>().unwrap() + fields[14].parse::<f64>().unwrap();
    ticks * 10.0
}
