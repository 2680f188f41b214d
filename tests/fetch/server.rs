//! HTTP servers that do what a test tells them, and a DNS server that knows no name.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A server on loopback, with what it was asked.
pub struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Starts a server; `answer` is given each request and the connection, which is closed after it.
pub fn serve(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Server {
    serve_at("127.0.0.1:0", answer).unwrap()
}

pub fn serve_at(
    address: &str,
    answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static,
) -> std::io::Result<Server> {
    let listener = TcpListener::bind(address)?;
    let server = Server {
        address: listener.local_addr()?,
        asked: Arc::default(),
    };
    let (asked, answer) = (server.asked.clone(), Arc::new(answer));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (asked, answer) = (asked.clone(), answer.clone());
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                let request = read(&mut stream);
                asked.lock().unwrap().push(request.clone());
                answer(&request, &mut stream);
                let _ = stream.shutdown(Shutdown::Write);
                let _ = stream.read(&mut [0; 64]);
            });
        }
    });
    Ok(server)
}

/// A server that answers the same to everybody.
pub fn always(answer: Vec<u8>) -> Server {
    serve(move |_, stream| {
        let _ = stream.write_all(&answer);
    })
}

/// An answer with a Content-Length.
pub fn answer(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// An answer that redirects.
pub fn redirect(status: &str, location: &str) -> Vec<u8> {
    answer(status, &format!("Location: {location}\r\n"), b"moved")
}

/// The path in a request line.
pub fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap()
}

fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = |line: &str| line.strip_prefix("content-length: ")?.parse().ok();
            let wanted = head.to_lowercase().lines().find_map(length).unwrap_or(0);
            if body.len() >= wanted {
                return text;
            }
        }
        match stream.read(&mut buffer) {
            Ok(length @ 1..) => bytes.extend_from_slice(&buffer[..length]),
            _ => return text,
        }
    }
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// The paths that it was asked for, sorted.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<_> = self
            .asked()
            .iter()
            .map(|asked| path(asked).to_owned())
            .collect();
        paths.sort();
        paths
    }
}

/// An address on which nothing listens.
pub fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A DNS server for which no name exists; with `silent` it does not even say that.
pub fn dns(silent: bool) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let query = &buffer[..length];
            let name = query[12..].iter().position(|byte| *byte == 0).unwrap();
            let mut reply = query[..12 + name + 5].to_vec();
            reply[2..12].copy_from_slice(&[0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0]);
            if !silent {
                socket.send_to(&reply, from).unwrap();
            }
        }
    });
    address
}

pub fn pause(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}
