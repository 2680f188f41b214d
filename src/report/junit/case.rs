//! A rule at a place as a test case.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::Place;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status};
use crate::report::story::{headline, seen, story, waived};

/// Everything that one rule said at one place.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    /// At least one.
    same: &'a [(Place<'a>, &'a Judgement)],
    /// The least severity that fails.
    least: Severity,
    /// How the case ends: as the worst of what was said.
    pub(super) ending: Ending,
}

/// How a case ends. What is worse is greater; that something could not be judged is never made good by what could.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    /// The rule has nothing to say here.
    NotApplicable,
    /// Nothing wrong.
    Passed,
    /// A finding that is too light to fail.
    Noted,
    /// A waiver accepts it.
    Waived,
    /// It could not be judged.
    Unknown,
    /// A finding that fails.
    Failed,
}

impl Ending {
    fn of(one: &Judgement, least: Severity) -> Self {
        match one.status {
            Status::Fail | Status::Unknown if one.waived.is_some() => Self::Waived,
            Status::Fail if one.severity >= least => Self::Failed,
            Status::Fail => Self::Noted,
            Status::Unknown => Self::Unknown,
            Status::NotApplicable => Self::NotApplicable,
            Status::Pass => Self::Passed,
        }
    }

    /// Skipped, in JUnit's words.
    pub(super) fn is_skipped(self) -> bool {
        matches!(self, Self::NotApplicable | Self::Waived | Self::Unknown)
    }
}

impl<'a> Case<'a> {
    /// Of everything that one rule said at one place.
    pub(super) fn of(same: &'a [(Place<'a>, &'a Judgement)], least: Severity) -> Self {
        let endings = same.iter().map(|(_, one)| Ending::of(one, least));
        Self {
            same,
            least,
            ending: endings.max().unwrap_or(Ending::Passed),
        }
    }

    /// Writes it. Jenkins takes what is before the last dot of the class name for a package: that is the suite's name.
    pub(super) fn write<W: Write>(&self, writer: &mut Writer<W>, suite: &str) -> io::Result<()> {
        let Some(worst) = self.worst() else {
            return Ok(());
        };
        let class = format!("{suite}.{}", class(worst));
        let case = writer.create_element("testcase").with_attributes([
            ("classname", &*class),
            ("name", worst.rule.id),
            ("time", "0"),
        ]);
        if self.ending == Ending::Passed {
            return case.write_empty().map(drop);
        }
        case.write_inner_content(|writer| self.write_ending(writer, worst))
            .map(drop)
    }

    /// The first of those that end as the case does; they come in the order in which they hurt.
    fn worst(&self) -> Option<&'a Judgement> {
        let mut all = self.same.iter().map(|(_, one)| *one);
        all.find(|one| Ending::of(one, self.least) == self.ending)
    }

    fn write_ending<W: Write>(&self, writer: &mut Writer<W>, worst: &Judgement) -> io::Result<()> {
        let stories = self.stories();
        let text = BytesText::new(&stories);
        match self.ending {
            Ending::Failed => writer
                .create_element("failure")
                .with_attributes([
                    ("type", worst.severity.name()),
                    ("message", &self.message(worst)),
                ])
                .write_text_content(text)?,
            Ending::Noted => writer
                .create_element("system-out")
                .write_text_content(text)?,
            _ => writer
                .create_element("skipped")
                .with_attribute(("message", &*reason(worst)))
                .write_text_content(text)?,
        };
        Ok(())
    }

    /// One line: the worst, and how many more there are.
    fn message(&self, worst: &Judgement) -> String {
        let failed = |one: &Judgement| Ending::of(one, self.least) == Ending::Failed;
        match self.same.iter().filter(|(_, one)| failed(one)).count() {
            0 | 1 => headline(worst),
            count => format!("{} (and {} more)", headline(worst), count - 1),
        }
    }

    /// Every finding of the case, told whole; what merely does not apply has said so in its message.
    fn stories(&self) -> String {
        let findings = self.same.iter().filter(|(_, one)| one.is_finding());
        let stories: Vec<String> = findings.map(|(_, one)| story(one)).collect();
        stories.join("\n\n")
    }
}

/// Why a case is skipped.
fn reason(worst: &Judgement) -> String {
    match (waived(worst), worst.status) {
        (Some(why), _) => format!("waived: {why}"),
        (None, Status::NotApplicable) => format!("not applicable: {}", seen(&worst.message)),
        (None, _) => format!("unknown: {}", seen(&worst.message)),
    }
}

/// "xmpp-client (5222)", "node", "deployment".
fn class(one: &Judgement) -> String {
    match (&one.place.service, one.place.port, &one.place.node) {
        (Some(service), Some(port), _) => format!("{service} ({port})"),
        (_, _, Some(_)) => "node".to_owned(),
        _ => "deployment".to_owned(),
    }
}

/// Says that what is not there was not looked at.
pub(super) fn write_interrupted<W: Write>(writer: &mut Writer<W>, suite: &str) -> io::Result<()> {
    let class = format!("{suite}.deployment");
    writer
        .create_element("testcase")
        .with_attributes([("classname", &*class), ("name", "complete"), ("time", "0")])
        .write_inner_content(|writer| {
            writer
                .create_element("error")
                .with_attributes([
                    ("type", "incomplete"),
                    (
                        "message",
                        "The scan was interrupted: what is not listed, or listed as not probed, was not looked at.",
                    ),
                ])
                .write_empty()
                .map(drop)
        })
        .map(drop)
}
