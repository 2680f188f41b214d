//! Lines as they come in over a connection, with limits: what the mail protocols speak before TLS.

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
    Take,
};

use super::{MOST, closed, garbled, too_early};
use crate::evidence::Silence;

/// A conversation in lines.
pub(super) struct Lines<R, W> {
    read: BufReader<Take<R>>,
    write: W,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Lines<R, W> {
    pub(super) fn new(read: R, write: W) -> Self {
        Self {
            read: BufReader::with_capacity(4096, read.take(MOST)),
            write,
        }
    }

    /// The next line, without its end.
    pub(super) async fn next(&mut self) -> Result<Vec<u8>, Silence> {
        let mut line = Vec::new();
        let length = self.read.read_until(b'\n', &mut line).await;
        if length.map_err(|_| closed())? == 0 || line.last() != Some(&b'\n') {
            return Err(if self.read.get_ref().limit() == 0 {
                garbled(format!("it sent more than {MOST} bytes before TLS"))
            } else {
                closed()
            });
        }
        line.truncate(line.trim_ascii_end().len());
        Ok(line)
    }

    /// Sends a line.
    pub(super) async fn send(&mut self, line: &str) -> Result<(), Silence> {
        let line = format!("{line}\r\n");
        self.write
            .write_all(line.as_bytes())
            .await
            .map_err(|_| closed())
    }

    /// Makes sure that nothing was sent beyond what was read.
    pub(super) fn finish(self) -> Result<(), Silence> {
        match self.read.buffer() {
            [] => Ok(()),
            bytes => Err(too_early(bytes)),
        }
    }
}

/// What an upper-case word at the start of a line is followed by; `None` when the line starts otherwise.
pub(super) fn after<'l>(line: &'l [u8], word: &str) -> Option<&'l [u8]> {
    let (start, rest) = line.split_at_checked(word.len())?;
    let whole = rest.is_empty() || rest.starts_with(b" ");
    (whole && start.eq_ignore_ascii_case(word.as_bytes())).then(|| rest.trim_ascii_start())
}
