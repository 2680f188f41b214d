//! A signing request (PKCS#10, RFC 2986), decoded once into owned facts. Total, as certificates are: no input panics.

use bytes::Bytes;

use super::der::{Element, OBJECT_IDENTIFIER, SEQUENCE, SET, dotted};
use super::extensions::Extensions;
use super::parts::Fields;
use super::signature::{SignatureFault, verify};
use super::{
    Digest, DistinguishedName, ExtendedKeyUsage, KeyUsage, Malformed, OtherName, PublicKey,
    SignatureAlgorithm, SubjectAlternativeName, decode, der, parts, text,
};

/// extensionRequest (RFC 2985, section 5.4.2).
const EXTENSION_REQUEST: &str = "1.2.840.113549.1.9.14";
/// The same of Microsoft's older tools (szOID_CERT_EXTENSIONS).
const MICROSOFT_EXTENSIONS: &str = "1.3.6.1.4.1.311.2.1.14";
/// challengePassword (RFC 2985, section 5.4.1): a secret.
const CHALLENGE_PASSWORD: &str = "1.2.840.113549.1.9.7";
/// unstructuredName and unstructuredAddress (RFC 2985, section 5.4.3).
const UNSTRUCTURED_NAME: &str = "1.2.840.113549.1.9.2";
const UNSTRUCTURED_ADDRESS: &str = "1.2.840.113549.1.9.8";

/// What a signing request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningRequest {
    /// SHA-256 of the DER bytes.
    pub digest: Digest,
    /// The bytes as they stand in the file.
    pub der: Bytes,
    /// Who asks.
    pub subject: DistinguishedName,
    /// The key to be certified.
    pub public_key: PublicKey,
    /// The SubjectPublicKeyInfo as DER, for comparing keys.
    pub spki: Bytes,
    /// The algorithm that the request is signed with.
    pub signature: SignatureAlgorithm,
    /// Whether its own key made its signature.
    pub verified: Result<(), SignatureFault>,
    /// subjectAltName asked for; `None` when it is not.
    pub alternative_name: Option<SubjectAlternativeName>,
    /// keyUsage asked for; `None` when it is not.
    pub key_usage: Option<KeyUsage>,
    /// extKeyUsage asked for; `None` when it is not.
    pub extended_key_usage: Option<ExtendedKeyUsage>,
    /// Extensions asked for that could not be decoded: dotted OID and what is wrong.
    pub broken_extensions: Vec<(String, String)>,
    /// The text of every field that people fill in: the subject's, in order, then the attributes'.
    pub fields: Vec<TextField>,
}

/// A field with text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextField {
    /// Its short name ("O"), or its dotted OID.
    pub name: String,
    /// Its text, raw: escape before showing.
    pub value: String,
    /// It is a password: say of it what must be said, without the text.
    pub secret: bool,
}

impl SigningRequest {
    /// Decodes one DER request. Trailing bytes are a fault.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let der = Bytes::copy_from_slice(der);
        read(&der).map_err(|reason| Malformed {
            digest: Digest::of(&der),
            der: der.clone(),
            reason,
            skimmed: None,
        })
    }

    /// dNSNames asked for, as written.
    pub fn dns_names(&self) -> &[String] {
        self.alternative_name
            .as_ref()
            .map_or(&[], |names| &names.dns)
    }

    /// xmppAddr otherNames asked for.
    pub fn xmpp_addresses(&self) -> &[OtherName] {
        self.alternative_name
            .as_ref()
            .map_or(&[], |names| &names.xmpp_addresses)
    }

    /// SRVName otherNames asked for.
    pub fn srv_names(&self) -> &[OtherName] {
        self.alternative_name
            .as_ref()
            .map_or(&[], |names| &names.srv_names)
    }

    /// The last, most specific CN.
    pub fn common_name(&self) -> Option<&str> {
        self.subject.common_names.last().map(String::as_str)
    }

    /// Whether the extension of that dotted OID is asked for but could not be decoded.
    pub fn is_broken(&self, oid: &str) -> bool {
        self.broken_extensions
            .iter()
            .any(|(broken, _)| broken == oid)
    }
}

