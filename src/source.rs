//! The documents that may be cited. A rule, a port or a procedure that names none is not in this program.

mod others;
mod standards;

pub use others::*;
pub use standards::*;

/// A document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source {
    /// Its title as its publisher gives it.
    pub title: &'static str,
    /// Where it is published, when that is stable.
    pub url: Option<&'static str>,
}

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Citation {
    /// The document.
    pub source: &'static Source,
    /// The chapter, section or table; empty for the whole.
    pub section: &'static str,
}

impl Source {
    /// A place in this document.
    pub const fn at(&'static self, section: &'static str) -> Citation {
        Citation {
            source: self,
            section,
        }
    }

    const fn titled(title: &'static str) -> Self {
        Self { title, url: None }
    }

    const fn published(title: &'static str, url: &'static str) -> Self {
        Self {
            title,
            url: Some(url),
        }
    }
}

/// Cisco document 116917 of December 2013: identifier fields, table 3 (where names are configured), CSR formats.
pub static JABBER_GUIDE: Source = Source::published(
    "Jabber Complete How-To Guide for Certificate Validation",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/unified-communications-manager-im-presence-service/116917-technote-certificate-00.html",
);
/// Jabber planning guide 12.8.
pub static JABBER_PLANNING: Source =
    Source::titled("Planning Guide for Cisco Jabber 12.8, Security and Certificates");
/// Jabber planning guide 14.1.
pub static JABBER_PLANNING_14: Source = Source::titled("Planning Guide for Cisco Jabber 14.1");
/// Jabber 14.1 deployment guide.
pub static JABBER_DEPLOYMENT_14: Source =
    Source::titled("On-Premises Deployment for Cisco Jabber 14.1");
/// Jabber 10.5 deployment guide.
pub static JABBER_DEPLOYMENT_10: Source = Source::titled(
    "Cisco Jabber 10.5 Deployment and Installation Guide, Set Up Certificate Validation",
);
/// Jabber 12.8 release notes for iPhone and iPad, and Mac.
pub static JABBER_RELEASE_NOTES: Source =
    Source::titled("Release Notes for Cisco Jabber for iPhone and iPad 12.8, and for Mac 12.8");
/// Jabber 12.7 and 12.8 release notes for Windows.
pub static JABBER_RELEASE_NOTES_WINDOWS: Source =
    Source::titled("Release Notes for Cisco Jabber for Windows 12.7 and 12.8");
/// Login failures of Jabber.
pub static JABBER_LOGIN: Source = Source::published(
    "Troubleshoot Jabber Log-in Common Issues",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/jabber/221845-troubleshoot-jabber-log-in-common-issu.html",
);
/// Login failures of Jabber, names without a domain.
pub static JABBER_LOGIN_NAMES: Source = Source::published(
    "Troubleshoot Jabber Login Problems",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/unified-communications-applications/220225-troubleshoot-jabber-log-in-problems-n.html",
);
/// The developers' reference of UDS.
pub static UDS_REFERENCE: Source = Source::published(
    "Cisco User Data Services API Reference",
    "https://developer.cisco.com/site/user-data-services/develop-and-test/api-reference/",
);
/// SIP OAuth.
pub static SIP_OAUTH: Source = Source::published(
    "Cisco Jabber and SIP OAuth Mode",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/jabber/215572-cisco-jabber-and-sip-oauth-mode.html",
);
/// Expressway: certificate requirements for unified communications.
pub static EXPRESSWAY_REQUIREMENTS: Source =
    Source::titled("Cisco Expressway, Server Certificate Requirements for Unified Communications");
/// Expressway X15.5 certificate guide.
pub static EXPRESSWAY_CERTIFICATES: Source =
    Source::titled("Cisco Expressway Certificate Creation and Use Deployment Guide (X15.5)");
/// Expressway X15.5 administrator guide.
pub static EXPRESSWAY_ADMINISTRATION: Source =
    Source::titled("Cisco Expressway Administrator Guide (X15.5), Managing Security");
/// Expressway port usage.
pub static EXPRESSWAY_PORTS: Source =
    Source::titled("Cisco Expressway IP Port Usage Configuration Guide (X15.0)");
/// Mobile and Remote Access.
pub static MRA_GUIDE: Source =
    Source::titled("Mobile and Remote Access Through Cisco Expressway Deployment Guide (X15.2)");
