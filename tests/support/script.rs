//! What a programmable server does with a guest, step by step.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy, duplex, sink, split,
};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

/// A step of a server.
#[derive(Debug, Clone)]
pub enum Step {
    /// Reads what comes in one packet.
    Hear,
    /// Reads until these bytes have come.
    HearUntil(&'static str),
    /// Says that.
    Say(Vec<u8>),
    /// Says each piece in a packet of its own, with a pause before each.
    Pieces(Vec<Vec<u8>>, Duration),
    /// Says that again and again, for as long as anybody takes it.
    Repeat(Vec<u8>),
    /// Keeps the connection and says no more.
    Hold,
    /// Passes bytes both ways; closes after so many bytes of the server behind, and turns every bit of the byte at
    /// `spoil`, counted from 0.
    Relay {
        server: SocketAddr,
        most: u64,
        spoil: Option<u64>,
    },
    /// Shakes hands, and goes on behind TLS.
    Tls(Arc<ServerConfig>, Vec<Step>),
}

/// A connection, with or without TLS.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Text, said at once.
pub fn say(text: impl AsRef<[u8]>) -> Step {
    Step::Say(text.as_ref().to_vec())
}

/// One byte a packet.
pub fn drip(text: impl AsRef<[u8]>, pause: Duration) -> Step {
    let bytes = text.as_ref().iter();
    Step::Pieces(bytes.map(|byte| vec![*byte]).collect(), pause)
}

/// A piece a packet.
pub fn pieces(texts: &[&str]) -> Step {
    const PAUSE: Duration = Duration::from_millis(5);
    let texts = texts.iter().map(|text| text.as_bytes().to_vec());
    Step::Pieces(texts.collect(), PAUSE)
}

/// Everything of the server at that address.
pub fn relay(server: SocketAddr) -> Step {
    Step::Relay {
        server,
        most: u64::MAX,
        spoil: None,
    }
}

/// Plays the steps; an error is a guest who left early.
pub fn play<'s>(
    mut guest: &'s mut dyn Stream,
    steps: &'s [Step],
) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + 's>> {
    Box::pin(async move {
        for step in steps {
            match step {
                Step::Hear => drop(guest.read(&mut [0; 4096]).await?),
                Step::HearUntil(end) => hear_until(guest, end.as_bytes()).await?,
                Step::Say(bytes) => guest.write_all(bytes).await?,
                Step::Pieces(pieces, pause) => {
                    for piece in pieces {
                        sleep(*pause).await;
                        guest.write_all(piece).await?;
                        guest.flush().await?;
                    }
                }
                Step::Repeat(bytes) => loop {
                    guest.write_all(bytes).await?;
                },
                Step::Hold => drop(copy(&mut guest, &mut sink()).await?),
                Step::Relay {
                    server,
                    most,
                    spoil,
                } => between(guest, *server, *most, *spoil).await?,
                Step::Tls(settings, inside) => {
                    let acceptor = TlsAcceptor::from(Arc::clone(settings));
                    let mut tls = acceptor.accept(&mut guest).await?;
                    play(&mut tls, inside).await?;
                    tls.shutdown().await?;
                }
            }
        }
        guest.flush().await
    })
}

async fn hear_until(guest: &mut dyn Stream, end: &[u8]) -> io::Result<()> {
    const MOST: usize = 64 * 1024;
    let mut heard = Vec::new();
    while heard.len() < MOST && !heard.windows(end.len()).any(|window| window == end) {
        let mut buffer = [0; 4096];
        match guest.read(&mut buffer).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => heard.extend_from_slice(&buffer[..length]),
        }
    }
    Ok(())
}

async fn between(
    guest: &mut dyn Stream,
    server: SocketAddr,
    most: u64,
    spoil: Option<u64>,
) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (from_server, mut to_server) = server.split();
    let (mut from_guest, mut to_guest) = split(guest);
    let way_in = async {
        let _guest_left = copy(&mut from_guest, &mut to_server).await;
        let _closed = to_server.shutdown().await;
    };
    let way_out = back(from_server.take(most), &mut to_guest, spoil);
    tokio::pin!(way_out);
    tokio::select! {
        done = &mut way_out => done,
        () = way_in => way_out.await,
    }
}

async fn back(
    mut from: impl AsyncRead + Unpin,
    to: &mut (impl AsyncWrite + Unpin),
    spoil: Option<u64>,
) -> io::Result<()> {
    let (mut buffer, mut passed) = ([0; 8192], 0);
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        let within = spoil.and_then(|place| usize::try_from(place.checked_sub(passed)?).ok());
        if let Some(byte) = within.and_then(|place| buffer[..length].get_mut(place)) {
            *byte = !*byte;
        }
        to.write_all(&buffer[..length]).await?;
        passed += length as u64;
    }
}

/// Says good-bye so that the guest gets what was said: unread bytes would turn the close into a reset.
pub async fn farewell(guest: &mut TcpStream) {
    const MOST: u64 = 64 * 1024;
    if guest.shutdown().await.is_ok() {
        let _left = copy(&mut guest.take(MOST), &mut sink()).await;
    }
}

/// What a server says to a client that says `hello`, up to the first silence: for recording.
pub async fn overheard(settings: Arc<ServerConfig>, hello: &[u8]) -> Vec<u8> {
    let (mut near, far) = duplex(1 << 20);
    let server = tokio::spawn(async move {
        let _cut_off = TlsAcceptor::from(settings).accept(far).await;
    });
    let mut said = Vec::new();
    near.write_all(hello).await.unwrap();
    near.shutdown().await.unwrap();
    near.read_to_end(&mut said).await.unwrap();
    server.await.unwrap();
    said
}
