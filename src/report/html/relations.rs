//! Which products check each other's certificates: Expressway-C those of the inside, both Expressways each other, and
//! ports that ask their clients for one.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

use super::book::Book;
use super::sheet::Standing;
use crate::audit::effect::{Outcome, Who};
use crate::audit::estate::NodeView;
use crate::audit::{Judgement, Status};
use crate::catalog::Product;
use crate::certificate::DistinguishedName;
use crate::report::phrase;
use crate::text::escape;

/// CAs that are named; more are counted.
const NAMED: usize = 4;
/// Judges whether a port takes Expressway-C's certificate.
const CLIENT_CA: &str = "tls-client-ca-missing";

/// One product checks another's certificates.
#[derive(Debug)]
pub(super) struct Relation {
    /// Who checks.
    pub(super) from: Product,
    /// Whose certificates.
    pub(super) to: Product,
    /// In words, fit to show.
    pub(super) what: String,
    pub(super) standing: Standing,
    /// What comes of it.
    pub(super) outcome: String,
}

/// Every relation of the estate, as far as it is known.
pub(super) fn all(book: &Book<'_>) -> Vec<Relation> {
    let nodes = &book.report.estate.nodes;
    let present: BTreeSet<Product> = nodes.iter().map(|view| view.node.product).collect();
    let outcomes = worst(book);
    let mut relations = Vec::new();
    if !present.contains(&Product::ExpresswayC) || book.report.estate.deployment.mra.is_none() {
        return relations;
    }
    for product in &present {
        relations.extend(verified(book, *product, &outcomes));
    }
    if present.contains(&Product::ExpresswayE) {
        relations.push(traversal(book, &outcomes));
    }
    for product in &present {
        relations.extend(mutual(book, *product));
    }
    relations
}

