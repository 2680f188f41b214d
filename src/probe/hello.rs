//! The certificate of a server that rustls cannot speak to: TLS 1.1 and older, key exchange by RSA or DHE, CBC suites.
//!
//! One ClientHello that offers all of it, then the server's messages up to ServerHelloDone are read in the clear, and the
//! connection is closed. Proves less than a handshake (nobody shows that he has the key) and is only used after one
//! failed.

mod bytes;
mod client;
mod messages;
mod suites;

use std::time::Duration;

use tokio::time::timeout;

use super::shown::Shown;
use super::stop::Stop;
use super::wire::Wire;
use crate::evidence::{Silence, Step};
use messages::{Incoming, Server};

/// Whether a bare hello may get an answer where a handshake ended in this silence. A server that does not speak TLS or
/// does not answer at all is not asked again.
pub(super) fn may_help(silence: &Silence) -> bool {
    match silence {
        Silence::OldVersion { .. } | Silence::Handshake { .. } => true,
        Silence::Closed { step } => *step == Step::Handshake,
        // What servers say that find nothing in common, or stumble over the new parts of the ClientHello.
        Silence::Alert { name } => matches!(
            name.as_str(),
            "handshake_failure"
                | "insufficient_security"
                | "illegal_parameter"
                | "decode_error"
                | "internal_error"
                | "unexpected_message"
        ),
        _ => false,
    }
}

/// Says hello and gives what the server showed; `None` when it showed no certificate.
pub(super) async fn present(mut wire: Wire, name: &str, deadline: Duration) -> Option<Shown> {
    let mut server = Server::default();
    let ending = match timeout(deadline, listen(&mut wire, name, &mut server)).await {
        Ok(ending) => ending,
        Err(_) => Err(Stop::TimedOut),
    };
    if ending.is_ok() {
        // Not worth waiting for: the server is done with us either way.
        let _ = timeout(deadline, leave(wire, &server)).await;
    }
    if server.seen.chain.is_empty() {
        return None;
    }
    let negotiated = server.negotiated();
    let ending = Err(ending.err().unwrap_or(Stop::HelloOnly));
    Some(Shown::new(server.seen, negotiated, &ending, deadline))
}

async fn listen(wire: &mut Wire, name: &str, server: &mut Server) -> Result<(), Stop> {
    // A chain of 5000 names takes 260 KB.
    const MOST: usize = 1024 * 1024;
    let hello = client::hello(name).ok_or(Stop::Closed)?;
    wire.send(&hello).await.map_err(|_| Stop::Reset)?;
    let mut incoming = Incoming::default();
    let mut buffer = vec![0; 4096];
    loop {
        let bytes = wire.receive(&mut buffer).await.map_err(|_| Stop::Reset)?;
        if bytes.is_empty() {
            return Err(Stop::Closed);
        }
        incoming.add(bytes)?;
        while let Some((kind, body)) = incoming.next() {
            if server.hear(kind, &body) {
                return Ok(());
            }
        }
        if wire.received > MOST {
            return Err(Stop::TooMuch);
        }
    }
}

/// Breaks off as RFC 5246, section 7.2.2, would have it: user_canceled, then close_notify, in the server's version.
async fn leave(mut wire: Wire, server: &Server) {
    let [major, minor] = server.version_bytes();
    let mut farewell = Vec::new();
    for alert in [90, 0] {
        farewell.extend([21, major, minor, 0, 2, 1, alert]);
    }
    if wire.send(&farewell).await.is_ok() {
        wire.close().await;
    }
}
