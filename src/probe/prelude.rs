//! The plain text before TLS: asking for STARTTLS in XMPP, IMAP and SMTP.

pub mod imap;
mod lines;
pub mod smtp;
mod xml;
pub mod xmpp;

#[cfg(test)]
mod tests;

use super::wire::Wire;
use super::{Target, words};
use crate::catalog::Transport;
use crate::evidence::{Silence, Step};

/// Bytes that a server may send before TLS. XMPP features and mail greetings take a few hundred.
const MOST: u64 = 64 * 1024;

/// Brings the connection to where TLS starts. The caller keeps the deadline.
pub(super) async fn pass(target: &Target, wire: &mut Wire) -> Result<(), Silence> {
    if target.transport == Transport::Tls {
        return Ok(());
    }
    let own_address = wire.stream().local_addr().ok().map(|own| own.ip());
    let (read, write) = wire.stream().split();
    match target.transport {
        Transport::Tls => Ok(()),
        Transport::XmppClient => xmpp::start(read, write, "jabber:client", &target.xmpp_domain)
            .await
            .map(|()| wire.expect_leading_blanks()),
        Transport::XmppServer => xmpp::start(read, write, "jabber:server", &target.xmpp_domain)
            .await
            .map(|()| wire.expect_leading_blanks()),
        Transport::Imap => imap::start(read, write).await,
        Transport::Smtp => smtp::start(read, write, own_address).await,
    }
}

fn closed() -> Silence {
    Silence::Closed {
        step: Step::Prelude,
    }
}

fn garbled(reason: impl Into<String>) -> Silence {
    Silence::PreludeGarbled {
        reason: reason.into(),
    }
}

fn refused(reason: impl Into<String>) -> Silence {
    Silence::PreludeRefused {
        reason: reason.into(),
    }
}

/// What a server speaks that does not begin as it should.
fn stranger(bytes: &[u8], expected: &str) -> Silence {
    let shown = words::shown(bytes);
    garbled(match bytes {
        [0x15 | 0x16, 0x03, ..] => format!("it speaks TLS from the first byte, not {expected}"),
        [b'H', b'T', b'T', b'P', b'/', ..] => format!("it speaks HTTP, not {expected}: {shown}"),
        [b'<', ..] => format!("it speaks XML, not {expected}: {shown}"),
        _ => format!("it does not speak {expected}: {shown}"),
    })
}

/// Plain text that follows the agreement to start TLS was not sent by a sound server (CVE-2011-0411).
fn too_early(bytes: &[u8]) -> Silence {
    garbled(format!(
        "it went on in plain text after it had agreed to start TLS: {}",
        words::shown(bytes)
    ))
}
