//! Certificates of Unified CM, IM and Presence and Unity Connection (domain.md sections 7.1 and 7.2).

use super::Procedure;
use crate::source::{
    CA_SIGNED_REGENERATION, CUCM_CERTIFICATES, FEDERATION_GUIDE, IM_PRESENCE_SECURITY,
    SELF_SIGNED_REGENERATION, UNITY_ADMINISTRATION,
};

const OS_ADMINISTRATION: &str =
    "Cisco Unified OS Administration > Security > Certificate Management";
const PRESENCE_OS_ADMINISTRATION: &str =
    "Cisco Unified IM and Presence OS Administration > Security > Certificate Management";

const SSO: &str =
    "With SAML SSO: disable it before and enable it after; import the new SP metadata at the IdP.";
const TFTP_CACHE: &str = "Without a restart of Cisco TFTP port 6972 goes on offering the cached old self-signed certificate.";
const SIP_OAUTH_RESET: &str = "With SIP OAuth mode the Cisco CallManager service must be restarted too, and its phones reset.";
const TOMCAT_14: &str = "From release 14 on restart Cisco UDS Tomcat, Cisco AXL Tomcat and HAProxy too; with SSO or OAuth also Cisco SSOSP \
     Tomcat; after a tomcat-ECDSA certificate the Cisco DRF services.";
const PRESENCE_TRUST: &str = "For the SIP trunk to IM and Presence: its cup-trust must hold the new certificate or its CA, and System > Security > \
     TLS Peer Subjects the CN; restart Cisco SIP Proxy there after a change.";
const BACKUP: &str =
    "Make a DRS backup after the change: a restore brings the old certificate back.";
const ROUTER: &str = "A restart of Cisco XCP Router logs out every Jabber user of the node; do it in a change window.";
const ROUTER_AFTER: &str = "Afterwards check that Cisco XCP Connection Manager and Cisco XCP Authentication Service are running again.";
const SIGN_TOGETHER: &str =
    "Sign the certificates of all nodes of the cluster and upload them together.";
const CTL: &str =
    "In mixed mode run `utils ctl update CTLFile` before the restarts, then reset the phones.";
const NOT_TOGETHER: &str = "Never renew CallManager together with TVS or ITLRecovery: phones would lose every anchor of trust.";
/// "Restart Cisco Intercluster Sync Agent Service" and the verification after it (IM and Presence 9.0 guide; ten minutes:
/// domain.md section 7.1).
const SYNC_AGENT: &str = "On the IM and Presence database publisher restart Cisco Intercluster Sync Agent (`utils service restart Cisco \
     Intercluster Sync Agent`) and wait for about ten minutes, so that the other clusters get the CA certificates.";
const SYNC_CHECK: &str = "With other clusters, on the database publisher of each: Cisco Unified CM IM and Presence Administration > Diagnostics > \
     System Troubleshooter > \"Verify that each TLS-enabled inter-cluster peer has successfully exchanged security \
     certificates\" must have passed. If not: Presence > Inter-Clustering > the peer > Force Manual Sync; after 60 seconds \
     Certificate Status must show \"Connection is secure\", or restart the agent again.";
const SYNC_CHECK_TOMCAT: &str = "After Cisco Tomcat has restarted on all nodes, look at the same test of System Troubleshooter on the database \
     publisher of every other cluster; in Force Manual Sync check \"Also resync peer's Tomcat certificates\" this time.";

pub(super) const CUCM_TOMCAT: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "tomcat",
    trust_store: Some("tomcat-trust"),
    own_steps: &[],
    between: &[],
    restart: &[
        "Cisco Tomcat",
        "Cisco TFTP",
        "Cisco CallManager (only with SIP OAuth mode)",
    ],
    afterwards: &[],
    cautions: &[SSO, TFTP_CACHE, SIP_OAUTH_RESET, TOMCAT_14, BACKUP],
    citation: CUCM_CERTIFICATES.at("Certificate Names and Descriptions (table 4)"),
};

pub(super) const PRESENCE_TOMCAT: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "tomcat",
    trust_store: Some("tomcat-trust"),
    own_steps: &[],
    between: &[SYNC_AGENT, SYNC_CHECK],
    restart: &["Cisco Tomcat"],
    afterwards: &[SYNC_CHECK_TOMCAT],
    cautions: &[SIGN_TOGETHER, BACKUP],
    citation: IM_PRESENCE_SECURITY.at("CA-Signed Tomcat Certificate Task List"),
};

