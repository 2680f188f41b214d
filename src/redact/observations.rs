//! Each part of the evidence with its replacements.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Redactor;
use super::certificates::{MOST_CANDIDATES, Pool};
use crate::certificate::{Certificate, Digest, container};
use crate::evidence::{
    CertificateRequest, Ending, Evidence, Fetch, FetchOutcome, Observation, Presentation, Silence,
};
use crate::trust::revocation::ocsp_request;

/// In the place of bytes that were no answer: they are none either.
const NO_ANSWER: &str = "redacted";

/// The OCSP requests about certificates at hand.
pub(super) fn requests(pool: &Pool) -> BTreeMap<Vec<u8>, (Arc<Certificate>, Arc<Certificate>)> {
    let mut requests = BTreeMap::new();
    for certificate in pool.all.iter().filter(|one| !one.ocsp_urls.is_empty()) {
        let issuers = pool.named(&certificate.issuer.der).iter();
        for issuer in issuers.take(MOST_CANDIDATES) {
            let pair = (Arc::clone(certificate), Arc::clone(issuer));
            requests.insert(ocsp_request(certificate, issuer), pair);
        }
    }
    requests
}

impl Redactor {
    /// The evidence, still without its mark.
    pub(super) fn evidence(&mut self, original: &Evidence) -> Evidence {
        let deployment = self.names.words("Deployment", &original.deployment);
        let observations = original.observations.iter();
        let observations = observations
            .map(|seen| self.observation(seen, original))
            .collect();
        let certificates = original.certificates.ders();
        let certificates = certificates.map(|(_, der)| self.certificate(der)).collect();
        let mut evidence = Evidence {
            schema: original.schema.clone(),
            version: original.version.clone(),
            deployment,
            collected_at: original.collected_at.clone(),
            complete: original.complete,
            observations,
            certificates,
            fetches: Vec::new(),
            dns: Vec::new(),
            uds: Vec::new(),
            redacted: None,
            shards: original.shards.clone(),
        };
        evidence.add_fetches(
            original
                .fetches
                .iter()
                .map(|fetch| self.fetch(fetch))
                .collect(),
        );
        evidence.add_lookups(
            original
                .dns
                .iter()
                .map(|lookup| self.lookup(lookup))
                .collect(),
        );
        evidence.add_uds(original.uds.iter().map(|uds| self.uds(uds)).collect());
        evidence
    }

    fn observation(&mut self, seen: &Observation, evidence: &Evidence) -> Observation {
        Observation {
            node: self.names.name(&seen.node),
            service: seen.service.clone(),
            port: seen.port,
            address: seen
                .address
                .as_ref()
                .map(|address| self.names.socket(address)),
            presentations: seen
                .presentations
                .iter()
                .map(|shown| self.presentation(shown, evidence))
                .collect(),
            silence: seen.silence.as_ref().map(|silence| self.silence(silence)),
        }
    }

    fn presentation(&mut self, shown: &Presentation, evidence: &Evidence) -> Presentation {
        let chain = shown
            .chain
            .iter()
            .filter_map(|digest| evidence.certificates.der(digest));
        let ending = match &shown.ending {
            Ending::BrokenOff(words) => Ending::BrokenOff(self.text(words)),
            other => other.clone(),
        };
        let stapled = shown.stapled_ocsp.as_ref();
        Presentation {
            chain: chain
                .map(|der| Digest::of(&self.certificate(der)))
                .collect(),
            version: shown.version.clone(),
            cipher: shown.cipher.clone(),
            group: shown.group.clone(),
            client_certificate: shown
                .client_certificate
                .as_ref()
                .map(|asked| self.asked(asked)),
            stapled_ocsp: stapled.map(|text| {
                let answer = STANDARD
                    .decode(text)
                    .ok()
                    .and_then(|bytes| self.ocsp(&bytes));
                STANDARD.encode(answer.unwrap_or_else(|| NO_ANSWER.into()))
            }),
            ending,
        }
    }

