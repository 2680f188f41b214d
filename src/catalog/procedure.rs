//! How a certificate is renewed: the menu path of its request, the trust store of its chain, what to restart and what to
//! mind (domain.md section 7).

use super::{CertificateName, Product};
use crate::source::{
    CA_SIGNED_REGENERATION, CUCM_CERTIFICATES, Citation, EXPRESSWAY_REQUIREMENTS, FEDERATION_GUIDE,
    IM_PRESENCE_SECURITY, JABBER_PLANNING, MEETINGS_ADMINISTRATION, SECURE_LDAP,
    SELF_SIGNED_REGENERATION, UNITY_ADMINISTRATION,
};

/// How one certificate of one product is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Procedure {
    /// The page on which certificates are managed.
    pub page: &'static str,
    /// The certificate as that page calls it ("Certificate Purpose").
    pub purpose: &'static str,
    /// The trust store for the CA's chain, on Voice Operating System nodes.
    pub trust_store: Option<&'static str>,
    /// The steps of products that are no Voice Operating System nodes.
    own_steps: &'static [&'static str],
    /// Services to restart afterwards, in order.
    pub restart: &'static [&'static str],
    /// What the change does to users and neighbours.
    pub cautions: &'static [&'static str],
    /// Who says so.
    pub citation: Citation,
}

const OS_ADMINISTRATION: &str =
    "Cisco Unified OS Administration > Security > Certificate Management";
const PRESENCE_OS_ADMINISTRATION: &str =
    "Cisco Unified IM and Presence OS Administration > Security > Certificate Management";
const EXPRESSWAY_PAGE: &str = "Expressway > Maintenance > Security > Server certificate";

const SSO: &str =
    "With SAML SSO: disable it before and enable it after; import the new SP metadata at the IdP.";
const TFTP_CACHE: &str = "Without a restart of Cisco TFTP port 6972 goes on offering the cached old self-signed certificate.";
const SIP_OAUTH_RESET: &str = "With SIP OAuth mode the Cisco CallManager service must be restarted too, and its phones reset.";
const BACKUP: &str =
    "Make a DRS backup after the change: a restore brings the old certificate back.";
const ROUTER: &str = "A restart of Cisco XCP Router logs out every Jabber user of the node; do it in a change window.";
const ROUTER_AFTER: &str = "Afterwards check that Cisco XCP Connection Manager and Cisco XCP Authentication Service are running again.";
const SIGN_TOGETHER: &str =
    "Sign the certificates of all nodes of the cluster and upload them together.";
const CTL: &str =
    "In mixed mode run `utils ctl update CTLFile` before the restarts, then reset the phones.";
const NOT_TOGETHER: &str = "Never renew CallManager together with TVS or ITLRecovery: phones would lose every anchor of trust.";
const INTERCLUSTER: &str = "After uploading CA certificates restart Cisco Intercluster Sync Agent, wait, and check System Troubleshooter: \
     \"Verify that each TLS-enabled inter-cluster peer has successfully exchanged security certificates\".";

const CUCM_TOMCAT: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "tomcat",
    trust_store: Some("tomcat-trust"),
    own_steps: &[],
    restart: &[
        "Cisco Tomcat",
        "Cisco TFTP",
        "Cisco CallManager (only with SIP OAuth mode)",
    ],
    cautions: &[SSO, TFTP_CACHE, SIP_OAUTH_RESET, BACKUP],
    citation: CUCM_CERTIFICATES.at("Certificate Names and Descriptions (table 4)"),
};

const PRESENCE_TOMCAT: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "tomcat",
    trust_store: Some("tomcat-trust"),
    own_steps: &[],
    restart: &["Cisco Tomcat"],
    cautions: &[SIGN_TOGETHER, INTERCLUSTER, BACKUP],
    citation: IM_PRESENCE_SECURITY.at("CA-Signed Tomcat Certificate Task List"),
};

const UNITY_TOMCAT: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "tomcat",
    trust_store: Some("tomcat-trust"),
    own_steps: &[],
    restart: &[
        "Cisco Tomcat",
        "Connection IMAP Server",
        "Connection Dirsync",
        "Connection Jetty",
        "Connection SMTP Server",
        "Connection Conversation Manager",
    ],
    cautions: &[
        "Restart all six services, or Jabber's notifications keep the old certificate.",
        BACKUP,
    ],
    citation: UNITY_ADMINISTRATION.at("Security"),
};

const CALL_MANAGER: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "CallManager",
    trust_store: Some("CallManager-trust"),
    own_steps: &[],
    restart: &[
        "Cisco Trust Verification Service",
        "Cisco TFTP",
        "Cisco CallManager",
        "Cisco CTIManager",
        "HAProxy (14SU1 and later)",
    ],
    cautions: &[CTL, NOT_TOGETHER, BACKUP],
    citation: CA_SIGNED_REGENERATION.at("CallManager Certificate"),
};

const CAPF: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "CAPF",
    trust_store: Some("CallManager-trust"),
    own_steps: &[],
    restart: &[
        "Cisco Certificate Authority Proxy Function",
        "Cisco Trust Verification Service",
        "Cisco TFTP",
    ],
    cautions: &[
        CTL,
        "An 802.1X server that checks phones' LSCs needs the new CAPF certificate.",
        BACKUP,
    ],
    citation: CA_SIGNED_REGENERATION.at("CAPF Certificate"),
};

