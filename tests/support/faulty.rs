//! Servers that misbehave, in threads, with the standard library only.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// No connection is kept longer, whatever the client does.
const PATIENCE: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(10);
/// Between the packets of a server that sends in pieces.
const PIECE: Duration = Duration::from_millis(5);

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

/// A misbehaving server; it ends when this is dropped.
pub struct Faulty {
    stop: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Faulty {
    /// Listens at `address` and misbehaves to everyone who comes. For one that refuses: start none.
    pub fn start(address: Ipv4Addr, port: u16, fault: Fault) -> Self {
        let listener = TcpListener::bind((address, port)).unwrap();
        // So that the thread can look at `stop` between two guests.
        listener.set_nonblocking(true).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let signal = Arc::clone(&stop);
        let listener = thread::spawn(move || listen(&listener, fault, &signal));
        Self {
            stop,
            listener: Some(listener),
        }
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(listener) = self.listener.take() {
            let _panicked = listener.join();
        }
    }
}

fn listen(listener: &TcpListener, fault: Fault, stop: &Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let Ok((guest, _)) = listener.accept() else {
            thread::sleep(TICK);
            continue;
        };
        let stop = Arc::clone(stop);
        thread::spawn(move || {
            // A guest who leaves early is no fault of ours.
            let _left = misbehave(guest, fault, &stop);
        });
    }
}

fn misbehave(mut guest: TcpStream, fault: Fault, stop: &AtomicBool) -> io::Result<()> {
    guest.set_nonblocking(false)?;
    guest.set_read_timeout(Some(PATIENCE))?;
    guest.set_nodelay(true)?;
    match fault {
        Fault::Hangs => hold(&mut guest, stop, b""),
        Fault::Drips => hold(
            &mut guest,
            stop,
            &[0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3f, 0xfc],
        ),
        Fault::PlainHttp => http(&mut guest),
        Fault::Closes => Ok(()),
        Fault::NoStartTls => xmpp(&mut guest, FEATURES_WITHOUT_TLS),
        Fault::StreamError => xmpp(&mut guest, STREAM_ERROR),
        Fault::InPieces(server) => in_pieces(guest, server),
    }
}

/// Keeps the connection, and says one byte a second as long as there are any.
fn hold(guest: &mut TcpStream, stop: &AtomicBool, bytes: &[u8]) -> io::Result<()> {
    let start = Instant::now();
    let mut said = 0;
    while !stop.load(Ordering::Relaxed) && start.elapsed() < PATIENCE {
        let due = usize::try_from(start.elapsed().as_secs())
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        guest.write_all(&bytes[said.min(due)..due])?;
        said = due;
        thread::sleep(TICK);
    }
    Ok(())
}

fn http(guest: &mut TcpStream) -> io::Result<()> {
    listen_once(guest)?;
    let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\n";
    writeln!(guest, "{head}No.")?;
    farewell(guest)
}

fn xmpp(guest: &mut TcpStream, after_header: &str) -> io::Result<()> {
    listen_once(guest)?;
    write!(guest, "{STREAM}{after_header}")?;
    farewell(guest)
}

fn in_pieces(mut guest: TcpStream, server: SocketAddr) -> io::Result<()> {
    listen_once(&mut guest)?;
    let header: Vec<&str> = STREAM.split_inclusive(' ').collect();
    say(&mut guest, &header)?;
    say(&mut guest, &FEATURES_IN_PIECES)?;
    listen_once(&mut guest)?;
    say(&mut guest, &PROCEED_IN_PIECES)?;
    relay(guest, TcpStream::connect_timeout(&server, PATIENCE)?)
}

/// One packet each.
fn say(guest: &mut TcpStream, pieces: &[&str]) -> io::Result<()> {
    for piece in pieces {
        guest.write_all(piece.as_bytes())?;
        thread::sleep(PIECE);
    }
    Ok(())
}

/// Passes bytes both ways until both sides are done.
fn relay(guest: TcpStream, server: TcpStream) -> io::Result<()> {
    server.set_read_timeout(Some(PATIENCE))?;
    let (from_guest, to_server) = (guest.try_clone()?, server.try_clone()?);
    let way_in = thread::spawn(move || pass(from_guest, to_server));
    pass(server, guest);
    let _panicked = way_in.join();
    Ok(())
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _broken = io::copy(&mut from, &mut to);
    let _closed = to.shutdown(Shutdown::Write);
}

/// Reads what the guest opens with; one packet is enough to know that it spoke.
fn listen_once(guest: &mut TcpStream) -> io::Result<()> {
    guest.read(&mut [0; 4096]).map(drop)
}

/// Closes so that the guest gets what was said: unread bytes would turn the close into a reset.
fn farewell(guest: &mut TcpStream) -> io::Result<()> {
    guest.shutdown(Shutdown::Write)?;
    guest.set_read_timeout(Some(Duration::from_secs(2)))?;
    io::copy(&mut guest.take(65_536), &mut io::sink()).map(drop)
}
