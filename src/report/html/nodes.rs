//! Each node: its services and what each presents.

use maud::{Markup, html};

use super::book::{Book, node_anchor};
use super::sheet::{Standing, certificate_anchor, certificate_name, issuer_name};
use crate::audit::estate::{ChainView, NodeView, ServiceView, Status};
use crate::certificate::Parsed;
use crate::deployment::Node;
use crate::report::phrase::{plural, verdict};
use crate::report::table::request_block;
use crate::text::{date, escape};

/// What the section is called.
pub(super) fn title(book: &Book<'_>) -> &'static str {
    if book.report.estate.requests.is_empty() {
        "Nodes"
    } else {
        "Signing requests"
    }
}

/// Draws a block for each node.
pub(super) fn draw(book: &Book<'_>) -> Markup {
    let nodes = &book.report.estate.nodes;
    if nodes.is_empty() {
        return Markup::default();
    }
    html! {
        section id="nodes" {
            h2 { (title(book)) }
            @for (position, view) in nodes.iter().enumerate() {
                (block(book, view, &node_anchor(position)))
            }
        }
    }
}

fn block(book: &Book<'_>, view: &NodeView<'_>, anchor: &str) -> Markup {
    let readiness = book.report.audit.node_readiness(view);
    let request = book.report.estate.request_of(view.node);
    html! {
        article class="node" id=(anchor) {
            h3 {
                span class="name" { (escape(&view.node.name)) }
                (Standing::of_readiness(readiness).told(verdict(readiness)))
            }
            p class="faint" {
                @match request {
                    Some(request) => (request_block::title(request)),
                    None => (described(view.node)),
                }
            }
            @if let Some(request) = request {
                dl {
                    @for (label, text) in request_block::lines(request) { dt { (label) } dd { (escape(&text)) } }
                }
            }
            (services(book, view))
            (findings_link(book, view))
        }
    }
}

/// "Unified CM 14SU2, cucm-pub.acme.test".
fn described(node: &Node) -> String {
    let mut text = node.product.title().to_owned();
    if let Some(release) = &node.release {
        text += &format!(" {}", escape(&release.to_string()));
    }
    if node.address != node.name {
        text += &format!(", {}", escape(&node.address));
    }
    text
}

fn findings_link(book: &Book<'_>, view: &NodeView<'_>) -> Markup {
    let own = book.report.audit.of_node(&view.node.name);
    let count = own.filter(|one| one.counts()).count();
    let is_request = book.report.estate.request_of(view.node).is_some();
    html! {
        @if count > 0 {
            p { a href="#findings" data-filter-node=(escape(&view.node.name)) { (plural(count, "finding")) @if is_request { " of this request" } @else { " of this node" } } }
        }
    }
}

fn services(book: &Book<'_>, view: &NodeView<'_>) -> Markup {
    let (closed, open): (Vec<_>, Vec<_>) = view
        .services
        .iter()
        .partition(|one| one.status() == Status::Closed);
    html! {
        @if !open.is_empty() {
            div class="scroll" tabindex="0" role="region" aria-label={ "Services of " (escape(&view.node.name)) } {
                table class="services" {
                    thead { tr {
                        @for title in ["Service", "Presents", "Issued by", "Until", "Protocol", "Findings"] {
                            th scope="col" { (title) }
                        }
                    } }
                    tbody { @for service in open { (service_rows(book, view, service)) } }
                }
            }
        }
        @if !closed.is_empty() {
            p class="faint" { "Optional, closed: " (closed_list(&closed)) }
        }
    }
}

fn closed_list(closed: &[&ServiceView<'_>]) -> String {
    let labels: Vec<String> = closed
        .iter()
        .map(|view| {
            let why = view.detail().unwrap_or_default();
            format!("{}: {}", view.label(), escape(&why))
        })
        .collect();
    labels.join("; ")
}

fn service_rows(book: &Book<'_>, node: &NodeView<'_>, view: &ServiceView<'_>) -> Markup {
    let chains = view.chains();
    let span = chains.len().max(1);
    html! {
        @if chains.is_empty() {
            tr { (service_name(view, span)) td colspan="4" { (silence(view)) } (found(book, node, view, span)) }
        }
        @for (place, chain) in chains.iter().enumerate() {
            tr {
                @if place == 0 { (service_name(view, span)) }
                (presented(chain))
                @if place == 0 { (found(book, node, view, span)) }
            }
        }
    }
}

fn service_name(view: &ServiceView<'_>, span: usize) -> Markup {
    html! {
        th scope="row" rowspan=(span) {
            (view.service.name) " " span class="port" { (view.service.port) }
            @if !view.required { span class="faint" { " optional" } }
        }
    }
}

fn silence(view: &ServiceView<'_>) -> Markup {
    let detail = view.detail().unwrap_or_default();
    match view.status() {
        Status::Skipped => Standing::Unknown.told("not probed"),
        Status::Unreachable => Standing::Bad.told(&format!("unreachable: {detail}")),
        _ => Standing::Bad.told(&format!("failed: {detail}")),
    }
}

fn presented(chain: &ChainView<'_>) -> Markup {
    let version = chain.presentation.version.as_deref().unwrap_or("TLS");
    let Some(Ok(leaf)) = chain.certificates.first().map(Parsed::as_ref) else {
        return html! {
            td colspan="3" { (Standing::Bad.told("a certificate that cannot be decoded")) }
            td data-title="Protocol" { (escape(version)) }
        };
    };
    html! {
        td {
            a href={ "#" (certificate_anchor(leaf.digest)) } { (certificate_name(leaf)) }
            span class="faint" { ", " (leaf.public_key) }
        }
        td data-title="Issued by" { @if leaf.self_signed { "itself" } @else { (issuer_name(leaf)) } }
        td class="date" data-title="Until" { (date(leaf.not_after.unix)) }
        td data-title="Protocol" { (escape(version)) }
    }
}

fn found(book: &Book<'_>, node: &NodeView<'_>, view: &ServiceView<'_>, span: usize) -> Markup {
    let counts = book.counts(node, view);
    let told = match (counts.errors, counts.warnings) {
        (0, 0) => Standing::Good.told("none"),
        (0, warnings) => Standing::Doubtful.told(&plural(warnings, "warning")),
        (errors, 0) => Standing::Bad.told(&plural(errors, "error")),
        (errors, warnings) => Standing::Bad.told(&format!(
            "{}, {}",
            plural(errors, "error"),
            plural(warnings, "warning")
        )),
    };
    let nothing_seen = view.chains().is_empty() && (counts.errors, counts.warnings) == (0, 0);
    html! {
        td rowspan=(span) data-title="Findings" {
            @if nothing_seen { (Standing::Unknown.told("nothing seen")) } @else { (told) }
        }
    }
}
