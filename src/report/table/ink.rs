//! Colours and line breaks.

use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, Color, ContentArrangement, Table, presets};

use super::super::Page;

/// Names, issuer and dates of a service fit side by side from here on.
const NARROW: usize = 110;

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Paint {
    /// As it should be.
    Good,
    /// An error.
    Bad,
    /// A warning, or not known.
    Doubtful,
    /// A title.
    Strong,
    /// Less important.
    Faint,
}

/// A page to write on.
pub(in crate::report) struct Ink {
    page: Page,
}

impl Ink {
    pub(in crate::report) fn new(page: Page) -> Self {
        Self { page }
    }

    /// Whether what belongs together stands below each other rather than side by side.
    pub(in crate::report) fn is_narrow(&self) -> bool {
        self.page.width < NARROW
    }

    /// The text in its colour, where there are colours.
    pub(in crate::report) fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.page.color {
            return text.to_owned();
        }
        let style = paint.style();
        format!("{style}{text}{style:#}")
    }

    /// Plain text broken into lines, the first behind `label`, the others below it; ends with a newline.
    pub(in crate::report) fn wrap(&self, label: &str, text: &str) -> String {
        let below = " ".repeat(textwrap::core::display_width(label));
        let options = textwrap::Options::new(self.page.width)
            .initial_indent(label)
            .subsequent_indent(&below)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::fill(text, options) + "\n"
    }

    /// A table without lines that fills the page.
    pub(in crate::report) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(self.page.width).unwrap_or(u16::MAX));
        if self.page.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table
    }

    /// A table as text without blanks at line ends.
    pub(in crate::report) fn lay_out(table: &Table) -> String {
        table.trim_fmt() + "\n"
    }

    /// A cell in a colour.
    pub(in crate::report) fn cell(&self, paint: Paint, text: impl ToString) -> Cell {
        let cell = Cell::new(text);
        match (self.page.color, paint) {
            (true, Paint::Good) => cell.fg(Color::Green),
            (true, Paint::Bad) => cell.fg(Color::Red),
            (true, Paint::Doubtful) => cell.fg(Color::Yellow),
            (true, Paint::Faint) => cell.fg(Color::DarkGrey),
            _ => cell,
        }
    }

    /// A title with something at the right edge.
    pub(in crate::report) fn title(&self, left: &str, right: &str, paint: Paint) -> String {
        let used = textwrap::core::display_width(left) + textwrap::core::display_width(right);
        let gap = self.page.width.saturating_sub(used).max(2);
        format!(
            "{}{}{}\n",
            self.paint(Paint::Strong, left),
            " ".repeat(gap),
            self.paint(paint, right)
        )
    }

    /// A line across the page.
    pub(in crate::report) fn rule(&self) -> String {
        self.paint(Paint::Faint, &"─".repeat(self.page.width)) + "\n"
    }
}

impl Paint {
    fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        match self {
            Self::Good => color(AnsiColor::Green).bold(),
            Self::Bad => color(AnsiColor::Red).bold(),
            Self::Doubtful => color(AnsiColor::Yellow).bold(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}
