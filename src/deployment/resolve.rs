//! From the file as written to a deployment.
use super::schema::File;
use super::{Deployment, Problem};
pub(super) fn deployment(
    _text: &str,
    _base: &std::path::Path,
    _known_rules: &[&str],
    _file: File,
) -> Result<Deployment, Vec<Problem>> {
    Err(Vec::new())
}
