//! STARTTLS in an XMPP stream (RFC 6120, section 5), for clients and for servers.

use std::time::Duration;

use quick_xml::escape::escape;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::xml::{Element, Incoming, Space};
use super::{closed, garbled, refused};
use crate::evidence::Silence;
use crate::probe::words::{listed, printable};

/// Opens a stream of that namespace ("jabber:client" or "jabber:server") to the domain, waits for the features in `read`, and
/// has TLS started. `Err` says what the server did instead. Needs a Tokio runtime with time.
pub async fn start(
    read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
    namespace: &str,
    domain: &str,
) -> Result<(), Silence> {
    let header = format!(
        "<?xml version='1.0'?><stream:stream to='{}' xmlns='{namespace}' \
         xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
        escape(domain)
    );
    send(&mut write, header.as_bytes()).await?;
    let mut stream = Stream(Incoming::new(read));
    let agreed = stream.agree(&mut write).await;
    if agreed.is_err() {
        // Good manners; whether it still arrives does not matter.
        let _ = write.write_all(b"</stream:stream>").await;
    }
    agreed?;
    stream.0.finish()
}

async fn send(write: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<(), Silence> {
    write.write_all(bytes).await.map_err(|_| closed())
}

struct Stream<R>(Incoming<R>);

impl<R: AsyncRead + Unpin> Stream<R> {
    async fn agree(&mut self, write: &mut (impl AsyncWrite + Unpin)) -> Result<(), Silence> {
        self.0.expect_xml().await?;
        let is_current = self.header().await?;
        self.features(is_current).await?;
        send(
            write,
            b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        )
        .await?;
        self.answer().await
    }

    /// The opening tag of the stream: whether it is of XMPP 1.0 or later, which have features.
    async fn header(&mut self) -> Result<bool, Silence> {
        match self.0.next_child().await? {
            Some(element) if element.is(Space::Streams, "stream") => Ok(element.has_version),
            Some(element) => Err(garbled(format!(
                "it speaks XML, but not XMPP: it begins with <{}>",
                element.name
            ))),
            None => Err(garbled("it speaks no XMPP")),
        }
    }

    /// Waits for the features. A stream without a version (RFC 6120, section 4.7.5) has none and may only hold an error.
    async fn features(&mut self, is_current: bool) -> Result<(), Silence> {
        const FOR_AN_ERROR: Duration = Duration::from_millis(500);
        if is_current {
            return self.starttls_offered().await;
        }
        timeout(FOR_AN_ERROR, self.starttls_offered())
            .await
            .unwrap_or_else(|_| {
                Err(Silence::NoStartTls {
                    offered: "nothing: its streams are older than XMPP 1.0".into(),
                })
            })
    }

    async fn starttls_offered(&mut self) -> Result<(), Silence> {
        let element = self.child().await?;
        if !element.is(Space::Streams, "features") {
            return Err(garbled(format!(
                "it sent <{}> before its features",
                element.name
            )));
        }
        let mut offered = Vec::new();
        let mut has_starttls = false;
        while let Some(feature) = self.0.next_child().await? {
            has_starttls |= feature.is(Space::Tls, "starttls");
            offered.push(feature.name);
            self.0.skip().await?;
        }
        if has_starttls {
            return Ok(());
        }
        Err(Silence::NoStartTls {
            offered: if offered.is_empty() {
                "nothing".into()
            } else {
                listed(&offered)
            },
        })
    }

    /// The answer to `<starttls/>`.
    async fn answer(&mut self) -> Result<(), Silence> {
        let element = self.child().await?;
        if element.is(Space::Tls, "proceed") {
            return self.0.skip().await.map(drop);
        }
        Err(if element.is(Space::Tls, "failure") {
            refused("the server offered STARTTLS, but answered <failure/> to <starttls/>")
        } else {
            garbled(format!("it answered <{}> to <starttls/>", element.name))
        })
    }

    /// The next child of the stream that is no error.
    async fn child(&mut self) -> Result<Element, Silence> {
        match self.0.next_child().await? {
            Some(element) if element.is(Space::Streams, "error") => Err(self.error().await?),
            Some(element) => Ok(element),
            None => Err(closed()),
        }
    }

    /// The condition of a stream error and its text (RFC 6120, section 4.9).
    async fn error(&mut self) -> Result<Silence, Silence> {
        let mut condition = String::new();
        let mut text = String::new();
        while let Some(element) = self.0.next_child().await? {
            let inside = self.0.skip().await?;
            if element.is(Space::StreamErrors, "text") {
                text = printable(inside.as_bytes());
            } else if element.space == Space::StreamErrors {
                condition = element.name;
            }
        }
        if condition.is_empty() {
            condition = "stream error".into();
        }
        Ok(refused(if text.is_empty() {
            condition
        } else {
            format!("{condition}: {text}")
        }))
    }
}

#[cfg(test)]
mod tests;
