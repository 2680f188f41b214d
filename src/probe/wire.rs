//! One TCP connection, with what must be known about it later.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::words::SHOWN;

/// A connection on which TLS is about to be spoken.
pub(super) struct Wire {
    stream: TcpStream,
    /// Who is at the other end.
    pub(super) peer: SocketAddr,
    /// How long the connection took: about one round trip.
    pub(super) round_trip: Duration,
    /// The first bytes of the TLS part, to say what the peer speaks when it is not TLS.
    pub(super) first: Vec<u8>,
    /// Bytes received in the TLS part.
    pub(super) received: usize,
    blanks_may_lead: bool,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, round_trip: Duration) -> Self {
        Self {
            stream,
            peer,
            round_trip,
            first: Vec::new(),
            received: 0,
            blanks_may_lead: false,
        }
    }

    /// The bare connection, for the plain text before TLS.
    pub(super) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// White space after the last line of the plain text is not TLS's first byte, which is between 20 and 23.
    pub(super) fn expect_leading_blanks(&mut self) {
        self.blanks_may_lead = true;
    }

    /// Reads what is there; nothing means that the peer closed.
    pub(super) async fn receive<'b>(&mut self, buffer: &'b mut [u8]) -> io::Result<&'b [u8]> {
        loop {
            let length = self.stream.read(buffer).await?;
            let mut start = 0;
            if self.blanks_may_lead {
                start = length - buffer[..length].trim_ascii_start().len();
                self.blanks_may_lead = start == length && length > 0;
                if self.blanks_may_lead {
                    continue;
                }
            }
            let bytes = &buffer[start..length];
            let room = SHOWN - self.first.len();
            self.first
                .extend_from_slice(&bytes[..bytes.len().min(room)]);
            self.received += bytes.len();
            return Ok(&buffer[start..length]);
        }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Closes in good order: says that nothing more comes and takes what is still under way, because closing over unread
    /// bytes would reset the connection and be an error in the server's log.
    pub(super) async fn close(mut self) {
        // Two round trips do for a server that answers at all.
        const PATIENCE: Duration = Duration::from_millis(200);
        // A server that keeps talking is not listened to for ever.
        const MOST: usize = 64 * 1024;
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let drain = async {
            let mut buffer = vec![0; 4096];
            let mut drained = 0;
            while let Ok(length @ 1..) = self.stream.read(&mut buffer).await {
                drained += length;
                if drained > MOST {
                    break;
                }
            }
        };
        // Out of patience: closed as it is.
        let _ = timeout(PATIENCE.max(2 * self.round_trip), drain).await;
    }
}
