//! The plan as a change request that can be pasted into a ticket.

use std::io::{self, Write};

use super::super::{Page, moment_text};
use super::installations::{Installations, restarts};
use super::{PlanFormat, authority, extended_key_usage, key, key_usage, renewal, summary, title};
use crate::plan::{Installation, Line, Plan};
use crate::report::markdown::{inline, prose};
use crate::report::phrase::letter;
use crate::text::date;

/// The format.
pub(super) struct Markdown;

impl PlanFormat for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn purpose(&self) -> &'static str {
        "a change request to paste"
    }

    fn write(&self, plan: &Plan<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        let installations = Installations::of(plan);
        let mut out = headline(plan);
        out += &overview(plan, &installations);
        for line in plan.orders() {
            out += &certificate(line, installations.letter_of(line).as_deref());
        }
        for (position, (one, lines)) in installations.lists.iter().enumerate() {
            out += &installation(&letter(position), one, lines);
        }
        out += &calendar(plan);
        sink.write_all(out.as_bytes())
    }
}

fn headline(plan: &Plan<'_>) -> String {
    let mut out = format!(
        "# Certificates of {}\n\n{} As of {}.\n",
        inline(&plan.deployment.name),
        inline(&summary(plan)),
        moment_text(plan.at)
    );
    for remark in &plan.remarks {
        out += &format!("\n{}\n", prose(remark));
    }
    out
}

fn overview(plan: &Plan<'_>, installations: &Installations<'_>) -> String {
    let mut out =
        "\n## Overview\n\n| certificate | nodes | state | CA | install | renew by |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for line in &plan.lines {
        out += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            line.certificate,
            inline(&line.node_names()),
            line.standing.name(),
            line.authority.recommended.name(),
            installations.letter_of(line).unwrap_or_default(),
            date(line.renewal.due)
        );
    }
    for line in plan.lines.iter().filter(|line| !line.is_ordered()) {
        for reason in line.standing.reasons() {
            out += &format!("\n{}: {}\n", inline(&title(line)), inline(reason));
        }
    }
    out
}

fn certificate(line: &Line<'_>, letter: Option<&str>) -> String {
    let shared = if line.multi_server {
        " (multi-server)"
    } else {
        ""
    };
    let mut out = format!("\n## Order: {}{shared}\n\n", inline(&title(line)));
    for reason in line.standing.reasons() {
        out += &format!("- Seen: {}\n", inline(reason));
    }
    let [recommended, public, private] = authority(line);
    let facts = [
        ("Subject", format!("CN={}", line.common_name)),
        ("Key usage", key_usage(line)),
        ("Extended key usage", extended_key_usage(line)),
        ("Key", key(line)),
        ("CA", recommended),
        ("CA", public),
        ("CA", private),
        ("Renew", renewal(line)),
        (
            "Install",
            format!("as in {}", letter.unwrap_or("the procedure")),
        ),
    ];
    for (name, value) in facts {
        out += &format!("- {name}: {}\n", inline(&value));
    }
    for note in &line.notes {
        out += &format!("- Mind: {}\n", prose(note));
    }
    out + &names(line)
}

fn names(line: &Line<'_>) -> String {
    if line.names.is_empty() {
        return "- Subject alternative names: none is needed\n".to_owned();
    }
    let mut out = "\n| subject alternative name (DNS) | why |\n|---|---|\n".to_owned();
    for name in &line.names {
        out += &format!("| {} | {} |\n", inline(&name.name), name.why.words());
    }
    out
}

fn installation(letter: &str, one: &Installation, lines: &[&Line<'_>]) -> String {
    let titles: Vec<String> = lines.iter().map(|line| title(line)).collect();
    let mut out = format!(
        "\n## Installation {letter}: {}\n\n",
        inline(&titles.join("; "))
    );
    for caution in &one.cautions {
        out += &format!("> {}\n>\n", prose(caution));
    }
    if !one.cautions.is_empty() {
        out += "\n";
    }
    for step in &one.steps {
        out += &format!("1. [ ] {}\n", prose(step));
    }
    for restart in restarts(one) {
        out += &format!("1. [ ] Restart {}\n", prose(&restart));
    }
    for check in &one.afterwards {
        out += &format!("1. [ ] {}\n", prose(check));
    }
    out
}

fn calendar(plan: &Plan<'_>) -> String {
    let mut out = "\n## Renewals\n\n| change window | certificates |\n|---|---|\n".to_owned();
    for window in &plan.calendar.windows {
        let lines = plan.lines_of(window);
        let titles: Vec<String> = lines.into_iter().map(title).collect();
        out += &format!(
            "| {} | {} |\n",
            date(window.day),
            inline(&titles.join("; "))
        );
    }
    out += "\nRenewals a year at most, under each limit of public CAs:\n\n\
            | public lives | from | each certificate | as planned | all public |\n|---|---|---|---|---|\n";
    for burden in &plan.calendar.burdens {
        out += &format!(
            "| {} days | {} | {} | {} | {} |\n",
            burden.days,
            date(burden.from),
            burden.each,
            burden.planned,
            burden.all_public
        );
    }
    out
}
