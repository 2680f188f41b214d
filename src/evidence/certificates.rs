//! Every certificate that was presented: kept once, decoded once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::certificate::{Decoder, Digest, Parsed};

/// Certificates by digest. Each is decoded when it is first asked for, whoever asks.
#[derive(Debug, Default)]
pub struct Certificates {
    filed: BTreeMap<Digest, Filed>,
    decoder: Decoder,
}

#[derive(Debug, Clone)]
struct Filed {
    der: Bytes,
    parsed: OnceLock<Parsed>,
}

impl Certificates {
    /// Files the bytes of a certificate under their digest, and gives that.
    pub fn add(&mut self, der: &[u8]) -> Digest {
        let digest = Digest::of(der);
        self.add_known(digest, || Bytes::copy_from_slice(der));
        digest
    }

    /// The same where the digest is known already; `der` is asked only for what is new.
    pub(crate) fn add_known(&mut self, digest: Digest, der: impl FnOnce() -> Bytes) {
        self.filed
            .entry(digest)
            .or_insert_with(|| Filed::from(der()));
    }

    /// Adds those of another run.
    pub fn extend(&mut self, other: Self) {
        self.filed.extend(other.filed);
    }

    /// The certificate of that digest, decoded; `None` when none was presented.
    pub fn get(&self, digest: &Digest) -> Option<&Parsed> {
        Some(self.filed.get(digest)?.parsed(&self.decoder))
    }

    /// All of them, decoded, by digest.
    pub fn iter(&self) -> impl Iterator<Item = (&Digest, &Parsed)> {
        let filed = self.filed.iter();
        filed.map(|(digest, one)| (digest, one.parsed(&self.decoder)))
    }

    /// Decodes all that were not yet: here and now, because what a thread of its own allocates stays in its own part of the
    /// memory, beside what was freed in ours.
    pub fn decode(&self) {
        self.iter().for_each(drop);
    }

    /// The bytes of a certificate, as they were sent.
    pub fn der(&self, digest: &Digest) -> Option<&Bytes> {
        Some(&self.filed.get(digest)?.der)
    }

    /// The bytes of all of them, by digest.
    pub fn ders(&self) -> impl Iterator<Item = (&Digest, &Bytes)> {
        self.filed.iter().map(|(digest, one)| (digest, &one.der))
    }

    /// Whether a certificate of that digest was presented.
    pub fn contains(&self, digest: &Digest) -> bool {
        self.filed.contains_key(digest)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.filed.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.filed.is_empty()
    }
}

impl<D: AsRef<[u8]>> FromIterator<D> for Certificates {
    /// Files the bytes of each.
    fn from_iter<I: IntoIterator<Item = D>>(ders: I) -> Self {
        let mut certificates = Self::default();
        for der in ders {
            certificates.add(der.as_ref());
        }
        certificates
    }
}

impl Filed {
    fn parsed(&self, decoder: &Decoder) -> &Parsed {
        self.parsed.get_or_init(|| decoder.parse(&self.der))
    }
}

impl From<Bytes> for Filed {
    fn from(der: Bytes) -> Self {
        let parsed = OnceLock::new();
        Self { der, parsed }
    }
}

impl Clone for Certificates {
    fn clone(&self) -> Self {
        let filed = self.filed.clone();
        let decoder = Decoder::default();
        Self { filed, decoder }
    }
}

impl PartialEq for Certificates {
    fn eq(&self, other: &Self) -> bool {
        self.ders().eq(other.ders())
    }
}

impl Eq for Certificates {}

/// As the evidence file has them: base64 by digest.
impl Serialize for Certificates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts = self.ders();
        serializer.collect_map(texts.map(|(digest, der)| (digest, STANDARD.encode(der))))
    }
}

impl<'de> Deserialize<'de> for Certificates {
    /// The digests are not compared with the bytes.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let filed = BTreeMap::deserialize(deserializer)?;
        let decoder = Decoder::default();
        Ok(Self { filed, decoder })
    }
}

impl<'de> Deserialize<'de> for Filed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let der = STANDARD.decode(text);
        let der =
            der.map_err(|fault| D::Error::custom(format!("a certificate is not base64: {fault}")))?;
        Ok(Self::from(Bytes::from(der.into_boxed_slice())))
    }
}

impl schemars::JsonSchema for Certificates {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Certificates".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        BTreeMap::<Digest, String>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_certificate_is_decoded_once_whoever_asks() {
        let mut certificates = Certificates::default();
        let digest = certificates.add(b"no certificate");
        assert_eq!(certificates.add(b"no certificate"), digest);
        assert_eq!(certificates.len(), 1);
        certificates.decode();
        let one = certificates.get(&digest).unwrap().clone().unwrap_err();
        let other = certificates.iter().next().unwrap().1.clone().unwrap_err();
        assert!(Arc::ptr_eq(&one, &other));
        assert_eq!(&*one.der, b"no certificate");
        assert!(certificates.get(&Digest::of(b"")).is_none());
    }

    #[test]
    fn what_is_no_base64_or_no_digest_is_refused() {
        let read = |text: &str| serde_json::from_str::<Certificates>(text);
        let digest = Digest::of(b"a").to_string();
        let whole = read(&format!("{{\"{digest}\":\"YQ==\"}}")).unwrap();
        assert_eq!(&whole.der(&Digest::of(b"a")).unwrap()[..], b"a");
        for wrong in [
            format!("{{\"{digest}\":\"YQ\"}}"),
            format!("{{\"{digest}\":1}}"),
            format!("{{\"{}\":\"YQ==\"}}", digest.to_uppercase()),
            "{\"a\":\"YQ==\"}".to_owned(),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
