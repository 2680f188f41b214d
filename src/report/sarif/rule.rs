//! A rule as SARIF describes it: why, the way out, who says so.

use super::log::{Configuration, Descriptor, Help, Message, RuleProperties};
use super::outcome::level_of;
use crate::audit::rule::{Rule, Severity};
use crate::report::markdown::prose;
use crate::report::story::{at_most, capital, source};

/// GitHub takes no longer descriptions.
const LONGEST_DESCRIPTION: usize = 1024;

/// The rule.
pub(super) fn of(rule: &Rule) -> Descriptor {
    Descriptor {
        id: rule.id,
        name: rule.id,
        short_description: Message::of(&at_most(LONGEST_DESCRIPTION, &capital(rule.title))),
        full_description: Message::of(&at_most(LONGEST_DESCRIPTION, rule.explain)),
        help: Help {
            text: text(rule),
            markdown: markdown(rule),
        },
        default_configuration: Configuration {
            level: level_of(rule.severity),
        },
        properties: RuleProperties {
            tags: [rule.family(), rule.owner.name()],
            // Every rule judges what was seen, and says `unknown` where that does not do.
            precision: "high",
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

fn text(rule: &Rule) -> String {
    let sources: Vec<String> = rule.cites.iter().map(source).collect();
    format!(
        "Why it matters: {}\n\nWhat to do: {}\n\nUsually mended by: {}\n\nWho says so: {}",
        rule.explain,
        rule.fix,
        rule.owner.title(),
        sources.join("; ")
    )
}

fn markdown(rule: &Rule) -> String {
    let sources = rule.cites.iter().map(|citation| match citation.source.url {
        Some(url) => format!(
            "- [{}]({url}){}\n",
            prose(citation.source.title),
            section(citation.section)
        ),
        None => format!(
            "- {}{}\n",
            prose(citation.source.title),
            section(citation.section)
        ),
    });
    format!(
        "**Why it matters.** {}\n\n**What to do.** {}\n\n**Usually mended by** {}.\n\n**Who says so**\n\n{}",
        prose(rule.explain),
        prose(rule.fix),
        prose(rule.owner.title()),
        sources.collect::<String>()
    )
}

fn section(section: &str) -> String {
    match section {
        "" => String::new(),
        section => format!(", {}", prose(section)),
    }
}
