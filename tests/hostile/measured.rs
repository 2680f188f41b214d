//! Runs the command with a limit of time, and measures the most memory that it had.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A run that has ended.
pub struct Measured {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
    pub took: Duration,
    /// The most resident memory in kilobytes, where the system tells (Linux).
    pub memory: Option<u64>,
}

/// Runs it in `folder`; one that takes longer than `limit` is killed, and the test fails.
#[track_caller]
pub fn run(folder: &Path, arguments: &[&str], limit: Duration) -> Measured {
    const PAUSE: Duration = Duration::from_millis(10);
    let (mut stdout, mut stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().unwrap())
        .stderr(stderr.try_clone().unwrap());
    for variable in ["http_proxy", "HTTP_PROXY", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    let start = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut memory = None;
    let status = loop {
        memory = memory.max(peak(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} took longer than {limit:?}");
        }
        thread::sleep(PAUSE);
    };
    let measured = Measured {
        status: status.code().unwrap_or_else(|| panic!("{status}")),
        stdout: whole(&mut stdout),
        stderr: String::from_utf8_lossy(&whole(&mut stderr)).into_owned(),
        took: start.elapsed(),
        memory,
    };
    if std::env::var_os("HOSTILE_FIGURES").is_some() {
        eprintln!(
            "{arguments:?}: {:?}, {:?} kB, {} bytes of report",
            measured.took,
            measured.memory,
            measured.stdout.len()
        );
    }
    measured
}

/// The high-water mark of a process that is still there.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line?.trim().strip_suffix(" kB")?.parse().ok()
}

fn whole(file: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}
