//! Child processes that always end: with a limit, by their own id, whatever happens to the test.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No server outlives this, not even that of a test run which was killed.
const LIFETIME: &str = "600";
/// How long a server may take over SIGTERM before it gets SIGKILL.
const FAREWELL: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// A process in the foreground of its own process group; the whole group ends when this is dropped.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts `program` with its environment under coreutils' `timeout`, with its output in `log` and an input that stays open.
    pub fn start(program: &Command, log: &File) -> Self {
        let mut command = Command::new("timeout");
        command
            .args(["--kill-after=5", LIFETIME])
            .arg(program.get_program())
            .args(program.get_args())
            .envs(
                program
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            );
        // `openssl s_server` leaves when its input ends: the pipe is held until the drop.
        command
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log.try_clone().unwrap());
        Self {
            child: command.process_group(0).spawn().unwrap(),
        }
    }

    /// Takes over a process that leads its own group.
    pub fn leading(child: Child) -> Self {
        Self { child }
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// Runs a command to its end with nothing to read; panics when that takes longer than `limit`.
pub fn run(command: &mut Command, limit: Duration) -> Output {
    let (mut stdout, mut stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().unwrap())
        .stderr(stderr.try_clone().unwrap());
    let mut child = command.process_group(0).spawn().unwrap_or_else(|error| {
        panic!(
            "{} does not start: {error}",
            command.get_program().display()
        )
    });
    let status = wait_for(limit, || child.try_wait().unwrap());
    if status.is_none() {
        stop(&mut child);
    }
    let (stdout, stderr) = (whole(&mut stdout), whole(&mut stderr));
    let Some(status) = status else {
        panic!(
            "{command:?} took longer than {limit:?}\n{}",
            String::from_utf8_lossy(&stderr)
        );
    };
    Output {
        status,
        stdout,
        stderr,
    }
}

/// Asks until there is an answer; `None` when there is none within `limit`.
pub fn wait_for<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        thread::sleep(PAUSE);
    }
}

/// Ends the group that `child` leads. Until it is waited for its id cannot belong to somebody else.
fn stop(child: &mut Child) {
    for signal in ["TERM", "KILL"] {
        if wait_for(Duration::ZERO, || child.try_wait().ok().flatten()).is_some() {
            return;
        }
        send(signal, child.id());
        wait_for(FAREWELL, || child.try_wait().ok().flatten());
    }
}

/// Signals a process group. The standard library only knows SIGKILL to one process, which leaves workers behind.
fn send(signal: &str, group: u32) {
    let script = format!("kill -s {signal} -- -{group}");
    let _gone_already = Command::new("sh")
        .args(["-c", &script])
        .stderr(Stdio::null())
        .status();
}

fn whole(file: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}
