//! JUnit's XML, which Jenkins, GitLab and most other CI servers show as tests: a suite per node, a case per rule and service.
//!
//! A case fails where a finding of it counts for `--fail-on`; with `--fail-on never` where an error was found, so that the
//! step may go on and the tests still tell. What is lighter stands in the output of a passed case. What is unknown or waived
//! is skipped, with the reason. What does not apply is left out unless everything is asked for: most rules do not apply to
//! most services.

mod case;

use std::collections::HashMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::{Answer, Format, Page, Report, moment_text};
use crate::audit::Judgement;
use crate::audit::estate::NodeView;
use crate::audit::rule::Severity;
use crate::text::escape;
use case::{Case, Ending};

/// The format.
pub(super) struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn tells_of_passes(&self) -> bool {
        true
    }

    fn purpose(&self) -> &'static str {
        "as tests, for CI (Jenkins, GitLab)"
    }

    fn write(&self, report: &Report<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        let filed = filed(report);
        let suites = suites(report, &filed, Naming::Node);
        let mut writer = Writer::new_with_indent(sink, b' ', 2);
        writer.write_event(declaration())?;
        let tests: usize = suites.iter().map(Suite::tests).sum();
        let failures = suites.iter().map(|suite| suite.count(Ending::Failed));
        let errors: usize = suites.iter().map(Suite::errors).sum();
        let counts = [
            ("tests", tests.to_string()),
            ("failures", failures.sum::<usize>().to_string()),
            ("errors", errors.to_string()),
        ];
        let name = format!("certaudit {}", escape(&report.estate.deployment.name));
        writer
            .create_element("testsuites")
            .with_attributes([("name", &*name), ("time", "0")])
            .with_attributes(counts.iter().map(|(key, value)| (*key, &**value)))
            .write_inner_content(|writer| {
                let mut suites = suites.iter();
                suites.try_for_each(|suite| suite.write(writer, report))
            })?;
        writer.get_mut().write_all(b"\n")
    }

    fn holds_several(&self) -> bool {
        true
    }

    /// The suites of all deployments stand side by side. What they come to is not known before the last of them, and is not
    /// asked for.
    fn write_part(
        &self,
        report: &Report<'_>,
        _: Page,
        position: usize,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        let filed = filed(report);
        if position == 0 {
            let mut writer = Writer::new(&mut *sink);
            writer.write_event(declaration())?;
            let all = BytesStart::new("testsuites").with_attributes([("name", "certaudit")]);
            writer.get_mut().write_all(b"\n")?;
            writer.write_event(Event::Start(all))?;
        }
        let mut writer = Writer::new_with_indent(sink, b' ', 2);
        for suite in suites(report, &filed, Naming::DeploymentAndNode) {
            writer.get_mut().write_all(b"\n")?;
            suite.write(&mut writer, report)?;
        }
        Ok(())
    }

    fn close(&self, _: &[Answer], _: Page, sink: &mut dyn Write) -> io::Result<()> {
        sink.write_all(b"\n</testsuites>\n")
    }
}

fn declaration() -> Event<'static> {
    Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))
}

/// In the order of the file: the node (0 for the deployment), the port and the service, the rule.
type Place<'a> = (usize, Option<u16>, Option<&'a str>, usize);

/// Judgements of the listed teams with their places, in the order of the places.
fn filed<'a>(report: &Report<'a>) -> Vec<(Place<'a>, &'a Judgement)> {
    let nodes = report.estate.nodes.iter().zip(1..);
    let nodes: HashMap<&str, usize> = nodes.map(|(view, at)| (&*view.node.name, at)).collect();
    let rules = report.audit.rules.iter().enumerate();
    let rules: HashMap<&str, usize> = rules.map(|(at, rule)| (rule.id, at)).collect();
    let place = |one: &'a Judgement| {
        let node = one.place.node.as_deref().and_then(|name| nodes.get(name));
        let rule = rules.get(one.rule.id).copied().unwrap_or_default();
        let service = one.place.service.as_deref();
        (
            node.copied().unwrap_or_default(),
            one.place.port,
            service,
            rule,
        )
    };
    let judgements: &'a [Judgement] = &report.audit.judgements;
    let own = judgements.iter().filter(|one| report.is_of_owner(one));
    let mut filed: Vec<_> = own.map(|one| (place(one), one)).collect();
    filed.sort_by_key(|(place, _)| *place);
    filed
}

