//! `certaudit diff`: what changed between two JSON reports.

use std::path::Path;

use super::Failure;
use super::inputs;
use super::outputs::{Draft, to_stdout};
use super::terminal::{file_page, page, remark};
use super::unwritten::Unwritten;
use crate::cli::{Diff, Manner};
use crate::diff::compare;
use crate::report::diff::{DiffFormat, diff_format_named};

/// Runs it.
pub(super) fn run(options: &Diff, manner: &Manner) -> Result<u8, Failure> {
    if options.old == Path::new("-") && options.new == Path::new("-") {
        return Err(Failure::System(
            "standard input holds one report: give a file for the other".to_owned(),
        ));
    }
    let each = options
        .write
        .iter()
        .map(|(name, path)| Ok((format(name)?, Draft::create(path)?)));
    let drafts = each.collect::<Result<Vec<_>, Failure>>()?;
    let (old, new) = (inputs::report(&options.old)?, inputs::report(&options.new)?);
    let diff = compare(&old, &new, &options.owners);
    let mut unwritten = Unwritten::default();
    for (format, draft) in drafts {
        unwritten.note(draft.finish(|sink| format.write(&diff, file_page(), sink)));
    }
    // The table and the markdown say it themselves; a program that reads the JSON may not show it to anybody.
    if options.format == "json" {
        diff.remarks.iter().for_each(|text| remark(manner, text));
    }
    let format = format(&options.format)?;
    unwritten.note(to_stdout(|sink| format.write(&diff, page(manner), sink)));
    unwritten.end()?;
    Ok(diff.exit_status(options.fail_on.severity()))
}

fn format(name: &str) -> Result<&'static dyn DiffFormat, Failure> {
    diff_format_named(name).ok_or_else(|| Failure::System(format!("there is no format {name}")))
}
