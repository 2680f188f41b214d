//! Words that the formats of a difference say alike. All of them are fit to show.

use super::super::phrase::{place_of, plural};
use crate::audit::Status;
use crate::audit::rule::Severity;
use crate::diff::{
    Appearance, CertificateChange, CertificateFate, Difference, Expiring, FindingChange,
    FindingFate, NodeChange, Place, Presented, ServiceChange,
};
use crate::text::{date, escape};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What can be said of the newer report beside the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Findings that are new, worse or no longer accepted.
    New,
    /// None, but something is not known any more.
    Unknown,
    /// None.
    Nothing,
}

impl Verdict {
    pub(super) fn of(diff: &Difference<'_>) -> Self {
        match (
            diff.worst() >= Some(Severity::Warning),
            diff.doubts.is_empty(),
        ) {
            (true, _) => Self::New,
            (false, false) => Self::Unknown,
            (false, true) => Self::Nothing,
        }
    }

    /// The word for programs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::New => "new-findings",
            Self::Unknown => "unknown",
            Self::Nothing => "nothing-new",
        }
    }

    /// The answer in capitals.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::New => "NEW FINDINGS",
            Self::Unknown => "NOT KNOWN",
            Self::Nothing => "NOTHING NEW",
        }
    }
}

/// The title over changes of that fate.
pub(super) fn section(fate: FindingFate) -> &'static str {
    match fate {
        FindingFate::New => "New",
        FindingFate::Worse => "Worse",
        FindingFate::NoLongerWaived => "No longer waived",
        FindingFate::NewQuestion => "New open questions",
        FindingFate::NoLongerKnown => {
            "No longer known (not looked at, or could not be judged: not mended)"
        }
        FindingFate::Removed => "No longer in the deployment",
        FindingFate::Gone => "Gone",
        FindingFate::Answered => "Open questions that are answered: nothing was found",
        FindingFate::NewlyWaived => "Newly waived",
        FindingFate::Still => "Still there",
    }
}

/// "ERROR", or what it is instead.
pub(super) fn heading(change: &FindingChange<'_>) -> &'static str {
    let one = change.finding;
    match (one.waived.is_some(), one.status, one.severity) {
        (true, ..) => "WAIVED",
        (_, Status::Unknown, _) => "UNKNOWN",
        (.., Severity::Error) => "ERROR",
        (.., Severity::Warning) => "WARNING",
        (.., Severity::Info) => "NOTE",
    }
}

/// "2 new, 1 worse, 1 gone, 12 still there; 3 certificates changed, 1 ends soon; 1 node gone."
pub(super) fn counts(diff: &Difference<'_>) -> String {
    let words = FindingFate::ALL.map(|fate| (diff.count(fate), short(fate)));
    let findings = words.iter().filter(|(count, _)| *count > 0);
    let findings: Vec<String> = findings
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let findings = if findings.is_empty() {
        "No findings".to_owned()
    } else {
        format!("Findings: {}", findings.join(", "))
    };
    let unseen = |one: &&CertificateChange<'_>| one.fate == CertificateFate::NotSeen;
    let unseen = diff.certificates.iter().filter(unseen).count();
    let certificates = match diff.certificates.len() - unseen {
        0 => "no certificate changed".to_owned(),
        count => format!("{} of certificates", plural(count, "change")),
    };
    let unseen = match unseen {
        0 => String::new(),
        count => format!(", {count} not seen"),
    };
    let soon = match diff.expiring.len() {
        0 => String::new(),
        1 => ", 1 ends soon".to_owned(),
        count => format!(", {count} end soon"),
    };
    format!("{findings}; {certificates}{unseen}{soon}.")
}

fn short(fate: FindingFate) -> &'static str {
    match fate {
        FindingFate::NewQuestion => "newly not known",
        FindingFate::NoLongerKnown => "no longer known",
        FindingFate::NoLongerWaived => "no longer waived",
        FindingFate::NewlyWaived => "newly waived",
        FindingFate::Removed => "no longer in the deployment",
        FindingFate::Still => "still there",
        other => other.name(),
    }
}

/// "From 2026-11-20T19:00:00Z (not-ready) to 2026-11-21T19:00:00Z (ready)."
pub(super) fn span(diff: &Difference<'_>) -> String {
    let side = |one: &crate::diff::Snapshot| {
        format!("{} ({})", escape(&one.generated_at), escape(&one.verdict))
    };
    format!("From {} to {}.", side(diff.old), side(diff.new))
}

/// What limits what is said, a sentence each: the doubts first.
pub(super) fn limits(diff: &Difference<'_>) -> Vec<String> {
    let mut all: Vec<String> = diff.doubts.clone();
    all.extend(diff.remarks.iter().cloned());
    if !diff.owners.is_empty() {
        let names: Vec<&str> = diff.owners.iter().map(|owner| owner.name()).collect();
        all.push(format!(
            "Of the findings only what {} usually mends is listed.",
            names.join(" or ")
        ));
    }
    all.iter().map(|text| escape(text).into_owned()).collect()
}

