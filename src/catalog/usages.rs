//! Key usage and extended key usage of the CSR, by certificate name, product and release: the tables of "Certificate
//! Signing Request Key Usage Extensions" (security guides 12.5 to 15) and domain.md section 4.1.

use super::{CertificateName, Product, Release};
use crate::certificate::KeyUsage;
use crate::source::{
    CUCM_CERTIFICATES, CUCM_CERTIFICATES_14, Citation, EXPRESSWAY_CERTIFICATES, IM_PRESENCE_GUIDE,
    UNITY_ADMINISTRATION,
};

/// A row of the tables: what the node's request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRow {
    /// keyUsage bits that the request has in every document of that release.
    pub key_usage: KeyUsage,
    /// Bits that documents of one release disagree about: present or absent, both are right.
    pub tolerated: KeyUsage,
    /// Extended key usage serverAuth.
    pub server_auth: bool,
    /// Extended key usage clientAuth.
    pub client_auth: bool,
    /// Extended key usage IPsec end system.
    pub ipsec: bool,
    /// The table.
    pub citation: Citation,
}

const SIGNATURE: KeyUsage = KeyUsage::DIGITAL_SIGNATURE;
const DATA: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::DATA_ENCIPHERMENT);
const ALL: KeyUsage = DATA.with(KeyUsage::KEY_ENCIPHERMENT);
/// The first release whose CUCM table has no keyEncipherment for RSA (14SU2; the IM and Presence guide keeps it).
const WITHOUT_KEY_ENCIPHERMENT: Release = Release::unified(14, 0, 2);
/// The first release whose CAPF row has clientAuth. Documents between 12.5 and 14SU2 were not read.
const CAPF_CLIENT_AUTH: Release = Release::unified(14, 0, 0);

/// The row for a certificate; `None` where no table says anything (directories, identity providers, Webex Meetings
/// Server). An unknown release is judged by what all tables agree on.
pub fn usages(
    product: Product,
    certificate: CertificateName,
    release: Option<&Release>,
) -> Option<UsageRow> {
    match certificate {
        CertificateName::Tomcat | CertificateName::CallManager => Some(web_row(product, release)),
        CertificateName::Cup | CertificateName::CupXmpp | CertificateName::CupXmppS2s => {
            Some(presence_row(release))
        }
        CertificateName::Tvs => Some(row(
            ALL,
            KeyUsage(0),
            true,
            false,
            CUCM_CERTIFICATES.at("table 1"),
        )),
        CertificateName::Capf => Some(capf_row(release)),
        CertificateName::Expressway => Some(expressway_row()),
        CertificateName::Webex | CertificateName::Ldap | CertificateName::Https => None,
    }
}

const fn row(
    key_usage: KeyUsage,
    tolerated: KeyUsage,
    client: bool,
    ipsec: bool,
    citation: Citation,
) -> UsageRow {
    UsageRow {
        key_usage,
        tolerated,
        server_auth: true,
        client_auth: client,
        ipsec,
        citation,
    }
}

/// tomcat and CallManager; Unity Connection's guide asks for keyEncipherment in release 15 too.
fn web_row(product: Product, release: Option<&Release>) -> UsageRow {
    match (product, release) {
        (Product::UnityConnection, _) => row(
            ALL,
            KeyUsage(0),
            true,
            false,
            UNITY_ADMINISTRATION.at("Security"),
        ),
        (_, Some(release)) if *release < WITHOUT_KEY_ENCIPHERMENT => row(
            ALL,
            KeyUsage(0),
            true,
            false,
            CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions"),
        ),
        _ => row(
            DATA,
            KeyUsage::KEY_ENCIPHERMENT,
            true,
            false,
            CUCM_CERTIFICATES_14.at("CSR Key Usage Extensions"),
        ),
    }
}

fn presence_row(release: Option<&Release>) -> UsageRow {
    match release {
        Some(release) if *release < WITHOUT_KEY_ENCIPHERMENT => row(
            ALL,
            KeyUsage(0),
            true,
            true,
            CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions"),
        ),
        _ => row(
            DATA,
            KeyUsage::KEY_ENCIPHERMENT,
            true,
            true,
            IM_PRESENCE_GUIDE.at("CSR Key Usage Extensions"),
        ),
    }
}

fn capf_row(release: Option<&Release>) -> UsageRow {
    let key_usage = SIGNATURE.with(KeyUsage::KEY_CERT_SIGN);
    match release {
        Some(release) if *release >= CAPF_CLIENT_AUTH => row(
            key_usage,
            KeyUsage(0),
            true,
            false,
            CUCM_CERTIFICATES_14.at("CSR Key Usage Extensions"),
        ),
        _ => row(
            key_usage,
            KeyUsage(0),
            false,
            false,
            CUCM_CERTIFICATES.at("table 1"),
        ),
    }
}

/// Expressway's request asks for serverAuth and clientAuth; the Preferred Architecture lists the two key usages.
fn expressway_row() -> UsageRow {
    row(
        SIGNATURE,
        KeyUsage::KEY_ENCIPHERMENT,
        true,
        false,
        EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Release, usages};
    use crate::catalog::{CertificateName as Name, Product};
    use crate::certificate::KeyUsage;

    fn bits(name: Name, release: &str) -> (bool, bool) {
        let release: Release = release.parse().unwrap();
        let row = usages(Product::Cucm, name, Some(&release)).unwrap();
        (
            row.key_usage.contains(KeyUsage::KEY_ENCIPHERMENT),
            row.key_usage
                .with(row.tolerated)
                .contains(KeyUsage::KEY_ENCIPHERMENT),
        )
    }

    #[test]
    fn key_encipherment_may_be_absent_from_14su2_on() {
        assert_eq!(bits(Name::Tomcat, "14SU1"), (true, true));
        assert_eq!(bits(Name::Tomcat, "14SU2"), (false, true));
        assert_eq!(bits(Name::CupXmpp, "12.5(1)SU6"), (true, true));
        assert_eq!(bits(Name::CupXmpp, "15"), (false, true));
    }

    #[test]
    fn capf_needs_client_auth_from_14_on() {
        let row =
            |text: &str| usages(Product::Cucm, Name::Capf, Some(&text.parse().unwrap())).unwrap();
        assert!(!row("12.5").client_auth);
        assert!(row("14").client_auth);
        assert!(row("14").key_usage.contains(KeyUsage::KEY_CERT_SIGN));
    }

    #[test]
    fn only_presence_certificates_ask_for_ipsec() {
        assert!(usages(Product::ImPresence, Name::Cup, None).unwrap().ipsec);
        assert!(
            !usages(Product::ImPresence, Name::Tomcat, None)
                .unwrap()
                .ipsec
        );
        assert!(usages(Product::Ldap, Name::Ldap, None).is_none());
    }
}
