//! The one list of rules, and the tests that walk it.

mod certificate;
mod chain;
mod client_role;
mod cluster;
mod collision;
mod csr;
mod dns;
mod expressway;
mod facts;
mod fips;
mod identity;
mod issued;
mod key;
mod ldap;
mod meetings;
mod naming;
mod probe;
mod public_ca;
mod revocation;
mod signature;
mod tls;
mod trunk;
mod usage;
mod validity;
mod waiver;

use crate::audit::rule::Rule;

/// Every rule, in the order of the contract.
pub const RULES: &[&Rule] = &[
    &probe::unreachable::RULE,
    &probe::handshake_failed::RULE,
    &probe::optional_closed::RULE,
    &certificate::malformed::RULE,
    &chain::untrusted::RULE,
    &chain::self_signed::RULE,
    &chain::incomplete::RULE,
    &chain::misordered::RULE,
    &chain::inconsistent::RULE,
    &chain::ca_expiring::RULE,
    &chain::pinned_leaf::RULE,
    &identity::host_missing::RULE,
    &identity::host_only_in_cn::RULE,
    &identity::xmpp_domain_missing::RULE,
    &identity::xmpp_domain_only_in_cn::RULE,
    &identity::xmpp_othername_malformed::RULE,
    &identity::wildcard_unsupported::RULE,
    &identity::wildcard_misplaced::RULE,
    &identity::multi_server_node_missing::RULE,
    &identity::srv_target_missing::RULE,
    &identity::federation_domain_missing::RULE,
    &identity::chat_alias_missing::RULE,
    &identity::federation_srv_mismatch::RULE,
    &naming::ip_address::RULE,
    &naming::short_hostname::RULE,
    &naming::setting_mismatch::RULE,
    &naming::server_list_mismatch::RULE,
    &naming::unresolvable::RULE,
    &naming::san_unresolvable::RULE,
    &naming::reverse_mismatch::RULE,
    &collision::self_signed_cn::RULE,
    &cluster::node_differs::RULE,
    &cluster::ecdsa_twin_differs::RULE,
    &cluster::stale_port::RULE,
    &usage::server_auth_missing::RULE,
    &usage::client_auth_missing::RULE,
    &usage::ipsec_missing::RULE,
    &usage::key_usage_missing::RULE,
    &usage::data_encipherment_missing::RULE,
    &usage::client_auth_sunset::RULE,
    &usage::alternate_root_absent::RULE,
    &validity::expired::RULE,
    &validity::not_yet::RULE,
    &validity::expiring::RULE,
    &validity::apple_limit::RULE,
    &validity::public_limit::RULE,
    &validity::time_format::RULE,
    &key::too_small::RULE,
    &key::unsupported::RULE,
    &signature::weak::RULE,
    &fips::incompatible::RULE,
    &revocation::absent::RULE,
    &revocation::not_http::RULE,
    &revocation::unreachable::RULE,
    &revocation::slow::RULE,
    &revocation::stale::RULE,
    &revocation::invalid::RULE,
    &revocation::revoked::RULE,
    &tls::starttls_missing::RULE,
    &tls::version_old::RULE,
    &tls::xmpp_not_aes256::RULE,
    &tls::client_certificate_asked::RULE,
    &tls::client_ca_missing::RULE,
    &expressway::registration_domain_missing::RULE,
    &expressway::federation_domain_missing::RULE,
    &expressway::chat_alias_missing::RULE,
    &expressway::xmppaddress_format::RULE,
    &expressway::cluster_name_missing::RULE,
    &expressway::security_profile_missing::RULE,
    &expressway::security_profile_malformed::RULE,
    &expressway::core_unverified::RULE,
    &expressway::private_ca::RULE,
    &expressway::san_too_long::RULE,
    &expressway::subject_name::RULE,
    &trunk::subject_mismatch::RULE,
    &trunk::peer_subject_missing::RULE,
    &ldap::host_not_cn::RULE,
    &meetings::wildcard_not_in_cn::RULE,
    &csr::not_pem::RULE,
    &csr::signature_invalid::RULE,
    &csr::forbidden_characters::RULE,
    &csr::key_too_small::RULE,
    &csr::signature_weak::RULE,
    &csr::subject_inconsistent::RULE,
    &csr::name_missing::RULE,
    &csr::private_name::RULE,
    &csr::fqdn_repeated::RULE,
    &csr::usage_differs::RULE,
    &issued::key_differs::RULE,
    &issued::names_differ::RULE,
    &issued::usage_dropped::RULE,
    &waiver::expired::RULE,
    &waiver::unused::RULE,
];

/// The rule of that name.
pub fn named(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use super::{RULES, named};
    use crate::audit::rule::Rule;

    /// `src/rules/validity/expired.rs` for validity-expired.
    fn file(rule: &Rule) -> PathBuf {
        let (family, rest) = rule.id.split_once('-').unwrap();
        PathBuf::from(format!("src/rules/{family}/{}.rs", rest.replace('-', "_")))
    }

    #[test]
    fn a_rule_is_found_by_its_name() {
        for rule in RULES {
            assert_eq!(named(rule.id).map(|found| found.id), Some(rule.id));
        }
        assert!(named("validity").is_none());
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn every_rule_says_why_what_to_do_and_who_says_so() {
        for rule in RULES {
            let id = rule.id;
            assert!(!rule.cites.is_empty(), "{id} cites nobody");
            assert!(
                rule.explain.len() > 120,
                "{id}: explain what breaks, for whom, how it looks"
            );
            assert!(
                rule.fix.len() > 30 && rule.fix.ends_with('.'),
                "{id}: say what to do, in sentences"
            );
            assert!(
                !rule.title.is_empty() && !rule.title.ends_with('.'),
                "{id}: the title is a noun phrase"
            );
            assert_ne!(rule.explain, rule.fix, "{id}");
        }
    }

    #[test]
    fn every_rule_is_a_file_with_a_passing_and_a_failing_case() {
        for rule in RULES {
            let path = file(rule);
            let text = fs::read_to_string(&path).unwrap_or_default();
            let cases = text.split("mod tests {").nth(1).unwrap_or_default();
            assert!(
                text.contains(&format!("id: \"{}\"", rule.id)),
                "{} is not in {}",
                rule.id,
                path.display()
            );
            assert!(
                cases.contains("Status::Fail") || cases.contains(".failures("),
                "{} has no failing case",
                rule.id
            );
            assert!(
                cases.contains("Status::Pass"),
                "{} has no passing case",
                rule.id
            );
        }
    }

    #[test]
    fn every_file_of_a_rule_is_in_the_list() {
        let listed: BTreeSet<PathBuf> = RULES.iter().map(|rule| file(rule)).collect();
        let families = fs::read_dir("src/rules")
            .unwrap()
            .map(|entry| entry.unwrap().path());
        for family in families.filter(|path| path.is_dir()) {
            for path in fs::read_dir(family)
                .unwrap()
                .map(|entry| entry.unwrap().path())
            {
                let is_rule = fs::read_to_string(&path)
                    .unwrap_or_default()
                    .contains("const RULE: Rule");
                assert!(
                    !is_rule || listed.contains(&path),
                    "{} is not in RULES",
                    path.display()
                );
            }
        }
    }
}
