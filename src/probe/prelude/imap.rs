//! STARTTLS in IMAP (RFC 9051, section 6.2.1).

use tokio::io::{AsyncRead, AsyncWrite};

use super::lines::{Lines, after};
use super::{refused, stranger};
use crate::evidence::Silence;
use crate::probe::words::printable;

/// Waits for the greeting in `read`, asks for the capabilities, and has TLS started. `Err` says what the server did instead.
pub async fn start(
    read: impl AsyncRead + Unpin,
    write: impl AsyncWrite + Unpin,
) -> Result<(), Silence> {
    let mut lines = Lines::new(read, write);
    greeting(&lines.next().await?)?;
    lines.send("a1 CAPABILITY").await?;
    let mut offered = String::new();
    loop {
        let line = lines.next().await?;
        if let Some(capabilities) = after(&line, "* CAPABILITY") {
            offered = printable(capabilities);
        } else if let Some(answer) = after(&line, "a1") {
            accepted(answer)?;
            break;
        }
    }
    if !offered
        .split(' ')
        .any(|word| word.eq_ignore_ascii_case("STARTTLS"))
    {
        return Err(Silence::NoStartTls { offered });
    }
    lines.send("a2 STARTTLS").await?;
    loop {
        if let Some(answer) = after(&lines.next().await?, "a2") {
            accepted(answer)?;
            return lines.finish();
        }
    }
}

fn greeting(line: &[u8]) -> Result<(), Silence> {
    if after(line, "* OK").is_some() {
        Ok(())
    } else if line.starts_with(b"* ") {
        Err(refused(printable(line)))
    } else {
        Err(stranger(line, "IMAP"))
    }
}

fn accepted(answer: &[u8]) -> Result<(), Silence> {
    match after(answer, "OK") {
        Some(_) => Ok(()),
        None => Err(refused(printable(answer))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn after(text: &str) -> Result<(), Silence> {
        start(text.as_bytes(), Vec::new()).await
    }

    #[tokio::test]
    async fn a_server_that_offers_it_is_asked() {
        let text = "* OK hi\r\n* CAPABILITY IMAP4rev1 StartTLS\r\na1 OK done\r\na2 OK begin\r\n";
        assert_eq!(after(text).await, Ok(()));
        let injected = after(&format!("{text}* BYE\r\n")).await;
        assert!(matches!(injected, Err(Silence::PreludeGarbled { .. })));
    }

    #[tokio::test]
    async fn a_server_that_does_not_offer_it_is_not_asked() {
        let text = "* OK hi\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na1 OK done\r\n";
        let offered = "IMAP4rev1 AUTH=PLAIN".to_owned();
        assert_eq!(after(text).await, Err(Silence::NoStartTls { offered }));
    }

    #[tokio::test]
    async fn refusals_and_strangers_are_told_apart() {
        assert_eq!(after("* BYE full\r\n").await, Err(refused("* BYE full")));
        let refusal = "* OK hi\r\n* CAPABILITY STARTTLS\r\na1 OK\r\na2 NO not now\r\n";
        assert_eq!(after(refusal).await, Err(refused("NO not now")));
        let stranger = after("HTTP/1.1 400 Bad Request\r\n").await;
        assert!(matches!(stranger, Err(Silence::PreludeGarbled { .. })));
    }
}
