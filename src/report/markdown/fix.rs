//! The way out of a finding: steps, restarts, cautions.

use super::text::prose;
use crate::audit::fix::Fix;

/// Steps and restarts as numbered lists, cautions as a list; each ends with an empty line. Empty when there are none.
pub(in crate::report) fn fix_steps(fix: &Fix) -> String {
    let mut out = list("", &fix.steps, "1. ");
    out += &list("Then restart, in this order:\n\n", &fix.restart, "1. ");
    out + &list("Mind:\n\n", &fix.cautions, "- ")
}

fn list(title: &str, texts: &[String], mark: &str) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let lines = texts.iter().map(|text| format!("{mark}{}\n", prose(text)));
    format!("{title}{}\n", lines.collect::<String>())
}
