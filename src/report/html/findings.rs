//! The findings: a card for what breaks one rule and is mended in one way, in it every place. What is filtered is a place.

mod filters;

use std::collections::HashMap;

use maud::{Markup, html};

use super::book::Book;
use super::sheet::{Standing, kind};
use crate::audit::effect::{Effect, Outcome};
use crate::audit::fix::Fix;
use crate::audit::{Judgement, Waived};
use crate::report::gathered::{Found, Gathered, Mending, Section, gather};
use crate::report::{Report, phrase};
use crate::source::Citation;
use crate::text::{date, escape};

/// What is listed.
pub(super) struct Cards<'a> {
    cards: Vec<Card<'a>>,
}

/// What breaks one rule and is mended in one way.
struct Card<'a> {
    entries: Vec<Gathered<'a>>,
}

/// The parts of the list, and what to say of each.
const SECTIONS: [(Section, &str); 5] = [
    (Section::Findings, "Findings, those that hurt most first"),
    (Section::Notes, "Notes"),
    (Section::Unknown, "Could not be judged for want of evidence"),
    (Section::Passed, "Passed"),
    (Section::NotApplicable, "Did not apply"),
];

impl<'a> Cards<'a> {
    /// Gathers what the report lists.
    pub(super) fn of(report: &'a Report<'a>) -> Self {
        let mut cards: Vec<Card<'a>> = Vec::new();
        let mut alike = HashMap::new();
        for entry in gather(report.shown()) {
            let position = *alike.entry(Mending::of(entry.one)).or_insert(cards.len());
            match cards.get_mut(position) {
                Some(card) => card.entries.push(entry),
                None => cards.push(Card {
                    entries: vec![entry],
                }),
            }
        }
        Self { cards }
    }

    /// Fingerprints of the judgements, and the name within the page of the card that tells of each.
    pub(super) fn anchors(&self) -> HashMap<&'a str, String> {
        let mut anchors = HashMap::new();
        for card in &self.cards {
            for one in card.judgements() {
                anchors.insert(one.id.as_str(), card.anchor());
            }
        }
        anchors
    }

    /// Draws them.
    pub(super) fn draw(&self, book: &Book<'_>) -> Markup {
        let total: usize = self
            .cards
            .iter()
            .map(|card| card.judgements().count())
            .sum();
        html! {
            section id="findings" {
                h2 { "Findings" }
                @if self.cards.is_empty() {
                    p { "Nothing found." }
                } @else {
                    (filters::draw(self.cards.iter().flat_map(Card::judgements), total))
                }
                @for (section, title) in SECTIONS { (self.section(book, section, title)) }
            }
        }
    }

    fn section(&self, book: &Book<'_>, section: Section, title: &str) -> Markup {
        let own = self.cards.iter();
        let mut own = own
            .filter(|card| Section::of(card.first()) == section)
            .peekable();
        if own.peek().is_none() {
            return Markup::default();
        }
        html! {
            section class="part" {
                h3 { (title) }
                @for card in own { (card.draw(book)) }
            }
        }
    }
}

impl<'a> Card<'a> {
    fn first(&self) -> &'a Judgement {
        // A card is made with its first entry.
        self.entries[0].one
    }

    fn judgements(&self) -> impl Iterator<Item = &'a Judgement> + '_ {
        let places = self.entries.iter().flat_map(|entry| &entry.places);
        places.flat_map(|found| found.judgements.iter().copied())
    }

    fn anchor(&self) -> String {
        format!("finding-{}", self.first().id)
    }

    fn draw(&self, book: &Book<'_>) -> Markup {
        let one = self.first();
        let (kind, word) = kind(one);
        let common = self.common_effects();
        html! {
            article class={ "card " (kind) } id=(self.anchor()) data-rule=(one.rule.id) data-owner=(one.owner.name()) data-kind=(kind) {
                header {
                    h4 { span class="badge" { (word) } " " (one.rule.title) }
                    p class="faint" { code { (one.rule.id) } " · owner " abbr title=(one.owner.title()) { (one.owner.name()) } }
                }
                @if let Some(waived) = &one.waived { (accepted(waived)) }
                ul class="occurrences" {
                    @for entry in &self.entries { (occurrence(book, entry, common.is_none())) }
                }
                @if let Some(common) = common { (hits(common)) }
                (mending(&one.fix))
                (background(one))
            }
        }
    }

    /// Who is hit, when that is the same everywhere.
    fn common_effects(&self) -> Option<&[Effect]> {
        let (first, rest) = self.entries.split_first()?;
        let same = rest.iter().all(|entry| entry.effects == first.effects);
        same.then_some(first.effects.as_slice())
    }
}

