//! What is known of public CAs: which roots go on signing clientAuth, and when the others stop.

use time::Date;
use time::macros::date;

use crate::audit::estate::ChainView;
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::Verdict;
use crate::rules::chain::completed;
use crate::trust::{Broken, Lineage, Path};

/// Public roots below which certificates with serverAuth and clientAuth are still issued (field notice FN74345).
const COMBINED: [&str; 2] = [
    "IdenTrust Public Sector Root CA 1",
    "DigiCert Assured ID Root G2",
];

/// How a CA gives up clientAuth.
pub(super) struct Sunset {
    /// Whose decision it is.
    pub(super) who: &'static str,
    /// The first day on which it issues none.
    pub(super) stop: Date,
    /// Since when it must be asked for.
    pub(super) on_request: Option<Date>,
}

/// DigiCert with its brands (GeoTrust, Thawte, RapidSSL).
const DIGICERT: Sunset = Sunset {
    who: "DigiCert",
    stop: date!(2027 - 03 - 01),
    on_request: Some(date!(2025 - 10 - 01)),
};
const SECTIGO: Sunset = Sunset {
    who: "Sectigo",
    stop: date!(2027 - 02 - 10),
    on_request: Some(date!(2025 - 10 - 14)),
};
const LETS_ENCRYPT: Sunset = Sunset {
    who: "Let's Encrypt",
    stop: date!(2026 - 07 - 08),
    on_request: Some(date!(2026 - 02 - 11)),
};
/// Google Chrome's programme binds all others.
const CHROME: Sunset = Sunset {
    who: "every public CA",
    stop: date!(2027 - 03 - 15),
    on_request: None,
};

const OWNERS: [(&str, &Sunset); 7] = [
    ("DigiCert ", &DIGICERT),
    ("Baltimore CyberTrust ", &DIGICERT),
    ("Sectigo ", &SECTIGO),
    ("USERTrust ", &SECTIGO),
    ("COMODO ", &SECTIGO),
    ("AAA Certificate Services", &SECTIGO),
    ("ISRG Root ", &LETS_ENCRYPT),
];

/// Whether certificates below that public root may go on having both usages.
pub(super) fn is_combined(root: &str) -> bool {
    COMBINED.contains(&root)
}

/// How the owner of that public root gives up clientAuth.
pub(super) fn sunset(root: &str) -> &'static Sunset {
    OWNERS
        .iter()
        .find(|(start, _)| root.starts_with(start))
        .map_or(&CHROME, |(_, sunset)| sunset)
}

/// The root of [`COMBINED`] that a leaf builds to and that the devices lack, where nothing else is in the way.
pub(super) fn absent_combined<'a>(subject: &LeafSubject<'a>, at: i64) -> Option<&'a str> {
    let Lineage::Public(root) = &subject.chain.lineage else {
        return None;
    };
    let broken = match subject.chain.path.as_deref() {
        Some(Path::Broken(Broken::UntrustedRoot { .. })) => true,
        Some(Path::Broken(Broken::UnknownIssuer { .. })) => completed(subject, at).is_none(),
        _ => false,
    };
    (broken && is_combined(root) && !subject.estate.trust.is_empty()).then_some(root)
}

/// The verdict where the chain does not tell its root: the chain rules have said so, unless the leaf is pinned.
pub(super) fn root_untold(chain: &ChainView<'_>, question: impl FnOnce() -> String) -> Verdict {
    match chain.path.as_deref() {
        Some(Path::Pinned) => Verdict::Unknown(question()),
        _ => Verdict::NotApplicable("the chain does not tell its root, which the chain rules say"),
    }
}

#[cfg(test)]
mod tests {
    use super::{CHROME, DIGICERT, LETS_ENCRYPT, SECTIGO, sunset};
    use crate::catalog::public_authority::CLIENT_AUTH_ENDS;

    #[test]
    fn orders_are_planned_with_the_same_dates() {
        let stops = [&LETS_ENCRYPT, &SECTIGO, &DIGICERT, &CHROME].map(|one| one.stop);
        let stops = stops.map(|day| day.midnight().assume_utc().unix_timestamp());
        assert_eq!(CLIENT_AUTH_ENDS.map(|end| end.from), stops);
    }

    #[test]
    fn each_owner_has_its_own_date_and_chrome_binds_the_rest() {
        let cases = [
            ("DigiCert Global Root G2", "2027-03-01"),
            ("Baltimore CyberTrust Root", "2027-03-01"),
            ("USERTrust RSA Certification Authority", "2027-02-10"),
            (
                "Sectigo Public Server Authentication Root R46",
                "2027-02-10",
            ),
            ("COMODO ECC Certification Authority", "2027-02-10"),
            ("AAA Certificate Services", "2027-02-10"),
            ("ISRG Root X1", "2026-07-08"),
            ("GlobalSign Root R46", "2027-03-15"),
            ("IdenTrust Commercial Root CA 1", "2027-03-15"),
        ];
        for (root, stop) in cases {
            assert_eq!(sunset(root).stop.to_string(), stop, "{root}");
        }
    }
}
