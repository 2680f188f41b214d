//! Does CUCM's SIP trunk to IM and Presence agree with the certificates at its two ends.

pub(super) mod peer_subject_missing;
pub(super) mod subject_mismatch;

use crate::audit::estate::{NodeView, ServiceView};
use crate::certificate::Certificate;

/// The certificate that a node presents on the first of these services that showed one. Of an RSA certificate and its
/// ECDSA twin it is the RSA one: "TLS Ciphers" prefers RSA by default, at both ends of a trunk.
fn presented<'a>(
    view: &'a NodeView<'a>,
    services: &[&'static str],
) -> Option<(&'a ServiceView<'a>, &'a Certificate)> {
    services.iter().find_map(|name| {
        let mut shown: Vec<_> = view
            .services_named(name)
            .flat_map(|service| service.chains().iter().map(move |chain| (service, chain)))
            .filter_map(|(service, chain)| Some((chain.kind(), service, chain.leaf()?)))
            .collect();
        shown.sort_by_key(|(kind, _, _)| *kind != "rsa");
        let (_, service, leaf) = *shown.first()?;
        Some((service, leaf))
    })
}
