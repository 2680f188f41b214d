//! A fault in the deployment file, and drawing it over the file.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::text::{escape, escape_except};

/// Problems that are drawn; whoever has more has another problem, and each takes a walk through the file.
const MOST_DRAWN: usize = 100;

/// A fault in the deployment file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong; text of the file in it is escaped.
    pub message: String,
    /// The bytes that are wrong.
    pub span: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places of the file that belong to it, each with a word on why.
    pub context: Vec<(Range<usize>, String)>,
}

impl Problem {
    /// A fault at these bytes.
    pub(super) fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            help: None,
            context: Vec::new(),
        }
    }

    /// Says what to write instead.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Points at another place too.
    pub(super) fn with_context(mut self, span: Range<usize>, why: impl Into<String>) -> Self {
        self.context.push((span, why.into()));
        self
    }
}

/// Draws problems over the file, in its order, and counts them. `path` is the file's name as the user gave it.
pub fn draw(path: &str, text: &str, problems: &[Problem], color: bool) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let path = escape(path);
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut in_order: Vec<&Problem> = problems.iter().collect();
    in_order.sort_by_key(|problem| (problem.span.start, problem.span.end));
    let mut drawn = String::new();
    for problem in in_order.iter().take(MOST_DRAWN) {
        drawn.push_str(&draw_one(&path, text, problem, &renderer));
        drawn.push_str("\n\n");
    }
    let noun = if problems.len() == 1 {
        "problem"
    } else {
        "problems"
    };
    let others = match problems.len().saturating_sub(MOST_DRAWN) {
        0 => "",
        _ => &format!("; the first {MOST_DRAWN} are shown"),
    };
    // Writing into a `String` cannot fail.
    let _ = writeln!(drawn, "{} {noun} in {path}{others}", problems.len());
    drawn
}

fn draw_one(path: &str, text: &str, problem: &Problem, renderer: &Renderer) -> String {
    let excerpt = Excerpt::around(text, problem);
    let contexts = problem.context.iter().map(|(span, why)| {
        excerpt
            .annotation(AnnotationKind::Context, span)
            .label(escape(why))
    });
    let snippet = Snippet::source(excerpt.shown())
        .line_start(excerpt.first_line)
        .path(path)
        .annotation(excerpt.annotation(AnnotationKind::Primary, &problem.span))
        .annotations(contexts);
    let mut group: Group<'_> = Level::ERROR
        .primary_title(escape(&problem.message))
        .element(snippet);
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(escape(help)));
    }
    renderer.render(&[group])
}

/// The lines of the file that a problem is drawn over.
struct Excerpt<'a> {
    lines: &'a str,
    start: usize,
    first_line: usize,
}

impl<'a> Excerpt<'a> {
    fn around(text: &'a str, problem: &Problem) -> Self {
        let spans = || std::iter::once(&problem.span).chain(problem.context.iter().map(|c| &c.0));
        let first = spans().map(|span| span.start).min().unwrap_or_default();
        let last = spans().map(|span| span.start).max().unwrap_or_default();
        let start = line_start(text, first);
        let end = line_end(text, last);
        Self {
            lines: text.get(start..end).unwrap_or_default(),
            start,
            first_line: line_number(text, start),
        }
    }

    fn shown(&self) -> String {
        shown(self.lines)
    }

    /// Underlines the part of a span that is on its first line.
    fn annotation<'b>(&self, kind: AnnotationKind, span: &Range<usize>) -> Annotation<'b> {
        let place = |offset: usize| boundary(self.lines, offset.saturating_sub(self.start));
        let end_of_line = line_end(self.lines, place(span.start));
        let start = place(span.start).min(end_of_line);
        let end = place(span.end).clamp(start, end_of_line);
        let length = |end: usize| shown(self.lines.get(..end).unwrap_or_default()).len();
        kind.span(length(start)..length(end))
    }
}

/// The line, from 1, that a byte is on.
fn line_number(text: &str, offset: usize) -> usize {
    1 + text
        .get(..boundary(text, offset))
        .unwrap_or_default()
        .matches('\n')
        .count()
}

/// Where the lines of a text end, for asking often.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(end, _)| end).collect())
    }

    /// The line, from 1, that a byte is on.
    pub(super) fn number(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|end| *end < offset)
    }
}

