//! When certificates end: leaves and CAs, each once, the soonest first, as bars over the coming time.

mod held;
mod scale;

use maud::{Markup, html};

use super::book::Book;
use super::sheet::{Standing, certificate_anchor, certificate_name, issuer_name};
use crate::certificate::{LONGEST_WARNING, warning_window};
use crate::report::phrase::plural;
use crate::text::date;
use held::{Held, Role};
use scale::{DAY, Scale};

/// Places beyond these are counted.
const NAMED: usize = 3;

/// Draws the table with its bars; nothing where no certificate was seen.
pub(super) fn draw(book: &Book<'_>) -> Markup {
    let held = held::all(book.report.estate);
    if held.is_empty() {
        return Markup::default();
    }
    let at = book.report.audit.at;
    let scale = Scale::of(at, held.iter().map(|one| one.certificate.not_after.unix));
    html! {
        section id="expiries" {
            h2 { "Expiries" }
            p class="faint" {
                "Each certificate once, the soonest end first. The line marks " (date(at)) ", the band the "
                (LONGEST_WARNING / DAY) " days after it. An arrow means that a certificate outlives the picture."
            }
            div class="scroll" tabindex="0" role="region" aria-label="Expiries" {
                table class="expiries" {
                    thead { tr {
                        th scope="col" { "Certificate" } th scope="col" { "Where" } th scope="col" { "Ends" }
                        th scope="col" class="bar" { span class="unseen" { "Remaining life" } (scale.axis()) }
                    } }
                    tbody { @for one in &held { (row(one, at, &scale)) } }
                }
            }
        }
    }
}

fn row(one: &Held<'_>, at: i64, scale: &Scale) -> Markup {
    let certificate = one.certificate;
    let end = certificate.not_after.unix;
    let standing = standing(one, at);
    html! {
        tr class={ (standing.class()) @if one.role != Role::Leaf { " authority" } } {
            th scope="row" {
                @if one.presented { a href={ "#" (certificate_anchor(certificate.digest)) } { (certificate_name(certificate)) } }
                @else { (certificate_name(certificate)) }
                span class="faint" {
                    @match one.role {
                        Role::Leaf if certificate.self_signed => " by itself",
                        Role::Leaf | Role::Intermediate => { " by " (issuer_name(certificate)) }
                        Role::Root => " root CA",
                    }
                }
            }
            td { (places(one)) }
            td class="date" { (date(end)) " " (standing.told(&distance(end - at))) }
            td class="bar" { (scale.bar(end, standing, LONGEST_WARNING)) }
        }
    }
}

fn standing(one: &Held<'_>, at: i64) -> Standing {
    let left = one.certificate.not_after.unix - at;
    // As `validity-expiring` and `chain-ca-expiring` have it.
    let window = match one.role {
        Role::Leaf => warning_window(one.certificate.lifetime()),
        Role::Intermediate | Role::Root => LONGEST_WARNING,
    };
    match left {
        ..0 => Standing::Bad,
        left if left <= window => Standing::Doubtful,
        _ => Standing::Good,
    }
}

fn places(one: &Held<'_>) -> Markup {
    let more = one.places.len().saturating_sub(NAMED);
    let named = one.places.iter().take(NAMED).map(String::as_str);
    let named = named.collect::<Vec<_>>().join(", ");
    html! {
        @if one.role != Role::Leaf { span class="faint" { "above " } }
        (named)
        @if more > 0 { ", and " (plural(more, "more place")) }
    }
}

/// "in 12 days", "ended 3 days ago".
fn distance(seconds: i64) -> String {
    let days = usize::try_from(seconds.unsigned_abs() / DAY.unsigned_abs()).unwrap_or(usize::MAX);
    let long = match days {
        0 => "less than a day".to_owned(),
        1..100 => plural(days, "day"),
        100..730 => plural(days / 30, "month"),
        _ => plural(days / 365, "year"),
    };
    if seconds < 0 {
        format!("ended {long} ago")
    } else {
        format!("in {long}")
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, distance};

    #[test]
    fn distances_are_told_as_people_do() {
        assert_eq!(distance(12 * DAY), "in 12 days");
        assert_eq!(distance(DAY / 2), "in less than a day");
        assert_eq!(distance(-DAY), "ended 1 day ago");
        assert_eq!(distance(400 * DAY), "in 13 months");
        assert_eq!(distance(3000 * DAY), "in 8 years");
        assert!(distance(i64::MIN).starts_with("ended "));
    }
}
