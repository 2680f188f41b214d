//! An XMPP client port that negotiates less than 256 bits.

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Transport;
use crate::source::{EXPRESSWAY_ADMINISTRATION_14, IM_PRESENCE_ECDSA, JABBER_PLANNING};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "tls-xmpp-not-aes256",
    title: "an XMPP client port that negotiates less than AES 256 bit",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING.at("On-Premises Encryption; XMPP Encryption"),
        IM_PRESENCE_ECDSA.at(
            "If this parameter refers only to SIP/CTI, is there an equivalent parameter for XMPP",
        ),
        EXPRESSWAY_ADMINISTRATION_14.at("Configuring Minimum TLS Version and Cipher Suites"),
    ],
    explain: "Cisco documents that IM and Presence protects instant messages with 256-bit AES session keys, and security \
              policies quote it. A client that offered AES 256 first was given something shorter, so Jabber will be too, \
              unless it offers less. Nobody is prompted and nothing fails; the messages are protected less well than \
              promised. ChaCha20-Poly1305 has keys of 256 bits as well and is let pass, except for FIPS clients, which do \
              not offer it.",
    fix: "On Expressway put AES 256 first in the XMPP ciphers (Maintenance > Security > Ciphers). IM and Presence follows \
          the order of the client and has no such setting (enterprise parameter TLS Ciphers steers SIP and CTI only): \
          upgrade it, and make sure that no middlebox answers in its place.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[
            "A new cipher list takes effect after a restart, which drops the sessions of the node.",
        ],
    },
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if subject.service.service.transport != Transport::XmppClient {
        return Verdict::NotApplicable("asked of XMPP client ports only");
    }
    let Some(cipher) = subject.chain.presentation.cipher.as_deref() else {
        return Verdict::unknown("the evidence does not say which cipher was negotiated");
    };
    if cipher.contains("CHACHA20") && subject.estate.deployment.fips {
        return Verdict::unknown(format!(
            "{cipher} was negotiated, which FIPS clients do not offer; what they get instead was not seen"
        ));
    }
    Verdict::pass_if(has_256_bits(cipher), || {
        let version = subject.chain.presentation.version.as_deref();
        Seen::new(format!(
            "offered AES 256 first, the server chose {cipher} ({})",
            version.unwrap_or("version not recorded")
        ))
        .found([cipher])
    })
}

/// By the IANA name: AES_256, CAMELLIA_256, ARIA_256; ChaCha20 always has keys of 256 bits (RFC 8439). The hash of the
/// suite ("SHA256") has no underscore before the number.
fn has_256_bits(cipher: &str) -> bool {
    cipher.contains("_256_") || cipher.contains("CHACHA20")
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::audit::{Judgement, Status};

    fn negotiated(file: &str, cipher: Option<&str>, status: Status) -> Judgement {
        let scene = Scene::new(file).present("imp1", "xmpp-client", &order("imp1.acme.test"));
        let scene =
            scene.handshake(|shown| shown.cipher = cipher.map(|name| name.to_owned().into()));
        scene.expect(&RULE, "imp1", "xmpp-client", status)
    }

    #[test]
    fn keys_of_256_bits_pass() {
        for cipher in [
            "TLS_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_RSA_WITH_AES_256_CBC_SHA",
            "TLS_CHACHA20_POLY1305_SHA256",
        ] {
            negotiated(CLUSTER, Some(cipher), Status::Pass);
        }
    }

    #[test]
    fn shorter_keys_fail_whatever_the_hash() {
        for cipher in [
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        ] {
            let finding = negotiated(CLUSTER, Some(cipher), Status::Fail);
            assert_eq!(finding.found, [cipher]);
            assert!(finding.effects.is_empty());
        }
    }

    #[test]
    fn what_fips_clients_get_instead_of_chacha20_is_not_known() {
        let file = format!("fips = true\n{CLUSTER}");
        negotiated(&file, Some("TLS_CHACHA20_POLY1305_SHA256"), Status::Unknown);
        negotiated(&file, Some("TLS_AES_256_GCM_SHA384"), Status::Pass);
    }

    #[test]
    fn a_cipher_that_is_not_recorded_is_unknown() {
        negotiated(CLUSTER, None, Status::Unknown);
    }

    #[test]
    fn https_is_not_asked() {
        let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }
}
