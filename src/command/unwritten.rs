//! Outputs that could not be written, while all others were.

use super::Failure;

/// What went wrong with single outputs of a run, to be told at its end.
#[derive(Debug, Default)]
pub(super) struct Unwritten(Vec<Failure>);

impl Unwritten {
    /// Keeps a failure for the end.
    pub(super) fn note(&mut self, written: Result<(), Failure>) {
        self.0.extend(written.err());
    }

    /// The failures, if there were any.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        match self.0.len() {
            0 => Ok(()),
            1 => Err(self.0.remove(0)),
            _ => Err(Failure::Several(self.0)),
        }
    }
}