pub(super) const UNITY_TOMCAT: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "tomcat",
    trust_store: Some("tomcat-trust"),
    own_steps: &[],
    between: &[],
    restart: &[
        "Cisco Tomcat",
        "Connection IMAP Server",
        "Connection Dirsync",
        "Connection Jetty",
        "Connection SMTP Server",
        "Connection Conversation Manager",
    ],
    afterwards: &[],
    cautions: &[
        "Restart all six services, or Jabber's notifications keep the old certificate.",
        BACKUP,
    ],
    citation: UNITY_ADMINISTRATION.at("Security"),
};

pub(super) const CALL_MANAGER: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "CallManager",
    trust_store: Some("CallManager-trust"),
    own_steps: &[],
    between: &[],
    restart: &[
        "Cisco Trust Verification Service",
        "Cisco TFTP",
        "Cisco CallManager",
        "Cisco CTIManager",
        "HAProxy (14SU1 and later)",
    ],
    afterwards: &[],
    cautions: &[CTL, NOT_TOGETHER, PRESENCE_TRUST, BACKUP],
    citation: CA_SIGNED_REGENERATION.at("CallManager Certificate"),
};

pub(super) const CAPF: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "CAPF",
    trust_store: Some("CallManager-trust"),
    own_steps: &[],
    between: &[],
    restart: &[
        "Cisco Certificate Authority Proxy Function",
        "Cisco Trust Verification Service",
        "Cisco TFTP",
    ],
    afterwards: &[],
    cautions: &[
        CTL,
        "An 802.1X server that checks phones' LSCs needs the new CAPF certificate.",
        BACKUP,
    ],
    citation: CA_SIGNED_REGENERATION.at("CAPF Certificate"),
};

pub(super) const TVS: Procedure = Procedure {
    page: OS_ADMINISTRATION,
    purpose: "TVS",
    trust_store: Some("TVS-trust"),
    own_steps: &[],
    between: &[],
    restart: &["Cisco Trust Verification Service", "Cisco TFTP"],
    afterwards: &[],
    cautions: &[NOT_TOGETHER, "Renew TVS last.", BACKUP],
    citation: SELF_SIGNED_REGENERATION.at("TVS Certificate"),
};

pub(super) const CUP: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "cup",
    trust_store: Some("cup-trust"),
    own_steps: &[],
    between: &[],
    restart: &["Cisco SIP Proxy", "Cisco Presence Engine"],
    afterwards: &[],
    cautions: &[
        "CUCM's CallManager-trust must hold the new certificate or its CA before the SIP trunk comes back; restart Cisco CallManager there after the upload.",
        BACKUP,
    ],
    citation: IM_PRESENCE_SECURITY.at("IM and Presence Service Certificate Types"),
};

pub(super) const CUP_XMPP: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "cup-xmpp",
    trust_store: Some("cup-xmpp-trust"),
    own_steps: &[],
    between: &[SYNC_AGENT, SYNC_CHECK],
    restart: &["Cisco XCP Router"],
    afterwards: &[],
    cautions: &[ROUTER, ROUTER_AFTER, SIGN_TOGETHER, BACKUP],
    citation: IM_PRESENCE_SECURITY.at("CA-Signed cup-xmpp Certificate Upload"),
};

pub(super) const CUP_XMPP_S2S: Procedure = Procedure {
    page: PRESENCE_OS_ADMINISTRATION,
    purpose: "cup-xmpp-s2s",
    trust_store: Some("cup-xmpp-trust"),
    own_steps: &[],
    between: &[SYNC_CHECK],
    restart: &["Cisco XCP XMPP Federation Connection Manager"],
    afterwards: &[],
    cautions: &[
        "Only the nodes that federate need it.",
        "Configure every presence domain, e-mail domain and chat node alias before the request: they are put into it.",
        "The purpose is cup-xmpp-s2s; the 9.0 guide says cup-xmpp in one step, the federation guide corrects it.",
        BACKUP,
    ],
    citation: FEDERATION_GUIDE.at("Generate a CSR for the cup-xmpp-s2s certificate"),
};
