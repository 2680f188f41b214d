//! How what the nodes present builds to what the devices trust: a drawing, and the same as a table.

mod drawing;
mod graph;
mod layout;
mod trace;

use maud::{Markup, html};

use super::book::Book;
use super::relations;
use super::sheet::Standing;
use graph::{Edge, Graph};

/// More nodes than these are drawn together, by product and by who issued what they present.
const MOST_ROWS: usize = 80;

/// Draws it; nothing where no service was to be looked at.
pub(super) fn draw(book: &Book<'_>) -> Markup {
    if book.report.summary.services == 0 {
        return Markup::default();
    }
    let nodes = book.report.estate.nodes.len();
    let graph = trace::trace(book);
    let relations = relations::all(book);
    let (graph, is_whole) = graph.gathered(MOST_ROWS);
    html! {
        section id="map" {
            h2 { "Trust map" }
            p class="faint" {
                "From each node to the CAs that issued what it presents, up to the root: whether the client devices trust it. "
                @if !is_whole { "With " (nodes) " nodes, those alike are drawn as one; the table of nodes has each." }
            }
            ul class="legend" {
                @for (standing, words) in LEGEND { li { (standing.told(words)) } }
            }
            div class="scroll picture" tabindex="0" role="region" aria-label="Trust map" {
                (drawing::draw(&graph, &layout::lay_out(&graph), &relations))
            }
            (relations::draw(&relations))
            details {
                summary { "The map as a table" }
                (table(&graph))
            }
        }
    }
}

const LEGEND: [(Standing, &str); 3] = [
    (
        Standing::Good,
        "builds to a root that the devices trust: solid line",
    ),
    (Standing::Bad, "not trusted: long dashes"),
    (Standing::Unknown, "not known: dots"),
];

fn table(graph: &Graph) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="The map as a table" {
            table {
                thead { tr { @for title in ["Who", "Presents", "Issued by", "Stands"] { th scope="col" { (title) } } } }
                tbody {
                    @for row in &graph.rows {
                        @if row.edges.is_empty() {
                            tr { th scope="row" { (row.title()) } td colspan="2" { "no certificate was seen" } td { (Standing::Unknown.told("not known")) } }
                        }
                        @for edge in &row.edges { (line(&row.title(), edge, graph)) }
                    }
                    @for (from, edge) in graph.authority_edges() { (line(&graph.authorities[from].name, edge, graph)) }
                }
            }
        }
    }
}

fn line(name: &str, edge: &Edge, graph: &Graph) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            td { (edge.services()) }
            td { (graph.authorities[edge.to].name) }
            td { (edge.standing.told(graph::word(edge.standing))) }
        }
    }
}
