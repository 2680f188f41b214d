//! A metric with its series, in Prometheus' text format (version 0.0.4).

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::report::Report;
use crate::text::escape;

/// A gauge: every metric here is one.
pub(super) struct Family {
    name: &'static str,
    help: &'static str,
    /// A label of every series, so that the files of several deployments may lie side by side.
    deployment: String,
    /// By their labels as written: each once, always in the same order.
    series: BTreeMap<String, i64>,
}

impl Family {
    /// Without series yet.
    pub(super) fn new(report: &Report<'_>, name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            deployment: label("deployment", &report.estate.deployment.name),
            series: BTreeMap::new(),
        }
    }

    /// Sets a series.
    pub(super) fn set(&mut self, labels: &[(&str, &str)], value: i64) {
        let key = self.key(labels);
        self.series.insert(key, value);
    }

    /// Sets a series to the least of all values that it is given.
    pub(super) fn set_least(&mut self, labels: &[(&str, &str)], value: i64) {
        let key = self.key(labels);
        let known = self.series.entry(key).or_insert(value);
        *known = (*known).min(value);
    }

    /// Counts one more.
    pub(super) fn count(&mut self, labels: &[(&str, &str)]) {
        let key = self.key(labels);
        *self.series.entry(key).or_default() += 1;
    }

    /// A series for each state: 1 for the present one, 0 for the others.
    pub(super) fn state(
        &mut self,
        labels: &[(&str, &str)],
        label: &str,
        states: &[&str],
        now: &str,
    ) {
        for state in states {
            let labels = [labels, &[(label, *state)]].concat();
            self.set(&labels, i64::from(*state == now));
        }
    }

    /// Writes it; nothing when there are no series.
    pub(super) fn write(&self, sink: &mut dyn Write) -> io::Result<()> {
        if self.series.is_empty() {
            return Ok(());
        }
        let Self { name, help, .. } = self;
        writeln!(sink, "# HELP {name} {help}\n# TYPE {name} gauge")?;
        for (labels, value) in &self.series {
            writeln!(sink, "{name}{{{labels}}} {value}")?;
        }
        Ok(())
    }

    fn key(&self, labels: &[(&str, &str)]) -> String {
        let own = labels.iter().map(|(name, value)| label(name, value));
        let all = std::iter::once(self.deployment.clone()).chain(own);
        all.collect::<Vec<_>>().join(",")
    }
}

/// `name="value"`, the value fit to show and escaped as the text format wants it.
fn label(name: &str, value: &str) -> String {
    let value = escape(value).replace('\\', "\\\\").replace('"', "\\\"");
    format!("{name}=\"{value}\"")
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn label_values_end_where_they_should() {
        assert_eq!(label("node", "imp1"), "node=\"imp1\"");
        assert_eq!(label("node", "a\"} 1"), "node=\"a\\\"} 1\"");
        assert_eq!(label("node", "a\\"), "node=\"a\\\\\"");
        assert_eq!(label("node", "a\nb 1"), "node=\"a\\\\u{a}b 1\"");
    }
}
