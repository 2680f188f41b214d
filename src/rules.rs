//! The one list of rules, and the tests that walk it.

mod client_role;
mod facts;
mod fips;
mod identity;
mod key;
mod revocation;
mod signature;
mod usage;
mod validity;

use crate::audit::rule::Rule;

/// Every rule, in the order of the contract.
pub const RULES: &[&Rule] = &[
    &identity::xmpp_domain_missing::RULE,
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
];

/// The rule of that name.
pub fn named(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
