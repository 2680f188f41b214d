//! A server's first messages in TLS 1.2 and older (RFC 5246, section 7.4), in records cut anywhere.

use rustls::{AlertDescription, Error, InvalidMessage, NamedGroup, ProtocolVersion};

use super::bytes::Bytes;
use super::suites;
use crate::probe::provider;
use crate::probe::recorder::{Request, Seen};
use crate::probe::shown::Negotiated;
use crate::probe::stop::Stop;

/// Bytes as they come in, and the handshake messages in them.
#[derive(Default)]
pub(super) struct Incoming {
    records: Vec<u8>,
    messages: Vec<u8>,
}

impl Incoming {
    /// Adds what was received.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.records.extend_from_slice(bytes);
        let mut rest = Bytes(&self.records);
        while let Some((kind, body, behind)) = record(rest.0)? {
            match kind {
                21 => alert(body)?,
                22 => self.messages.extend_from_slice(body),
                _ => return Err(not_tls()),
            }
            rest = Bytes(behind);
        }
        let left = rest.0.len();
        self.records.drain(..self.records.len() - left);
        Ok(())
    }

    /// The next whole message: its type and body.
    pub(super) fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut bytes = Bytes(&self.messages);
        let kind = *bytes.take(1)?.first()?;
        let body = bytes.field(3)?.to_vec();
        self.messages.drain(..4 + body.len());
        Some((kind, body))
    }
}

/// Type and body of a record, and what follows it.
type Record<'b> = (u8, &'b [u8], &'b [u8]);

/// The first record, when it is whole.
fn record(bytes: &[u8]) -> Result<Option<Record<'_>>, Stop> {
    // 2^14 and what encryption may add (RFC 5246, section 6.2.3).
    const LONGEST: usize = 16_384 + 2_048;
    let [kind, major, _, high, low, rest @ ..] = bytes else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    if *major != 3 || length > LONGEST {
        return Err(not_tls());
    }
    Ok(rest
        .split_at_checked(length)
        .map(|(body, behind)| (*kind, body, behind)))
}

/// A warning is passed over (old servers send one about the server name); anything else is the end.
fn alert(body: &[u8]) -> Result<(), Stop> {
    match body {
        [1, description] if *description != 0 => Ok(()),
        [_, 0] => Err(Stop::Closed),
        [_, description] => Err(Stop::Tls(Error::AlertReceived(AlertDescription::from(
            *description,
        )))),
        _ => Err(not_tls()),
    }
}

fn not_tls() -> Stop {
    Stop::Tls(Error::InvalidMessage(InvalidMessage::InvalidContentType))
}

/// What the server said so far.
#[derive(Default)]
pub(super) struct Server {
    /// Chain, stapled response, request for a client certificate.
    pub(super) seen: Seen,
    version: Option<u16>,
    suite: Option<u16>,
    group: Option<u16>,
}

impl Server {
    /// Takes a message; true when it was the last that is sent in the clear. A broken one is as good as none.
    pub(super) fn hear(&mut self, kind: u8, body: &[u8]) -> bool {
        let body = Bytes(body);
        let understood = match kind {
            2 => self.server_hello(body),
            11 => self.certificate(body),
            12 => self.key_exchange(body),
            13 => self.certificate_request(body),
            22 => self.certificate_status(body),
            _ => Some(()),
        };
        // ServerHelloDone, or nothing that makes sense any more.
        kind == 14 || (understood.is_none() && self.seen.chain.is_empty())
    }

    fn server_hello(&mut self, mut body: Bytes<'_>) -> Option<()> {
        self.version = Some(body.word()?);
        body.take(32)?; // The server's random bytes.
        body.field(1)?; // The session.
        self.suite = Some(body.word()?);
        Some(())
    }

    fn certificate(&mut self, mut body: Bytes<'_>) -> Option<()> {
        self.seen.chain = Bytes(body.field(3)?).fields(3)?;
        Some(())
    }

    /// Only of ECDHE: a named curve.
    fn key_exchange(&mut self, mut body: Bytes<'_>) -> Option<()> {
        const NAMED_CURVE: usize = 3;
        if suites::name(self.suite?).starts_with("TLS_ECDHE_") && body.number(1)? == NAMED_CURVE {
            self.group = Some(body.word()?);
        }
        Some(())
    }

    fn certificate_request(&mut self, mut body: Bytes<'_>) -> Option<()> {
        const TLS_12: u16 = 0x0303;
        body.field(1)?; // Types of certificates.
        if self.version? >= TLS_12 {
            body.field(2)?; // Signature schemes.
        }
        self.seen.request = Some(Request {
            authorities: Bytes(body.field(2)?).fields(2)?,
            answered: false,
        });
        Some(())
    }

    fn certificate_status(&mut self, mut body: Bytes<'_>) -> Option<()> {
        const OCSP: usize = 1;
        if body.number(1)? == OCSP {
            self.seen.stapled_ocsp = Some(body.field(3)?.to_vec());
        }
        Some(())
    }

    pub(super) fn negotiated(&self) -> Negotiated {
        Negotiated {
            version: self.version.map(ProtocolVersion::from),
            cipher: self.suite.map(suites::name),
            group: self
                .group
                .map(|group| provider::group_name(NamedGroup::from(group))),
        }
    }

    /// The version for our last record.
    pub(super) fn version_bytes(&self) -> [u8; 2] {
        self.version.unwrap_or(0x0301).to_be_bytes()
    }
}

#[cfg(test)]
mod tests;
