//! Certificates of Expressway, Webex Meetings Server, directories and other servers.

use super::Procedure;
use crate::source::{
    EXPRESSWAY_REQUIREMENTS, JABBER_PLANNING, MEETINGS_ADMINISTRATION, SECURE_LDAP,
};

const EXPRESSWAY_PAGE: &str = "Expressway > Maintenance > Security > Server certificate";

/// How the server certificate of an Expressway is renewed.
pub const EXPRESSWAY: Procedure = Procedure {
    page: EXPRESSWAY_PAGE,
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Expressway > Maintenance > Security > Server certificate > Generate CSR: check the list \"Alternative name as it will appear\"; have the CA sign it.",
        "Expressway > Maintenance > Security > Trusted CA certificate: append the CA's root and intermediates, on every peer (the list is not replicated).",
        "Expressway > Maintenance > Security > Server certificate > Upload server certificate data.",
    ],
    between: &[],
    restart: &["Expressway (Maintenance > Restart options > Restart)"],
    afterwards: &[],
    cautions: &[
        "A restart drops registrations and calls of this peer; in a cluster restart one peer at a time.",
        "The other Expressway of the traversal zone must trust the same root and intermediates, or SSH tunnels stay down.",
    ],
    citation: EXPRESSWAY_REQUIREMENTS.at("Expressway Certificates"),
};

pub(super) const MEETINGS: Procedure = Procedure {
    page: "Webex Meetings Server Administration > Settings > Security > Certificates",
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Settings > Security > Certificates > Generate CSR (keep the subject alternative names that are filled in); have the CA sign it.",
        "Turn on maintenance mode; import the certificate with its intermediates in order, leaf first.",
    ],
    between: &[],
    restart: &["Webex Meetings Server (turn maintenance mode off)"],
    afterwards: &[],
    cautions: &["SSO must be off before a certificate is overwritten."],
    citation: MEETINGS_ADMINISTRATION.at("Managing Certificates"),
};

pub(super) const DIRECTORY: Procedure = Procedure {
    page: "the directory server's own certificate store",
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Have the CA sign a certificate whose CN and dNSName are the host that CUCM and Jabber are configured with.",
        "Cisco Unified OS Administration > Security > Certificate Management: the CA's root and intermediates to tomcat-trust of CUCM.",
    ],
    between: &[],
    restart: &[
        "the directory service",
        "Cisco Tomcat and Cisco DirSync on CUCM, when the CA is new",
    ],
    afterwards: &[],
    cautions: &[
        "CUCM checks the LDAP host against the certificate's CN: users cannot sign in while they differ.",
    ],
    citation: SECURE_LDAP.at("Verify the LDAP server certificate"),
};

pub(super) const HTTPS: Procedure = Procedure {
    page: "the server's own certificate configuration",
    purpose: "server certificate",
    trust_store: None,
    own_steps: &[
        "Have the CA sign a certificate with the host name as dNSName, and install it with its intermediates.",
    ],
    between: &[],
    restart: &["the web server"],
    afterwards: &[],
    cautions: &[],
    citation: JABBER_PLANNING.at("Certificate Validation"),
};
