//! What is no TOML.

use toml::de::Error;

use crate::deployment::Problem;
use crate::deployment::problem::Lines;

/// One problem a line: what the parser finds after the first error of a line mostly follows from it.
pub(super) fn problems(text: &str, errors: &[Error]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = errors.iter().map(problem).collect();
    problems.sort_by_key(|problem| problem.span.start);
    let lines = Lines::of(text);
    problems.dedup_by_key(|problem| lines.number(problem.span.start));
    problems
}

/// The parser's words: what is wrong, then what it expected.
pub(super) fn problem(error: &Error) -> Problem {
    let (message, expected) = match error.message().split_once(", expected ") {
        Some((message, expected)) => (message, Some(expected)),
        None => (error.message(), None),
    };
    let problem = Problem::at(error.span().unwrap_or_default(), message);
    match (message, expected) {
        ("string values must be quoted", _) => {
            problem.help("put the value in quotes: key = \"value\"")
        }
        ("missing escaped value" | "too few unicode value digits", _) => problem.help(
            "in double quotes a backslash begins an escape; single quotes take it as it is: 'pki\\root.pem'",
        ),
        (_, Some("nothing") | None) => problem,
        (_, Some(expected)) => problem.help(format!("expected {expected}")),
    }
}