fn accepted(waived: &Waived) -> Markup {
    html! {
        p class="waiver" {
            strong { "Accepted: " } (escape(&waived.reason))
            @if let Some(end) = waived.expires { span class="faint" { " (until " (date(end)) ")" } }
        }
    }
}

fn occurrence(book: &Book<'_>, entry: &Gathered<'_>, with_hits: bool) -> Markup {
    html! {
        li class="occurrence" {
            @if !entry.one.message.is_empty() { p class="seen" { (escape(&entry.one.message)) } }
            ul class="places" { @for found in &entry.places { (place(book, found)) } }
            @if with_hits { (hits(&entry.effects)) }
        }
    }
}

/// The node as a link, the rest of the place behind it.
fn place(book: &Book<'_>, found: &Found<'_>) -> Markup {
    let count = found.judgements.len();
    let node = found
        .judgements
        .first()
        .and_then(|one| one.place.node.as_deref());
    let name = node.map(escape).unwrap_or_default();
    let link = node.and_then(|node| book.node_link(node));
    let rest = found.text.strip_prefix(&*name).unwrap_or(&found.text);
    html! {
        li class="place" data-node=(node.map_or(filters::NO_NODE.into(), escape)) data-count=(count) {
            @if let Some(link) = link { a href=(link) { (name) } (rest) } @else { (found.text) }
            @if count > 1 { span class="faint" { " ×" (count) } }
        }
    }
}

/// The worst first: "blocked: Jabber for Android".
fn hits(effects: &[Effect]) -> Markup {
    let mut outcomes: Vec<Outcome> = effects.iter().map(|effect| effect.outcome).collect();
    outcomes.sort_unstable();
    outcomes.dedup();
    html! {
        @if !outcomes.is_empty() {
            ul class="hits" aria-label="Who is hit" {
                @for outcome in outcomes.iter().rev() {
                    li { (Standing::of_outcome(*outcome).told(&hit(effects, *outcome))) }
                }
            }
        }
    }
}

fn hit(effects: &[Effect], outcome: Outcome) -> String {
    let who: Vec<&str> = effects
        .iter()
        .filter(|effect| effect.outcome == outcome)
        .map(|effect| phrase::who(effect.who))
        .collect();
    format!("{}: {}", phrase::outcome(outcome), who.join(", "))
}

fn mending(fix: &Fix) -> Markup {
    html! {
        @if !fix.summary.is_empty() {
            div class="mend" {
                p { strong { "Fix: " } (escape(&fix.summary)) }
                @if !fix.steps.is_empty() { ol { @for step in &fix.steps { li { (escape(step)) } } } }
                @if !fix.restart.is_empty() {
                    p { strong { "Restart: " } (escape(&fix.restart.join(", then "))) }
                }
                @for caution in &fix.cautions { p class="caution" { strong { "Mind: " } (escape(caution)) } }
            }
        }
    }
}

fn background(one: &Judgement) -> Markup {
    html! {
        details class="why" {
            summary { "Why it matters, and who says so" }
            p { (one.rule.explain) }
            @if !one.citations.is_empty() {
                ul { @for citation in &one.citations { li { (cited(citation)) } } }
            }
        }
    }
}

/// Links lead to the documents that this program cites, and to nothing that was seen on the network.
fn cited(citation: &Citation) -> Markup {
    let source = citation.source;
    let secure = source.url.filter(|url| url.starts_with("https://"));
    html! {
        @if let Some(url) = secure { a href=(url) rel="noopener noreferrer" { (source.title) } } @else { (source.title) }
        @if !citation.section.is_empty() { ", " (citation.section) }
    }
}
