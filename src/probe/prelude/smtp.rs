//! STARTTLS in SMTP (RFC 3207).

use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncWrite};

use super::lines::Lines;
use super::{refused, stranger};
use crate::evidence::Silence;
use crate::probe::words::printable;

/// Greets with the own address, for want of a name (RFC 5321, section 4.1.3), and has TLS started.
pub(super) async fn start(
    read: impl AsyncRead + Unpin,
    write: impl AsyncWrite + Unpin,
    own_address: Option<IpAddr>,
) -> Result<(), Silence> {
    let mut lines = Lines::new(read, write);
    reply(&mut lines, "220").await?;
    let name = match own_address {
        Some(IpAddr::V4(ip)) => format!("[{ip}]"),
        Some(IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
        None => "localhost".to_owned(),
    };
    lines.send(&format!("EHLO {name}")).await?;
    let offered = reply(&mut lines, "250").await?;
    // The first line greets, each further one is an extension.
    let extensions = offered.get(1..).unwrap_or_default();
    if !extensions
        .iter()
        .any(|word| word.eq_ignore_ascii_case("STARTTLS"))
    {
        return Err(Silence::NoStartTls {
            offered: extensions.join(", "),
        });
    }
    lines.send("STARTTLS").await?;
    reply(&mut lines, "220").await?;
    lines.finish()
}

/// The texts of a reply, which may have several lines; another code is a refusal.
async fn reply<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(
    lines: &mut Lines<R, W>,
    code: &str,
) -> Result<Vec<String>, Silence> {
    let mut texts = Vec::new();
    loop {
        let line = lines.next().await?;
        let (number, rest) = line.split_at_checked(3).unwrap_or((&line, &[]));
        if !number.iter().all(u8::is_ascii_digit) || number.len() < 3 {
            return Err(stranger(&line, "SMTP"));
        }
        if number != code.as_bytes() {
            return Err(refused(printable(&line)));
        }
        texts.push(printable(rest.get(1..).unwrap_or_default()));
        if rest.first() != Some(&b'-') {
            return Ok(texts);
        }
    }
}
