//! Servers of the demo: TLS, and XMPP with STARTTLS, on a thread of their own.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::{Fault, uds};

/// A scan finishes a connection within milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
const HEADER: &str = "<?xml version='1.0'?><stream:stream from='acme.test' id='demo' version='1.0' \
     xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>\
     <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
const PROCEED: &str = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// A port to be served.
pub(super) struct Port {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    manner: Manner,
}

/// What a server speaks besides TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Nothing.
    Silent,
    /// XMPP before TLS.
    Xmpp,
    /// HTTP after it: UDS.
    Uds,
}

/// The running servers.
#[derive(Debug)]
pub(super) struct Servers {
    size: usize,
    /// Dropping it ends the thread.
    _stop: watch::Sender<()>,
}

impl Port {
    pub(super) fn new(
        listener: TcpListener,
        tls: ServerConfig,
        manner: Manner,
    ) -> Result<Self, Fault> {
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener,
            acceptor: TlsAcceptor::from(Arc::new(tls)),
            manner,
        })
    }

    async fn serve(self) {
        let Ok(listener) = tokio::net::TcpListener::from_std(self.listener) else {
            return;
        };
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = self.acceptor.clone();
            let manner = self.manner;
            tokio::spawn(
                async move { drop(timeout(PATIENCE, answer(stream, acceptor, manner)).await) },
            );
        }
    }
}

impl Servers {
    pub(super) fn start(ports: Vec<Port>) -> Result<Self, Fault> {
        let (stop, mut stopped) = watch::channel(());
        let size = ports.len();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::Builder::new()
            .name("demo".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    for port in ports {
                        tokio::spawn(port.serve());
                    }
                    // Ends with an error when the sender is dropped.
                    drop(stopped.changed().await);
                });
            })?;
        Ok(Self { size, _stop: stop })
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }
}

async fn answer(mut stream: TcpStream, acceptor: TlsAcceptor, manner: Manner) -> io::Result<()> {
    if manner == Manner::Xmpp {
        read_until(&mut stream, "version='1.0'>").await?;
        stream.write_all(HEADER.as_bytes()).await?;
        read_until(&mut stream, "/>").await?;
        stream.write_all(PROCEED.as_bytes()).await?;
    }
    let mut tls = acceptor.accept(stream).await?;
    if manner == Manner::Uds {
        uds::answer(&mut tls).await?;
    }
    let mut rest = Vec::new();
    tls.read_to_end(&mut rest).await?;
    tls.shutdown().await
}

async fn read_until(stream: &mut TcpStream, end: &str) -> io::Result<()> {
    let mut seen = Vec::new();
    while !seen.ends_with(end.as_bytes()) && seen.len() < 4096 {
        seen.push(stream.read_u8().await?);
    }
    Ok(())
}
