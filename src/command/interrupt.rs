//! Requests to end (Ctrl-C, SIGTERM, a terminal that is closed), heard from the first moment to the last.
//!
//! While the network is asked, the first request ends the asking, and what was seen is judged and written; the second ends
//! the program at once, as the first does where there is nothing to report. Drafts are removed before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};
use std::{fs, io, process, thread};

use tokio::runtime::Builder;
use tokio::sync::watch;

/// What a shell adds to the number of a signal that ended a program.
const ENDED_BY_SIGNAL: i32 = 128;
const SIGINT: i32 = 2;

static RUN: LazyLock<Run> = LazyLock::new(Run::default);

#[derive(Default)]
struct Run {
    /// Whether the network is to be left alone; who asks the network holds a receiver.
    stop: watch::Sender<bool>,
    /// Files that are written beside their place, and that place.
    drafts: Mutex<BTreeMap<PathBuf, PathBuf>>,
}

/// Begins to listen; later calls do nothing. Where the system does not let us listen, signals end the program as they
/// would any other, and no half-written file is seen either.
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(start()));
}

/// True when the network is to be left alone. While it is held, the first request does not end the program.
pub(super) fn stop() -> watch::Receiver<bool> {
    RUN.stop.subscribe()
}

/// Files that are written beside their place, and that place: whoever adds one creates it before letting go.
pub(super) fn drafts() -> MutexGuard<'static, BTreeMap<PathBuf, PathBuf>> {
    RUN.drafts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes a draft, if it is still there.
pub(super) fn remove(beside: &Path) {
    let mut drafts = drafts();
    drop(fs::remove_file(beside));
    drafts.remove(beside);
}

fn start() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::new()?
    };
    let listening = async move {
        loop {
            requested(signals.next().await);
        }
    };
    let thread = thread::Builder::new().name("interrupts".to_owned());
    thread.spawn(move || runtime.block_on(listening))?;
    Ok(())
}

/// Somebody wants us to end.
fn requested(signal: i32) {
    let first = !RUN.stop.send_replace(true);
    if first && RUN.stop.receiver_count() > 0 {
        return;
    }
    // Held until the end: no draft is begun any more.
    let drafts = drafts();
    for beside in drafts.keys() {
        drop(fs::remove_file(beside));
    }
    #[expect(clippy::exit, reason = "the other thread may be busy for long")]
    process::exit(ENDED_BY_SIGNAL + signal);
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: Option<tokio::signal::unix::Signal>,
    /// Held so that a file that grows beyond the limit of the shell is an error to be told, not the end.
    _file_too_large: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        /// The same number on Linux, the BSDs and macOS.
        const SIGXFSZ: i32 = 25;
        // `nohup` wants it to be ignored.
        let hang_up = SignalKind::hangup();
        let heeded = !ignored(hang_up.as_raw_value());
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: heeded.then(|| signal(hang_up)).transpose()?,
            _file_too_large: signal(SignalKind::from_raw(SIGXFSZ))?,
        })
    }

    /// The number of the next.
    async fn next(&mut self) -> i32 {
        const SIGHUP: i32 = 1;
        const SIGTERM: i32 = 15;
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => SIGINT,
            _ = self.terminate.recv() => SIGTERM,
            _ = hang_up => SIGHUP,
        }
    }
}

/// Whether whoever started us wants a signal to be ignored. Where that cannot be learnt: yes.
#[cfg(unix)]
fn ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        SIGINT
    }
}
