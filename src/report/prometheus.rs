//! Metrics for node_exporter's textfile collector, by the conventions of Prometheus: base units, a value of 1 for what is
//! only information, a series of 0 or 1 for each state, no moments on samples. Labels are names of the deployment file and
//! words of this program, nothing that a server sent: the number of series is that of the deployment.
//!
//! What was not examined has no expiry; `certaudit_service_examined` says that, and no node of such is "ready".

mod certificates;
mod family;
mod findings;
mod verdicts;

use std::io::{self, Write};

use super::{Format, Page, Report};
use family::Family;

/// The format.
pub(super) struct Prometheus;

impl Format for Prometheus {
    fn name(&self) -> &'static str {
        "prometheus"
    }

    fn purpose(&self) -> &'static str {
        "metrics for node_exporter's textfile collector"
    }

    fn write(&self, report: &Report<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        let families = run(report)
            .into_iter()
            .chain(verdicts::families(report))
            .chain(certificates::families(report))
            .chain(findings::families(report));
        for family in families {
            family.write(sink)?;
        }
        Ok(())
    }
}

/// What was judged, when, and whether all of it was looked at.
fn run(report: &Report<'_>) -> [Family; 3] {
    let mut info = Family::new(
        report,
        "certaudit_audit_info",
        "The audit: version of certaudit.",
    );
    info.set(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    let mut moment = Family::new(
        report,
        "certaudit_audit_timestamp_seconds",
        "Moment as of which was judged, in seconds since 1970-01-01T00:00:00Z.",
    );
    moment.set(&[], report.audit.at);
    let mut complete = Family::new(
        report,
        "certaudit_scan_complete",
        "1 when the scan ran to its end, 0 when it was interrupted.",
    );
    complete.set(&[], i64::from(report.estate.complete));
    [info, moment, complete]
}
