//! What a process has used, as Linux tells it, and processes of our own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use cpu_time::ProcessTime;

/// CPU time of this process, of threads that have ended too.
pub fn cpu_time() -> Duration {
    ProcessTime::now().as_duration()
}

/// Bytes of memory in use now.
pub fn memory() -> usize {
    status("VmRSS:")
}

/// Bytes of memory that were in use at most since the last [`forget_peak`].
pub fn peak_memory() -> usize {
    status("VmHWM:")
}

/// The peak begins anew (proc(5), clear_refs).
pub fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn status(field: &str) -> usize {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

/// This program again, in another role. It ends when it is dropped.
pub struct Role {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Role {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next line that it prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the other process ended before its time");
        line.trim_end().to_owned()
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