/// What a suite is called.
#[derive(Debug, Clone, Copy)]
enum Naming {
    /// By its node.
    Node,
    /// By both: nodes of several deployments may be called alike.
    DeploymentAndNode,
}

/// The cases of a node, or of the deployment as a whole.
struct Suite<'a> {
    /// The node; `None` for the deployment.
    view: Option<&'a NodeView<'a>>,
    cases: Vec<Case<'a>>,
    naming: Naming,
    /// The run was interrupted, which the deployment's suite says.
    interrupted: bool,
}

/// The deployment's suite, then that of each node of which anything was judged.
fn suites<'a>(
    report: &Report<'a>,
    filed: &'a [(Place<'a>, &'a Judgement)],
    naming: Naming,
) -> Vec<Suite<'a>> {
    let least = report.fail_on.unwrap_or(Severity::Error);
    let mut suites = vec![Suite {
        view: None,
        cases: Vec::new(),
        naming,
        interrupted: !report.estate.complete,
    }];
    for own in filed.chunk_by(|(one, _), (other, _)| one.0 == other.0) {
        let at = own.first().map_or(0, |(place, _)| place.0);
        let cases = own.chunk_by(|(one, _), (other, _)| one == other);
        let cases = cases.map(|same| Case::of(same, least));
        let told = |case: &Case<'_>| report.all || case.ending != Ending::NotApplicable;
        let cases: Vec<Case<'_>> = cases.filter(told).collect();
        match at.checked_sub(1).and_then(|at| report.estate.nodes.get(at)) {
            None => suites.iter_mut().take(1).for_each(|suite| {
                suite.cases.extend(cases.iter().copied());
            }),
            Some(_) if cases.is_empty() => {}
            view => suites.push(Suite {
                view,
                cases,
                naming,
                interrupted: false,
            }),
        }
    }
    suites
}

impl Suite<'_> {
    fn count(&self, ending: Ending) -> usize {
        self.cases
            .iter()
            .filter(|case| case.ending == ending)
            .count()
    }

    fn errors(&self) -> usize {
        usize::from(self.interrupted)
    }

    fn tests(&self) -> usize {
        self.cases.len() + self.errors()
    }

    fn skipped(&self) -> usize {
        let skipped = self.cases.iter().filter(|case| case.ending.is_skipped());
        skipped.count()
    }

    /// In front of the last dot of a class name is what Jenkins takes for its package.
    fn name(&self, report: &Report<'_>) -> String {
        let deployment = escape(&report.estate.deployment.name);
        match (self.view.map(|view| escape(&view.node.name)), self.naming) {
            (Some(node), Naming::Node) => node.into_owned(),
            (Some(node), Naming::DeploymentAndNode) => format!("{deployment}.{node}"),
            (None, _) => deployment.into_owned(),
        }
    }

    fn write<W: Write>(&self, writer: &mut Writer<W>, report: &Report<'_>) -> io::Result<()> {
        let name = self.name(report);
        let attributes = [
            ("name", name.clone()),
            ("tests", self.tests().to_string()),
            ("failures", self.count(Ending::Failed).to_string()),
            ("errors", self.errors().to_string()),
            ("skipped", self.skipped().to_string()),
            ("time", "0".to_owned()),
            ("timestamp", moment_text(report.audit.at)),
        ];
        writer
            .create_element("testsuite")
            .with_attributes(attributes.iter().map(|(key, value)| (*key, &**value)))
            .write_inner_content(|writer| {
                self.write_properties(writer, report)?;
                if self.interrupted {
                    case::write_interrupted(writer, &name)?;
                }
                let mut cases = self.cases.iter();
                cases.try_for_each(|case| case.write(writer, &name))
            })?;
        Ok(())
    }

    fn write_properties<W: Write>(
        &self,
        writer: &mut Writer<W>,
        report: &Report<'_>,
    ) -> io::Result<()> {
        let properties = match self.view {
            Some(view) => vec![
                ("product", view.node.product.to_string()),
                ("address", escape(&view.node.address).into_owned()),
            ],
            None => vec![
                ("certaudit", env!("CARGO_PKG_VERSION").to_owned()),
                ("verdict", report.summary.readiness.name().to_owned()),
                ("complete", report.estate.complete.to_string()),
            ],
        };
        writer
            .create_element("properties")
            .write_inner_content(|writer| {
                properties.iter().try_for_each(|(name, value)| {
                    let property = writer.create_element("property");
                    let property = property.with_attributes([("name", *name), ("value", value)]);
                    property.write_empty().map(drop)
                })
            })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
