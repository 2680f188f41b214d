//! Reading an OCSP answer (RFC 6960, section 4.2.1).

use aws_lc_rs::digest::digest as hash;

use super::fields::{Extension, Fields, broken, identifier, moment, sequence};
use super::request::{hash_algorithm, key_hash};
use super::responder::{Responder, Signer};
use super::signed::Signed;
use super::{Answer, Doubt, Revocation, Window, reason, serial, significant};
use crate::certificate::Certificate;
use crate::certificate::der::{
    ENUMERATED, Element, GENERALIZED_TIME, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE,
};

/// 1.3.6.1.5.5.7.48.1.1 (id-pkix-ocsp-basic), the contents octets.
const BASIC: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1, 1];
/// Extensions that change nothing here, so that they may be critical: nonce, CrlID, archive cutoff, extended revoke,
/// and reasonCode and invalidityDate of a CRL.
const KNOWN_EXTENSIONS: [&[u8]; 6] = [
    &[0x2b, 6, 1, 5, 5, 7, 48, 1, 2],
    &[0x2b, 6, 1, 5, 5, 7, 48, 1, 3],
    &[0x2b, 6, 1, 5, 5, 7, 48, 1, 6],
    &[0x2b, 6, 1, 5, 5, 7, 48, 1, 9],
    &[0x55, 0x1d, 21],
    &[0x55, 0x1d, 24],
];

pub(super) fn judge(
    bytes: &[u8],
    certificate: &Certificate,
    issuer: &Certificate,
    at: i64,
) -> Result<Answer, Doubt> {
    let basic = Basic::open(bytes)?;
    let body = Body::read(basic.signed.body)?;
    let signer = Signer::find(
        &basic.signed,
        &body.responder,
        &basic.certificates,
        issuer,
        body.produced_at,
    )?;
    for extension in &body.extensions {
        extension.refuse_unknown(&KNOWN_EXTENSIONS)?;
    }
    let single = body.about(certificate, issuer)?;
    for extension in &single.extensions {
        extension.refuse_unknown(&KNOWN_EXTENSIONS)?;
    }
    match single.status {
        Status::Unknown => Err(Doubt::ResponderUnknown),
        Status::Revoked(revocation) => single.window.revoked(revocation, at),
        Status::Good => {
            let answer = single.window.good(at)?;
            signer.is_current(at).map(|()| answer)
        }
    }
}

/// Whether it can be taken apart.
pub(super) fn open(bytes: &[u8]) -> Result<(), Doubt> {
    Body::read(Basic::open(bytes)?.signed.body).map(drop)
}

/// A BasicOCSPResponse.
struct Basic<'a> {
    signed: Signed<'a>,
    certificates: Vec<Element<'a>>,
}

impl<'a> Basic<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, Doubt> {
        let mut fields = Fields::of(sequence(bytes)?);
        let status = fields.take(&[ENUMERATED], "responseStatus")?;
        if status.value != [0] {
            return Err(Doubt::NotAnAnswer(refusal(status.value)));
        }
        let response = fields.explicit(0xa0, &[SEQUENCE], "responseBytes")?;
        fields.end("OCSPResponse")?;
        let mut fields = Fields::of(response.ok_or_else(|| broken("responseBytes"))?);
        let kind = fields.take(&[OBJECT_IDENTIFIER], "responseType")?.value;
        if kind != BASIC {
            let kind = identifier(kind);
            return Err(Doubt::Unsupported(format!("OCSP response type {kind}")));
        }
        let inner = fields.take(&[OCTET_STRING], "response")?;
        fields.end("responseBytes")?;
        Self::read(sequence(inner.value)?)
    }

    fn read(element: Element<'a>) -> Result<Self, Doubt> {
        let mut fields = Fields::of(element);
        let signed = Signed::take(&mut fields)?;
        let list = fields.explicit(0xa0, &[SEQUENCE], "certs")?;
        fields.end("BasicOCSPResponse")?;
        let certificates = match list {
            Some(list) => list.children().ok_or_else(|| broken("certs"))?,
            None => Vec::new(),
        };
        Ok(Self {
            signed,
            certificates,
        })
    }
}

/// OCSPResponseStatus in words.
fn refusal(status: &[u8]) -> String {
    let name = match status {
        [1] => "malformedRequest",
        [2] => "internalError",
        [3] => "tryLater",
        [5] => "sigRequired",
        [6] => "unauthorized",
        _ => "of an unknown number",
    };
    format!("the responder's error {name}")
}

/// ResponseData.
struct Body<'a> {
    responder: Responder<'a>,
    produced_at: i64,
    answers: Vec<Element<'a>>,
    extensions: Vec<Extension<'a>>,
}

