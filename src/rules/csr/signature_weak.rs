//! A request signed with MD5 or SHA-1.

use super::NEW_REQUEST;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::SignatureHash;
use crate::source::{CUCM_CERTIFICATES_14, EXPRESSWAY_CERTIFICATES, UNITY_ADMINISTRATION};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-signature-weak",
    title: "a signing request that is signed with MD5 or SHA-1",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        UNITY_ADMINISTRATION.at("Security, Generate CSR"),
        EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
        CUCM_CERTIFICATES_14.at("Certificates, FIPS"),
    ],
    explain: "The hash of a request is chosen on the Generate CSR page (Unity Connection still offers SHA1). Public CAs \
              refuse requests signed with it, nodes in FIPS mode do too, and CAs that copy the request's algorithm into \
              the certificate make one for which Jabber for Mac, iPhone and iPad prompts in every session.",
    fix: "Generate a new request with hash algorithm SHA256 or better.",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let algorithm = &subject.request().signature;
    match algorithm.hash {
        Some(SignatureHash::Strong) => Verdict::Pass,
        Some(SignatureHash::Md5 | SignatureHash::Sha1) => {
            Seen::new(format!("the request is signed with {algorithm}"))
                .expected("SHA-2")
                .found([algorithm.to_string()])
                .into()
        }
        None => Verdict::unknown(format!(
            "the request is signed with {algorithm}, whose hash is not known here"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};

    #[test]
    fn sha_256_is_good() {
        RequestScene::of(&order("a.acme.test")).expect(&RULE, Status::Pass);
    }

    #[test]
    fn sha_1_and_md5_are_not() {
        let sha1 = include_str!("../../../fixtures/requests/rsa2048-sha1.pem");
        let finding = RequestScene::read(sha1).expect(&RULE, Status::Fail);
        assert_eq!(finding.found, ["sha1WithRSAEncryption"]);
        let md5 = include_str!("../../../fixtures/requests/rsa2048-md5.pem");
        RequestScene::read(md5).expect(&RULE, Status::Fail);
    }

    #[test]
    fn an_unknown_algorithm_is_unknown() {
        let scene = RequestScene::of(&order("a.acme.test"))
            .change(|view| view.request.signature.hash = None);
        scene.expect(&RULE, Status::Unknown);
    }
}
