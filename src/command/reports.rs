//! The reports of a run: to standard output and to files, of one deployment or of several.

use std::collections::VecDeque;
use std::io::{self, Write};

use super::Failure;
use super::fleet::{PLACEHOLDER, own_path};
use super::outputs::{Draft, Pen, to_stdout};
use super::terminal::{file_page, page};
use super::unwritten::Unwritten;
use crate::cli::{Judging, Manner};
use crate::report::{Answer, Format, Page, Report, format_named};

/// Where reports go; opened before any work is done.
pub(super) struct Reports {
    outputs: Vec<Output>,
    several: bool,
    answers: Vec<Answer>,
    unwritten: Unwritten,
}

struct Output {
    format: &'static dyn Format,
    page: Page,
    place: Place,
}

enum Place {
    Stdout,
    /// One file for all.
    Joint(Box<Pen>),
    /// A file each, in the order of the deployments.
    Each(VecDeque<Draft>),
    /// Nothing more is written: it is whole, or it could not be written.
    Done,
}

impl Reports {
    /// Whether any of them tells of what passed.
    pub(super) fn tell_of_passes(&self) -> bool {
        let mut outputs = self.outputs.iter();
        outputs.any(|output| output.format.tells_of_passes())
    }

    /// Opens every file for the deployments with these labels.
    pub(super) fn open(
        judging: &Judging,
        labels: &[&str],
        manner: &Manner,
    ) -> Result<Self, Failure> {
        let several = labels.len() > 1;
        let mut outputs = Vec::new();
        for (name, path) in &judging.write {
            let format = format(name)?;
            let own = path.to_string_lossy().contains(PLACEHOLDER) || !format.holds_several();
            let place = if own {
                let drafts = labels
                    .iter()
                    .map(|label| Draft::create(&own_path(path, label, several)?));
                Place::Each(drafts.collect::<Result<_, _>>()?)
            } else {
                Place::Joint(Box::new(Draft::create(path)?.start()?))
            };
            let page = file_page();
            outputs.push(Output {
                format,
                page,
                place,
            });
        }
        let format = format(&judging.format)?;
        if several && !format.holds_several() {
            return Err(Failure::System(format!(
                "one {name} holds one deployment: write a file each with -w {name}=reports/{PLACEHOLDER}.{name}, or \
                 choose another --format",
                name = format.name()
            )));
        }
        outputs.push(Output {
            format,
            page: page(manner),
            place: Place::Stdout,
        });
        Ok(Self {
            outputs,
            several,
            answers: Vec::new(),
            unwritten: Unwritten::default(),
        })
    }

    /// Writes the next deployment's report everywhere. What cannot be written is told at the end, so that it does not keep
    /// the others from being written.
    pub(super) fn add(&mut self, report: &Report<'_>) {
        let position = self.several.then_some(self.answers.len());
        self.answers.push(Answer::of(report));
        for output in &mut self.outputs {
            self.unwritten.note(output.add(report, position));
        }
    }

    /// Tells at the end what came of another output of the run.
    pub(super) fn note(&mut self, written: Result<(), Failure>) {
        self.unwritten.note(written);
    }

    /// Ends every file and puts it in its place, then tells what could not be written.
    pub(super) fn close(mut self) -> Result<(), Failure> {
        let answers = self.several.then_some(&*self.answers);
        for output in self.outputs {
            self.unwritten.note(output.close(answers));
        }
        self.unwritten.end()
    }
}

impl Output {
    /// Writes the next report; `position` is its place among several.
    fn add(&mut self, report: &Report<'_>, position: Option<usize>) -> Result<(), Failure> {
        let (format, page) = (self.format, self.page);
        let part = |sink: &mut dyn Write| -> io::Result<()> {
            match position {
                Some(position) => format.write_part(report, page, position, sink),
                None => format.write(report, page, sink),
            }
        };
        let whole = |draft: Draft| draft.finish(|sink| format.write(report, page, sink));
        let (written, place) = match std::mem::replace(&mut self.place, Place::Done) {
            Place::Stdout => (to_stdout(part), Place::Stdout),
            // What is whole is put in its place before somebody looks at standard output for long.
            Place::Joint(mut pen) if position.is_none() => {
                (pen.write(part).and_then(|()| pen.finish()), Place::Done)
            }
            Place::Joint(mut pen) => (pen.write(part), Place::Joint(pen)),
            Place::Each(mut drafts) => {
                let next = drafts.pop_front();
                (next.map_or(Ok(()), whole), Place::Each(drafts))
            }
            Place::Done => (Ok(()), Place::Done),
        };
        // Each deployment's own file may go to another disk; what all share is lost for all.
        if written.is_ok() || matches!(place, Place::Each(_)) {
            self.place = place;
        }
        written
    }

    /// Ends it; `answers` where several deployments were reported.
    fn close(self, answers: Option<&[Answer]>) -> Result<(), Failure> {
        let end = |sink: &mut dyn Write| -> io::Result<()> {
            answers.map_or(Ok(()), |answers| {
                self.format.close(answers, self.page, sink)
            })
        };
        match self.place {
            Place::Stdout => to_stdout(end),
            Place::Joint(mut pen) => pen.write(end).and_then(|()| pen.finish()),
            Place::Each(_) | Place::Done => Ok(()),
        }
    }
}

fn format(name: &str) -> Result<&'static dyn Format, Failure> {
    format_named(name).ok_or_else(|| Failure::System(format!("there is no format {name}")))
}
