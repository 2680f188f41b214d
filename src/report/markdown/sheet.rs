//! A page that holds so much and no more, and says what is not on it.

/// Bytes that are kept for saying what was left out.
const CLOSING: usize = 1_000;

/// A page.
pub(super) struct Sheet {
    text: String,
    /// Bytes that may still be written.
    room: usize,
    /// Once something was left out, everything after it is, too: what is there is what hurts most.
    is_full: bool,
    left_out: Vec<(String, usize)>,
}

impl Sheet {
    /// A page of so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self {
            text: String::new(),
            room: most.saturating_sub(CLOSING),
            is_full: false,
            left_out: Vec::new(),
        }
    }

    /// Adds what has to be there, and is known to be short.
    pub(super) fn add(&mut self, text: &str) {
        self.text += text;
        self.room = self.room.saturating_sub(text.len());
    }

    /// Bytes that may still be written.
    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Adds a block, or counts it among what was left out.
    pub(super) fn add_or_count(&mut self, block: &str, what: &str) -> bool {
        if self.is_full || block.len() > self.room {
            self.is_full = true;
            self.leave_out(what, 1);
            return false;
        }
        self.add(block);
        true
    }

    /// Begins a part that `close` ends; keeps room for that.
    pub(super) fn open(&mut self, open: &str, close: &str) -> bool {
        if self.is_full || open.len() + close.len() > self.room {
            self.is_full = true;
            return false;
        }
        self.room -= close.len();
        self.add(open);
        true
    }

    /// Ends what [`Self::open`] began.
    pub(super) fn close(&mut self, close: &str) {
        self.text += close;
    }

    /// Counts what was left out.
    pub(super) fn leave_out(&mut self, what: &str, count: usize) {
        match self.left_out.iter_mut().find(|(known, _)| known == what) {
            Some((_, known)) => *known += count,
            None => self.left_out.push((what.to_owned(), count)),
        }
    }

    /// The page, with what is not on it at its end.
    pub(super) fn finish(self) -> String {
        if self.left_out.is_empty() {
            return self.text;
        }
        let parts = self.left_out.iter().map(|(what, count)| match *count {
            1 => format!("1 {}", what.to_lowercase()),
            _ => format!("{count} of {}", plural_of(what)),
        });
        let parts: Vec<String> = parts.collect();
        self.text
            + &format!(
                "\n## Left out\n\nA comment holds 65,536 characters. Not on this page: {}. `-f json` has everything; `--owner`, \
                 `--node` and `--only` list less.\n",
                parts.join(", ")
            )
    }
}

/// "the findings".
fn plural_of(what: &str) -> String {
    let what = what.to_lowercase();
    match what.as_str() {
        "finding" | "node" => format!("the {what}s"),
        _ => format!("\"{what}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::{CLOSING, Sheet};

    #[test]
    fn a_sheet_with_room_says_nothing_of_its_size() {
        let mut sheet = Sheet::new(CLOSING + 10);
        assert!(sheet.add_or_count("0123456789", "finding"));
        assert_eq!(sheet.finish(), "0123456789");
    }

    #[test]
    fn what_does_not_fit_is_counted_and_so_is_all_after_it() {
        let mut sheet = Sheet::new(CLOSING + 5);
        assert!(!sheet.add_or_count("0123456789", "finding"));
        assert!(
            !sheet.add_or_count("0", "finding"),
            "not the small ones alone"
        );
        assert!(!sheet.open("<", ">"));
        sheet.leave_out("Notes", 1);
        let text = sheet.finish();
        assert!(text.contains("2 of the findings, 1 notes."), "{text}");
        assert!(text.len() < CLOSING);
    }

    #[test]
    fn room_for_the_end_of_a_part_is_kept() {
        let mut sheet = Sheet::new(CLOSING + 4);
        assert!(sheet.open("<", ">"));
        assert!(sheet.add_or_count("ab", "Notes"));
        assert!(!sheet.add_or_count("c", "Notes"));
        sheet.close(">");
        assert!(sheet.finish().starts_with("<ab>"));
    }
}
