//! `certaudit explain`: one rule in full, with its sources.

use super::Failure;
use super::outputs::to_stdout;
use super::terminal::page;
use crate::audit::rule::Rule;
use crate::cli::{Explain, Manner};
use crate::rules::named;

/// Runs it.
pub(super) fn run(options: &Explain, manner: &Manner) -> Result<u8, Failure> {
    let rule = named(&options.rule)
        .ok_or_else(|| Failure::System(format!("there is no rule {}", options.rule)))?;
    let text = explanation(rule, page(manner).width);
    to_stdout(|sink| sink.write_all(text.as_bytes()))?;
    Ok(0)
}

fn explanation(rule: &Rule, width: usize) -> String {
    let wrapped = |indent: &str, text: &str| {
        let options = textwrap::Options::new(width)
            .initial_indent(indent)
            .subsequent_indent(indent);
        textwrap::fill(text, options)
    };
    let mut text = format!(
        "{} ({}, usually mended by {})\n{}\n\n",
        rule.id,
        rule.severity.name(),
        rule.owner.name(),
        wrapped("", rule.title)
    );
    let parts = [("Why it matters", rule.explain), ("What to do", rule.fix)];
    for (title, words) in parts {
        text += &format!("{title}\n{}\n\n", wrapped("  ", words));
    }
    text += "Who says so\n";
    for citation in rule.cites {
        let section = if citation.section.is_empty() {
            String::new()
        } else {
            format!(", {}", citation.section)
        };
        text += &wrapped("  ", &format!("{}{section}", citation.source.title));
        text += "\n";
        text += &citation
            .source
            .url
            .map(|url| format!("    {url}\n"))
            .unwrap_or_default();
    }
    text
}
