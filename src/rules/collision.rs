//! Do two certificates stand in each other's way.

pub(super) mod self_signed_cn;

use crate::audit::estate::{NodeView, ServiceView, State};
use crate::catalog::{CertificateName, Product};
use crate::certificate::Certificate;
use crate::evidence::Silence;

/// A self-signed certificate, where it was seen.
struct Shown<'a> {
    view: &'a NodeView<'a>,
    service: &'a ServiceView<'a>,
    certificate: &'a Certificate,
}

/// Certificates that Expressway verifies, and so has in its list when they are self-signed.
fn verified(product: Product) -> &'static [CertificateName] {
    match product {
        Product::Cucm => &[CertificateName::Tomcat, CertificateName::CallManager],
        Product::ImPresence | Product::Cup => &[CertificateName::Tomcat, CertificateName::CupXmpp],
        Product::UnityConnection => &[CertificateName::Tomcat],
        _ => &[],
    }
}

/// The self-signed ones of them that a node presents.
fn self_signed<'a>(view: &'a NodeView<'a>) -> impl Iterator<Item = Shown<'a>> {
    let wanted = verified(view.node.product);
    view.chains().filter_map(move |(service, chain)| {
        let certificate = chain.leaf()?;
        let counts = certificate.self_signed && wanted.contains(&service.service.certificate_name);
        counts.then_some(Shown {
            view,
            service,
            certificate,
        })
    })
}

/// Certificates of which nothing was seen, though their ports are not known to be shut.
fn unseen(view: &NodeView<'_>, wanted: &[CertificateName]) -> Vec<&'static str> {
    let is_unseen = |name: &&CertificateName| {
        let services: Vec<_> = view
            .services
            .iter()
            .filter(|service| service.service.certificate_name == **name)
            .collect();
        let seen = services
            .iter()
            .flat_map(|service| service.chains())
            .any(|chain| chain.leaf().is_some());
        let shut = !services.is_empty() && services.iter().all(|service| is_shut(service));
        !seen && !shut
    };
    wanted
        .iter()
        .filter(is_unseen)
        .map(|name| name.name())
        .collect()
}

fn is_shut(service: &ServiceView<'_>) -> bool {
    matches!(service.state, State::Silent(Silence::Refused))
}

#[cfg(test)]
mod tests {
    use super::verified;
    use crate::catalog::{CertificateName, Product};

    #[test]
    fn what_expressway_verifies_of_each_product() {
        use CertificateName::{CallManager, CupXmpp, Tomcat};
        for product in Product::ALL {
            let expected: &[CertificateName] = match product {
                Product::Cucm => &[Tomcat, CallManager],
                Product::ImPresence | Product::Cup => &[Tomcat, CupXmpp],
                Product::UnityConnection => &[Tomcat],
                _ => &[],
            };
            assert_eq!(verified(product), expected, "{}", product.title());
        }
    }
}