    fn asked(&mut self, asked: &CertificateRequest) -> CertificateRequest {
        let names = asked.authorities.iter().map(|text| {
            let name = STANDARD.decode(text).unwrap_or_default();
            STANDARD.encode(self.name(&name))
        });
        CertificateRequest {
            authorities: names.collect(),
            required: asked.required,
            given: asked.given,
        }
    }

    fn silence(&mut self, silence: &Silence) -> Silence {
        let mut silence = silence.clone();
        match &mut silence {
            Silence::Unresolved { reason }
            | Silence::Unreachable { reason }
            | Silence::Handshake { reason }
            | Silence::PreludeRefused { reason }
            | Silence::PreludeGarbled { reason } => *reason = self.text(reason),
            Silence::NotTls { seen } => *seen = self.text(seen),
            Silence::Alert { name } => *name = self.text(name),
            Silence::OldVersion { offered } => {
                *offered = offered.as_ref().map(|offered| self.text(offered));
            }
            Silence::NoStartTls { offered } => *offered = self.text(offered),
            Silence::Refused
            | Silence::TimedOut { .. }
            | Silence::Closed { .. }
            | Silence::Interrupted => {}
        }
        silence
    }

    fn fetch(&mut self, fetch: &Fetch) -> Fetch {
        let request = fetch.request.as_ref().map(|text| {
            let request = STANDARD.decode(text).unwrap_or_default();
            STANDARD.encode(self.request(&request))
        });
        let outcome = match &fetch.outcome {
            FetchOutcome::Answered {
                status,
                content_type,
                ..
            } => FetchOutcome::Answered {
                status: *status,
                content_type: content_type
                    .as_ref()
                    .and_then(|kind| Self::media_type(kind)),
                body: STANDARD.encode(fetch.content().map_or_else(Vec::new, |content| {
                    self.content(&content, fetch.request.is_some())
                })),
            },
            FetchOutcome::Failed { step, reason } => FetchOutcome::Failed {
                step: *step,
                reason: self.text(reason),
            },
        };
        Fetch {
            url: self.url(&fetch.url),
            request,
            outcome,
            elapsed_ms: fetch.elapsed_ms,
            redirects: fetch.redirects.iter().map(|url| self.url(url)).collect(),
        }
    }

    /// The request about the certificate in the place of the one that was asked about.
    fn request(&mut self, request: &[u8]) -> Vec<u8> {
        let made = self
            .requests
            .get(request)
            .cloned()
            .and_then(|(one, issuer)| {
                let certificate = Certificate::from_der(&self.certificate(&one.der)).ok()?;
                let issuer = Certificate::from_der(&self.certificate(&issuer.der)).ok()?;
                Some(ocsp_request(&certificate, &issuer))
            });
        made.unwrap_or_else(|| {
            self.note("an OCSP request is about a certificate that is not in the evidence: it cannot be read any more");
            let digest = Digest::of(request).to_string();
            format!("request {}", self.names.numbered("request", &digest)).into()
        })
    }

    /// What a URL gave.
    fn content(&mut self, content: &[u8], was_asked_for_status: bool) -> Vec<u8> {
        let certificates = container::certificates(content).unwrap_or_default();
        if let [one] = certificates.as_slice() {
            return self.certificate(one);
        }
        if !certificates.is_empty() {
            let pem = certificates
                .iter()
                .map(|der| container::pem(&self.certificate(der)));
            return pem.collect::<String>().into_bytes();
        }
        let answer = if was_asked_for_status {
            self.ocsp(content).or_else(|| self.crl(content))
        } else {
            self.crl(content).or_else(|| self.ocsp(content))
        };
        if content.is_empty() {
            return Vec::new();
        }
        answer.unwrap_or_else(|| {
            self.note("something fetched is neither CRL, OCSP answer nor certificate: its bytes are left out");
            NO_ANSWER.into()
        })
    }
}
