//! Names of rules on the command line: offered when a shell completes them, with the nearest right name when they are wrong.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::rules::RULES;

/// What may stand in the place of a rule's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleName {
    /// A rule.
    Alone,
    /// A rule, or the family of several.
    OrFamily,
}

impl TypedValueParser for RuleName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        let kind = *self;
        let read = move |text: &str| kind.read(text);
        read.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let rules = RULES
            .iter()
            .map(|rule| PossibleValue::new(rule.id).help(rule.title));
        let families = self
            .families()
            .into_iter()
            .map(|family| PossibleValue::new(family).help("the whole family"));
        Some(Box::new(families.chain(rules)))
    }
}

impl RuleName {
    fn read(self, text: &str) -> Result<String, String> {
        let families = self.families();
        let known = || RULES.iter().map(|rule| rule.id).chain(families.clone());
        if known().any(|name| name == text) {
            return Ok(text.to_owned());
        }
        let nearest = known()
            .map(|name| (strsim::jaro_winkler(text, name), name))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = nearest
            .map(|(_, name)| format!(" did you mean {name:?}?"))
            .unwrap_or_default();
        Err(format!(
            "there is no such rule;{hint} `certaudit rules` lists them all"
        ))
    }

    fn families(self) -> BTreeSet<&'static str> {
        match self {
            Self::Alone => BTreeSet::new(),
            Self::OrFamily => RULES.iter().map(|rule| rule.family()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::builder::TypedValueParser as _;

    use super::RuleName;
    use crate::rules::RULES;

    #[test]
    fn everything_that_is_offered_is_taken_and_selects_something() {
        for parser in [RuleName::Alone, RuleName::OrFamily] {
            let mut count = 0;
            for value in parser.possible_values().into_iter().flatten() {
                let name = value.get_name();
                assert_eq!(parser.read(name).as_deref(), Ok(name));
                assert!(
                    RULES.iter().any(|rule| rule.is_selected_by(name)),
                    "{name} selects nothing"
                );
                count += 1;
            }
            assert!(count >= RULES.len());
        }
    }

    #[test]
    fn a_family_is_no_rule() {
        assert!(RuleName::OrFamily.read("revocation").is_ok());
        let refused = RuleName::Alone.read("revocation").unwrap_or_else(|why| why);
        assert!(refused.contains("did you mean \"revocation-"), "{refused}");
        for long in ["", &"x".repeat(100_000)] {
            assert!(RuleName::OrFamily.read(long).is_err());
        }
    }
}
