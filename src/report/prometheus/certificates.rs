//! Which services were examined, and when what they present ends.

use super::family::Family;
use crate::audit::estate::{NodeView, ServiceView};
use crate::certificate::Certificate;
use crate::report::Report;

/// Examined or not; expiry of leaves and of the CA certificates that were sent with them.
pub(super) fn families(report: &Report<'_>) -> [Family; 2] {
    [examined(report), ends(report)]
}

fn examined(report: &Report<'_>) -> Family {
    let mut family = Family::new(
        report,
        "certaudit_service_examined",
        "1 when a certificate of the service was seen, 0 when not.",
    );
    for (node, view) in services(report) {
        let port = view.service.port.to_string();
        let required = if view.required { "true" } else { "false" };
        let labels = [
            ("node", node.node.name.as_str()),
            ("service", view.service.name),
            ("port", &port),
            ("certificate_name", view.service.certificate_name.name()),
            ("required", required),
        ];
        family.set_least(&labels, i64::from(!view.chains().is_empty()));
    }
    family
}

fn ends(report: &Report<'_>) -> Family {
    let mut family = Family::new(
        report,
        "certaudit_certificate_not_after_timestamp_seconds",
        "End of the certificate that the service presents (position leaf), and the earliest end of the CA certificates that it \
         sends (position ca), in seconds since 1970-01-01T00:00:00Z.",
    );
    for (node, view) in services(report) {
        let port = view.service.port.to_string();
        for chain in view.chains() {
            let leaf = chain.leaf().map(|leaf| ("leaf", leaf));
            let others = chain.others().map(|one| ("ca", one));
            for (position, certificate) in leaf.into_iter().chain(others) {
                let labels = [
                    ("node", node.node.name.as_str()),
                    ("service", view.service.name),
                    ("port", &port),
                    ("certificate_name", view.service.certificate_name.name()),
                    ("key", chain.kind()),
                    ("position", position),
                ];
                family.set_least(&labels, end(certificate));
            }
        }
    }
    family
}

fn end(certificate: &Certificate) -> i64 {
    certificate.not_after.unix
}

fn services<'r>(
    report: &'r Report<'_>,
) -> impl Iterator<Item = (&'r NodeView<'r>, &'r ServiceView<'r>)> {
    let nodes = report.estate.nodes.iter();
    nodes.flat_map(|node| node.services.iter().map(move |view| (node, view)))
}
