//! What the terminal can show, and remarks on standard error.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice as Choice};
use anstyle::{AnsiColor, Style};

use crate::cli::{ColorChoice, Manner};
use crate::report::Page;
use crate::text::escape;

/// Where nothing says how wide the page is: a file or a pipe.
const FILE_WIDTH: usize = 100;
/// Below this no table can be read.
const LEAST_WIDTH: usize = 60;
/// Above this lines are too long to be read.
const MOST_WIDTH: usize = 160;

/// The page that standard output is.
pub(super) fn page(manner: &Manner) -> Page {
    let color = colored(manner.color, AutoStream::choice(&io::stdout()));
    let terminal = io::stdout()
        .is_terminal()
        .then(terminal_size::terminal_size)
        .flatten();
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let width = terminal
        .map(|(width, _)| usize::from(width.0))
        .or(columns)
        .unwrap_or(FILE_WIDTH);
    Page {
        width: width.clamp(LEAST_WIDTH, MOST_WIDTH),
        color,
    }
}

/// The page that a file is.
pub(super) fn file_page() -> Page {
    Page {
        width: FILE_WIDTH,
        color: false,
    }
}

/// Whether standard error may be coloured.
pub(super) fn stderr_color(manner: &Manner) -> bool {
    colored(manner.color, AutoStream::choice(&io::stderr()))
}

fn colored(wanted: ColorChoice, automatic: Choice) -> bool {
    match wanted {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => automatic != Choice::Never,
    }
}

/// A remark on standard error.
pub(super) fn remark(manner: &Manner, text: &str) {
    if !manner.quiet {
        say(
            stderr_color(manner),
            AnsiColor::Yellow,
            "note",
            &escape(text),
        );
    }
}

/// The last message of a run that failed. Drawn diagnostics are shown as they are.
pub fn complain(manner: &Manner, failure: &super::Failure) {
    match failure {
        super::Failure::Deployment(drawing) => drop(write!(io::stderr(), "{drawing}")),
        super::Failure::Several(failures) => {
            for one in failures {
                complain(manner, one);
            }
        }
        other => say(
            stderr_color(manner),
            AnsiColor::Red,
            "error",
            &escape(&other.to_string()),
        ),
    }
}

fn say(color: bool, paint: AnsiColor, kind: &str, text: &str) {
    let style = if color {
        Style::new().bold().fg_color(Some(paint.into()))
    } else {
        Style::new()
    };
    // Nobody is left to tell when standard error is closed.
    drop(writeln!(io::stderr(), "{style}{kind}{style:#}: {text}"));
}