fn read(bytes: &Bytes) -> Result<SigningRequest, String> {
    let (outer, rest) = Element::split(bytes)
        .filter(|(outer, _)| outer.tag == SEQUENCE)
        .ok_or_else(|| parts::not_whole(bytes))?;
    if !rest.is_empty() {
        return Err(format!("{} bytes too many after the request", rest.len()));
    }
    let mut fields = Fields::of(outer.value);
    let body = fields.take(SEQUENCE, "certificationRequestInfo")?;
    let algorithm = fields.take(SEQUENCE, "signatureAlgorithm")?;
    let signature = fields.take(der::BIT_STRING, "signature")?;
    fields.end("signature")?;
    let signature = signature.value.get(1..).ok_or("signature is empty")?;
    let mut inner = Fields::of(body.value);
    inner.take(der::INTEGER, "version")?;
    let subject = inner.take(SEQUENCE, "subject")?;
    let key = inner.take(SEQUENCE, "subjectPKInfo")?;
    // RFC 2986 asks for the attributes even when there are none; some tools leave them out.
    let attributes = attributes(inner.optional(&[0xa0]))?;
    inner.end("attributes")?;
    let extensions = Extensions::read(bytes, &requested(&attributes)?);
    let name = decode::name(bytes.slice_ref(subject.raw), "subject")?;
    Ok(SigningRequest {
        digest: Digest::of(bytes),
        der: bytes.clone(),
        fields: text_fields(&name, &attributes),
        subject: name,
        public_key: decode::public_key(&key)?,
        spki: bytes.slice_ref(key.raw),
        signature: decode::signature_algorithm(&algorithm)?,
        verified: verify(key.raw, algorithm.raw, body.raw, signature),
        alternative_name: extensions.alternative_name,
        key_usage: extensions.key_usage,
        extended_key_usage: extensions.extended_key_usage,
        broken_extensions: extensions.broken,
    })
}

/// An attribute of the request.
struct Attribute<'a> {
    oid: String,
    values: Vec<Element<'a>>,
}

fn attributes(tagged: Option<Element<'_>>) -> Result<Vec<Attribute<'_>>, String> {
    let list = tagged.map_or(Some(Vec::new()), |set| set.children());
    list.and_then(|list| list.into_iter().map(attribute).collect())
        .ok_or_else(|| "attributes are not a SET of OID and values".to_owned())
}

fn attribute(element: Element<'_>) -> Option<Attribute<'_>> {
    let pair = element.tagged(SEQUENCE)?.children()?;
    let [kind, values] = pair.as_slice() else {
        return None;
    };
    Some(Attribute {
        oid: dotted(kind.tagged(OBJECT_IDENTIFIER)?.value),
        values: values.tagged(SET)?.children()?,
    })
}

/// The Extensions of every extensionRequest, one by one.
fn requested<'a>(attributes: &[Attribute<'a>]) -> Result<Vec<Element<'a>>, String> {
    let asked = |attribute: &&Attribute<'_>| {
        matches!(
            attribute.oid.as_str(),
            EXTENSION_REQUEST | MICROSOFT_EXTENSIONS
        )
    };
    let mut all = Vec::new();
    for list in attributes.iter().filter(asked).flat_map(|one| &one.values) {
        let extensions = list.tagged(SEQUENCE).and_then(|list| list.children());
        all.extend(extensions.ok_or("extensionRequest is not a SEQUENCE of whole elements")?);
    }
    Ok(all)
}

fn text_fields(subject: &DistinguishedName, attributes: &[Attribute<'_>]) -> Vec<TextField> {
    let plain = |(name, value)| TextField {
        name,
        value,
        secret: false,
    };
    let mut fields: Vec<TextField> = subject.attributes().into_iter().map(plain).collect();
    for attribute in attributes {
        let name = match attribute.oid.as_str() {
            CHALLENGE_PASSWORD => "challengePassword",
            UNSTRUCTURED_NAME => "unstructuredName",
            UNSTRUCTURED_ADDRESS => "unstructuredAddress",
            _ => continue,
        };
        fields.extend(attribute.values.iter().map(|value| TextField {
            name: name.to_owned(),
            value: text::decode(value),
            secret: attribute.oid == CHALLENGE_PASSWORD,
        }));
    }
    fields
}

#[cfg(test)]
mod tests;