const TVS: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "TVS",
    trust_store: Some("TVS-trust"),
    own_steps: &[],
    restart: &["Cisco Trust Verification Service", "Cisco TFTP"],
    cautions: &[NOT_TOGETHER, "Renew TVS last.", BACKUP],
    citation: SELF_SIGNED_REGENERATION.at("TVS Certificate"),
};

const CUP: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "cup",
    trust_store: Some("cup-trust"),
    own_steps: &[],
    restart: &["Cisco SIP Proxy", "Cisco Presence Engine"],
    cautions: &[
        "CUCM's CallManager-trust must hold the new certificate or its CA before the SIP trunk comes back.",
        BACKUP,
    ],
    citation: IM_PRESENCE_SECURITY.at("IM and Presence Service Certificate Types"),
};

const CUP_XMPP: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "cup-xmpp",
    trust_store: Some("cup-xmpp-trust"),
    own_steps: &[],
    restart: &["Cisco XCP Router"],
    cautions: &[ROUTER, ROUTER_AFTER, SIGN_TOGETHER, INTERCLUSTER, BACKUP],
    citation: IM_PRESENCE_SECURITY.at("CA-Signed cup-xmpp Certificate Upload"),
};

const CUP_XMPP_S2S: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "cup-xmpp-s2s",
    trust_store: Some("cup-xmpp-trust"),
    own_steps: &[],
    restart: &["Cisco XCP XMPP Federation Connection Manager"],
    cautions: &[
        "Configure every presence domain, e-mail domain and chat node alias before the request: they are put into it.",
        "The purpose is cup-xmpp-s2s; the 9.0 guide says cup-xmpp in one step, the federation guide corrects it.",
        BACKUP,
    ],
    citation: FEDERATION_GUIDE.at("Generate a CSR for the cup-xmpp-s2s certificate"),
};

const EXPRESSWAY: Procedure = Procedure {
    page: EXPRESSWAY_PAGE,
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Expressway > Maintenance > Security > Server certificate > Generate CSR: check the list \"Alternative name as it will appear\"; have the CA sign it.",
        "Expressway > Maintenance > Security > Trusted CA certificate: append the CA's root and intermediates, on every peer (the list is not replicated).",
        "Expressway > Maintenance > Security > Server certificate > Upload server certificate data.",
    ],
    restart: &["Expressway (Maintenance > Restart options > Restart)"],
    cautions: &[
        "A restart drops registrations and calls of this peer; in a cluster restart one peer at a time.",
        "The other Expressway of the traversal zone must trust the same root and intermediates, or SSH tunnels stay down.",
    ],
    citation: EXPRESSWAY_REQUIREMENTS.at("Expressway Certificates"),
};

const MEETINGS: Procedure = Procedure {
    page: "Webex Meetings Server Administration > Settings > Security > Certificates",
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Settings > Security > Certificates > Generate CSR (keep the subject alternative names that are filled in); have the CA sign it.",
        "Turn on maintenance mode; import the certificate with its intermediates in order, leaf first.",
    ],
    restart: &["Webex Meetings Server (turn maintenance mode off)"],
    cautions: &["SSO must be off before a certificate is overwritten."],
    citation: MEETINGS_ADMINISTRATION.at("Managing Certificates"),
};

const DIRECTORY: Procedure = Procedure {
    page: "the directory server's own certificate store",
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Have the CA sign a certificate whose CN and dNSName are the host that CUCM and Jabber are configured with.",
        "Cisco Unified OS Administration > Security > Certificate Management: the CA's root and intermediates to tomcat-trust of CUCM.",
    ],
    restart: &[
        "the directory service",
        "Cisco Tomcat and Cisco DirSync on CUCM, when the CA is new",
    ],
    cautions: &[
        "CUCM checks the LDAP host against the certificate's CN: users cannot sign in while they differ.",
    ],
    citation: SECURE_LDAP.at("Verify the LDAP server certificate"),
};

const HTTPS: Procedure = Procedure {
    page: "the server's own certificate configuration",
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Have the CA sign a certificate with the host name as dNSName, and install it with its intermediates.",
    ],
    restart: &["the web server"],
    cautions: &[],
    citation: JABBER_PLANNING.at("Certificate Validation"),
};

impl Procedure {
    /// Steps from request to upload, in order, in the product's menu words: the root first, then downwards, then the
    /// certificate.
    pub fn steps(&self) -> Vec<String> {
        let Some(trust_store) = self.trust_store else {
            return self
                .own_steps
                .iter()
                .map(|step| (*step).to_owned())
                .collect();
        };
        let Self { page, purpose, .. } = self;
        vec![
            format!(
                "{page} > Generate CSR: Certificate Purpose {purpose}; download it and have the CA sign it with every \
                 name and usage it asks for."
            ),
            format!(
                "{page} > Upload Certificate/Certificate chain: the CA's root, then each intermediate downwards, with \
                 purpose {trust_store}."
            ),
            format!(
                "{page} > Upload Certificate/Certificate chain: the signed certificate with purpose {purpose}."
            ),
        ]
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
        CertificateName::Expressway => EXPRESSWAY,
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
