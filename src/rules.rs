//! The one list of rules, and the tests that walk it.

mod client_role;
mod cluster;
mod collision;
mod expressway;
mod facts;
mod fips;
mod identity;
mod key;
mod ldap;
mod meetings;
mod naming;
mod revocation;
mod signature;
mod trunk;
mod usage;
mod validity;

use crate::audit::rule::Rule;

/// Every rule, in the order of the contract.
pub const RULES: &[&Rule] = &[
    &identity::host_missing::RULE,
    &identity::host_only_in_cn::RULE,
    &identity::xmpp_domain_missing::RULE,
    &identity::xmpp_domain_only_in_cn::RULE,
    &identity::xmpp_othername_malformed::RULE,
    &identity::wildcard_unsupported::RULE,
    &identity::wildcard_misplaced::RULE,
    &identity::multi_server_node_missing::RULE,
    &identity::federation_domain_missing::RULE,
    &identity::chat_alias_missing::RULE,
    &naming::ip_address::RULE,
    &naming::short_hostname::RULE,
    &naming::setting_mismatch::RULE,
    &collision::self_signed_cn::RULE,
    &cluster::node_differs::RULE,
    &cluster::ecdsa_twin_differs::RULE,
    &cluster::stale_port::RULE,
    &usage::server_auth_missing::RULE,
    &usage::client_auth_missing::RULE,
    &usage::ipsec_missing::RULE,
    &usage::key_usage_missing::RULE,
    &usage::data_encipherment_missing::RULE,
    &validity::expired::RULE,
    &validity::not_yet::RULE,
    &validity::expiring::RULE,
    &validity::apple_limit::RULE,
    &validity::time_format::RULE,
    &key::too_small::RULE,
    &key::unsupported::RULE,
    &signature::weak::RULE,
    &fips::incompatible::RULE,
    &revocation::absent::RULE,
    &revocation::not_http::RULE,
    &expressway::registration_domain_missing::RULE,
    &expressway::federation_domain_missing::RULE,
    &expressway::chat_alias_missing::RULE,
    &expressway::xmppaddress_format::RULE,
    &expressway::cluster_name_missing::RULE,
    &expressway::security_profile_missing::RULE,
    &expressway::security_profile_malformed::RULE,
    &expressway::san_too_long::RULE,
    &expressway::subject_name::RULE,
    &trunk::subject_mismatch::RULE,
    &trunk::peer_subject_missing::RULE,
    &ldap::host_not_cn::RULE,
    &meetings::wildcard_not_in_cn::RULE,
];

/// The rule of that name.
pub fn named(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
