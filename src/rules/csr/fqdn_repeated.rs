//! Several requests for one name.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::request::RequestView;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::SigningRequest;
use crate::identity::normalise;
use crate::source::{JABBER_GUIDE, JABBER_PLANNING};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-fqdn-repeated",
    title: "several signing requests for one fully qualified domain name",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING
            .at("Certificate Signing Request Formats and Requirements, One Certificate Per FQDN"),
        JABBER_GUIDE.at("Method 3, public or private CA"),
    ],
    explain: "Some public CAs sign only one certificate per fully qualified domain name. An IM and Presence node needs two, \
              tomcat and cup-xmpp, and both requests carry the node's name: the second is refused, or, worse, revokes \
              the first as its replacement. A private CA does not mind.",
    fix: "Ask the CA before ordering; where it signs only one, submit the requests to different CAs, or order one \
          multi-server certificate where the product allows it.",
    remedy: Remedy::Own {
        steps: &[
            "Send each request to a CA that has not signed for the name, or to one that says it signs several.",
        ],
        restart: &[],
        cautions: &[
            "A CA that reissues for a name may revoke the earlier certificate within days: mark the orders as separate.",
        ],
    },
    impact: Impact::NONE,
    check: Check::Request(check),
};

/// The later request is told of the earlier ones, so that a pair is one finding.
fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let all = &subject.estate.requests;
    let asked = subject.estate.once(|| Asked::of(all));
    let here = asked.places.get(&subject.view.node).copied();
    let here = here.unwrap_or(all.len());
    let (mut shared, mut earlier) = (Vec::new(), BTreeSet::new());
    for name in names(subject.request()) {
        let known = asked.by_name.get(&name).into_iter().flatten();
        let known: Vec<usize> = known.copied().take_while(|place| *place < here).collect();
        if !known.is_empty() {
            shared.push(name);
            earlier.extend(known);
        }
    }
    let files = earlier.into_iter().filter_map(|place| all.get(place));
    let files: Vec<&str> = files.map(|view| view.node.as_str()).collect();
    Verdict::pass_if(shared.is_empty(), || {
        let shared = shared.join(", ");
        Seen::new(format!("{shared}: asked for in {} too", files.join(", ")))
            .expected(shared)
            .found(files)
    })
}

/// Which requests ask for which names.
struct Asked {
    /// Places of requests, in their order.
    by_name: HashMap<String, Vec<usize>>,
    /// The place of the first request of each file.
    places: HashMap<String, usize>,
}

impl Asked {
    fn of(all: &[RequestView]) -> Self {
        let (mut by_name, mut places) = (HashMap::<_, Vec<usize>>::new(), HashMap::new());
        for (place, view) in all.iter().enumerate() {
            places.entry(view.node.clone()).or_insert(place);
            for name in names(&view.request) {
                by_name.entry(name).or_default().push(place);
            }
        }
        Self { by_name, places }
    }
}

/// The dNSNames and the CN, where they have a domain.
fn names(request: &SigningRequest) -> Vec<String> {
    let common_name = request.common_name().map(str::to_owned);
    let all = request.dns_names().iter().cloned().chain(common_name);
    let mut known = HashSet::new();
    all.map(|name| normalise(&name))
        .filter(|name| name.contains('.') && known.insert(name.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};

    #[test]
    fn one_request_a_name_is_good() {
        let scene = RequestScene::of(&order("a.acme.test")).and(&order("b.acme.test"));
        scene.expect(&RULE, Status::Pass);
        assert!(scene.failures(&RULE).is_empty());
    }

    #[test]
    fn a_pair_is_one_finding_on_the_later() {
        let scene = RequestScene::of(&order("imp1.acme.test")).and(&order("IMP1.acme.test"));
        let failures = scene.failures(&RULE);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].place.node.as_deref(), Some("2.csr"));
        assert_eq!(
            failures[0].message,
            "imp1.acme.test: asked for in 1.csr too"
        );
    }

    #[test]
    fn a_name_beside_the_common_name_counts() {
        let mut second = order("b.acme.test");
        second.dns.push("a.acme.test".to_owned());
        let scene = RequestScene::of(&order("a.acme.test")).and(&second);
        assert_eq!(scene.failures(&RULE).len(), 1);
    }

    #[test]
    fn a_word_without_a_domain_is_no_fqdn() {
        let scene = RequestScene::of(&order("server")).and(&order("server"));
        assert!(scene.failures(&RULE).is_empty());
    }
}
