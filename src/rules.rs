//! The one list of rules, and the tests that walk it.

mod cluster;
mod expressway;
mod identity;
mod validity;

use crate::audit::rule::Rule;

/// Every rule, in the order of the contract.
pub const RULES: &[&Rule] = &[
    &identity::xmpp_domain_missing::RULE,
    &cluster::node_differs::RULE,
    &cluster::ecdsa_twin_differs::RULE,
    &cluster::stale_port::RULE,
    &validity::expired::RULE,
    &expressway::registration_domain_missing::RULE,
    &expressway::federation_domain_missing::RULE,
    &expressway::chat_alias_missing::RULE,
    &expressway::xmppaddress_format::RULE,
    &expressway::cluster_name_missing::RULE,
    &expressway::security_profile_missing::RULE,
    &expressway::security_profile_malformed::RULE,
    &expressway::san_too_long::RULE,
    &expressway::subject_name::RULE,
];

/// The rule of that name.
pub fn named(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
