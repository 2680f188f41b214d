//! STARTTLS in SMTP (RFC 3207).

use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncWrite};

use super::lines::Lines;
use super::{refused, stranger};
use crate::evidence::Silence;
use crate::probe::words::{listed, printable};

/// Greets with the own address, for want of a name (RFC 5321, section 4.1.3), and has TLS started. `Err` says what the
/// server did instead.
pub async fn start(
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
            offered: listed(extensions),
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn after(text: &str) -> (Result<(), Silence>, String) {
        let mut sent = Vec::new();
        let own = Some(IpAddr::from([127, 0, 0, 1]));
        let result = start(text.as_bytes(), &mut sent, own).await;
        (result, String::from_utf8_lossy(&sent).into_owned())
    }

    #[tokio::test]
    async fn a_server_that_offers_it_is_asked() {
        let (result, sent) =
            after("220-a\r\n220 b\r\n250-hello\r\n250-SIZE 9\r\n250 starttls\r\n220 go\r\n").await;
        assert_eq!(result, Ok(()));
        assert_eq!(sent, "EHLO [127.0.0.1]\r\nSTARTTLS\r\n");
    }

    #[tokio::test]
    async fn a_server_that_does_not_offer_it_is_not_asked() {
        let (result, _) = after("220 a\r\n250-STARTTLS\r\n250-SIZE 9\r\n250 HELP\r\n").await;
        let offered = "SIZE 9, HELP".to_owned();
        assert_eq!(result, Err(Silence::NoStartTls { offered }));
    }

    #[tokio::test]
    async fn refusals_and_strangers_are_told_apart() {
        let (result, _) = after("554 no service\r\n").await;
        assert_eq!(result, Err(refused("554 no service")));
        let (result, _) = after("SSH-2.0-OpenSSH_9.2\r\n").await;
        assert!(matches!(result, Err(Silence::PreludeGarbled { .. })));
        let (result, _) = after(&"2".repeat(70_000)).await;
        assert!(matches!(result, Err(Silence::PreludeGarbled { .. })));
    }
}
