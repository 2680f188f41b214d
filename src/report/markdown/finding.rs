//! A finding as a block with its steps, or in a line.

use super::fix::fix_steps;
use super::text::{clip, code, inline, prose};
use crate::audit::rule::Severity;
use crate::report::entries::{Entries, Entry};
use crate::report::phrase::{effects, letter};

/// Messages are clipped to this many characters: some name every node.
const MESSAGE: usize = 2_000;
/// In a line they are shorter.
const REMARK: usize = 400;
/// Places beyond these are counted, not named.
const PLACES: usize = 12;

/// An error or a warning. Its steps are folded below it, unless they were `told` before.
pub(super) fn block(number: usize, entry: &Entry<'_>, all: &Entries<'_>, told: &[bool]) -> String {
    let one = entry.told.one;
    let mut out = format!(
        "\n### {number}. {} {}: {}\n\n- **Where:** {}\n- **Seen:** {}\n",
        heading(entry),
        code(one.rule.id),
        inline(one.rule.title),
        places(entry),
        inline(&clip(&one.message, MESSAGE)),
    );
    if !entry.told.effects.is_empty() {
        out += &format!("- **Hits:** {}\n", effects(&entry.told.effects));
    }
    let letter = entry.procedure.map(letter).unwrap_or_default();
    if !one.fix.summary.is_empty() {
        let steps = if letter.is_empty() {
            String::new()
        } else {
            format!(" (steps {letter})")
        };
        out += &format!("- **Fix:** {}{steps}\n", prose(&one.fix.summary));
    }
    out += &format!("- **Owner:** {}\n", one.owner.name());
    if let Some(waived) = &one.waived {
        out += &format!("- **Waived:** {}\n", inline(&clip(&waived.reason, REMARK)));
    }
    let untold = entry
        .procedure
        .filter(|position| told.get(*position) == Some(&false));
    if let Some(fix) = untold.and_then(|position| all.procedures.get(position)) {
        let steps = fix_steps(fix);
        out += &format!("\n<details><summary>Steps {letter}</summary>\n\n{steps}</details>\n");
    }
    out
}

/// What needs no mending takes no more than a line.
pub(super) fn line(entry: &Entry<'_>) -> String {
    let one = entry.told.one;
    let why = match one.message.as_str() {
        "" => String::new(),
        message => format!(": {}", inline(&clip(message, REMARK))),
    };
    format!("- {}: {}{why}\n", code(one.rule.id), places(entry))
}

fn heading(entry: &Entry<'_>) -> &'static str {
    match (entry.told.one.waived.is_some(), entry.told.one.severity) {
        (true, _) => "WAIVED",
        (false, Severity::Error) => "ERROR",
        (false, _) => "WARNING",
    }
}

/// "cucm-sub tomcat (8443), cucm-sub tftp-mra (6972), and 30 more".
fn places(entry: &Entry<'_>) -> String {
    let named = entry.told.places.iter().take(PLACES);
    let mut named: Vec<String> = named
        .map(|place| inline(&clip(&place.text, super::NAME)))
        .collect();
    let more = entry.told.places.len().saturating_sub(PLACES);
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    named.join(", ")
}
