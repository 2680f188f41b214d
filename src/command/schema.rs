//! `certaudit schema`: the JSON Schema of a file format.

use super::Failure;
use super::outputs::to_stdout;
use crate::cli::{Schema, SchemaOf};
use crate::rules::RULES;
use crate::{deployment, evidence, report};

/// Runs it.
pub(super) fn run(options: &Schema) -> Result<u8, Failure> {
    let rules: Vec<(&str, &str)> = RULES.iter().map(|rule| (rule.id, rule.title)).collect();
    let schema = match options.of {
        SchemaOf::Cluster => deployment::json_schema(&rules),
        SchemaOf::Report => report::schema(),
        SchemaOf::Finding => report::finding_schema(),
        SchemaOf::Reports => report::schema_of_several(),
        SchemaOf::Evidence => evidence::schema(),
        SchemaOf::Plan => report::plan::schema(),
        SchemaOf::Diff => report::diff::schema(),
    };
    to_stdout(|sink| {
        serde_json::to_writer_pretty(&mut *sink, &schema)?;
        sink.write_all(b"\n")
    })?;
    Ok(0)
}
