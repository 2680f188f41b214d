//! Reading numbers and length-prefixed fields; `None` when the bytes end early.

/// Bytes that are still to be read.
pub(super) struct Bytes<'b>(pub(super) &'b [u8]);

impl<'b> Bytes<'b> {
    pub(super) fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    /// A big-endian number of so many bytes.
    pub(super) fn number(&mut self, bytes: usize) -> Option<usize> {
        let head = self.take(bytes)?;
        Some(
            head.iter()
                .fold(0, |number, byte| number << 8 | usize::from(*byte)),
        )
    }

    /// A number of two bytes.
    pub(super) fn word(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    /// A field behind its length, which takes so many bytes.
    pub(super) fn field(&mut self, length_bytes: usize) -> Option<&'b [u8]> {
        let length = self.number(length_bytes)?;
        self.take(length)
    }

    /// All fields to the end, each behind its length; `None` when the last one is cut.
    pub(super) fn fields(mut self, length_bytes: usize) -> Option<Vec<Vec<u8>>> {
        let mut fields = Vec::new();
        while !self.0.is_empty() {
            fields.push(self.field(length_bytes)?.to_vec());
        }
        Some(fields)
    }
}
