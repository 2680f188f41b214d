//! The map as a drawing.

use maud::{Markup, html};

use super::graph::{Authority, Edge, Graph, Row, word};
use super::layout::{BOX, BOX_WIDTH, Group, Layout, MARGIN, ROW_WIDTH};
use crate::report::html::relations::Relation;
use crate::report::html::sheet::{Standing, shortened};

/// Letters that fit into the box of a CA.
const BOX_LETTERS: usize = 24;
/// Room for a letter of a row, in the widest of the fonts.
const LETTER: f64 = 7.6;
/// From one mark of a row to the next.
const MARK: f64 = 19.0;
/// "nothing seen" and its mark.
const NOTHING_SEEN: f64 = 132.0;
/// Greatest distance of the lines that join products, and what all of them may take.
const LANE: f64 = 20.0;
const LANES: f64 = 70.0;

pub(super) fn draw(graph: &Graph, layout: &Layout, relations: &[Relation]) -> Markup {
    let (width, height) = (layout.width, layout.height);
    html! {
        svg class="map" viewBox=(format!("0 0 {width:.0} {height:.0}")) width=(format!("{width:.0}")) height=(format!("{height:.0}")) role="img" aria-labelledby="map-title map-words" {
            title id="map-title" { "Trust map" }
            desc id="map-words" { "Nodes to the left, issuing CAs in the middle, roots to the right; the table below the drawing says the same." }
            @for group in &layout.groups { (panel(group)) }
            @for (place, relation) in relations.iter().enumerate() { (joined(layout, relation, place, relations.len())) }
            (edges(graph, layout))
            @for (row, y) in graph.rows.iter().zip(&layout.rows) { (node(row, *y)) }
            @for (authority, (x, y)) in graph.authorities.iter().zip(&layout.authorities) { (authority_box(authority, *x, *y)) }
        }
    }
}

fn panel(group: &Group) -> Markup {
    html! {
        g class="panel" {
            rect x=(MARGIN) y=(group.top) width=(ROW_WIDTH) height=(group.bottom - group.top) rx="10" {}
            text x=(MARGIN + 14.0) y=(group.top + 20.0) { (group.product) }
        }
    }
}

fn node(row: &Row, y: f64) -> Markup {
    let standing = Standing::of_readiness(row.readiness);
    let label = row.label(letters(row));
    html! {
        g class="node" {
            title { (row.title()) @if row.edges.is_empty() { ": no certificate was seen" } }
            @if let Some(link) = &row.link {
                a href=(link) { text x=(MARGIN + 14.0) y=(format!("{:.1}", y + 4.5)) { (label) } }
            } @else {
                text x=(MARGIN + 14.0) y=(format!("{:.1}", y + 4.5)) class=(standing.class()) { (label) }
            }
            @if row.edges.is_empty() {
                text class="faint end" x=(MARGIN + ROW_WIDTH - 30.0) y=(format!("{:.1}", y + 4.5)) { "nothing seen" }
                (Standing::Unknown.shape(MARGIN + ROW_WIDTH - 16.0, y))
            }
        }
    }
}

fn authority_box(authority: &Authority, x: f64, y: f64) -> Markup {
    html! {
        g class={ "authority " (authority.standing.class()) } {
            title { (authority.name) ": " (authority.is) }
            rect x=(x) y=(format!("{:.1}", y - BOX / 2.0)) width=(BOX_WIDTH) height=(BOX) rx="8" {}
            text x=(x + 34.0) y=(format!("{:.1}", y - 4.0)) { (shortened(&authority.name, BOX_LETTERS)) }
            text class="faint" x=(x + 34.0) y=(format!("{:.1}", y + 13.0)) { (authority.is) }
            (authority.standing.shape(x + 18.0, y))
        }
    }
}

fn edges(graph: &Graph, layout: &Layout) -> Markup {
    let right = MARGIN + ROW_WIDTH;
    html! {
        @for (row, y) in graph.rows.iter().zip(&layout.rows) {
            @for (place, edge) in row.edges.iter().enumerate() {
                (line(&row.title(), edge, graph, (right, *y), layout))
                (edge.standing.shape(right - 16.0 - offset(place, MARK), *y))
            }
        }
        @for (from, edge) in graph.authority_edges() {
            @let (x, y) = layout.authorities[from];
            (line(&graph.authorities[from].name, edge, graph, (x + BOX_WIDTH, y), layout))
        }
    }
}

/// Letters that fit beside the marks of a row.
// A row is some hundred units wide.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn letters(row: &Row) -> usize {
    let taken = match row.edges.len() {
        0 => NOTHING_SEEN,
        marks => 16.0 + offset(marks, MARK),
    };
    ((ROW_WIDTH - 14.0 - taken) / LETTER) as usize
}

// As many as lines begin at one row.
#[allow(clippy::cast_precision_loss)]
fn offset(place: usize, step: f64) -> f64 {
    place.min(6) as f64 * step
}

/// A curve that leaves and arrives level.
fn line(name: &str, edge: &Edge, graph: &Graph, (x, y): (f64, f64), layout: &Layout) -> Markup {
    let (to_x, to_y) = layout.authorities[edge.to];
    let bend = ((to_x - x).abs() / 2.0).max(40.0);
    let curve = format!(
        "M{x:.1} {y:.1}C{:.1} {y:.1} {:.1} {to_y:.1} {to_x:.1} {to_y:.1}",
        x + bend,
        to_x - bend
    );
    let services = edge.services();
    html! {
        path class={ "edge " (edge.standing.class()) } d=(curve) {
            title {
                (name) @if !services.is_empty() { ": " (services) }
                ", issued by " (graph.authorities[edge.to].name) ", " (word(edge.standing))
            }
        }
    }
}

/// How far out a relation is drawn: each in a lane of its own.
// They are as few as pairs of products.
#[allow(clippy::cast_precision_loss)]
fn lane(place: usize, count: usize) -> f64 {
    let between = LANES / count.saturating_sub(1).max(1) as f64;
    place as f64 * between.min(LANE)
}

/// A bracket between two products, with the number of the relation.
fn joined(layout: &Layout, relation: &Relation, place: usize, count: usize) -> Markup {
    let top_of = |title: &str| {
        layout
            .groups
            .iter()
            .find(|group| group.product == title)
            .map(|group| group.top)
    };
    let (Some(from), Some(to)) = (top_of(relation.from.title()), top_of(relation.to.title()))
    else {
        return Markup::default();
    };
    let shift = offset(place, 5.0);
    let (from, to) = (from + 10.0 + shift, to + 10.0 + shift);
    let lane = MARGIN - 14.0 - lane(place, count);
    let middle = f64::midpoint(from, to);
    let bracket = format!("M{MARGIN:.1} {from:.1}H{lane:.1}V{to:.1}H{MARGIN:.1}");
    html! {
        g class={ "relation " (relation.standing.class()) } {
            title { (place + 1) ": " (relation.from.title()) " checks " (relation.to.title()) ": " (relation.outcome) }
            path d=(bracket) {}
            circle class="end" cx=(MARGIN) cy=(format!("{to:.1}")) r="3" {}
            circle class="number" cx=(format!("{lane:.1}")) cy=(format!("{middle:.1}")) r="9" {}
            text x=(format!("{lane:.1}")) y=(format!("{:.1}", middle + 4.0)) { (place + 1) }
        }
    }
}
