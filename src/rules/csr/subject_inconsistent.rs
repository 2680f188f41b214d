//! Requests of one deployment that name their organisation differently.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::NEW_REQUEST;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::request::RequestView;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{JABBER_GUIDE, JABBER_PLANNING};

/// Fields that belong to the organisation, not to the node.
const FIELDS: [&str; 5] = ["O", "OU", "L", "ST", "C"];

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-subject-inconsistent",
    title: "signing requests that differ in O, OU, L, ST or C",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING.at("Certificate Signing Request Formats and Requirements"),
        JABBER_GUIDE.at("Method 3, public or private CA"),
    ],
    explain: "When requests come from several nodes, a public CA might require that the information is the same in all of \
              them: it verified one organisation at one place, and a request from \"ACME Ltd\" beside those from \"ACME \
              Ltd.\" waits for another verification or is refused. The fields were typed at each node's installation, so \
              one letter is enough. The request that differs from most of the others is the one that is named.",
    fix: "Choose one spelling and set it on the node that differs: `set web-security ORGUNIT ORGNAME LOCALITY STATE COUNTRY` \
          on Unified CM, IM and Presence and Unity Connection, the fields of the Generate CSR page on Expressway.",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    if subject.others().next().is_none() {
        return Verdict::NotApplicable("there is one request only");
    }
    Verdict::each(
        FIELDS.iter().map(|field| judge(subject, field)),
        "there is no field to compare",
    )
}

fn judge(subject: &RequestSubject<'_>, field: &'static str) -> Verdict {
    let own = value(subject.view, field);
    let usual = usual(subject, field);
    Verdict::pass_if(own == value(usual, field), || {
        let words = |value: &str| {
            if value.is_empty() {
                "absent".to_owned()
            } else {
                format!("\"{value}\"")
            }
        };
        let expected = value(usual, field);
        Seen::new(format!(
            "{field} is {} here, and {} in {}",
            words(&own),
            words(&expected),
            usual.node
        ))
        .expected(format!("{field} {}", words(&expected)))
        .found([own])
    })
}

/// The first request with the value that most of them have.
fn usual<'a>(subject: &RequestSubject<'a>, field: &str) -> &'a RequestView {
    let all = &subject.estate.requests;
    let usual = subject.estate.once(|| Usual::of(all));
    let place = usual.0.get(field).copied();
    place
        .and_then(|place| all.get(place))
        .unwrap_or(subject.view)
}

/// By field, the place of the first request with the value that most requests have.
struct Usual(HashMap<&'static str, usize>);

impl Usual {
    fn of(all: &[RequestView]) -> Self {
        let most = |field: &'static str| {
            let mut alike: HashMap<String, (usize, usize)> = HashMap::new();
            for (place, view) in all.iter().enumerate() {
                alike.entry(value(view, field)).or_insert((0, place)).0 += 1;
            }
            let most = alike.into_values();
            // Of equals the first in the list.
            let (_, place) = most.max_by_key(|(count, place)| (*count, Reverse(*place)))?;
            Some((field, place))
        };
        Self(FIELDS.into_iter().filter_map(most).collect())
    }
}

/// The field's text; several of one kind together.
fn value(view: &RequestView, field: &str) -> String {
    let own = view.request.fields.iter().filter(|one| one.name == field);
    own.map(|one| one.value.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};
    use crate::certificate::issue::Order;

    fn of(host: &str, organization: &str) -> Order {
        Order {
            organization: organization.to_owned(),
            ..order(host)
        }
    }

    #[test]
    fn requests_that_agree_pass() {
        let scene = RequestScene::of(&of("a.acme.test", "ACME")).and(&of("b.acme.test", "ACME"));
        scene.expect(&RULE, Status::Pass);
    }

    #[test]
    fn the_one_that_differs_from_most_is_named() {
        let scene = RequestScene::of(&of("a.acme.test", "ACME Ltd"))
            .and(&of("b.acme.test", "ACME"))
            .and(&of("c.acme.test", "ACME"));
        let failures = scene.failures(&RULE);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].place.node.as_deref(), Some("1.csr"));
        let message = "O is \"ACME Ltd\" here, and \"ACME\" in 2.csr";
        assert_eq!(failures[0].message, message);
    }

    #[test]
    fn of_two_the_first_is_the_measure_and_an_absent_field_counts() {
        let scene = RequestScene::of(&of("a.acme.test", "ACME")).and(&of("b.acme.test", ""));
        let failures = scene.failures(&RULE);
        assert_eq!(failures.len(), 1);
        assert_eq!(
            failures[0].message,
            "O is absent here, and \"ACME\" in 1.csr"
        );
    }

    #[test]
    fn a_single_request_cannot_differ() {
        RequestScene::of(&order("a.acme.test")).expect(&RULE, Status::NotApplicable);
    }
}
