//! Which key to order (domain.md section 4.1, reading 6, and 4.3).

use super::{CertificateName, Product};
use crate::source::{CUCM_CERTIFICATES_14, Citation, EXPRESSWAY_CERTIFICATES, JABBER_PLANNING};

/// Which key to order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAdvice {
    /// Bits of the RSA key.
    pub rsa_bits: u32,
    /// Other keys that the product can make.
    pub others: &'static [&'static str],
    /// What to mind.
    pub caution: Option<&'static str>,
    /// Who says so.
    pub citation: Citation,
}

/// Which key to order for a certificate of a product.
pub fn key(product: Product, certificate: CertificateName) -> KeyAdvice {
    if product.is_expressway() {
        return KeyAdvice {
            rsa_bits: 2048,
            others: &["RSA 4096", "EC P-256", "EC P-384", "EC P-521"],
            caution: Some("SHA-256 or better; RSA 8192 brings the traversal zone down."),
            citation: EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
        };
    }
    if product.is_voice_operating_system() {
        return KeyAdvice {
            rsa_bits: 2048,
            others: &["RSA 3072", "RSA 4096"],
            caution: Some(voice_operating_system_caution(certificate)),
            citation: CUCM_CERTIFICATES_14.at("Certificates"),
        };
    }
    KeyAdvice {
        rsa_bits: 2048,
        others: &["RSA 3072", "RSA 4096", "EC P-256", "EC P-384"],
        caution: None,
        citation: JABBER_PLANNING.at("Certificate Validation"),
    }
}

fn voice_operating_system_caution(certificate: CertificateName) -> &'static str {
    match certificate {
        CertificateName::Capf | CertificateName::Tvs => {
            "Some endpoints refuse 4096 bits in mixed mode."
        }
        _ => {
            "Some endpoints refuse 4096 bits in mixed mode. The ECDSA certificate of this name, where it is in use, has a \
             request of its own with the same names."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CertificateName, Product, key};

    #[test]
    fn every_product_begins_with_rsa_2048() {
        for product in Product::ALL {
            for service in product.services() {
                assert_eq!(key(product, service.certificate_name).rsa_bits, 2048);
            }
        }
        let edge = key(Product::ExpresswayE, CertificateName::Expressway);
        assert!(edge.others.contains(&"RSA 4096") && !edge.others.contains(&"RSA 3072"));
    }
}
