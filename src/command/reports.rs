//! The reports of a run: to standard output and to files, of one deployment or of several.

use std::collections::VecDeque;
use std::io::{self, Write};

use super::Failure;
use super::fleet::{PLACEHOLDER, own_path};
use super::outputs::{Draft, Pen, to_stdout};
use super::terminal::{file_page, page};
use crate::cli::{Judging, Manner};
use crate::report::{Answer, Format, Page, Report, format_named};

/// Where reports go; opened before any work is done.
pub(super) struct Reports {
    outputs: Vec<Output>,
    several: bool,
    answers: Vec<Answer>,
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
        })
    }

    /// Writes the next deployment's report everywhere.
    pub(super) fn add(&mut self, report: &Report<'_>) -> Result<(), Failure> {
        let position = self.answers.len();
        self.answers.push(Answer::of(report));
        for output in &mut self.outputs {
            let (format, page) = (output.format, output.page);
            let part = |sink: &mut dyn Write| -> io::Result<()> {
                if self.several {
                    format.write_part(report, page, position, sink)
                } else {
                    format.write(report, page, sink)
                }
            };
            match &mut output.place {
                Place::Stdout => to_stdout(part)?,
                Place::Joint(pen) => pen.write(part)?,
                Place::Each(drafts) => {
                    if let Some(draft) = drafts.pop_front() {
                        draft.finish(|sink| format.write(report, page, sink))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Ends every file and puts it in its place.
    pub(super) fn close(self) -> Result<(), Failure> {
        let answers = &self.answers;
        for output in self.outputs {
            let (format, page) = (output.format, output.page);
            let end = |sink: &mut dyn Write| -> io::Result<()> {
                if self.several {
                    format.close(answers, page, sink)
                } else {
                    Ok(())
                }
            };
            match output.place {
                Place::Stdout => to_stdout(end)?,
                Place::Joint(mut pen) => {
                    pen.write(end)?;
                    pen.finish()?;
                }
                Place::Each(_) => {}
            }
        }
        Ok(())
    }
}

fn format(name: &str) -> Result<&'static dyn Format, Failure> {
    format_named(name).ok_or_else(|| Failure::System(format!("there is no format {name}")))
}
