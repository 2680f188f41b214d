//! STARTTLS in IMAP (RFC 9051, section 6.2.1).

use tokio::io::{AsyncRead, AsyncWrite};

use super::lines::{Lines, after};
use super::{refused, stranger};
use crate::evidence::Silence;
use crate::probe::words::printable;

/// Greets, asks for the capabilities, and has TLS started.
pub(super) async fn start(
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
