//! A file of keys and comments under way.

use crate::text::escape;

/// What begins a comment that asks for something.
pub(in crate::command::discover) const MARK: &str = "# UNKNOWN:";
/// Columns of a comment.
const WIDTH: usize = 110;

/// Text under way.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// As far as it is written.
    pub(super) text: String,
}

impl Page {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn key(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    /// A comment, whatever is in the text.
    pub(super) fn comment(&mut self, text: &str) {
        self.wrapped(text, "# ");
    }

    pub(super) fn unknown(&mut self, text: &str) {
        self.wrapped(text, &format!("{MARK} "));
    }

    fn wrapped(&mut self, text: &str, first: &str) {
        let shape = textwrap::Options::new(WIDTH)
            .initial_indent(first)
            .subsequent_indent("#   ")
            .break_words(false);
        for line in textwrap::wrap(&escape(text), shape) {
            self.line(&line);
        }
    }
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
