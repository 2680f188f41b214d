//! Do the nodes of a cluster, the ports of a node and the two certificates of a port agree.

pub(super) mod ecdsa_twin_differs;
pub(super) mod node_differs;
pub(super) mod stale_port;

use crate::audit::estate::{ChainView, NodeView, ServiceView};
use crate::catalog::{CertificateName, Product};
use crate::certificate::Certificate;
use crate::trust::Path;

/// A leaf, the service that showed it, and the chain that it came in.
type Sighting<'a> = (&'a ServiceView<'a>, &'a ChainView<'a>, &'a Certificate);

/// Whether a leaf builds to a trusted root without a fault on the way, or is installed on the devices itself.
fn is_trusted(chain: &ChainView<'_>) -> bool {
    match chain.path.as_deref() {
        Some(Path::Anchored(path)) => path.faults.is_empty(),
        Some(Path::Pinned) => true,
        Some(Path::SelfSigned | Path::Broken(_)) | None => false,
    }
}

/// The certificate of that name and key kind that the node was given last, by its notBefore; the first port that shows
/// it stands for all.
fn newest<'a>(node: &'a NodeView<'a>, name: CertificateName, kind: &str) -> Option<Sighting<'a>> {
    let mut newest: Option<Sighting<'a>> = None;
    for (service, chain) in node.chains() {
        let Some(leaf) = chain.leaf() else { continue };
        if service.service.certificate_name != name || chain.kind() != kind {
            continue;
        }
        if newest.is_none_or(|(.., known)| leaf.not_before.unix > known.not_before.unix) {
            newest = Some((service, chain, leaf));
        }
    }
    newest
}

/// Products whose nodes form clusters and manage their certificates by name. Directories and other servers do not: one
/// address may stand for several machines.
fn is_clustered(product: Product) -> bool {
    product.is_voice_operating_system()
        || product.is_expressway()
        || product == Product::WebexMeetingsServer
}
