//! The plan for people at a terminal: each certificate, the installations, the calendar.

use std::io::{self, Write};

use comfy_table::Cell;

use super::super::table::ink::{Ink, Paint};
use super::super::{Page, moment_text};
use super::installations::{Installations, restarts};
use super::{PlanFormat, line_block, summary};
use crate::plan::{Installation, Line, Plan};
use crate::report::phrase::letter;
use crate::text::{date, escape};

/// The format.
pub(super) struct Table;

impl PlanFormat for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn purpose(&self) -> &'static str {
        "for people at a terminal"
    }

    fn write(&self, plan: &Plan<'_>, page: Page, sink: &mut dyn Write) -> io::Result<()> {
        let ink = Ink::new(page);
        let installations = Installations::of(plan);
        let mut out = headline(plan, &ink);
        for line in &plan.lines {
            out += &line_block::draw(line, installations.letter_of(line).as_deref(), &ink);
        }
        out += &install(&installations, &ink);
        out += &calendar(plan, &ink);
        sink.write_all(out.as_bytes())
    }
}

fn headline(plan: &Plan<'_>, ink: &Ink) -> String {
    let name = escape(&plan.deployment.name).into_owned();
    let mut out = format!(
        "{}  plan of certificates\n",
        ink.paint(Paint::Strong, &name)
    );
    out += &ink.wrap(
        "",
        &format!("{} As of {}.", summary(plan), moment_text(plan.at)),
    );
    for remark in &plan.remarks {
        out += &ink.wrap("", &escape(remark));
    }
    out + "\n"
}

fn install(installations: &Installations<'_>, ink: &Ink) -> String {
    if installations.lists.is_empty() {
        return String::new();
    }
    let mut out = ink.rule() + &ink.paint(Paint::Strong, "Installation") + "\n\n";
    for (position, (one, lines)) in installations.lists.iter().enumerate() {
        out += &steps(&letter(position), one, lines, ink);
    }
    out
}

fn steps(letter: &str, one: &Installation, lines: &[&Line<'_>], ink: &Ink) -> String {
    let titles: Vec<String> = lines.iter().map(|line| super::title(line)).collect();
    let mut out = ink.wrap(&format!("  {letter:<8} "), &titles.join("; "));
    for caution in &one.cautions {
        out += &ink.wrap("  mind     ", &escape(caution));
    }
    for (number, step) in one.steps.iter().enumerate() {
        let label = format!("{letter}{}", number + 1);
        out += &ink.wrap(&format!("  {label:<8} "), &escape(step));
    }
    for restart in restarts(one) {
        out += &ink.wrap("  restart  ", &escape(&restart));
    }
    for check in &one.afterwards {
        out += &ink.wrap("  check    ", &escape(check));
    }
    out + "\n"
}

fn calendar(plan: &Plan<'_>, ink: &Ink) -> String {
    let mut out = ink.rule() + &ink.paint(Paint::Strong, "Renewals") + "\n\n";
    for window in &plan.calendar.windows {
        let lines = plan.lines_of(window);
        let titles: Vec<String> = lines.into_iter().map(super::title).collect();
        out += &ink.wrap(&format!("  {}  ", date(window.day)), &titles.join("; "));
    }
    let mut table = ink.table();
    table.set_header(["public lives", "from", "each", "as planned", "all public"]);
    for burden in &plan.calendar.burdens {
        table.add_row(vec![
            Cell::new(format!("{} days", burden.days)),
            Cell::new(date(burden.from)),
            Cell::new(burden.each),
            Cell::new(burden.planned),
            Cell::new(burden.all_public),
        ]);
    }
    out += "\n";
    out += &ink.wrap(
        "  ",
        "Renewals a year at most, under each limit of public CAs:",
    );
    out + &Ink::lay_out(&table)
}
