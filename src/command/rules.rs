//! `certaudit rules`: the catalogue.

use super::Failure;
use super::outputs::to_stdout;
use super::terminal::page;
use crate::audit::rule::Rule;
use crate::cli::{Manner, Rules};
use crate::rules::RULES;

/// Runs it.
pub(super) fn run(options: &Rules, manner: &Manner) -> Result<u8, Failure> {
    let width = page(manner).width;
    let wanted = |rule: &&&Rule| {
        options.only.is_empty()
            || options
                .only
                .iter()
                .any(|selector| rule.is_selected_by(selector))
    };
    let text: String = RULES
        .iter()
        .filter(wanted)
        .map(|rule| line(rule, width))
        .collect();
    to_stdout(|sink| sink.write_all(text.as_bytes()))?;
    Ok(0)
}

fn line(rule: &Rule, width: usize) -> String {
    const LABEL: usize = 58;
    let label = format!(
        "{:<39} {:<8} {:<8} ",
        rule.id,
        rule.severity.name(),
        rule.owner.name()
    );
    let below = " ".repeat(LABEL);
    let options = textwrap::Options::new(width)
        .initial_indent(&label)
        .subsequent_indent(&below);
    textwrap::fill(rule.title, options) + "\n"
}
