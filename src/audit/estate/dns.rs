//! What DNS says of a name, over all that was asked about it, at however many places.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::evidence::{DnsRecord, Lookup, LookupOutcome, RecordKind, ServiceRecord, reverse_name};
use crate::identity::normalise;

/// The look-ups of an evidence, by question.
#[derive(Debug, Default)]
pub struct Dns<'a> {
    by_question: BTreeMap<(&'a str, RecordKind), Vec<&'a LookupOutcome>>,
}

/// Whether a name has what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution<T> {
    /// It has: never empty.
    Found(BTreeSet<T>),
    /// DNS says that it has not, and how.
    Absent(String),
    /// DNS did not say, or was not asked; and why.
    Unknown(String),
}

/// The hosts that an SRV record names.
pub type Services<'a> = Resolution<&'a ServiceRecord>;

impl<'a> Dns<'a> {
    pub(super) fn of(lookups: &'a [Lookup]) -> Self {
        let mut by_question: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for lookup in lookups {
            let question = (lookup.name.as_str(), lookup.kind);
            by_question
                .entry(question)
                .or_default()
                .push(&lookup.outcome);
        }
        Self { by_question }
    }

    /// Nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.by_question.is_empty()
    }

    /// The addresses of a host, of both families.
    pub fn addresses(&self, host: &str) -> Resolution<IpAddr> {
        let families = [RecordKind::A, RecordKind::Aaaa];
        self.resolution(host, &families, DnsRecord::address)
    }

    /// The hosts that an SRV record names.
    pub fn services(&self, question: &str) -> Services<'a> {
        self.resolution(question, &[RecordKind::Srv], DnsRecord::service)
    }

    /// The names of an address.
    pub fn names(&self, address: IpAddr) -> Resolution<&'a str> {
        let question = reverse_name(address);
        self.resolution(&question, &[RecordKind::Ptr], DnsRecord::name)
    }

    /// What any answer has; absent only when every answer says so.
    fn resolution<T: Ord>(
        &self,
        name: &str,
        kinds: &[RecordKind],
        of: impl Fn(&'a DnsRecord) -> Option<T>,
    ) -> Resolution<T> {
        let name = normalise(name);
        let outcomes = |kind: &RecordKind| self.by_question.get(&(name.as_str(), *kind));
        let asked: Vec<&'a LookupOutcome> = kinds
            .iter()
            .filter_map(outcomes)
            .flatten()
            .copied()
            .collect();
        let records = asked.iter().flat_map(|outcome| outcome.records());
        let found: BTreeSet<T> = records.filter_map(of).collect();
        if !found.is_empty() {
            return Resolution::Found(found);
        }
        let doubt = asked.iter().find(|outcome| !outcome.is_denial());
        match (doubt, asked.first()) {
            (Some(doubt), _) => Resolution::Unknown(doubt.to_string()),
            (None, Some(denial)) => Resolution::Absent(denial.to_string()),
            (None, None) => Resolution::Unknown("the evidence holds no look-up of it".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn lookup(kind: RecordKind, outcome: LookupOutcome) -> Lookup {
        let name = "cucm.acme.test".to_owned();
        Lookup {
            name,
            kind,
            outcome,
        }
    }

    fn addresses(lookups: &[Lookup]) -> Resolution<IpAddr> {
        Dns::of(lookups).addresses("CUCM.acme.test.")
    }

    fn answer(address: &str) -> LookupOutcome {
        let address = address.parse().unwrap();
        LookupOutcome::Answered {
            records: vec![DnsRecord::Address { address }],
        }
    }

    #[test]
    fn one_family_is_enough() {
        let v4 = lookup(RecordKind::A, LookupOutcome::NoData);
        let v6 = lookup(RecordKind::Aaaa, answer("2001:db8::1"));
        let found = BTreeSet::from(["2001:db8::1".parse().unwrap()]);
        assert_eq!(addresses(&[v4, v6]), Resolution::Found(found));
    }

    #[test]
    fn absent_is_what_nobody_knows_otherwise() {
        let denied = lookup(RecordKind::A, LookupOutcome::NoSuchName);
        let failed = lookup(RecordKind::Aaaa, LookupOutcome::ServerFailed);
        let absent = addresses(std::slice::from_ref(&denied));
        assert!(matches!(absent, Resolution::Absent(why) if why.contains("NXDOMAIN")));
        let unknown = addresses(&[denied.clone(), failed]);
        assert!(matches!(unknown, Resolution::Unknown(why) if why.contains("SERVFAIL")));
        let elsewhere = lookup(RecordKind::A, answer("192.0.2.1"));
        assert!(matches!(
            addresses(&[denied, elsewhere]),
            Resolution::Found(_)
        ));
        assert!(matches!(addresses(&[]), Resolution::Unknown(_)));
    }
}
