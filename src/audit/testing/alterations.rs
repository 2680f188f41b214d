//! Changing a joined estate: what no server could send.

use std::ops::Range;
use std::sync::Arc;

use crate::audit::estate::{ChainView, Estate, Revocation, Source, State};
use crate::certificate::Certificate;

/// The sources of the certificate at that place of every chain, the leaf's at 0.
pub(super) type Asked = Box<dyn Fn(usize) -> Vec<Source>>;

/// Changes the certificates at those places of every chain.
pub(super) fn alter_certificates(
    estate: &mut Estate<'_>,
    places: Range<usize>,
    change: fn(&mut Certificate),
) {
    for chain in chains(estate) {
        let sent = chain.certificates.iter_mut().enumerate();
        let chosen = sent.filter(|(place, _)| places.contains(place));
        for certificate in chosen.filter_map(|(_, parsed)| parsed.as_mut().ok()) {
            change(Arc::make_mut(certificate));
        }
    }
}

/// Every chain that was seen.
pub(super) fn chains<'e, 'a>(
    estate: &'e mut Estate<'a>,
) -> impl Iterator<Item = &'e mut ChainView<'a>> {
    let services = estate.nodes.iter_mut().flat_map(|node| &mut node.services);
    services
        .filter_map(|service| match &mut service.state {
            State::Examined(chains) => Some(chains),
            _ => None,
        })
        .flatten()
}

/// Other revocation sources for every certificate.
pub(super) fn replace_sources(estate: &mut Estate<'_>, asked: &Asked) {
    let links = chains(estate).flat_map(|chain| chain.revocation.iter_mut().enumerate());
    for (place, link) in links {
        *link = Arc::new(Revocation {
            certificate: Arc::clone(&link.certificate),
            sources: asked(place),
        });
    }
}