/// Expressway-C's certificate towards CUCM.
pub static MRA_CLIENT_CERTIFICATE: Source = Source::published(
    "Upload the Root and Intermediate Certificates of Expressway-Core to CUCM",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/expressway/217748-upload-the-root-and-intermediate-certifi.html",
);
/// MRA certificates.
pub static MRA_CERTIFICATES: Source = Source::published(
    "Configure and Troubleshoot Collaboration Edge (MRA) Certificates",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/expressway/213872-configure-and-troubleshoot-collaboration.html",
);
/// Expressway certificates, troubleshooting.
pub static EXPRESSWAY_TROUBLESHOOTING: Source = Source::published(
    "Troubleshoot Expressway Certificates",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/telepresence-video-communication-server-vcs/221624-troubleshoot-expressway-certificates.html",
);
/// Collaboration Edge, common problems.
pub static COLLABORATION_EDGE: Source = Source::published(
    "Troubleshoot Common Issues with Collaboration Edge",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/expressway/118798-technote-cucm-00.html",
);
/// The traffic server's verification from X14.2 on.
pub static EXPRESSWAY_TRAFFIC_SERVER: Source = Source::published(
    "Troubleshoot Expressway Traffic Server Certificate Verification for MRA Services",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/expressway/218018-troubleshoot-expressway-traffic-server-c.html",
);
/// The end of the clientAuth EKU, Expressway.
pub static EXPRESSWAY_EKU_SUNSET: Source = Source::published(
    "Prepare Expressway for Client Authentication EKU Sunset in Public CA Certificates",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/expressway-series/225482-prepare-expressway-for-client.html",
);
/// The end of the clientAuth EKU, X15.5.
pub static EXPRESSWAY_EKU_X15_5: Source = Source::published(
    "Navigate Client EKU Sunset with Expressway X15.5",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/telepresence-video-communication-server-expressway/225693-navigate-client-eku-sunset-with.html",
);
/// Field notice, Expressway.
pub static FIELD_NOTICE_74362: Source = Source::published(
    "Field Notice FN74362: Expressway and the removal of the client authentication EKU",
    "https://www.cisco.com/c/en/us/support/docs/field-notices/743/fn74362.html",
);
/// Field notice, on-premises calling.
pub static FIELD_NOTICE_74345: Source = Source::published(
    "Field Notice FN74345: on-premises calling products and the removal of the client authentication EKU",
    "https://www.cisco.com/c/en/us/support/docs/field-notices/743/fn74345.html",
);
/// IM and Presence 9.0 deployment guide.
pub static IM_PRESENCE_SECURITY: Source = Source::titled(
    "Deployment Guide for IM and Presence Service, Release 9.0(1), Security Configuration",
);
/// IM and Presence 15 configuration guide.
pub static IM_PRESENCE_GUIDE: Source = Source::titled(
    "Configuration and Administration of the IM and Presence Service (12.5, 14SU2, 15)",
);
/// Interdomain federation.
pub static FEDERATION_GUIDE: Source =
    Source::titled("Interdomain Federation for IM and Presence Service, Release 15");
/// XMPP federation through Expressway.
pub static XMPP_FEDERATION_EXPRESSWAY: Source = Source::titled(
    "Chat and Presence XMPP Federation using IM and Presence or Expressway (X14.0.2)",
);
/// Federation with Microsoft through Expressway.
pub static MICROSOFT_FEDERATION: Source =
    Source::titled("Expressway and Microsoft federation, DNS and certificates (TAC 212383)");
/// ECDSA certificates of IM and Presence.
pub static IM_PRESENCE_ECDSA: Source = Source::published(
    "IM and Presence and ECDSA Certificate Questions",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/unified-communications-manager-im-presence-service/212086-IM-and-Presence-and-ECDSA-certificate-Qu.html",
);
/// CUCM security guide 12.5, certificate overview with the key-usage tables.
pub static CUCM_CERTIFICATES: Source = Source::titled(
    "Security Guide for Cisco Unified Communications Manager 12.5(1), Certificate Overview",
);
/// CUCM security guide 14SU2 and 15, certificates.
pub static CUCM_CERTIFICATES_14: Source = Source::titled(
    "Security Guide for Cisco Unified Communications Manager 14SU2 and 15, Certificates",
);
/// CUCM 15 security guide, TLS setup.
pub static CUCM_TLS: Source =
    Source::titled("Security Guide for Cisco Unified Communications Manager 15, TLS Setup");
