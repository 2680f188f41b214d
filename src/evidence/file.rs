//! The evidence file: reading it back exactly as it was written, and checking that it agrees with itself.

use std::io::{self, BufReader, Read, Write};

use super::{Evidence, SCHEMA};
use crate::certificate::Digest;

/// An evidence file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON of this shape.
    #[error("line {line}, column {column}: {reason}")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the decoder says.
        reason: String,
    },
    /// It cannot be read to its end: damaged, too large, or the disk fails.
    #[error("{0}")]
    Broken(String),
    /// Another version.
    #[error("it says schema {0:?}, and this program reads {SCHEMA:?}")]
    Version(String),
    /// A certificate's bytes do not have the digest that they are filed under, or a chain names one that is missing.
    #[error("{0}")]
    Inconsistent(String),
}

impl Evidence {
    /// Reads an evidence file.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        Self::read_from(text.as_bytes())
    }

    /// Reads an evidence file as it comes, without holding its text in memory.
    pub fn read_from(source: impl Read) -> Result<Self, Unreadable> {
        let read = serde_json::from_reader(BufReader::new(source));
        let evidence: Self = read.map_err(|error: serde_json::Error| {
            if error.is_io() {
                return Unreadable::Broken(error.to_string());
            }
            Unreadable::Malformed {
                line: error.line(),
                column: error.column(),
                reason: error.to_string(),
            }
        })?;
        if evidence.schema != SCHEMA {
            return Err(Unreadable::Version(evidence.schema));
        }
        evidence.check_digests()?;
        evidence.check_fetches()?;
        Ok(evidence)
    }

    /// Writes it as JSON, ending with a newline.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// The same, without holding the text in memory.
    pub fn write_to(&self, mut sink: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut sink, self)?;
        sink.write_all(b"\n")
    }

    fn check_digests(&self) -> Result<(), Unreadable> {
        let mut filed = self.certificates.ders();
        if let Some((name, _)) = filed.find(|(name, der)| Digest::of(der) != **name) {
            return Err(Unreadable::Inconsistent(format!(
                "certificate {name} is not the bytes of that SHA-256"
            )));
        }
        let named = self
            .observations
            .iter()
            .flat_map(|seen| &seen.presentations)
            .flat_map(|shown| &shown.chain);
        match named
            .into_iter()
            .find(|digest| !self.certificates.contains(digest))
        {
            Some(missing) => Err(Unreadable::Inconsistent(format!(
                "certificate {missing} is named but not included"
            ))),
            None => Ok(()),
        }
    }
}
