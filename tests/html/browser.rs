//! Debian's Chromium, headless, driven over the DevTools protocol through a pipe: JSON texts, each followed by a NUL
//! (https://chromedevtools.github.io/devtools-protocol/). No port is opened; every wait has an end.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::Process;
use crate::support::program;

/// For one answer or event, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const OPTIONS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

/// A browser with one page.
pub struct Browser {
    stdin: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    asked: u64,
    events: Vec<Value>,
    _process: Process,
    _profile: TempDir,
}

impl Browser {
    /// A browser; `None` where none is installed and none is required.
    pub fn found() -> Option<Self> {
        let program = program::found("Chromium", "chromium", program::command("chromium"))?;
        Some(Self::start(&program))
    }

    fn start(program: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        // The browser reads from descriptor 3 and writes to 4.
        let mut command = Command::new("timeout");
        command
            .args(["--kill-after=5", "600", "sh", "-c"])
            .arg("exec \"$@\" 3<&0 4>&1 >/dev/null 2>&1 </dev/null")
            .arg("sh")
            .arg(program)
            .args(OPTIONS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.process_group(0).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            for text in BufReader::new(stdout).split(0).map_while(Result::ok) {
                if sender.send(serde_json::from_slice(&text).unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self {
            stdin,
            messages,
            session: None,
            asked: 0,
            events: Vec::new(),
            _process: Process::leading(child),
            _profile: profile,
        };
        browser.attach();
        browser
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", &json!({"url": "about:blank"}));
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.call("Target.attachToTarget", &target);
        self.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
    }

    /// Asks for something and gives the answer; panics when there is none, or when it is an error.
    pub fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.asked += 1;
        let mut message = json!({"id": self.asked, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let text = serde_json::to_vec(&message).unwrap();
        self.stdin
            .write_all(&[text.as_slice(), b"\0"].concat())
            .unwrap();
        let asked = json!(self.asked);
        let answer = self.wait(method, |message| message["id"] == asked);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The next message that is wanted; events that come before it are kept.
    fn wait(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left);
            let message = message.unwrap_or_else(|error| panic!("{what}: {error}"));
            if wanted(&message) {
                return message;
            }
            if message.get("method").is_some() {
                self.events.push(message);
            }
        }
    }

    /// Opens a file and waits until it is loaded; events of pages before are forgotten.
    pub fn open(&mut self, file: &Path) {
        self.open_at(file, "");
    }

    /// The same at a place within it: "#findings".
    pub fn open_at(&mut self, file: &Path, place: &str) {
        // Another document: a mere change of the fragment would not load anything.
        self.navigate("about:blank");
        self.events.clear();
        self.navigate(&format!("file://{}{place}", file.display()));
    }

    fn navigate(&mut self, url: &str) {
        self.events
            .retain(|event| event["method"] != "Page.loadEventFired");
        self.call("Page.navigate", &json!({"url": url}));
        let loaded = |event: &Value| event["method"] == "Page.loadEventFired";
        if !self.events.iter().any(loaded) {
            self.wait(url, loaded);
        }
    }

    /// The value of an expression.
    pub fn value(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", &asked);
        assert!(
            answer.get("exceptionDetails").is_none(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// Waits until an expression has that value.
    pub fn becomes(&mut self, expression: &str, wanted: &Value) {
        let end = Instant::now() + PATIENCE;
        loop {
            let value = self.value(expression);
            if value == *wanted {
                return;
            }
            assert!(
                Instant::now() < end,
                "{expression} is {value}, not {wanted}"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the page wrote to the console, threw, or was denied.
    pub fn complaints(&self) -> Vec<&Value> {
        let kinds = [
            "Log.entryAdded",
            "Runtime.exceptionThrown",
            "Runtime.consoleAPICalled",
        ];
        let is_complaint = |event: &&Value| kinds.iter().any(|kind| event["method"] == *kind);
        self.events.iter().filter(is_complaint).collect()
    }

    /// URLs that were asked for.
    pub fn requests(&self) -> Vec<&str> {
        let asked = self
            .events
            .iter()
            .filter(|event| event["method"] == "Network.requestWillBeSent");
        asked
            .filter_map(|event| event["params"]["request"]["url"].as_str())
            .collect()
    }
}
