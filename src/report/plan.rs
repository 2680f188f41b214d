//! Writing a plan: for people, as a change request, for programs, as a calendar. The same plan gives the same bytes.

mod calendar_file;
mod installations;
mod json;
mod line_block;
pub(super) mod markdown;
mod table;

use std::io::{self, Write};

use super::Page;
use crate::plan::{AuthorityKind, Line, Plan, Suitability};
use crate::text::{date, escape};

pub use json::{SCHEMA, schema};

/// A format of plans.
pub trait PlanFormat: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// What it is for, in a few words.
    fn purpose(&self) -> &'static str;
    /// Writes the plan.
    fn write(&self, plan: &Plan<'_>, page: Page, sink: &mut dyn Write) -> io::Result<()>;
}

/// Every format.
pub const PLAN_FORMATS: &[&dyn PlanFormat] = &[
    &table::Table,
    &markdown::Markdown,
    &json::Json,
    &calendar_file::CalendarFile,
];

/// The format of that name.
pub fn plan_format_named(name: &str) -> Option<&'static dyn PlanFormat> {
    PLAN_FORMATS
        .iter()
        .copied()
        .find(|format| format.name() == name)
}

/// "tomcat of cucm-pub, imp1".
fn title(line: &Line<'_>) -> String {
    format!("{} of {}", line.certificate, escape(&line.node_names()))
}

/// "6 certificates: 4 to order, 1 in place, 1 unknown."
fn summary(plan: &Plan<'_>) -> String {
    let count = |word| {
        let of = |line: &&Line<'_>| line.standing.name() == word;
        plan.lines.iter().filter(of).count()
    };
    let all = plan.lines.len();
    let certificates = if all == 1 {
        "certificate"
    } else {
        "certificates"
    };
    let mut parts = vec![format!("{} to order", count("order"))];
    if plan.with_evidence {
        parts.push(format!("{} in place", count("in-place")));
        parts.push(format!("{} unknown (ordered until seen)", count("unknown")));
    }
    let source = if plan.with_evidence {
        ""
    } else {
        " Nothing was looked at: --evidence leaves out what is right already."
    };
    format!("{all} {certificates}: {}.{source}", parts.join(", "))
}

/// keyUsage in words.
fn key_usage(line: &Line<'_>) -> String {
    let asked = line.usages.key_usage.names().join(", ");
    let tolerated = line.usages.tolerated.names();
    if tolerated.is_empty() {
        asked
    } else {
        format!("{asked} (with or without {})", tolerated.join(", "))
    }
}

/// extKeyUsage in words.
fn extended_key_usage(line: &Line<'_>) -> String {
    let mut text = line.usages.extended.join(", ");
    for one in &line.usages.droppable {
        text += &format!("; {} may be missing: {}", one.usage, one.why);
    }
    text
}

/// The key in words.
fn key(line: &Line<'_>) -> String {
    let others = line.key.others.join(", ");
    let caution = line
        .key
        .caution
        .map(|text| format!(" {text}"))
        .unwrap_or_default();
    format!("RSA {} (or {others}).{caution}", line.key.rsa_bits)
}

/// Who can sign it, a sentence each: the recommended kind, then both with their dates.
fn authority(line: &Line<'_>) -> [String; 3] {
    let own = &line.authority;
    let kind = match own.recommended {
        AuthorityKind::Public => "a public CA",
        AuthorityKind::Private => "a private CA",
    };
    [
        format!(
            "{kind}, for {} days at most{}.",
            own.life_days,
            because(line)
        ),
        suitability("public CA", &own.public),
        suitability("private CA", &own.private),
    ]
}

/// Said once: often it is what makes the other kind unfit.
fn because(line: &Line<'_>) -> String {
    let own = &line.authority;
    if own.because == own.public.why || own.because == own.private.why {
        return String::new();
    }
    format!(": {}", escape(&own.because))
}

fn suitability(kind: &str, one: &Suitability) -> String {
    let word = match (one.today, one.until) {
        (true, Some(until)) => format!("until {}", date(until)),
        (true, None) => "yes".to_owned(),
        (false, _) => "no".to_owned(),
    };
    format!("{kind}: {word}; {}.", escape(&one.why))
}

/// When it must be renewed.
fn renewal(line: &Line<'_>) -> String {
    let own = &line.renewal;
    let assumed = if own.assumed {
        ", when it is issued now"
    } else {
        ""
    };
    format!(
        "by {} (it ends on {}{assumed})",
        date(own.due),
        date(own.not_after)
    )
}
