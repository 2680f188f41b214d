//! Servers that misbehave, on one thread for all of them: a few faults by name, and whatever a script says.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::script::{Step, drip, farewell, pieces, play, relay, say};

/// No connection is kept longer, whatever the client does.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a guest may take to leave when all is said.
const FAREWELL: Duration = Duration::from_secs(2);

const STREAM: &str = "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' \
    xmlns='jabber:client' id='1' version='1.0' from='acme.test'>";
const FEATURES_WITHOUT_TLS: &str = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
    <mechanism>PLAIN</mechanism></mechanisms></stream:features>";
const STREAM_ERROR: &str = "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>\
    </stream:error></stream:stream>";
const FEATURES_IN_PIECES: [&str; 9] = [
    "\n  <!-- features follow -->\n",
    "<stream:fea",
    "tures>\r\n\t<!-- <starttls/> in a comment is none ",
    "-->",
    "  <starttls\n   xmlns = ",
    "\"urn:ietf:params:xml:ns:xmpp-tls\"",
    "\t><required",
    " /></starttls >\n",
    "</stream:features\n>",
];
const PROCEED_IN_PIECES: [&str; 3] = [
    "  <!-- well -->\n<proc",
    "eed xmlns='urn:ietf:params:xml:ns:xmpp-",
    "tls'/>",
];
const HTTP: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\
    Connection: close\r\n\r\nNo.\n";
/// The beginning of a TLS record.
const RECORD: [u8; 9] = [0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3f, 0xfc];

/// What a server does wrong.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Accepts and says nothing.
    Hangs,
    /// Says one byte of a TLS record a second, and so never ends.
    Drips,
    /// Answers in HTTP without TLS, as a web server does that takes a ClientHello for a request.
    PlainHttp,
    /// Accepts and closes.
    Closes,
    /// An XMPP stream whose features offer no STARTTLS.
    NoStartTls,
    /// An XMPP stream that ends in a stream error.
    StreamError,
    /// Good XMPP in many packets, with white space and comments; then the TLS of the server at this address.
    InPieces(SocketAddr),
}

impl From<Fault> for Vec<Step> {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Hangs => vec![Step::Hold],
            Fault::Drips => vec![drip(RECORD, Duration::from_secs(1)), Step::Hold],
            Fault::PlainHttp => vec![Step::Hear, say(HTTP)],
            Fault::Closes => Vec::new(),
            Fault::NoStartTls => vec![Step::Hear, say(STREAM), say(FEATURES_WITHOUT_TLS)],
            Fault::StreamError => vec![Step::Hear, say(STREAM), say(STREAM_ERROR)],
            Fault::InPieces(server) => vec![
                Step::Hear,
                pieces(&STREAM.split_inclusive(' ').collect::<Vec<_>>()),
                pieces(&FEATURES_IN_PIECES),
                Step::Hear,
                pieces(&PROCEED_IN_PIECES),
                relay(server),
            ],
        }
    }
}

/// A misbehaving server; it ends when this is dropped.
pub struct Faulty {
    /// Where it listens.
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Faulty {
    /// Listens at `address` and plays those steps to everyone who comes; port 0 is any. For one that refuses: start none.
    pub fn start(address: impl Into<IpAddr>, port: u16, steps: impl Into<Vec<Step>>) -> Self {
        let listener = TcpListener::bind((address.into(), port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let steps: Arc<[Step]> = steps.into().into();
        let accepting = stage().spawn(accept(listener, steps));
        Self { address, accepting }
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.accepting.abort();
        // Until it is gone the port is taken.
        let start = Instant::now();
        while !self.accepting.is_finished() && start.elapsed() < FAREWELL {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The runtime of all of them, on a thread that lives as long as the test program.
pub fn stage() -> &'static Handle {
    static STAGE: OnceLock<Handle> = OnceLock::new();
    STAGE.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let handle = runtime.handle().clone();
        thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
        handle
    })
}

async fn accept(listener: TcpListener, steps: Arc<[Step]>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    // Dropped with this task, and all guests with it.
    let mut guests = JoinSet::new();
    while let Ok((mut guest, _)) = listener.accept().await {
        let steps = Arc::clone(&steps);
        guests.spawn(async move {
            let _smooth = guest.set_nodelay(true);
            // A guest who leaves early is no fault of ours.
            if let Ok(Ok(())) = timeout(PATIENCE, play(&mut guest, &steps)).await {
                let _stayed = timeout(FAREWELL, farewell(&mut guest)).await;
            }
        });
        while guests.try_join_next().is_some() {}
    }
}
