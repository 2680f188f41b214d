//! A web server for CRLs and OCSP answers, good and bad, in threads, with the standard library only.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Its port: one that needs no permission.
pub const PORT: u16 = 8080;
/// No connection is kept longer, whatever the client does.
const PATIENCE: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(10);

/// What stands at a path; at all others there is a 404.
pub enum Page {
    /// A file.
    File(Vec<u8>),
    /// A file that comes after a while.
    Late(Duration, Vec<u8>),
    /// Half of a file, of which the whole length was announced.
    BrokenOff(Vec<u8>),
    /// Bytes without end.
    Endless,
    /// An error page, with status 200.
    Html,
    /// Nothing, for as long as anybody waits.
    Silent,
    /// A redirect to another path or URL.
    Moved(String),
    /// An OCSP responder.
    Responder(Responder),
}

/// The answer to a request.
pub type Responder = Box<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;

type Pages = BTreeMap<String, Page>;

/// A web server; it ends when this is dropped.
pub struct Library {
    stop: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<String>>>,
    listener: Option<JoinHandle<()>>,
}

/// The URL of a path at an address.
pub fn url(address: Ipv4Addr, path: &str) -> String {
    format!("http://{address}:{PORT}{path}")
}

impl Library {
    /// Serves these pages, by path.
    pub fn start(address: Ipv4Addr, pages: Pages) -> Self {
        let listener = TcpListener::bind((address, PORT)).unwrap();
        // So that the thread can look at `stop` between two guests.
        listener.set_nonblocking(true).unwrap();
        let (stop, asked) = (Arc::<AtomicBool>::default(), Arc::<Mutex<_>>::default());
        let desk = Desk {
            pages: Arc::new(pages),
            stop: Arc::clone(&stop),
            asked: Arc::clone(&asked),
        };
        Self {
            stop,
            asked,
            listener: Some(thread::spawn(move || desk.listen(&listener))),
        }
    }

    /// The paths that were asked for, sorted; what was not HTTP as it came.
    pub fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(listener) = self.listener.take() {
            let _panicked = listener.join();
        }
    }
}

#[derive(Clone)]
struct Desk {
    pages: Arc<Pages>,
    stop: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Desk {
    fn listen(&self, listener: &TcpListener) {
        while !self.stop.load(Ordering::Relaxed) {
            let Ok((guest, _)) = listener.accept() else {
                thread::sleep(TICK);
                continue;
            };
            let desk = self.clone();
            thread::spawn(move || {
                // A guest who leaves early is no fault of ours.
                let _left = desk.serve(guest);
            });
        }
    }

    fn serve(&self, mut guest: TcpStream) -> io::Result<()> {
        guest.set_nonblocking(false)?;
        guest.set_read_timeout(Some(PATIENCE))?;
        guest.set_write_timeout(Some(PATIENCE))?;
        let (path, body) = request(&mut guest)?;
        self.asked.lock().unwrap().push(path.clone());
        match self.pages.get(&path) {
            None => send(&mut guest, "404 Not Found", b"no such file"),
            Some(Page::File(file)) => send(&mut guest, "200 OK", file),
            Some(Page::Late(delay, file)) => {
                self.wait(*delay);
                send(&mut guest, "200 OK", file)
            }
            Some(Page::BrokenOff(file)) => {
                write!(
                    guest,
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                    file.len()
                )?;
                guest.write_all(&file[..file.len() / 2])
            }
            Some(Page::Endless) => self.endless(&mut guest),
            Some(Page::Html) => send(
                &mut guest,
                "200 OK",
                b"<!DOCTYPE html><html><body>Sorry, please sign in.</body></html>",
            ),
            Some(Page::Silent) => {
                self.wait(PATIENCE);
                Ok(())
            }
            Some(Page::Moved(to)) => {
                write!(
                    guest,
                    "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
                )
            }
            Some(Page::Responder(answer)) => send(&mut guest, "200 OK", &answer(&body)),
        }?;
        guest.shutdown(Shutdown::Write)
    }

    fn endless(&self, guest: &mut TcpStream) -> io::Result<()> {
        write!(guest, "HTTP/1.1 200 OK\r\n\r\n")?;
        while !self.stop.load(Ordering::Relaxed) {
            guest.write_all(&[b'0'; 16_000])?;
        }
        Ok(())
    }

    fn wait(&self, delay: Duration) {
        let start = Instant::now();
        while !self.stop.load(Ordering::Relaxed) && start.elapsed() < delay {
            thread::sleep(TICK);
        }
    }
}

fn send(guest: &mut TcpStream, status: &str, body: &[u8]) -> io::Result<()> {
    write!(
        guest,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )?;
    guest.write_all(body)
}

/// The path, and the body where there is one.
fn request(guest: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let head = loop {
        let mut buffer = [0; 4096];
        let length = guest.read(&mut buffer)?;
        bytes.extend_from_slice(&buffer[..length]);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        match end {
            Some(end) => break end + 4,
            None if length == 0 => break bytes.len(),
            None => {}
        }
    };
    let mut body = bytes.split_off(head);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.eq_ignore_ascii_case("content-length");
        named.then(|| value.trim().parse::<usize>().ok())?
    });
    if let Some(missing) = length.and_then(|length| length.checked_sub(body.len())) {
        let start = body.len();
        body.resize(start + missing, 0);
        guest.read_exact(&mut body[start..])?;
    }
    let path = text.split(' ').nth(1).unwrap_or(&text).to_owned();
    Ok((path, body))
}
