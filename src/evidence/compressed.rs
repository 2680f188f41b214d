//! Files that may be compressed.

use std::io::{self, BufRead, Read};

/// Every Zstandard frame begins so (RFC 8878, section 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The text of a file that may be compressed with Zstandard, as it comes. A few bytes may become gigabytes: beyond `limit`
/// bytes of text there is an error, as there is where the compressed data is damaged or ends too early.
pub fn decompressed<'a>(mut file: impl BufRead + 'a, limit: u64) -> io::Result<Box<dyn Read + 'a>> {
    let source: Box<dyn Read + 'a> = if file.fill_buf()?.starts_with(&ZSTD_MAGIC) {
        Box::new(Frames(zstd::Decoder::with_buffer(file)?))
    } else {
        Box::new(file)
    };
    Ok(Box::new(Limited {
        source,
        left: limit,
        limit,
    }))
}

/// Text out of Zstandard frames.
struct Frames<R: BufRead>(zstd::Decoder<'static, R>);

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            let text = "what is compressed in it (Zstandard) is damaged or not whole";
            io::Error::new(error.kind(), format!("{text}: {error}; copy it again"))
        })
    }
}

/// Text up to a limit; an error beyond.
struct Limited<R> {
    source: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.left = self.left.checked_sub(length as u64).ok_or_else(|| {
            let text = format!("its text is larger than {} MiB", self.limit >> 20);
            io::Error::new(io::ErrorKind::FileTooLarge, text)
        })?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Read as _;

    use super::decompressed;

    const LIMIT: u64 = 3 << 20;

    fn read(file: &[u8]) -> std::io::Result<String> {
        let mut text = String::new();
        decompressed(file, LIMIT)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn text_comes_as_it_is_and_frames_one_after_the_other() {
        assert_eq!(read(b"").unwrap(), "");
        assert_eq!(read(b"{}").unwrap(), "{}");
        let frame = zstd::encode_all(&b"{}"[..], 3).unwrap();
        assert_eq!(read(&[&frame[..], &frame].concat()).unwrap(), "{}{}");
    }

    #[test]
    fn what_is_damaged_says_so() {
        let frame = zstd::encode_all(&b"{}"[..], 3).unwrap();
        for damaged in [
            &frame[..frame.len() - 1],
            &[&frame[..5], &[0xff; 9]].concat(),
        ] {
            let said = read(damaged).unwrap_err().to_string();
            assert!(said.contains("damaged or not whole"), "{said}");
        }
    }

    #[test]
    fn beyond_the_limit_is_an_error_compressed_or_not() {
        let most = vec![b' '; usize::try_from(LIMIT).unwrap()];
        let more = [&most[..], b" "].concat();
        let packed = |text: &[u8]| zstd::encode_all(text, 3).unwrap();
        assert!(packed(&more).len() < 1000);
        for (most, more) in [(packed(&most), packed(&more)), (most, more)] {
            assert!(read(&most).is_ok());
            let said = read(&more).unwrap_err().to_string();
            assert_eq!(said, "its text is larger than 3 MiB");
        }
    }
}
