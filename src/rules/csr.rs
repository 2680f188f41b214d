//! Is a signing request what a CA will sign, and what the deployment needs.

pub(super) mod forbidden_characters;
pub(super) mod fqdn_repeated;
pub(super) mod key_too_small;
pub(super) mod name_missing;
pub(super) mod not_pem;
pub(super) mod private_name;
pub(super) mod signature_invalid;
pub(super) mod signature_weak;
pub(super) mod subject_inconsistent;
pub(super) mod usage_differs;

use crate::audit::fix::Remedy;
use crate::certificate::SigningRequest;
use crate::identity::alternative_names;

pub(super) const SUBJECT_ALTERNATIVE_NAME: &str = "2.5.29.17";
pub(super) const KEY_USAGE: &str = "2.5.29.15";
pub(super) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";

/// The request is made anew; a certificate need not exist yet.
const NEW_REQUEST: Remedy = Remedy::Own {
    steps: &[
        "Unified CM, IM and Presence, Unity Connection: Cisco Unified OS Administration > Security > Certificate Management > \
         Generate CSR; Expressway: Maintenance > Security > Server certificate > Generate CSR.",
        "Download the request and judge it with `certaudit csr` before it goes to the CA.",
    ],
    restart: &[],
    cautions: &[
        "A new request replaces the pending one of the same certificate: what a CA still signs from the old one cannot be \
         uploaded any more.",
    ],
};

/// The names that the request asks for, in a sentence.
fn names_asked(request: &SigningRequest) -> String {
    let names = request.alternative_name.as_ref().map(alternative_names);
    match names {
        None => "it asks for no subjectAltName".to_owned(),
        Some(names) if names.is_empty() => "its subjectAltName is empty".to_owned(),
        Some(names) => format!("its subjectAltName has {}", names.join(", ")),
    }
}
