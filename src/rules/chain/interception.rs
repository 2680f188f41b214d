//! Whether something on the way opens TLS.

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;

use crate::audit::estate::Estate;
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::Seen;
use crate::catalog::Product;

/// An untrusted issuer that signs servers of unrelated products may be a device on the way that opens TLS (TAC 118798), or
/// a private CA that nobody deployed: said as a question, with the products. Anybody can name an issuer, so it is no more than a
/// question, and no verdict rests on it.
pub(super) fn with_interception(subject: &LeafSubject<'_>, seen: Seen) -> Seen {
    let named = subject.estate.once(|| Named::by(subject.estate));
    let products = named.0.get(&subject.certificate.issuer.der);
    let Some(products) = products.filter(|products| products.len() > 1) else {
        return seen;
    };
    let titles: Vec<&str> = products.iter().map(|product| product.title()).collect();
    seen.step(format!(
        "The certificates of {} name the same issuer. When it is not your own CA, a firewall or proxy between here and the \
         servers opens TLS: compare the certificate with the one on the server's own Certificate Management page, and exempt \
         these servers from TLS inspection.",
        titles.join(", ")
    ))
}

/// The products whose certificates name an issuer (DER Name), those that are self-signed apart.
struct Named(HashMap<Bytes, BTreeSet<Product>>);

impl Named {
    fn by(estate: &Estate<'_>) -> Self {
        let mut products: HashMap<Bytes, BTreeSet<Product>> = HashMap::new();
        for node in &estate.nodes {
            let leaves = node.chains().filter_map(|(_, chain)| chain.leaf());
            for leaf in leaves.filter(|leaf| !leaf.self_signed) {
                let named = products.entry(leaf.issuer.der.clone()).or_default();
                named.insert(node.node.product);
            }
        }
        Self(products)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::untrusted::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::certificate::issue::Authority;

    #[test]
    fn one_unknown_issuer_of_unrelated_products_may_be_inspection() {
        let foreign = Authority::root("Proxy CA", NOW).unwrap();
        let leaf = |host: &str| foreign.issue(&order(host)).unwrap().der;
        let alone =
            Scene::new(CLUSTER).present_chain("cucm-pub", "tomcat", &[leaf("cucm-pub.acme.test")]);
        let alone = alone.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            !alone
                .fix
                .steps
                .iter()
                .any(|step| step.contains("inspection"))
        );
        let inspected = || {
            Scene::new(CLUSTER).present_chain("cucm-pub", "tomcat", &[leaf("cucm-pub.acme.test")])
        };
        let others = inspected().present("imp1", "tomcat", &order("imp1.acme.test"));
        let finding = others.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let about_inspection = |step: &String| step.contains("inspection");
        assert!(
            !finding.fix.steps.iter().any(about_inspection),
            "another issuer"
        );
        let scene = inspected().present_chain("imp1", "tomcat", &[leaf("imp1.acme.test")]);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let said = finding.fix.steps.iter().any(|step| {
            step.contains("Unified CM, IM and Presence") && step.contains("TLS inspection")
        });
        assert!(said, "{:?}", finding.fix.steps);
    }
}
