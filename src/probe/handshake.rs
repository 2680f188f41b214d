//! One TLS handshake, driven by hand so that what was negotiated is still known after it failed.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, IoState, ProtocolVersion};
use tokio::time::timeout;

use super::provider::{self, Offer};
use super::recorder::Recorder;
use super::shown::{Negotiated, Shown};
use super::stop::Stop;
use super::wire::Wire;
use crate::evidence::Silence;

/// What is asked of a server.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// The server name that is sent; an IP address is not sent.
    pub(super) name: ServerName<'static>,
    /// Which certificate is asked for.
    pub(super) offer: Offer,
    /// Shown when the server asks for one.
    pub(super) certificate: Option<Arc<CertifiedKey>>,
    /// For the whole handshake.
    pub(super) deadline: Duration,
}

/// Shakes hands and gives what the server showed, however the handshake ended; or why it showed nothing.
pub(super) async fn present(wire: Wire, ask: Ask) -> Result<Shown, Silence> {
    let recorder = Arc::new(Recorder::new(ask.offer.schemes(), ask.certificate.clone()));
    let connection = config(&ask, &recorder)
        .and_then(|config| ClientConnection::new(Arc::new(config), ask.name.clone()));
    let mut talk = match connection {
        Ok(connection) => Talk::new(connection, wire),
        Err(error) => return Err(Stop::Tls(error).silence(&[], ask.deadline)),
    };
    let mut ending = match timeout(ask.deadline, talk.shake()).await {
        Ok(ending) => ending,
        Err(_) => Err(Stop::TimedOut),
    };
    if ending.is_ok() && recorder.was_asked() {
        ending = talk.verdict(ask.deadline).await;
    }
    let negotiated = talk.negotiated();
    let first = talk.leave(&ending).await;
    let seen = recorder.take();
    match ending {
        Err(stop) if seen.chain.is_empty() => Err(stop.silence(&first, ask.deadline)),
        ending => Ok(Shown::new(seen, negotiated, &ending, ask.deadline)),
    }
}

/// What is offered, and how what comes back is taken: everything is, and written down.
pub(super) fn config(ask: &Ask, recorder: &Arc<Recorder>) -> Result<ClientConfig, rustls::Error> {
    let mut config = ask.offer.config()?;
    config
        .dangerous()
        .set_certificate_verifier(Arc::clone(recorder) as _);
    config.client_auth_cert_resolver = Arc::clone(recorder) as _;
    Ok(config)
}

/// A handshake under way.
struct Talk {
    connection: ClientConnection,
    wire: Wire,
    buffer: Vec<u8>,
}

impl Talk {
    fn new(connection: ClientConnection, wire: Wire) -> Self {
        Self {
            connection,
            wire,
            buffer: vec![0; 4096],
        }
    }

    /// Our last words stay unsent, to go with the good-bye in one packet, unless the server's opinion of them is waited for.
    async fn shake(&mut self) -> Result<(), Stop> {
        while self.connection.is_handshaking() {
            self.flush().await;
            self.step().await?;
        }
        Ok(())
    }

    /// In TLS 1.3 the handshake is over for us before the server has judged our certificate: waits a little for its
    /// alert. Longer where the way is long.
    async fn verdict(&mut self, deadline: Duration) -> Result<(), Stop> {
        // What a local server was measured to take, with room to spare.
        const PATIENCE: Duration = Duration::from_millis(150);
        if self.connection.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
            return Ok(());
        }
        self.flush().await;
        let wait = (PATIENCE + 2 * self.wire.round_trip).min(deadline);
        timeout(wait, self.listen()).await.unwrap_or(Ok(()))
    }

    async fn listen(&mut self) -> Result<(), Stop> {
        loop {
            let state = self.step().await?;
            if state.peer_has_closed() || state.plaintext_bytes_to_read() > 0 {
                return Ok(());
            }
        }
    }

    /// Takes what the server sent next.
    async fn step(&mut self) -> Result<IoState, Stop> {
        // Four times the largest chain that was ever seen in the field; rustls itself takes messages of 64 KiB.
        const MOST: usize = 1024 * 1024;
        let bytes = match self.wire.receive(&mut self.buffer).await {
            Ok([]) => return Err(Stop::Closed),
            Ok(bytes) => bytes,
            Err(error) => return Err(broken(&error)),
        };
        if self.wire.received > MOST {
            return Err(Stop::TooMuch);
        }
        let taken = feed(&mut self.connection, bytes);
        if taken.is_err() {
            self.flush().await;
        }
        taken
    }

    /// Sends what is to be sent. A server that broke off may have left an alert to be read, so failing is not the end.
    async fn flush(&mut self) {
        let mut pending = Vec::new();
        while self.connection.wants_write() {
            if self.connection.write_tls(&mut pending).is_err() {
                break;
            }
        }
        if !pending.is_empty() {
            // What the server left is found when reading.
            let _ = self.wire.send(&pending).await;
        }
    }

    fn negotiated(&self) -> Negotiated {
        Negotiated {
            version: self.connection.protocol_version(),
            cipher: self
                .connection
                .negotiated_cipher_suite()
                .map(|suite| provider::suite_name(suite.suite())),
            group: self
                .connection
                .negotiated_key_exchange_group()
                .map(|group| provider::group_name(group.name())),
        }
    }

    /// Says good-bye to a server that is still there, and gives the first bytes that it sent.
    async fn leave(mut self, ending: &Result<(), Stop>) -> Vec<u8> {
        // A server that does not take our last bytes is left alone.
        const PATIENCE: Duration = Duration::from_secs(1);
        let first = std::mem::take(&mut self.wire.first);
        let farewell = async {
            if ending.is_ok() {
                self.connection.send_close_notify();
                self.flush().await;
            }
            if !matches!(ending, Err(stop) if stop.is_final()) {
                self.wire.close().await;
            }
        };
        let _ = timeout(PATIENCE, farewell).await;
        first
    }
}

fn feed(connection: &mut ClientConnection, mut bytes: &[u8]) -> Result<IoState, Stop> {
    let mut state = None;
    while !bytes.is_empty() {
        match connection.read_tls(&mut bytes) {
            // After a close_notify nothing more is read.
            Ok(0) => break,
            Ok(_) => state = Some(connection.process_new_packets().map_err(Stop::of)?),
            Err(_) => return Err(Stop::TooMuch),
        }
    }
    state.ok_or(Stop::Closed)
}

fn broken(error: &io::Error) -> Stop {
    match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            Stop::Reset
        }
        _ => Stop::Closed,
    }
}
