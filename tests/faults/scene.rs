//! A small deployment, of which a part may hold up the scan, and what is left in its folder.

use std::fs;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use certaudit::certificate::container::pem;
use certaudit::certificate::issue::Order;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::process::wait_for;
use crate::support::site;
use crate::web::{self, Server};

/// Longer than any run here takes.
pub const LIMIT: Duration = Duration::from_secs(60);

/// At which work the scan is held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    Nowhere,
    /// A node's name is asked of a DNS server that is silent.
    Resolve,
    /// A service accepts and says nothing.
    Handshake,
    /// All services answered; DNS is asked for names, and is silent.
    Dns,
    /// The server list is asked for, and does not come.
    Uds,
    /// A CRL is asked for, and does not come.
    Fetch,
}

/// Whoever holds up the scan.
enum Holdup {
    None,
    Connection(TcpListener),
    Datagram(UdpSocket),
    Request(&'static str),
}

/// A deployment of one good node, `good`, and perhaps another one.
pub struct Scene {
    pub folder: TempDir,
    server: Server,
    holdup: Holdup,
}

impl Scene {
    /// Every deadline is `seconds`.
    pub fn start(halt: Halt, seconds: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (holdup, address) = holdup(halt);
        let root = web::root();
        fs::write(folder.path().join("root.pem"), pem(root.der())).unwrap();
        let order = Order {
            crl_url: (halt == Halt::Fetch).then(|| format!("http://{address}/acme.crl")),
            ..Order::server("cucm-pub.acme.test", web::now())
        };
        let server = web::serve(
            "127.0.0.1:0",
            &root.issue(&order).unwrap(),
            move |path, stream| {
                if halt == Halt::Uds {
                    thread::sleep(LIMIT);
                }
                web::cucm(&["cucm-pub.acme.test"])(path, stream);
            },
        );
        let text = deployment(halt, seconds, server.address, address);
        fs::write(folder.path().join("cluster.toml"), text).unwrap();
        Self {
            folder,
            server,
            holdup,
        }
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs certaudit to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts certaudit.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// certaudit, to be run in the folder, with its temporary files in it too.
    pub fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), arguments)
    }

    /// Waits until the scan is held up.
    pub fn wait_until_held_up(&self) {
        let held_up = wait_for(LIMIT, || self.is_held_up().then_some(()));
        held_up.unwrap_or_else(|| panic!("nobody came"));
    }

    fn is_held_up(&self) -> bool {
        let came = match &self.holdup {
            Holdup::None => return true,
            // The connection stays in the queue of the listener, and so is never answered.
            Holdup::Connection(listener) => return has_guest(listener.local_addr().unwrap()),
            Holdup::Datagram(socket) => socket.recv_from(&mut [0; 512]),
            Holdup::Request(path) => {
                return self.server.asked().iter().any(|one| one.contains(path));
            }
        };
        match came {
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            came => came.is_ok(),
        }
    }
}

/// certaudit, to be run in a folder, with its temporary files in it too.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = site::command(folder, arguments);
    command.env("TMPDIR", folder);
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

fn holdup(halt: Halt) -> (Holdup, SocketAddr) {
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    match halt {
        Halt::Nowhere => (Holdup::None, nobody),
        Halt::Resolve | Halt::Dns => {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.set_nonblocking(true).unwrap();
            let address = socket.local_addr().unwrap();
            (Holdup::Datagram(socket), address)
        }
        Halt::Handshake | Halt::Fetch => {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            (Holdup::Connection(listener), address)
        }
        Halt::Uds => (Holdup::Request("/cucm-uds/"), nobody),
    }
}

/// Whether somebody waits to be accepted: /proc knows without accepting.
fn has_guest(listener: SocketAddr) -> bool {
    let port = format!(":{:04X}", listener.port());
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    table.lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        matches!(fields[..], [_, own, _, "01", ..] if own.ends_with(&port))
    })
}

fn deployment(halt: Halt, seconds: u32, good: SocketAddr, other: SocketAddr) -> String {
    let dns = match halt {
        Halt::Resolve | Halt::Dns => format!("[dns]\nserver = \"{other}\"\n"),
        _ => String::new(),
    };
    let connect = match halt {
        Halt::Resolve => Some(String::new()),
        Halt::Handshake => Some(format!(", connect = \"{other}\"")),
        _ => None,
    };
    let other = connect.map_or_else(String::new, |connect| {
        format!(
            "[[node]]\nname = \"other\"\nproduct = \"cucm\"\naddress = \"cucm-sub.acme.test\"\n\
             services = [{{ service = \"tomcat\"{connect} }}]\n"
        )
    });
    format!(
        "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\nroots = [\"root.pem\"]\n\
         [probe]\ntimeout = \"{seconds}s\"\n[revocation]\ntimeout = \"{seconds}s\"\n{dns}\
         [[node]]\nname = \"good\"\nproduct = \"cucm\"\naddress = \"cucm-pub.acme.test\"\n\
         services = [{{ service = \"tomcat\", connect = \"{good}\" }}]\n{other}"
    )
}

/// The output of a child that has to end soon.
#[track_caller]
pub fn ended(mut child: Child, limit: Duration) -> Output {
    let begun = Instant::now();
    let reader = thread::spawn({
        let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
        move || {
            let errors = thread::spawn(move || whole(stderr.as_mut()));
            (whole(stdout.as_mut()), errors.join().unwrap())
        }
    });
    let Some(status) = wait_for(limit, || child.try_wait().unwrap()) else {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("not ended after {:?}", begun.elapsed());
    };
    let (stdout, stderr) = reader.join().unwrap();
    Output {
        status,
        stdout,
        stderr,
    }
}

fn whole(pipe: Option<&mut impl std::io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.read_to_end(&mut bytes).unwrap();
    }
    bytes
}

/// JSON that has to be whole.
#[track_caller]
pub fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{error}: {}", text(bytes)))
}

/// What was said.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Drafts that were left in a folder.
pub fn left_behind(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.') || name.contains("tmp"))
        .collect()
}

/// Judged without a network: evidence of a scenario, small and large.
pub const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/scenarios/rollout");

/// `audit` of the scenario.
pub fn audit(more: &[&str]) -> Vec<String> {
    let config = format!("{SCENARIO}/deployment.toml");
    let evidence = format!("{SCENARIO}/evidence.json");
    let first = ["audit", &config, "--evidence", &evidence].map(str::to_owned);
    first
        .into_iter()
        .chain(more.iter().map(|one| (*one).to_owned()))
        .collect()
}

/// The same, to be run in a folder.
pub fn audit_in(folder: &Path, more: &[&str]) -> Command {
    let arguments = audit(more);
    command(
        folder,
        &arguments.iter().map(|one| &**one).collect::<Vec<_>>(),
    )
}
