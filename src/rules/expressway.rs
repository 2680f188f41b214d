//! What Expressway-C and Expressway-E ask of their own certificate. An Expressway presents one certificate on every port,
//! so these rules judge a node, not a port: one finding for each name that is missing.

pub(super) mod chat_alias_missing;
pub(super) mod cluster_name_missing;
pub(super) mod core_unverified;
pub(super) mod federation_domain_missing;
pub(super) mod private_ca;
pub(super) mod registration_domain_missing;
pub(super) mod san_too_long;
pub(super) mod security_profile_malformed;
pub(super) mod security_profile_missing;
pub(super) mod subject_name;
mod verification;
pub(super) mod xmppaddress_format;

use crate::audit::estate::{ChainView, NodeView};
use crate::audit::fix::Remedy;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::EXPRESSWAY_PROCEDURE;
use crate::certificate::Certificate;
use crate::deployment::{Deployment, Federation, FederationThrough};
use crate::identity::{Field, XmppService, all_names, covers, find_xmpp_domain};

/// A new server certificate: the catalogue's procedure. `Remedy::Reissue` needs a service, and these findings have none.
const REISSUE: Remedy = Remedy::Own {
    steps: EXPRESSWAY_PROCEDURE.own_steps,
    restart: EXPRESSWAY_PROCEDURE.restart,
    cautions: EXPRESSWAY_PROCEDURE.cautions,
};

/// A certificate of a node, and where it was seen.
struct Shown<'a> {
    certificate: &'a Certificate,
    /// The first chain that it came in.
    chain: &'a ChainView<'a>,
    /// "mra (8443)" and so on.
    ports: Vec<String>,
}

/// Every different certificate that the node showed. Several only while a new one waits for the restart, or where each
/// domain has its own.
fn shown<'a>(node: &'a NodeView<'a>) -> Vec<Shown<'a>> {
    let mut all: Vec<Shown<'a>> = Vec::new();
    for (service, chain) in node.chains() {
        let Some(certificate) = chain.leaf() else {
            continue;
        };
        match all
            .iter_mut()
            .find(|one| one.certificate.digest == certificate.digest)
        {
            Some(known) => known.ports.push(service.label()),
            None => all.push(Shown {
                certificate,
                chain,
                ports: vec![service.label()],
            }),
        }
    }
    all
}

/// Judges each different certificate of the node by `fault`, and says the first one found; unknown when there is none to
/// judge.
fn each_certificate(node: &NodeView<'_>, fault: impl Fn(&Shown<'_>) -> Option<Seen>) -> Verdict {
    let all = shown(node);
    if all.is_empty() {
        return nothing_seen(node);
    }
    all.iter()
        .find_map(fault)
        .map_or(Verdict::Pass, Verdict::from)
}

/// Looks for each of `names` in the node's certificate: one verdict a name, unknown when the node showed none.
fn each_name<'a>(
    node: &NodeView<'_>,
    names: impl IntoIterator<Item = &'a String>,
    absent: &'static str,
    judge: impl Fn(&Shown<'_>, &str) -> Option<Seen>,
) -> Verdict {
    let mut names = names.into_iter().peekable();
    if names.peek().is_none() {
        return Verdict::NotApplicable(absent);
    }
    if shown(node).is_empty() {
        return nothing_seen(node);
    }
    let verdicts = names.map(|name| each_certificate(node, |one| judge(one, name)));
    Verdict::each(verdicts, absent)
}

fn nothing_seen(node: &NodeView<'_>) -> Verdict {
    let why: Vec<String> = node
        .services
        .iter()
        .map(|service| match service.detail() {
            Some(detail) => format!("{}: {detail}", service.label()),
            None => format!("{}: its certificate cannot be decoded", service.label()),
        })
        .collect();
    Verdict::unknown(format!("no port showed a certificate: {}", why.join("; ")))
}

/// `name` is not in the certificate: what is there instead.
fn missing(shown: &Shown<'_>, name: &str, what: &str) -> Seen {
    let found = all_names(shown.certificate);
    let names = if found.is_empty() {
        "no name at all".to_owned()
    } else {
        found.join(", ")
    };
    let ports = shown.ports.join(", ");
    Seen::new(format!(
        "the certificate on {ports} does not have {what} in its SAN; it has {names}"
    ))
    .expected(name)
    .found(found)
}

/// Whether a dNSName of the SAN covers `name`. Wildcards count here: that they are not supported is another rule's fault.
fn has_dns_name(certificate: &Certificate, name: &str) -> bool {
    certificate
        .dns_names()
        .iter()
        .any(|presented| covers(presented, name))
}

/// The field of the SAN that gives a federation domain or chat node alias: dNSName before the otherNames; never the CN.
fn federation_field(certificate: &Certificate, name: &str) -> Option<Field> {
    if has_dns_name(certificate, name) {
        return Some(Field::DnsName);
    }
    find_xmpp_domain(certificate, name, XmppService::Server)
        .filter(|field| matches!(field, Field::XmppAddress | Field::SrvName))
}

/// XMPP federation, where it goes through Expressway.
fn federation(deployment: &Deployment) -> Option<&Federation> {
    deployment
        .federation
        .as_ref()
        .filter(|federation| federation.through == FederationThrough::Expressway)
}

#[cfg(test)]
mod tests {
    use super::{
        chat_alias_missing, cluster_name_missing, core_unverified, federation_domain_missing,
        private_ca, registration_domain_missing, san_too_long, security_profile_malformed,
        security_profile_missing, subject_name, xmppaddress_format,
    };
    use crate::audit::effect::Outcome::{
        self, Degraded, FederationFails, MraFails, Prompt, Trusted, Unknown,
    };
    use crate::audit::rule::Rule;

    #[test]
    fn whom_each_fault_hits() {
        let table: [(&Rule, [Outcome; 4]); 11] = [
            (
                &chat_alias_missing::RULE,
                [Trusted, Trusted, FederationFails, Trusted],
            ),
            (
                &cluster_name_missing::RULE,
                [Trusted, MraFails, Trusted, Degraded],
            ),
            (
                &core_unverified::RULE,
                [Trusted, MraFails, Trusted, Trusted],
            ),
            (
                &federation_domain_missing::RULE,
                [Trusted, Trusted, FederationFails, Trusted],
            ),
            (&private_ca::RULE, [Trusted, Trusted, Unknown, Degraded]),
            (
                &registration_domain_missing::RULE,
                [Prompt, Trusted, Trusted, Degraded],
            ),
            (&san_too_long::RULE, [Trusted, MraFails, Trusted, Degraded]),
            (
                &security_profile_malformed::RULE,
                [Trusted, MraFails, Trusted, Degraded],
            ),
            (
                &security_profile_missing::RULE,
                [Trusted, MraFails, Trusted, Degraded],
            ),
            (&subject_name::RULE, [Trusted, MraFails, Trusted, Degraded]),
            (&xmppaddress_format::RULE, [Trusted; 4]),
        ];
        for (rule, expected) in table {
            let hit = rule.impact;
            let found = [hit.windows, hit.expressway, hit.federation, hit.servers];
            assert_eq!(
                found, expected,
                "{}: clients, Expressway, federation, servers",
                rule.id
            );
            assert!(
                [hit.mac, hit.ios, hit.android] == [hit.windows; 3],
                "{}",
                rule.id
            );
        }
    }
}