impl<'a> Body<'a> {
    fn read(element: Element<'a>) -> Result<Self, Doubt> {
        let mut fields = Fields::of(element);
        let version = fields.explicit(0xa0, &[INTEGER], "version")?;
        if version.is_some_and(|version| version.value != [0]) {
            return Err(Doubt::Unsupported("OCSP version".to_owned()));
        }
        let responder = Responder::read(fields.take(&[0xa1, 0xa2], "responderID")?)?;
        let produced_at = fields.take(&[GENERALIZED_TIME], "producedAt")?;
        let answers = fields.take(&[SEQUENCE], "responses")?.children();
        let extensions = extensions(&mut fields, "responseExtensions")?;
        fields.end("ResponseData")?;
        Ok(Self {
            responder,
            produced_at: moment(produced_at, "producedAt")?,
            answers: answers.ok_or_else(|| broken("responses"))?,
            extensions,
        })
    }

    /// The answer about `certificate`: one that says revoked, else the newest.
    fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Result<Single<'a>, Doubt> {
        let mut found: Option<Single<'a>> = None;
        for element in &self.answers {
            let single = Single::read(*element)?;
            if single.certificate.is_of(certificate, issuer)
                && found
                    .as_ref()
                    .is_none_or(|best| single.rank() > best.rank())
            {
                found = Some(single);
            }
        }
        found.ok_or(Doubt::OtherCertificate)
    }
}

/// SingleResponse.
struct Single<'a> {
    certificate: CertificateId<'a>,
    status: Status,
    window: Window,
    extensions: Vec<Extension<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Good,
    Revoked(Revocation),
    Unknown,
}

impl<'a> Single<'a> {
    fn read(element: Element<'a>) -> Result<Self, Doubt> {
        let name = "SingleResponse";
        let mut fields = Fields::of(element.tagged(SEQUENCE).ok_or_else(|| broken(name))?);
        let certificate = CertificateId::read(fields.take(&[SEQUENCE], "certID")?)?;
        let status = Status::read(fields.take(&[0x80, 0xa1, 0x82], "certStatus")?)?;
        let this_update = fields.take(&[GENERALIZED_TIME], "thisUpdate")?;
        let next_update = fields.explicit(0xa0, &[GENERALIZED_TIME], "nextUpdate")?;
        let extensions = extensions(&mut fields, "singleExtensions")?;
        fields.end(name)?;
        let next_update = next_update.map(|time| moment(time, "nextUpdate"));
        Ok(Self {
            certificate,
            status,
            window: Window {
                this_update: moment(this_update, "thisUpdate")?,
                next_update: next_update.transpose()?,
            },
            extensions,
        })
    }

    /// Of several answers the one with the highest rank counts.
    const fn rank(&self) -> (bool, i64, bool) {
        let revoked = matches!(self.status, Status::Revoked(_));
        let good = matches!(self.status, Status::Good);
        (revoked, self.window.this_update, !good)
    }
}

impl Status {
    fn read(element: Element<'_>) -> Result<Self, Doubt> {
        match (element.tag, element.value) {
            (0x80, []) => Ok(Self::Good),
            (0x82, []) => Ok(Self::Unknown),
            (0xa1, _) => {
                let mut fields = Fields::of(element);
                let since = fields.take(&[GENERALIZED_TIME], "revocationTime")?;
                let code = fields.explicit(0xa0, &[ENUMERATED], "revocationReason")?;
                fields.end("RevokedInfo")?;
                Ok(Self::Revoked(Revocation {
                    since: moment(since, "revocationTime")?,
                    reason: code.and_then(|code| reason(code.value)),
                }))
            }
            _ => Err(broken("certStatus")),
        }
    }
}

/// CertID.
struct CertificateId<'a> {
    /// Contents of the OID.
    hash: &'a [u8],
    issuer_name: &'a [u8],
    issuer_key: &'a [u8],
    serial: &'a [u8],
}

impl<'a> CertificateId<'a> {
    fn read(element: Element<'a>) -> Result<Self, Doubt> {
        let name = "certID";
        let mut fields = Fields::of(element);
        let mut algorithm = Fields::of(fields.take(&[SEQUENCE], name)?);
        let id = Self {
            hash: algorithm.take(&[OBJECT_IDENTIFIER], name)?.value,
            issuer_name: fields.take(&[OCTET_STRING], name)?.value,
            issuer_key: fields.take(&[OCTET_STRING], name)?.value,
            serial: fields.take(&[INTEGER], name)?.value,
        };
        fields.end(name)?;
        Ok(id)
    }

    /// Serial numbers first: the hashes cost more.
    fn is_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        significant(self.serial) == significant(&serial(certificate))
            && hash_algorithm(self.hash).is_some_and(|algorithm| {
                hash(algorithm, &certificate.issuer.der).as_ref() == self.issuer_name
                    && key_hash(algorithm, issuer) == self.issuer_key
            })
    }
}

fn extensions<'a>(fields: &mut Fields<'a>, name: &str) -> Result<Vec<Extension<'a>>, Doubt> {
    let list = fields.explicit(0xa1, &[SEQUENCE], name)?;
    list.map_or_else(|| Ok(Vec::new()), Extension::read)
}