/// "tomcat (rsa)".
pub(super) fn certificate(change: &CertificateChange<'_>) -> String {
    format!(
        "{} ({})",
        escape(change.certificate_name),
        escape(change.kind)
    )
}

/// What happened, in words.
pub(super) fn certificate_fate(fate: CertificateFate) -> &'static str {
    match fate {
        CertificateFate::Replaced => "another issuer",
        CertificateFate::Rekeyed => "new key",
        CertificateFate::Renewed => "renewed, same key",
        CertificateFate::Reissued => "new certificate",
        CertificateFate::Moved => "moved",
        CertificateFate::New => "new",
        CertificateFate::Gone => "gone",
        CertificateFate::NotSeen => "not seen",
    }
}

/// What was and what is there, a line each.
pub(super) fn certificate_lines(change: &CertificateChange<'_>) -> Vec<(&'static str, String)> {
    let mut lines = vec![("where", places(&change.places))];
    let from = (!change.from.is_empty()).then(|| ("from", places(&change.from)));
    lines.extend(from);
    lines.extend(change.old.map(|old| ("was", presented(&old))));
    lines.extend(change.new.map(|new| ("is", presented(&new))));
    lines
}

/// "CN=imp1 by CN=ACME CA, 2026-01-01 to 2027-01-01, RSA 2048, SHA-256 0011..."; dates as the report has them.
pub(super) fn presented(one: &Presented<'_>) -> String {
    let short: String = one.digest.chars().take(16).collect();
    let Some(entry) = one.entry else {
        return format!(
            "SHA-256 {}…, of which the report holds nothing",
            escape(&short)
        );
    };
    if entry.not_after.is_empty() {
        return format!("SHA-256 {}…, which cannot be decoded", escape(&short));
    }
    let day = |text: &str| text.split('T').next().map(|day| escape(day).into_owned());
    format!(
        "{} by {}, {} to {}, {}, SHA-256 {}…",
        escape(&entry.subject),
        escape(&entry.issuer),
        day(&entry.not_before).unwrap_or_default(),
        day(&entry.not_after).unwrap_or_default(),
        escape(&entry.key),
        escape(&short)
    )
}

/// "imp1 tomcat (8443), imp2 tomcat (8443)".
pub(super) fn places(places: &[Place<'_>]) -> String {
    let each = places
        .iter()
        .map(|one| place_of(Some(one.node), Some(one.service), Some(one.port)));
    each.collect::<Vec<_>>().join(", ")
}

/// "ends 2026-12-01, in 9 days".
pub(super) fn end(one: &Expiring<'_>) -> String {
    let (day, days) = (date(one.not_after), one.left.abs() / DAY);
    match (one.left < 0, days) {
        (true, 0) => format!("ended {day}, today or yesterday"),
        (true, _) => format!("ended {day}, {} ago", plural_days(days)),
        (false, 0) => format!("ends {day}, within a day"),
        (false, _) => format!("ends {day}, in {}", plural_days(days)),
    }
}

fn plural_days(days: i64) -> String {
    format!("{days} day{}", if days == 1 { "" } else { "s" })
}

/// "imp2 (im-presence, imp2.acme.test) is new".
pub(super) fn node(change: &NodeChange<'_>) -> String {
    let (node, what) = (change.node, appearance(change.appearance));
    format!(
        "{} ({}, {}) {what}",
        escape(&node.name),
        escape(&node.product),
        escape(&node.address)
    )
}

/// "imp1 sip (5061): examined, now closed: connection refused".
pub(super) fn service(change: &ServiceChange<'_>) -> String {
    let one = change.service;
    let place = place_of(Some(change.node), Some(&one.service), Some(one.port));
    let required = if one.required { "required, " } else { "" };
    let detail = one
        .detail
        .as_deref()
        .map(|text| format!(": {}", escape(text)));
    let detail = detail.unwrap_or_default();
    match change.was {
        Some(was) => format!(
            "{place} was {}, is {required}{}{detail}",
            escape(&was.status),
            escape(&one.status)
        ),
        None if change.appearance == Appearance::Gone => {
            format!("{place} {}", appearance(change.appearance))
        }
        None => format!(
            "{place} {}: {required}{}{detail}",
            appearance(change.appearance),
            escape(&one.status)
        ),
    }
}

fn appearance(appearance: Appearance) -> &'static str {
    match appearance {
        Appearance::Appeared => "is new in the deployment",
        Appearance::Gone => "is no longer in the deployment",
        Appearance::LeftOut => "was left out by --node",
        Appearance::LetIn => "had been left out by --node",
        Appearance::Changed => "has changed",
    }
}
