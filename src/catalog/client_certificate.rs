//! From which release on a product presents a client certificate of its own (domain.md sections 4.2 and 5.3).

use super::{Product, Release};

/// From this release on Expressway-E's certificate needs no clientAuth for SIP registration through Mobile and Remote
/// Access (document 225482).
pub const EDGE_WITHOUT_CLIENT_AUTH: Release = Release::expressway(15, 4, 0);
/// Expressway has a second store, "Client certificate" (document 225693).
const EXPRESSWAY_CLIENT_STORE: Release = Release::expressway(15, 5, 0);
/// CUCM, IM and Presence and Unity Connection have units like tomcat-client (FN74345).
const CLIENT_UNITS: Release = Release::unified(15, 0, 5);

/// Whether nodes of that product and release present another certificate as TLS clients than the one on their ports.
/// False for an unknown release.
pub fn has_client_certificate_of_its_own(product: Product, release: Option<&Release>) -> bool {
    let first = if product.is_expressway() {
        EXPRESSWAY_CLIENT_STORE
    } else if product.is_voice_operating_system() {
        CLIENT_UNITS
    } else {
        return false;
    };
    release.is_some_and(|release| *release >= first)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Product, has_client_certificate_of_its_own as own};

    #[test]
    fn both_sides_of_each_release() {
        let at = |product, release: &str| own(product, Some(&release.parse().unwrap()));
        assert!(!at(Product::ExpresswayC, "X15.4") && at(Product::ExpresswayC, "X15.5"));
        assert!(!at(Product::ExpresswayE, "X15.4") && at(Product::ExpresswayE, "X15.5"));
        for product in [Product::Cucm, Product::ImPresence, Product::UnityConnection] {
            assert!(!at(product, "15SU4") && at(product, "15SU5"), "{product}");
            assert!(!own(product, None));
        }
        assert!(!at(Product::Ldap, "99"));
    }
}
