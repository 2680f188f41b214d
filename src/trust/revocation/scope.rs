//! What a CRL covers, by its extensions (RFC 5280, section 5.2).

use super::Doubt;
use super::fields::{Extension, Fields, broken, short};
use crate::certificate::Certificate;
use crate::certificate::der::{Element, SEQUENCE};

/// 2.5.29.27 (deltaCRLIndicator), the contents octets.
const DELTA: &[u8] = &[0x55, 0x1d, 27];
/// 2.5.29.28 (issuingDistributionPoint), the contents octets.
const ISSUING_POINT: &[u8] = &[0x55, 0x1d, 28];
/// 2.5.29.35 (authorityKeyIdentifier), the contents octets.
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 35];
/// These; then issuerAltName, cRLNumber and freshestCRL, which change nothing here.
const KNOWN_EXTENSIONS: [&[u8]; 6] = [
    DELTA,
    ISSUING_POINT,
    AUTHORITY_KEY,
    &[0x55, 0x1d, 18],
    &[0x55, 0x1d, 20],
    &[0x55, 0x1d, 46],
];

/// The limits of a CRL.
#[derive(Debug, Default)]
pub(super) struct Scope {
    delta: bool,
    indirect: bool,
    some_reasons: bool,
    kind: Kind,
    /// The URLs of the distribution point, when it is bound to one.
    point: Option<Vec<Vec<u8>>>,
    /// The keyIdentifier of authorityKeyIdentifier.
    key_identifier: Option<Vec<u8>>,
}

/// The kind of certificates that a CRL may list.
#[derive(Debug, Default)]
enum Kind {
    #[default]
    Any,
    Users,
    Authorities,
    Attributes,
}

impl Scope {
    pub(super) fn read(extensions: &[Extension<'_>]) -> Result<Self, Doubt> {
        let mut scope = Self::default();
        let mut points = 0;
        for extension in extensions {
            extension.refuse_unknown(&KNOWN_EXTENSIONS)?;
            match extension.oid {
                DELTA => scope.delta = true,
                ISSUING_POINT => {
                    points += 1;
                    scope.take_point(extension.value)?;
                }
                AUTHORITY_KEY => {
                    scope.key_identifier = key_identifier(extension.value);
                }
                _ => {}
            }
        }
        if points > 1 {
            return Err(broken(POINT));
        }
        Ok(scope)
    }

    fn take_point(&mut self, value: &[u8]) -> Result<(), Doubt> {
        let point = Element::only(value).and_then(|point| point.tagged(SEQUENCE));
        let mut fields = Fields::of(point.ok_or_else(|| broken(POINT))?);
        if let Some(names) = fields.optional(&[0xa0]) {
            self.point = Some(urls(names).ok_or_else(|| broken(POINT))?);
        }
        let users = flag(&mut fields, 0x81);
        let authorities = flag(&mut fields, 0x82);
        self.some_reasons = fields.optional(&[0x83]).is_some();
        self.indirect = flag(&mut fields, 0x84);
        self.kind = match (users, authorities, flag(&mut fields, 0x85)) {
            (false, false, false) => Kind::Any,
            (true, false, false) => Kind::Users,
            (false, true, false) => Kind::Authorities,
            (false, false, true) => Kind::Attributes,
            _ => return Err(broken(POINT)),
        };
        fields.end(POINT)
    }

    /// Whether it says that it was signed with another key than that of `issuer`, as happens after a CA renewed its key.
    pub(super) fn names_another_key(&self, issuer: &Certificate) -> bool {
        match (&self.key_identifier, &issuer.subject_key_identifier) {
            (Some(named), Some(own)) => named != own,
            _ => false,
        }
    }

    /// Whether it needs a base.
    pub(super) const fn is_delta(&self) -> bool {
        self.delta
    }

    pub(super) fn refuse_indirect(&self) -> Result<(), Doubt> {
        refuse(self.indirect, "indirect CRL")
    }

    /// Whether certificates of this kind may be listed at all.
    pub(super) fn covers_kind_of(&self, certificate: &Certificate) -> Result<(), Doubt> {
        let words = match (&self.kind, certificate.is_ca()) {
            (Kind::Attributes, _) => "a CRL for attribute certificates only",
            (Kind::Users, true) => "a CRL without CA certificates, and this is one",
            (Kind::Authorities, false) => "a CRL for CA certificates only, and this is none",
            _ => return Ok(()),
        };
        refuse(true, words)
    }

    /// Whether a certificate that is not listed is not revoked.
    pub(super) fn covers_whole(&self, certificate: &Certificate) -> Result<(), Doubt> {
        refuse(self.delta, "a delta CRL: its base is needed")?;
        refuse(self.some_reasons, "a CRL for some reasons only")?;
        let Some(urls) = &self.point else {
            return Ok(());
        };
        let same = urls.iter().any(|url| {
            let known = certificate.crl_urls.iter();
            known.map(String::as_bytes).any(|known| known == url)
        });
        let listed = urls.iter().map(|url| String::from_utf8_lossy(url));
        let listed: Vec<_> = listed.take(SHOWN).collect();
        let listed = match listed.as_slice() {
            [] => "one without a URL".to_owned(),
            listed => short(&listed.join(", ")),
        };
        let words = format!("a CRL for another distribution point only: {listed}");
        refuse(!same, &words)
    }
}

const POINT: &str = "issuingDistributionPoint";

/// The URLs of a DistributionPointName: none when it is nameRelativeToCRLIssuer, which fits no URL.
fn urls(point: Element<'_>) -> Option<Vec<Vec<u8>>> {
    let name = Element::only(point.value)?;
    if name.tag != 0xa0 {
        return Some(Vec::new());
    }
    let names = name.children()?.into_iter();
    let urls = names.filter(|name| name.tag == URL);
    Some(urls.map(|url| url.value.to_vec()).collect())
}

fn flag(fields: &mut Fields<'_>, tag: u8) -> bool {
    let flag = fields.optional(&[tag]);
    flag.is_some_and(|flag| flag.value != [0])
}

fn key_identifier(value: &[u8]) -> Option<Vec<u8>> {
    let fields = Element::only(value)?.children()?;
    let identifier = fields.into_iter().find(|field| field.tag == 0x80)?;
    Some(identifier.value.to_vec())
}

/// uniformResourceIdentifier of GeneralName.
const URL: u8 = 0x86;
/// How many URLs of a distribution point are shown at most.
const SHOWN: usize = 3;

fn refuse(limited: bool, words: &str) -> Result<(), Doubt> {
    if limited {
        return Err(Doubt::Unsupported(words.to_owned()));
    }
    Ok(())
}
