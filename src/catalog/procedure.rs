//! How a certificate is renewed: the menu path of its request, the trust store of its chain, what to restart and what to
//! mind (domain.md section 7).

mod others;
mod voice_operating_system;

use super::{CertificateName, Product};
use crate::source::Citation;
use others::{DIRECTORY, HTTPS, MEETINGS};
use voice_operating_system::{
    CALL_MANAGER, CAPF, CUCM_TOMCAT, CUP, CUP_XMPP, CUP_XMPP_S2S, PRESENCE_TOMCAT, TVS,
    UNITY_TOMCAT,
};

pub use others::EXPRESSWAY as EXPRESSWAY_PROCEDURE;

/// How one certificate of one product is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Procedure {
    /// The page on which certificates are managed.
    pub page: &'static str,
    /// The certificate as that page calls it ("Certificate Purpose").
    pub purpose: &'static str,
    /// The trust store for the CA's chain, on Voice Operating System nodes.
    pub trust_store: Option<&'static str>,
    /// The steps of products that are no Voice Operating System nodes; [`Procedure::steps`] gives them for all.
    pub own_steps: &'static [&'static str],
    /// Waits and checks after the CA's chain and before the signed certificate is uploaded.
    pub between: &'static [&'static str],
    /// Services to restart afterwards, in order.
    pub restart: &'static [&'static str],
    /// Checks after the restarts.
    pub afterwards: &'static [&'static str],
    /// What the change does to users and neighbours.
    pub cautions: &'static [&'static str],
    /// Who says so.
    pub citation: Citation,
}

impl Procedure {
    /// Steps from request to upload, in order, in the product's menu words: the root first, then downwards, then the
    /// certificate.
    pub fn steps(&self) -> Vec<String> {
        self.steps_with("Generate CSR: Certificate Purpose")
    }

    /// The same for a certificate that several nodes share: everything is done on the publisher.
    pub fn multi_server_steps(&self, publisher: &str) -> Vec<String> {
        let mut steps =
            self.steps_with("Generate CSR: Distribution Multi-server (SAN), Certificate Purpose");
        steps.insert(
            0,
            format!(
                "Do the following on {publisher}, the publisher: it passes request, key and certificate on to the other nodes."
            ),
        );
        steps
    }

    fn steps_with(&self, generate: &str) -> Vec<String> {
        let Some(trust_store) = self.trust_store else {
            return self
                .own_steps
                .iter()
                .map(|step| (*step).to_owned())
                .collect();
        };
        let Self { page, purpose, .. } = self;
        let mut steps = vec![
            format!(
                "{page} > {generate} {purpose}; download it and have the CA sign it with every name and usage it asks for."
            ),
            format!(
                "{page} > Upload Certificate/Certificate chain: the CA's root, then each intermediate downwards, with \
                 purpose {trust_store}."
            ),
        ];
        steps.extend(self.between.iter().map(|step| (*step).to_owned()));
        steps.push(format!(
            "{page} > Upload Certificate/Certificate chain: the signed certificate with purpose {purpose}."
        ));
        steps
    }
}

/// How that certificate of that product is renewed.
pub fn procedure(product: Product, certificate: CertificateName) -> Procedure {
    match certificate {
        CertificateName::Tomcat => match product {
            Product::UnityConnection => UNITY_TOMCAT,
            Product::ImPresence | Product::Cup => PRESENCE_TOMCAT,
            _ => CUCM_TOMCAT,
        },
        CertificateName::CallManager => CALL_MANAGER,
        CertificateName::Capf => CAPF,
        CertificateName::Tvs => TVS,
        CertificateName::Cup => CUP,
        CertificateName::CupXmpp => CUP_XMPP,
        CertificateName::CupXmppS2s => CUP_XMPP_S2S,
        CertificateName::Expressway => EXPRESSWAY_PROCEDURE,
        CertificateName::Webex => MEETINGS,
        CertificateName::Ldap => DIRECTORY,
        CertificateName::Https => HTTPS,
    }
}

#[cfg(test)]
mod tests {
    use super::{CertificateName, Product, procedure};

    #[test]
    fn every_certificate_of_every_product_has_steps_and_restarts() {
        for product in Product::ALL {
            for service in product.services() {
                let procedure = procedure(product, service.certificate_name);
                assert!(
                    !procedure.steps().is_empty() && !procedure.restart.is_empty(),
                    "{product} {}",
                    service.name
                );
            }
        }
    }

    #[test]
    fn presence_waits_between_the_chain_and_the_certificate() {
        let steps = procedure(Product::ImPresence, CertificateName::Tomcat).steps();
        let of = |word: &str| steps.iter().position(|step| step.contains(word));
        let (chain, wait, check) = (
            of("tomcat-trust"),
            of("Intercluster Sync Agent"),
            of("System Troubleshooter"),
        );
        assert!(
            chain < wait && wait < check && check < of("purpose tomcat."),
            "{steps:?}"
        );
        let shared =
            procedure(Product::Cucm, CertificateName::Tomcat).multi_server_steps("cucm-pub");
        assert!(
            shared[0].contains("cucm-pub") && shared[1].contains("Multi-server (SAN)"),
            "{shared:?}"
        );
    }

    #[test]
    fn cup_xmpp_warns_that_users_are_logged_out() {
        let procedure = procedure(Product::ImPresence, CertificateName::CupXmpp);
        assert_eq!(procedure.restart, ["Cisco XCP Router"]);
        assert!(
            procedure
                .cautions
                .iter()
                .any(|caution| caution.contains("logs out"))
        );
    }

    #[test]
    fn unity_restarts_all_six_services() {
        assert_eq!(
            procedure(Product::UnityConnection, CertificateName::Tomcat)
                .restart
                .len(),
            6
        );
    }
}
