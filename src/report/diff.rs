//! Writing what changed between two reports: for people, as a comment on a change, for programs. The same two reports give the
//! same bytes.

mod entries;
mod json;
mod markdown;
mod phrase;
mod table;

use std::io::{self, Write};

use super::Page;
use crate::diff::Difference;

pub use json::{SCHEMA, schema};

/// A format of differences.
pub trait DiffFormat: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// What it is for, in a few words.
    fn purpose(&self) -> &'static str;
    /// Writes the difference.
    fn write(&self, diff: &Difference<'_>, page: Page, sink: &mut dyn Write) -> io::Result<()>;
}

/// Every format.
pub const DIFF_FORMATS: &[&dyn DiffFormat] = &[&table::Table, &markdown::Markdown, &json::Json];

/// The format of that name.
pub fn diff_format_named(name: &str) -> Option<&'static dyn DiffFormat> {
    DIFF_FORMATS
        .iter()
        .copied()
        .find(|format| format.name() == name)
}