/// The relations as a table; the numbers are those of the drawing.
pub(super) fn draw(relations: &[Relation]) -> Markup {
    html! {
        @if !relations.is_empty() {
            h3 { "Who checks whom" }
            div class="scroll" tabindex="0" role="region" aria-label="Who checks whom" {
                table class="relations" {
                    thead { tr { @for title in ["No.", "Checks", "Certificates of", "What", "Outcome"] { th scope="col" { (title) } } } }
                    tbody {
                        @for (place, one) in relations.iter().enumerate() {
                            tr {
                                td { (place + 1) }
                                th scope="row" { (one.from.title()) }
                                td { (one.to.title()) }
                                td { (one.what) }
                                td { (one.standing.told(&one.outcome)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How badly anybody is hit by a product's certificates.
type Outcomes = BTreeMap<(Product, Who), Outcome>;

fn worst(book: &Book<'_>) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for view in &book.report.estate.nodes {
        let own = book.report.audit.of_node(&view.node.name);
        for one in own.filter(|one| one.is_finding() && !one.follows_silence) {
            for effect in &one.effects {
                let known = outcomes
                    .entry((view.node.product, effect.who))
                    .or_insert(effect.outcome);
                *known = (*known).max(effect.outcome);
            }
        }
    }
    outcomes
}

fn nodes_of<'b>(book: &'b Book<'_>, product: Product) -> impl Iterator<Item = &'b NodeView<'b>> {
    book.report
        .estate
        .nodes
        .iter()
        .filter(move |view| view.node.product == product)
}

/// Expressway-C and a product of the inside.
fn verified(book: &Book<'_>, product: Product, outcomes: &Outcomes) -> Option<Relation> {
    let is_inside = product.is_voice_operating_system();
    let services = nodes_of(book, product).flat_map(|view| &view.services);
    let mut checked = services
        .filter(|view| view.service.audience.expressway)
        .peekable();
    if !is_inside || checked.peek().is_none() {
        return None;
    }
    let unseen = checked.any(|view| view.required && view.chains().is_empty());
    let worst = outcomes.get(&(product, Who::Expressway)).copied();
    let outcome = settled(worst, unseen);
    Some(Relation {
        from: Product::ExpresswayC,
        to: product,
        what: "connects for the clients outside, and verifies from X14.2 on".to_owned(),
        standing: Standing::of_outcome(outcome),
        outcome: phrase::outcome(outcome).to_owned(),
    })
}

/// Both Expressways.
fn traversal(book: &Book<'_>, outcomes: &Outcomes) -> Relation {
    let both = [Product::ExpresswayC, Product::ExpresswayE];
    let worst = both
        .iter()
        .flat_map(|product| [Who::Servers, Who::Expressway].map(|who| (*product, who)))
        .filter_map(|key| outcomes.get(&key).copied())
        .max();
    let silent = |view: &NodeView<'_>| view.chains().next().is_none();
    let unseen = both
        .iter()
        .any(|product| nodes_of(book, *product).any(silent));
    let outcome = settled(worst, unseen);
    Relation {
        from: Product::ExpresswayC,
        to: Product::ExpresswayE,
        what: "each other, over the traversal zone (mutual TLS)".to_owned(),
        standing: Standing::of_outcome(outcome),
        outcome: phrase::outcome(outcome).to_owned(),
    }
}

/// What was not seen may be worse than what was.
fn settled(worst: Option<Outcome>, unseen: bool) -> Outcome {
    match worst {
        None if unseen => Outcome::Unknown,
        None => Outcome::Trusted,
        Some(outcome) => outcome,
    }
}

/// A product whose ports ask for a client certificate, which Expressway-C is to have.
fn mutual(book: &Book<'_>, product: Product) -> Option<Relation> {
    let (mut services, mut accepted) = (BTreeSet::new(), BTreeSet::new());
    for view in nodes_of(book, product) {
        for (service, chain) in view.chains() {
            if let Some(request) = &chain.presentation.client_certificate {
                services.insert(service.label());
                accepted.extend(request.authorities.iter().map(|name| authority(name)));
            }
        }
    }
    if services.is_empty() || product == Product::ExpresswayC {
        return None;
    }
    let services: Vec<String> = services.into_iter().collect();
    let (standing, outcome) = client_ca(book, product);
    Some(Relation {
        from: product,
        to: Product::ExpresswayC,
        what: format!(
            "asks for a client certificate at {}; {}",
            services.join(", "),
            accepts(&accepted)
        ),
        standing,
        outcome: outcome.to_owned(),
    })
}

fn accepts(authorities: &BTreeSet<String>) -> String {
    if authorities.is_empty() {
        return "does not say of which CAs".to_owned();
    }
    let named: Vec<&str> = authorities.iter().take(NAMED).map(String::as_str).collect();
    let more = authorities.len() - named.len();
    let more = if more > 0 {
        format!(", and {more} more")
    } else {
        String::new()
    };
    format!("accepts those of {}{more}", named.join(", "))
}

fn authority(base64: &str) -> String {
    let name = STANDARD
        .decode(base64)
        .ok()
        .and_then(|der| DistinguishedName::from_der(&der));
    name.map_or_else(
        || "a name that cannot be read".to_owned(),
        |name| escape(&name.text).into_owned(),
    )
}

/// Whether Expressway-C's issuer is among those that the product's ports accept.
fn client_ca(book: &Book<'_>, product: Product) -> (Standing, &'static str) {
    let own = nodes_of(book, product).flat_map(|view| book.report.audit.of_node(&view.node.name));
    let judged: Vec<&Judgement> = own.filter(|one| one.rule.id == CLIENT_CA).collect();
    let any = |status| judged.iter().any(|one| one.status == status);
    if any(Status::Fail) {
        (Standing::Bad, "its CA is not accepted")
    } else if any(Status::Unknown) || !any(Status::Pass) {
        (Standing::Unknown, "not known")
    } else {
        (Standing::Good, "its CA is accepted")
    }
}
