//! Whether something on the way opens TLS.

use std::collections::{BTreeSet, HashMap};

use crate::audit::estate::Estate;
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::Seen;
use crate::catalog::Product;

/// An untrusted issuer that signs servers of unrelated products may be a device on the way that opens TLS (TAC 118798), or
/// a private CA that nobody deployed: said as a question, with the products.
pub(super) fn with_interception(subject: &LeafSubject<'_>, seen: Seen) -> Seen {
    let signed = subject.estate.once(|| Signed::of(subject.estate));
    let issuer: &[u8] = &subject.certificate.issuer.der;
    let Some(products) = signed.0.get(issuer) else {
        return seen;
    };
    if products.len() < 2 {
        return seen;
    }
    let titles: Vec<&str> = products.iter().map(|product| product.title()).collect();
    seen.step(format!(
        "The same issuer signed the certificates of {}. When it is not your own CA, a firewall or proxy between here and the \
         servers opens TLS: compare the certificate with the one on the server's own Certificate Management page, and exempt \
         these servers from TLS inspection.",
        titles.join(", ")
    ))
}

/// By issuer (DER Name) the products of which it signed a certificate.
struct Signed(HashMap<Vec<u8>, BTreeSet<Product>>);

impl Signed {
    fn of(estate: &Estate<'_>) -> Self {
        let mut signed: HashMap<Vec<u8>, BTreeSet<Product>> = HashMap::new();
        for view in &estate.nodes {
            let leaves = view.chains().filter_map(|(_, chain)| chain.leaf());
            for leaf in leaves.filter(|leaf| !leaf.self_signed) {
                let issuer: &[u8] = &leaf.issuer.der;
                let products = signed.entry(issuer.to_vec()).or_default();
                products.insert(view.node.product);
            }
        }
        Self(signed)
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