/// Lines as they are drawn: tabs stay, line ends are plain, other control characters are spelled out.
fn shown(lines: &str) -> String {
    escape_except(&lines.replace("\r\n", "\n"), |character| {
        matches!(character, '\t' | '\n')
    })
}

/// The nearest character boundary at or before an offset.
fn boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset)
        .rev()
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or_default()
}

fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..boundary(text, offset)).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line of `offset` ends, before its `\n` or `\r\n`.
fn line_end(text: &str, offset: usize) -> usize {
    let start = line_start(text, offset);
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let ends_in_crlf = line.len() < rest.len() && line.ends_with('\r');
    start + line.len() - usize::from(ends_in_crlf)
}

#[cfg(test)]
mod tests {
    use super::{Problem, draw};

    fn drawn(text: &str, span: std::ops::Range<usize>) -> String {
        draw("cluster.toml", text, &[Problem::at(span, "wrong")], false)
    }

    #[test]
    fn of_very_many_problems_the_first_are_drawn() {
        let text = "a\n".repeat(1000);
        let problems: Vec<Problem> = (0..1000)
            .map(|n| Problem::at(n * 2..n * 2 + 1, "wrong"))
            .collect();
        let drawn = draw("cluster.toml", &text, &problems, false);
        assert_eq!(drawn.matches("error: wrong").count(), 100);
        assert!(drawn.ends_with("1000 problems in cluster.toml; the first 100 are shown\n"));
    }

    #[test]
    fn lines_words_and_help_are_drawn_in_file_order() {
        let text = "name = \"A\"\r\n\tdomain = \"Ü\"\r\n";
        let problems = [
            Problem::at(22..26, "second").help("write `a`"),
            Problem::at(0..4, "first"),
        ];
        assert_eq!(
            draw("cluster.toml", text, &problems, false),
            "\
error: first
 --> cluster.toml:1:1
  |
1 | name = \"A\"
  | ^^^^

error: second
 --> cluster.toml:2:11
  |
2 |     domain = \"Ü\"
  |              ^^^
  |
  = help: write `a`

2 problems in cluster.toml
"
        );
    }

    #[test]
    fn a_second_place_is_drawn_too() {
        let problem = Problem::at(10..11, "twice").with_context(0..1, "first here");
        let drawn = draw("c", "a = 1\nb=2\na = 3\n", &[problem], false);
        assert!(drawn.contains("1 | a = 1"), "{drawn}");
        assert!(drawn.contains("- first here"), "{drawn}");
        assert!(drawn.contains("3 | a = 3\n  | ^"), "{drawn}");
    }

    #[test]
    fn hidden_characters_are_spelled_out() {
        let text = "name = \"\u{202e}\u{1b}[2J\" x";
        let place = text.find('x').unwrap_or_default();
        let drawn = drawn(text, place..place + 1);
        assert!(
            drawn.contains("1 | name = \"\\u{202e}\\u{1b}[2J\" x\n"),
            "{drawn}"
        );
        assert!(
            drawn.contains("\n  |                            ^\n"),
            "{drawn}"
        );
        assert!(!drawn.contains('\u{1b}'));
    }

    #[test]
    fn empty_files_and_ends_of_files_can_be_drawn() {
        assert!(drawn("", 0..0).contains("--> cluster.toml:1:1"));
        assert!(drawn("a\n", 2..2).contains("--> cluster.toml:2:1"));
        assert!(drawn("a", 1..1).contains("--> cluster.toml:1:2"));
        assert!(drawn("a\r\n", 0..400).contains("1 | a\n"));
        assert!(drawn("ü", 1..2).contains("1 | ü"));
        assert!(drawn("a", 700..800).contains("1 | a"));
        assert_eq!(draw("c", "a", &[], false), "");
    }

    #[test]
    fn nothing_makes_drawing_panic() {
        let pieces = [
            "a",
            "\n",
            "\r\n",
            "\t",
            "東",
            "\u{202e}",
            "\u{1b}",
            "\r",
            " ",
            "é\u{301}",
        ];
        let mut seed = 7_usize;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..2000 {
            let text: String = (0..next(300)).map(|_| pieces[next(pieces.len())]).collect();
            let start = next(text.len() + 3);
            let span = start..start + next(40);
            let other = next(text.len() + 1);
            let problem = Problem::at(span, "x").with_context(other..other + next(9), "y");
            assert!(!draw("c", &text, &[problem], next(2) == 0).is_empty());
        }
    }
}
