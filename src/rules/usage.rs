//! May it be used for what it is used for.

pub(super) mod alternate_root_absent;
pub(super) mod client_auth_missing;
pub(super) mod client_auth_sunset;
pub(super) mod data_encipherment_missing;
pub(super) mod ipsec_missing;
pub(super) mod key_usage_missing;
pub(super) mod server_auth_missing;

use super::facts::is_broken;
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::Verdict;
use crate::catalog::{self, UsageRow};
use crate::certificate::{Certificate, ExtendedKeyUsage, KeyUsage};

const KEY_USAGE: &str = "2.5.29.15";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";

/// What the request for the subject's certificate asks for.
fn row(subject: &LeafSubject<'_>) -> Option<UsageRow> {
    let (node, service) = (subject.node.node, subject.service.service);
    catalog::usages(
        node.product,
        service.certificate_name,
        node.release.as_ref(),
    )
}

/// Its extended key usage; the verdict where there is nothing to judge. Without the extension every purpose is allowed
/// (RFC 5280, section 4.2.1.12), and it asks for no particular one.
fn purposes(certificate: &Certificate) -> Result<&ExtendedKeyUsage, Verdict> {
    match &certificate.extended_key_usage {
        Some(purposes) => Ok(purposes),
        None if is_broken(certificate, EXTENDED_KEY_USAGE) => Err(Verdict::unknown(
            "the certificate has an extended key usage that cannot be decoded",
        )),
        None => Err(Verdict::Pass),
    }
}

/// Its key usage; the verdict where there is nothing to judge. Without the extension every usage is allowed (RFC 5280,
/// section 4.2.1.3).
fn key_usage(certificate: &Certificate) -> Result<KeyUsage, Verdict> {
    match certificate.key_usage {
        Some(usage) => Ok(usage),
        None if is_broken(certificate, KEY_USAGE) => Err(Verdict::unknown(
            "the certificate has a key usage that cannot be decoded",
        )),
        None => Err(Verdict::Pass),
    }
}

/// Whether the purpose itself is listed: anyExtendedKeyUsage does not stand for it.
fn lists(purposes: &ExtendedKeyUsage, oid: &str) -> bool {
    purposes.0.iter().any(|listed| listed == oid)
}

/// "keyUsage has digitalSignature, keyAgreement".
fn has(extension: &str, names: &[&str]) -> String {
    if names.is_empty() {
        format!("{extension} is empty")
    } else {
        format!("{extension} has {}", names.join(", "))
    }
}
