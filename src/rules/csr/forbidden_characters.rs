//! Characters that public CAs do not take.

use super::NEW_REQUEST;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::TextField;
use crate::source::{JABBER_GUIDE, JABBER_PLANNING};

/// Those that the planning guide names.
const FORBIDDEN: [char; 3] = ['@', '&', '!'];

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-forbidden-characters",
    title: "a signing request with characters that public CAs do not take (@ & !)",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING.at("Certificate Signing Request Formats and Requirements"),
        JABBER_GUIDE.at("Method 3, public or private CA"),
    ],
    explain: "A public CA might only accept requests without certain characters, such as @ & !, in the Organization, OU or \
              other fields: its form answers with an error about the field, or somebody edits the subject by hand and \
              the certificate no longer says what the other nodes' do. The fields come from `set web-security` or from \
              the installation, so every request of the node has them until they are changed there. The @ of an e-mail \
              address is no fault.",
    fix: "Write the field without the character (\"and\" for &). On Unified CM, IM and Presence and Unity Connection change \
          it with `set web-security ORGUNIT ORGNAME LOCALITY STATE COUNTRY`, which renews the self-signed certificates \
          too; on Expressway in the fields of the Generate CSR page.",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    Verdict::each(
        subject.request().fields.iter().map(judge),
        "the request has no field with text",
    )
}

fn judge(field: &TextField) -> Verdict {
    let allowed = |character: &char| field.name == "emailAddress" && *character == '@';
    let found: Vec<String> = FORBIDDEN
        .into_iter()
        .filter(|character| field.value.contains(*character) && !allowed(character))
        .map(String::from)
        .collect();
    Verdict::pass_if(found.is_empty(), || {
        let characters = found.join(" ");
        let seen = if field.secret {
            Seen::new(format!("{} contains {characters}", field.name))
        } else {
            let value = &field.value;
            Seen::new(format!(
                "{} is \"{value}\", which contains {characters}",
                field.name
            ))
            .found([value])
        };
        seen.expected(format!("{} without {characters}", field.name))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};
    use crate::certificate::TextField;

    #[test]
    fn letters_digits_and_full_stops_are_good() {
        let mut good = order("a.acme.test");
        good.organization = "ACME, Inc. (Praha) + Söhne".to_owned();
        RequestScene::of(&good).expect(&RULE, Status::Pass);
    }

    #[test]
    fn each_field_with_one_is_a_finding() {
        let text = include_str!("../../../fixtures/requests/rsa2048-sha256.pem");
        let failures = RequestScene::read(text).failures(&RULE);
        let messages: Vec<&str> = failures.iter().map(|one| &*one.message).collect();
        let expected = [
            "O is \"Example & Sons\", which contains &",
            "OU is \"Voice @ HQ!\", which contains @ !",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn attributes_count_and_a_password_is_never_shown() {
        let text = include_str!("../../../fixtures/requests/attributes.pem");
        let failures = RequestScene::read(text).failures(&RULE);
        assert_eq!(failures.len(), 2);
        for one in failures {
            assert!(!one.message.contains("se!cret") && !one.found.contains(&"se!cret".to_owned()));
        }
    }

    #[test]
    fn an_address_needs_its_at_sign() {
        let with = |value: &str| {
            let field = TextField {
                name: "emailAddress".to_owned(),
                value: value.to_owned(),
                secret: false,
            };
            RequestScene::of(&order("a.acme.test"))
                .change(move |view| view.request.fields.push(field))
        };
        assert!(with("uc@acme.test").failures(&RULE).is_empty());
        assert_eq!(with("u&c@acme.test").failures(&RULE).len(), 1);
    }
}
