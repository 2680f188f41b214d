//! A request that its own key did not sign.

use super::NEW_REQUEST;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::Verdict;
use crate::certificate::signature::SignatureFault;
use crate::source::RFC_2986;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-signature-invalid",
    title: "a signing request whose signature does not verify with its own key",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[RFC_2986.at("4.2, CertificationRequest")],
    explain: "A request is signed with the key that it wants certified: that proves to the CA that whoever asks holds the \
              key, and that nobody changed a name on the way. Every CA checks it and refuses a request that does not \
              verify (\"invalid signature\", \"proof of possession failed\"). The cause is a file that was edited, cut or \
              pasted together from two requests.",
    fix: "Download the request again from the node that generated it; generate a new one when that is no better.",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let request = subject.request();
    let (key, algorithm) = (&request.public_key, &request.signature);
    match request.verified {
        Ok(()) => Verdict::Pass,
        Err(SignatureFault::Bad) => Verdict::fail(format!(
            "the signature ({algorithm}) was not made over this request by the key in it ({key})"
        )),
        Err(SignatureFault::Unsupported) => Verdict::unknown(format!(
            "a signature with {algorithm} by a key {key} cannot be checked here"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};
    use crate::certificate::signature::SignatureFault;

    #[test]
    fn requests_of_rcgen_and_openssl_verify() {
        RequestScene::of(&order("a.acme.test")).expect(&RULE, Status::Pass);
        let text = include_str!("../../../fixtures/requests/rsa2048-sha1.pem");
        RequestScene::read(text).expect(&RULE, Status::Pass);
    }

    #[test]
    fn a_changed_request_does_not() {
        let scene = RequestScene::of(&order("a.acme.test"))
            .change(|view| view.request.verified = Err(SignatureFault::Bad));
        let finding = scene.expect(&RULE, Status::Fail);
        assert!(finding.message.contains("EC P-256"), "{}", finding.message);
    }

    #[test]
    fn what_cannot_be_checked_is_unknown() {
        let text = include_str!("../../../fixtures/requests/rsa2048-md5.pem");
        RequestScene::read(text).expect(&RULE, Status::Unknown);
    }
}
