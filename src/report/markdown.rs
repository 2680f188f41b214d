//! The report to paste into a change request, or as a comment of a merge request.

mod finding;
mod fix;
mod nodes;
mod sheet;
mod text;

use std::io::{self, Write};

use super::entries::Entries;
use super::gathered::Section;
use super::phrase::{
    causes, counts, how_many_ready, outcome, owners, plural, redaction, scope, verdict, who,
};
use super::{Answer, Format, Page, Report, moment_text};
use sheet::Sheet;

pub(super) use fix::fix_steps;
pub(super) use text::{clip, code, inline, prose};

/// The format.
pub(super) struct Markdown;

/// What a comment on GitHub may hold, in characters; here it is held in bytes, of which there are never fewer. GitLab takes a
/// million.
const MOST: usize = 65_536;

/// Names are clipped to this many characters.
const NAME: usize = 100;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn purpose(&self) -> &'static str {
        "to paste into a change request, or as a comment"
    }

    fn write(&self, report: &Report<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        let entries = Entries::of(report, |one| one.rule.id != "probe-optional-closed");
        let mut sheet = Sheet::new(MOST);
        sheet.add(&headline(report));
        sheet.add(&client_matrix(report));
        nodes::draw(report, &mut sheet);
        findings(&entries, &mut sheet);
        for (section, title) in FOLDED {
            folded(&entries, section, title, &mut sheet);
        }
        sink.write_all(sheet.finish().as_bytes())
    }

    fn holds_several(&self) -> bool {
        true
    }

    /// One after the other: what a comment may hold is kept by each of them, not by all together.
    fn write_part(
        &self,
        report: &Report<'_>,
        page: Page,
        position: usize,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        if position > 0 {
            sink.write_all(b"\n---\n\n")?;
        }
        self.write(report, page, sink)
    }

    fn close(&self, answers: &[Answer], _: Page, sink: &mut dyn Write) -> io::Result<()> {
        sink.write_all(overview(answers).as_bytes())
    }
}

/// Sections after the findings, a line an entry.
const FOLDED: [(Section, &str); 4] = [
    (Section::Notes, "Notes"),
    (Section::Unknown, "Could not be judged"),
    (Section::Passed, "Passed"),
    (Section::NotApplicable, "Did not apply"),
];

fn headline(report: &Report<'_>) -> String {
    let name = inline(&clip(&report.estate.deployment.name, NAME));
    let mut out = format!(
        "# {name}: {}\n\n{} {}. Judged as of {} by {}.\n",
        verdict(report.summary.readiness),
        counts(&report.summary),
        scope(report),
        moment_text(report.audit.at),
        plural(report.audit.rules.len(), "rule"),
    );
    if !report.estate.complete {
        out += "\n**INCOMPLETE:** the scan was interrupted; what is counted as not examined was not looked at.\n";
    }
    for text in redaction(report) {
        out += &format!("\n{}\n", inline(&text));
    }
    if let Some(teams) = owners(report) {
        out += &format!("\n{teams}\n");
    }
    out
}

/// Every deployment in a row.
fn overview(answers: &[Answer]) -> String {
    let rows = answers.iter().map(|answer| {
        let name = inline(&clip(&answer.deployment, NAME));
        let summary = &answer.summary;
        let verdict = verdict(summary.readiness);
        format!("| {name} | {verdict} | {} |\n", counts(summary))
    });
    let rows: String = rows.collect();
    let title = how_many_ready(answers);
    format!("\n---\n\n# {title}\n\n| deployment | verdict | findings |\n|---|---|---|\n{rows}")
}

fn client_matrix(report: &Report<'_>) -> String {
    let summary = &report.summary;
    let rows = summary.clients.iter().chain(&summary.peers).map(|client| {
        let because = causes(report, client);
        format!(
            "| {} | {} | {} |\n",
            who(client.who),
            outcome(client.outcome),
            inline(&clip(&because, 4 * NAME))
        )
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    format!("\n## Who will see what\n\n| who | sees | because of |\n|---|---|---|\n{rows}")
}

fn findings(entries: &Entries<'_>, sheet: &mut Sheet) {
    let own = entries.of_section(Section::Findings);
    let mut told = vec![false; entries.procedures.len()];
    let mut title = "\n## Findings, those that hurt most first\n";
    for (number, entry) in own.enumerate() {
        let block = finding::block(number + 1, entry, entries, &told);
        if !sheet.add_or_count(&format!("{title}{block}"), "finding") {
            continue;
        }
        title = "";
        if let Some(told) = entry.procedure.and_then(|position| told.get_mut(position)) {
            *told = true;
        }
    }
}

fn folded(entries: &Entries<'_>, section: Section, title: &str, sheet: &mut Sheet) {
    let count = entries.of_section(section).count();
    if count == 0 {
        return;
    }
    let open = format!("\n<details><summary>{title} ({count})</summary>\n\n");
    let close = "\n</details>\n";
    if !sheet.open(&open, close) {
        sheet.leave_out(title, count);
        return;
    }
    for entry in entries.of_section(section) {
        sheet.add_or_count(&finding::line(entry), title);
    }
    sheet.close(close);
}
