//! Who will see what, and why.

use maud::{Markup, html};

use super::book::Book;
use super::sheet::Standing;
use crate::audit::{ClientOutcome, Judgement};
use crate::report::phrase;

/// Causes beyond these are folded away.
const NAMED: usize = 4;

/// Draws the matrix; nothing where nobody connects (signing requests).
pub(super) fn draw(book: &Book<'_>) -> Markup {
    let summary = &book.report.summary;
    let outcomes: Vec<&ClientOutcome> = summary.clients.iter().chain(&summary.peers).collect();
    if outcomes.is_empty() {
        return Markup::default();
    }
    html! {
        section id="clients" {
            h2 { "Who will see what" }
            div class="scroll" tabindex="0" role="region" aria-label="Who will see what" {
                table class="matrix" {
                    thead { tr { th scope="col" { "Who connects" } th scope="col" { "Sees" } th scope="col" { "Because of" } } }
                    tbody { @for outcome in outcomes { (row(book, outcome)) } }
                }
            }
        }
    }
}

fn row(book: &Book<'_>, outcome: &ClientOutcome) -> Markup {
    let causes = phrase::causing(book.report, outcome);
    let (named, more) = causes.split_at(causes.len().min(NAMED));
    html! {
        tr {
            th scope="row" { (phrase::who(outcome.who)) }
            td { (Standing::of_outcome(outcome.outcome).told(phrase::outcome(outcome.outcome))) }
            td {
                @if causes.is_empty() { span class="faint" { "nothing found against it" } }
                (list(book, named))
                @if !more.is_empty() {
                    details { summary { "and " (more.len()) " more" } (list(book, more)) }
                }
            }
        }
    }
}

fn list(book: &Book<'_>, causes: &[(String, &Judgement)]) -> Markup {
    html! {
        ul class="causes" {
            @for (cause, one) in causes {
                li {
                    @if let Some(link) = book.finding_link(one) { a href=(link) { (cause) } } @else { (cause) }
                }
            }
        }
    }
}
