//! A certificate cut into its fields (RFC 5280, section 4.1), and a precise word where a field is not what it should be.

use super::der::{BIT_STRING, Element, INTEGER, SEQUENCE, elements};

/// The fields of a certificate, still encoded.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// tbsCertificate: what the signature covers.
    pub(super) to_be_signed: &'a [u8],
    /// As people count: 1, 2 or 3.
    pub(super) version: u32,
    /// Contents of serialNumber.
    pub(super) serial: &'a [u8],
    pub(super) issuer: Element<'a>,
    pub(super) not_before: Element<'a>,
    pub(super) not_after: Element<'a>,
    pub(super) subject: Element<'a>,
    pub(super) public_key: Element<'a>,
    /// The Extensions one by one.
    pub(super) extensions: Vec<Element<'a>>,
    /// signatureAlgorithm outside of tbsCertificate.
    pub(super) algorithm: Element<'a>,
    /// signatureValue without the count of unused bits.
    pub(super) signature: &'a [u8],
}

/// Cuts one certificate, or says in words why that cannot be done.
pub(super) fn split(der: &[u8]) -> Result<Parts<'_>, String> {
    let (outer, rest) = Element::split(der).ok_or_else(|| not_whole(der))?;
    if outer.tag != SEQUENCE {
        return Err(not_whole(der));
    }
    if !rest.is_empty() {
        let plural = if rest.len() == 1 { "" } else { "s" };
        return Err(format!(
            "{} trailing byte{plural} after the certificate",
            rest.len()
        ));
    }
    let mut fields = Fields { rest: outer.value };
    let body = fields.take(SEQUENCE, "tbsCertificate")?;
    let algorithm = fields.take(SEQUENCE, "signatureAlgorithm")?;
    let signature = fields.take(BIT_STRING, "signatureValue")?;
    fields.end("signatureValue")?;
    let signature = signature.value.get(1..).ok_or("signatureValue is empty")?;
    body_parts(body, algorithm, signature)
}

fn body_parts<'a>(
    body: Element<'a>,
    algorithm: Element<'a>,
    signature: &'a [u8],
) -> Result<Parts<'a>, String> {
    let mut fields = Fields { rest: body.value };
    let version = version(fields.optional(&[0xa0]))?;
    let serial = fields.take(INTEGER, "serialNumber")?.value;
    fields.take(SEQUENCE, "signature")?;
    let issuer = fields.take(SEQUENCE, "issuer")?;
    let (not_before, not_after) = validity(fields.take(SEQUENCE, "validity")?)?;
    let subject = fields.take(SEQUENCE, "subject")?;
    let public_key = fields.take(SEQUENCE, "subjectPublicKeyInfo")?;
    fields.optional(&[0x81, 0xa1]);
    fields.optional(&[0x82, 0xa2]);
    let extensions = extensions(fields.optional(&[0xa3]))?;
    fields.end("the last field of tbsCertificate")?;
    if serial.is_empty() {
        return Err("serialNumber is empty".to_owned());
    }
    let to_be_signed = body.raw;
    Ok(Parts {
        to_be_signed,
        version,
        serial,
        issuer,
        not_before,
        not_after,
        subject,
        public_key,
        extensions,
        algorithm,
        signature,
    })
}

/// The version as people count it; absent is 1.
pub(super) fn version(tagged: Option<Element<'_>>) -> Result<u32, String> {
    let Some(tagged) = tagged else { return Ok(1) };
    let number = Element::only(tagged.value).and_then(|number| number.tagged(INTEGER));
    match number.map(|number| number.value) {
        Some([digit]) if *digit < 0x80 => Ok(u32::from(*digit) + 1),
        _ => Err("version is not a small number".to_owned()),
    }
}

fn validity(validity: Element<'_>) -> Result<(Element<'_>, Element<'_>), String> {
    match validity.children().as_deref() {
        Some([not_before, not_after]) => Ok((*not_before, *not_after)),
        _ => Err("validity is not two times".to_owned()),
    }
}

fn extensions(tagged: Option<Element<'_>>) -> Result<Vec<Element<'_>>, String> {
    let Some(tagged) = tagged else {
        return Ok(Vec::new());
    };
    Element::only(tagged.value)
        .and_then(|list| list.tagged(SEQUENCE))
        .and_then(|list| list.children())
        .ok_or_else(|| "extensions are not a SEQUENCE of whole elements".to_owned())
}

/// What is wrong with bytes that do not even begin as a certificate.
pub(super) fn not_whole(der: &[u8]) -> String {
    match der {
        [] => "no bytes at all".to_owned(),
        [SEQUENCE, 0x80, ..] => "indefinite length: BER, not DER".to_owned(),
        [SEQUENCE, ..] => match Element::split_clamped(der) {
            Some(_) => format!("cut short after {} bytes", der.len()),
            None => "its length cannot be read".to_owned(),
        },
        [first, ..] => format!("not DER: begins with 0x{first:02x}, a certificate with 0x30"),
    }
}

/// A cursor over the fields of a SEQUENCE.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn of(contents: &'a [u8]) -> Self {
        Self { rest: contents }
    }

    pub(super) fn take(&mut self, tag: u8, name: &str) -> Result<Element<'a>, String> {
        match Element::split(self.rest) {
            Some((element, rest)) if element.tag == tag => {
                self.rest = rest;
                Ok(element)
            }
            Some((element, _)) => Err(format!(
                "{name} has tag 0x{:02x}, not 0x{tag:02x}",
                element.tag
            )),
            None if self.rest.is_empty() => Err(format!("{name} is missing")),
            None => Err(format!("{name} is cut short")),
        }
    }

    pub(super) fn optional(&mut self, tags: &[u8]) -> Option<Element<'a>> {
        let (element, rest) = Element::split(self.rest)?;
        tags.contains(&element.tag).then(|| self.rest = rest)?;
        Some(element)
    }

    pub(super) fn end(&self, last: &str) -> Result<(), String> {
        let unexpected = elements(self.rest).next().map(|element| element.tag);
        match (self.rest, unexpected) {
            ([], _) => Ok(()),
            (_, Some(tag)) => Err(format!("unexpected field 0x{tag:02x} after {last}")),
            (rest, None) => Err(format!("{} unexpected bytes after {last}", rest.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::tests::builder::Builder;
    use super::*;

    #[test]
    fn the_reason_names_the_field() {
        let der = Builder::default().build();
        assert_eq!(split(&[]).unwrap_err(), "no bytes at all");
        assert_eq!(
            split(b"<html>").unwrap_err(),
            "not DER: begins with 0x3c, a certificate with 0x30"
        );
        assert_eq!(
            split(b"\x30\x80\x00\x00").unwrap_err(),
            "indefinite length: BER, not DER"
        );
        assert_eq!(
            split(&der[..der.len() - 1]).unwrap_err(),
            format!("cut short after {} bytes", der.len() - 1)
        );
        assert_eq!(split(b"\x30\x00").unwrap_err(), "tbsCertificate is missing");
        assert_eq!(
            split(&[&der[..], &[0; 9]].concat()).unwrap_err(),
            "9 trailing bytes after the certificate"
        );
    }

    #[test]
    fn a_field_that_does_not_belong_there_is_named() {
        let builder = Builder {
            after_extensions: b"\x05\x00".to_vec(),
            ..Builder::default()
        };
        let reason = split(&builder.build()).unwrap_err();
        assert_eq!(
            reason,
            "unexpected field 0x05 after the last field of tbsCertificate"
        );
    }
}
