//! Whether the deployment and its nodes are ready, and what clients see.

use super::family::Family;
use crate::audit::Readiness;
use crate::audit::effect::Outcome;
use crate::report::Report;

/// The verdicts: one of the states is 1, the others are 0.
pub(super) fn families(report: &Report<'_>) -> [Family; 3] {
    [deployment(report), nodes(report), clients(report)]
}

fn deployment(report: &Report<'_>) -> Family {
    let mut family = Family::new(
        report,
        "certaudit_deployment_verdict",
        "1 for the verdict on the whole deployment, 0 for the others.",
    );
    let now = report.summary.readiness.name();
    family.state(&[], "verdict", &verdicts(), now);
    family
}

fn nodes(report: &Report<'_>) -> Family {
    let mut family = Family::new(
        report,
        "certaudit_node_verdict",
        "1 for the verdict on the node, 0 for the others.",
    );
    for view in &report.estate.nodes {
        let readiness = report.audit.node_readiness(view);
        let labels = [
            ("node", view.node.name.as_str()),
            ("product", view.node.product.name()),
        ];
        family.state(&labels, "verdict", &verdicts(), readiness.name());
    }
    family
}

fn clients(report: &Report<'_>) -> Family {
    let mut family = Family::new(
        report,
        "certaudit_client_outcome",
        "1 for what the client platform, Expressway or the federation partners see at worst, 0 for the other outcomes.",
    );
    let outcomes = Outcome::ALL.map(Outcome::name);
    let summary = &report.summary;
    for client in summary.clients.iter().chain(&summary.peers) {
        let labels = [("client", client.who.name())];
        family.state(&labels, "outcome", &outcomes, client.outcome.name());
    }
    family
}

fn verdicts() -> [&'static str; 3] {
    Readiness::ALL.map(Readiness::name)
}
