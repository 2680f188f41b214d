//! Evidence files that are compressed.

use std::io::{self, BufRead, Read};

/// Every Zstandard frame begins so (RFC 8878, section 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The text of an evidence file that may be compressed with Zstandard, as it comes. A few bytes may become gigabytes: whoever
/// reads sets the limit.
pub fn decompressed<'a>(mut file: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    if file.fill_buf()?.starts_with(&ZSTD_MAGIC) {
        Ok(Box::new(zstd::Decoder::with_buffer(file)?))
    } else {
        Ok(Box::new(file))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Read as _;

    use super::decompressed;

    fn read(file: &[u8]) -> std::io::Result<String> {
        let mut text = String::new();
        decompressed(file)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn text_comes_as_it_is_and_frames_one_after_the_other() {
        assert_eq!(read(b"").unwrap(), "");
        assert_eq!(read(b"{}").unwrap(), "{}");
        let frame = zstd::encode_all(&b"{}"[..], 3).unwrap();
        assert_eq!(read(&[&frame[..], &frame].concat()).unwrap(), "{}{}");
        assert!(read(&frame[..frame.len() - 1]).is_err());
    }
}
