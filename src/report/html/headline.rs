//! The answer, the counts, and what they are counted over.

use maud::{Markup, html};

use super::book::Book;
use super::nodes;
use super::sheet::Standing;
use crate::audit::Readiness;
use crate::report::{moment_text, phrase};
use crate::text::escape;

/// Draws the head of the page with its table of contents.
pub(super) fn draw(book: &Book<'_>) -> Markup {
    let report = book.report;
    let readiness = report.summary.readiness;
    let standing = Standing::of_readiness(readiness);
    html! {
        header class={ "masthead " (standing.class()) } {
            p class="eyebrow" { "Certificate report" }
            h1 { (escape(&report.estate.deployment.name)) }
            p class={ "verdict " (standing.class()) } { (standing.icon()) strong { (phrase::verdict(readiness)) } }
            p class="lead" { (meaning(book)) }
            p class="scope" {
                (phrase::counts(&report.summary)) " " (phrase::scope(report)) ". Judged as of "
                time datetime=(moment_text(report.audit.at)) { (moment_text(report.audit.at)) }
                " by " (phrase::plural(report.audit.rules.len(), "rule")) "."
            }
            @if !report.estate.complete {
                p class="remark" {
                    strong { "Incomplete: " }
                    "the scan was interrupted; what is listed as not probed was not looked at."
                }
            }
            @for text in phrase::redaction(report) { p class="remark" { (text) } }
            @if let Some(teams) = phrase::owners(report) { p class="remark" { (teams) } }
            (figures(book))
        }
        (contents(book))
    }
}

fn meaning(book: &Book<'_>) -> &'static str {
    let requests = !book.report.estate.requests.is_empty();
    match (book.report.summary.readiness, requests) {
        (Readiness::Ready, false) => {
            "Everything that must answer was examined, and no error was found."
        }
        (Readiness::Ready, true) => "No error was found.",
        (Readiness::NotReady, true) => {
            "Errors were found: the findings below say how to mend them before anything is signed or uploaded."
        }
        (Readiness::NotReady, false) => {
            "Errors were found: the table below says who meets them, and the findings how to mend them."
        }
        (Readiness::Unknown, _) => {
            "No error of a certificate was found, but not everything could be examined: that is not an all-clear."
        }
    }
}

fn figures(book: &Book<'_>) -> Markup {
    let summary = &book.report.summary;
    let figures = [
        ("error", "Errors", summary.errors),
        ("warning", "Warnings", summary.warnings),
        ("note", "Notes", summary.infos),
        ("unknown", "Could not be judged", summary.unknown),
        ("waived", "Waived", summary.waived),
    ];
    html! {
        ul class="figures" {
            @for (kind, title, count) in figures {
                li class={ (kind) @if count == 0 { " none" } } {
                    a href="#findings" data-filter-kind=(kind) {
                        strong { (count) } " " span { (title) }
                    }
                }
            }
        }
    }
}

fn contents(book: &Book<'_>) -> Markup {
    let estate = book.report.estate;
    let served = book.report.summary.services > 0;
    let sections = [
        ("clients", "Who will see what", served),
        ("map", "Trust map", served),
        ("expiries", "Expiries", !estate.certificates.is_empty()),
        ("nodes", nodes::title(book), !estate.nodes.is_empty()),
        ("findings", "Findings", true),
        (
            "certificates",
            "Certificates",
            !estate.certificates.is_empty(),
        ),
    ];
    html! {
        nav aria-label="Contents" {
            ul {
                @for (anchor, title, _) in sections.iter().filter(|(.., shown)| *shown) {
                    li { a href={ "#" (anchor) } { (title) } }
                }
            }
        }
    }
}
