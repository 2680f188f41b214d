//! A request in DER.

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{JABBER_GUIDE, JABBER_PLANNING, RFC_7468};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-not-pem",
    title: "a signing request that is not Base64-encoded",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING.at("Certificate Signing Request Formats and Requirements"),
        JABBER_GUIDE.at("Method 3, public or private CA"),
        RFC_7468.at("7, PKCS #10 Certification Request Syntax"),
    ],
    explain: "Public CAs typically take requests that are Base64-encoded: text that begins with \"-----BEGIN CERTIFICATE \
              REQUEST-----\" and is pasted into a web form. A DER file cannot be pasted, and an upload of it ends in \
              \"invalid CSR\" before anybody looks at its names. Cisco's products write text; DER comes from a tool in \
              between. A private CA (certreq, openssl) may take either.",
    fix: "Send the file that the product's Download CSR button wrote, or encode this one.",
    remedy: Remedy::Own {
        steps: &["openssl req -inform der -in REQUEST -out REQUEST.pem"],
        restart: &[],
        cautions: &[],
    },
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let length = subject.request().der.len();
    Verdict::pass_if(subject.view.is_pem, || {
        Seen::new(format!("the file is DER, {length} bytes"))
            .expected("PEM")
            .found(["DER"])
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};

    #[test]
    fn text_is_good() {
        RequestScene::of(&order("a.acme.test")).expect(&RULE, Status::Pass);
    }

    #[test]
    fn der_is_not() {
        let scene = RequestScene::of(&order("a.acme.test")).change(|view| view.is_pem = false);
        let finding = scene.expect(&RULE, Status::Fail);
        assert!(finding.message.starts_with("the file is DER, "));
        assert!(finding.effects.is_empty(), "nobody connects to a request");
    }
}