/// CUCM 15 ports.
pub static CUCM_PORTS: Source = Source::titled(
    "System Configuration Guide for Cisco Unified Communications Manager 15, TCP and UDP Port Usage",
);
/// IM and Presence 15 ports.
pub static IM_PRESENCE_PORTS: Source = Source::titled(
    "System Configuration Guide 15, Port Usage Information for the IM and Presence Service",
);
/// Multi-server certificates.
pub static MULTI_SERVER: Source = Source::published(
    "CUCM Cluster Setup with CA-Signed Multi-Server Subject Alternate Names",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/unified-communications-manager-callmanager/118731-configure-san-00.html",
);
/// Regeneration of CA-signed certificates.
pub static CA_SIGNED_REGENERATION: Source = Source::published(
    "Regenerate CUCM CA-Signed Certificates",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/unified-communications-manager-callmanager/217138-regeneration-of-cucm-ca-signed-certifica.html",
);
/// Regeneration of self-signed certificates.
pub static SELF_SIGNED_REGENERATION: Source = Source::published(
    "Regenerate Self-Signed Certificates in CUCM",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/unified-communications-manager-callmanager/214231-certificate-regeneration-process-for-cis.html",
);
/// Using the tomcat certificate for CallManager.
pub static TOMCAT_REUSE: Source = Source::published(
    "Configure Tomcat Certificate Reuse for CallManager",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/unified-communications-manager-callmanager/221070-configure-tomcat-certificate-reuse-for-c.html",
);
/// SIP trunks over TLS.
pub static SIP_TRUNK_TLS: Source =
    Source::titled("Configure a SIP TLS Trunk on Communications Manager (TAC 200180)");
/// CUCM 15 security guide, SIP trunks: the field that was "X.509 Subject Name" takes a subjectAltName too.
pub static CUCM_TRUNKS: Source = Source::titled(
    "Security Guide for Cisco Unified Communications Manager 15, SIP Trunk Security Profile",
);
/// Unity Connection security guide.
pub static UNITY_SECURITY: Source =
    Source::titled("Security Guide for Cisco Unity Connection Release 15");
/// Unity Connection OS administration.
pub static UNITY_ADMINISTRATION: Source = Source::titled(
    "Cisco Unified Communications Operating System Administration Guide for Unity Connection 15, Security",
);
/// Webex Meetings Server.
pub static MEETINGS_ADMINISTRATION: Source = Source::published(
    "Cisco Webex Meetings Server Administration Guide 2.8, Managing Certificates",
    "https://www.cisco.com/c/en/us/td/docs/collaboration/CWMS/2_8/Administration_Guide/cwms_b_administration_guide-2-8/cwms_b_administration_guide-2-8_chapter_01110.html",
);
/// Webex Meetings Server 2.6, installation.
pub static MEETINGS_INSTALLATION: Source =
    Source::titled("Cisco WebEx Meetings Server 2.6 Installation Guide");
/// Secure LDAP.
pub static SECURE_LDAP: Source =
    Source::titled("Configure and Troubleshoot Secure LDAP on CUCM (TAC 215437)");
/// The Cisco validated design.
pub static PREFERRED_ARCHITECTURE: Source = Source::published(
    "Preferred Architecture for Cisco Collaboration 14 Enterprise On-Premises Deployments, Security",
    "https://www.cisco.com/c/en/us/td/docs/solutions/CVD/Collaboration/enterprise/14/collbcvd/security.html",
);
/// Jabber's check of the edge certificate.
pub static WEBEX_MRA: Source =
    Source::titled("Webex Help Center nzmsd2b, Mobile and Remote Access certificate check");
/// What this program promises about its own files.
pub static CERTAUDIT: Source = Source::titled("certaudit README");
/// Expiry of DigiCert's intermediate and the traversal zone.
pub static EXPRESSWAY_INTERMEDIATE_EXPIRY: Source = Source::titled(
    "Troubleshoot Expressway Intermediate DigiCert Global Root CA Certificate Expiry on March 8, 2023 (TAC 220220)",
);
/// Expressway X14 administrator guide.
pub static EXPRESSWAY_ADMINISTRATION_14: Source =
    Source::titled("Cisco Expressway Administrator Guide (X14.0.1), Managing Security");
/// Public CAs' changes and Dedicated Instance.
pub static WEBEX_DEDICATED_INSTANCE: Source = Source::published(
    "Webex Help Center zo55dl, Public CA certificate changes impacting Dedicated Instance",
    "https://help.webex.com/en-us/article/zo55dl/Public-CA-certificate-changes-impacting-Dedicated-Instance",
);
/// Verification of the servers inside by the traffic server, later document.
pub static EXPRESSWAY_TRAFFIC_VERIFICATION: Source = Source::published(
    "Understand Mobile and Remote Access Certificate Requirements and Apache Traffic Server History",
    "https://www.cisco.com/c/en/us/support/docs/unified-communications/telepresence-video-communication-server-expressway/225476-understand-mobile-and-remote-access.html",
);
/// RFC 6960.
pub static RFC_6960: Source = Source::published(
    "RFC 6960: X.509 Internet Public Key Infrastructure Online Certificate Status Protocol - OCSP",
    "https://www.rfc-editor.org/rfc/rfc6960",
);
