//! A certificate for another key than the request's.

use super::issued;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Certificate, is_same_key};
use crate::source::CA_SIGNED_REGENERATION;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "issued-key-differs",
    title: "a certificate that holds another key than its request",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[CA_SIGNED_REGENERATION.at("Upload errors")],
    explain: "The private key is on the node that made the request and nowhere else. A certificate for another key cannot be \
              used there: the upload ends in \"CSR public key and certificate public key do not match\". It belongs to \
              another request: that of another node or certificate, or an older one of this node, since each new request \
              replaces the pending one. A renewal that the CA made without asking for a new request is such a case.",
    fix: "Find the request that the certificate was made from, and upload it there if that request is still pending; \
          otherwise have the CA sign this request.",
    remedy: Remedy::Own {
        steps: &[
            "Cisco Unified OS Administration > Security > Certificate Management: Download CSR gives the request that is \
             pending; compare it with `certaudit csr REQUEST --issued CERTIFICATE`.",
            "Have the CA sign the pending request.",
        ],
        restart: &[],
        cautions: &[
            "Do not generate another request while the CA still works on this one: its certificate could not be uploaded.",
        ],
    },
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    if subject.view.issued.as_ref().is_some_and(Vec::is_empty) {
        return Verdict::unknown(
            "no certificate given with --issued holds this request's key or one of its names",
        );
    }
    match issued(subject) {
        Err(verdict) => verdict,
        Ok(certificates) => Verdict::each(
            certificates.iter().map(|one| judge(subject, one)),
            "no certificate was given with --issued",
        ),
    }
}

fn judge(subject: &RequestSubject<'_>, certificate: &Certificate) -> Verdict {
    let request = subject.request();
    Verdict::pass_if(is_same_key(&request.spki, &certificate.spki), || {
        let (own, other) = (&request.public_key, &certificate.public_key);
        let kinds = if own == other {
            format!("both keys are {own}, and they are not the same")
        } else {
            format!("the request's key is {own}, the certificate's {other}")
        };
        let subject = &certificate.subject.text;
        Seen::new(format!("the certificate of {subject}: {kinds}")).found([other.to_string()])
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};

    #[test]
    fn the_same_key_passes() {
        let wanted = order("a.acme.test");
        let scene = RequestScene::of(&wanted).issued(&wanted);
        scene.expect(&RULE, Status::Pass);
    }

    #[test]
    fn another_key_cannot_be_uploaded() {
        let wanted = order("a.acme.test");
        let scene = RequestScene::of(&wanted).issued_for_another_key(&wanted);
        let finding = scene.expect(&RULE, Status::Fail);
        let message = "the certificate of CN=a.acme.test, O=ACME: both keys are EC P-256, and they are not the same";
        assert_eq!(finding.message, message);
        let text = include_str!("../../../fixtures/requests/bare.pem");
        let finding = RequestScene::read(text)
            .issued_for_another_key(&wanted)
            .expect(&RULE, Status::Fail);
        assert!(
            finding
                .message
                .contains("key is RSA 2048, the certificate's EC P-256")
        );
    }

    #[test]
    fn nothing_to_compare_and_nothing_that_came_back_are_told_apart() {
        let scene = RequestScene::of(&order("a.acme.test"));
        scene.expect(&RULE, Status::NotApplicable);
        let scene = scene.change(|view| view.issued = Some(Vec::new()));
        scene.expect(&RULE, Status::Unknown);
    }
}
