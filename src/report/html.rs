//! The report as one page for a browser: nothing is fetched, everything stands there without script, and text from
//! strangers stays text.

mod book;
mod certificates;
mod client_matrix;
mod expiries;
mod findings;
mod headline;
mod node_map;
mod nodes;
mod policy;
mod relations;
mod sheet;

use std::io::{self, Write};

use maud::{Markup, PreEscaped, html};

use super::{Format, Page, Report};
use crate::text::escape;
use book::Book;
use findings::Cards;

/// How the page looks, and the little it can do.
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Nodes, each with its services, certificates and findings, of a page that is laid out at once.
const MOST_AT_ONCE: usize = 100;

/// The format.
pub(super) struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn tells_of_passes(&self) -> bool {
        true
    }

    fn purpose(&self) -> &'static str {
        "one page for a browser, to read, print and pass on"
    }

    fn write(&self, report: &Report<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        sink.write_all(page(report).as_bytes())
    }
}

fn page(report: &Report<'_>) -> String {
    let cards = Cards::of(report);
    let book = Book::of(report, &cards);
    let parts = [
        client_matrix::draw(&book),
        node_map::draw(&book),
        expiries::draw(&book),
        nodes::draw(&book),
        cards.draw(&book),
        certificates::draw(&book),
    ];
    let head = head(report);
    let body = html! {
        a class="skip" href="#main" { "Skip to the report" }
        (headline::draw(&book))
        main id="main" class=[is_long(report).then_some("long")] { @for part in &parts { (part) } }
        (closing(report))
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>{}\n<style>{STYLE}</style>\n</head>\n<body>{}\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n",
        lay_out(&head),
        lay_out(&body)
    )
}

/// More than a browser lays out at once without making its reader wait.
fn is_long(report: &Report<'_>) -> bool {
    report.estate.nodes.len() > MOST_AT_ONCE
}

fn head(report: &Report<'_>) -> Markup {
    let verdict = super::phrase::verdict(report.summary.readiness);
    html! {
        meta charset="utf-8";
        meta http-equiv="Content-Security-Policy" content=(policy::content(STYLE, SCRIPT));
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        meta name="referrer" content="no-referrer";
        meta name="generator" content=(concat!("certaudit ", env!("CARGO_PKG_VERSION")));
        title { (report.estate.deployment.name) ": " (verdict) ", certificates as of " (super::moment_text(report.audit.at)) }
    }
}

fn closing(report: &Report<'_>) -> Markup {
    html! {
        footer {
            p {
                "Written by certaudit " (env!("CARGO_PKG_VERSION")) ". "
                @if report.summary.unknown > 0 {
                    "What could not be judged for want of evidence is never counted as good. "
                }
                "Pictures of trust follow the certificates that were presented and what the devices were said to trust."
            }
        }
    }
}

/// Tags that begin a line: so that versions of a report can be compared.
const BLOCKS: [&str; 12] = [
    "<meta", "<title", "<header", "<section", "<article", "<footer", "<h2", "<h3", "<tr", "<li",
    "<g ", "<path",
];

/// The last step before the bytes leave: whatever a part forgot to make fit to show is made so here. Markup from strangers
/// is text already, so that a "<" begins a tag of ours.
fn lay_out(markup: &Markup) -> String {
    let PreEscaped(text) = markup;
    let mut text = escape(text).into_owned();
    for block in BLOCKS {
        text = text.replace(block, &format!("\n{block}"));
    }
    text
}

#[cfg(test)]
mod tests;
