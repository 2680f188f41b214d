//! One fetch from its URL to its answer, along the redirects, within one deadline.

use std::time::Duration;

use tokio::time::Instant;

use super::address::Address;
use super::answer::ask;
use super::context::Context;
use super::failure::Failure;
use super::queue::{Standing, Wanted};
use crate::evidence::FetchStep;
use crate::probe::http::Answer;
use crate::probe::words;

/// Redirects that are followed; the issuing CA of a public chain needs one at most.
const MOST_REDIRECTS: usize = 3;
/// See Other (RFC 9110, section 15.4.4): to be asked for with GET.
const SEE_OTHER: u16 = 303;

/// A fetch under way.
pub(super) struct Trail<'r> {
    context: &'r Context,
    wanted: &'r Wanted,
    /// URLs that it was redirected to.
    pub(super) redirects: Vec<String>,
    /// Time that was spent, without waiting for a turn.
    pub(super) spent: Duration,
}

/// What one server is asked, and by when.
pub(super) struct Question<'r> {
    pub(super) address: &'r Address,
    pub(super) body: Option<&'r [u8]>,
    /// Bytes taken of the answer.
    pub(super) most: usize,
    pub(super) end: Instant,
    /// It has the whole deadline for itself: no redirect led here.
    pub(super) is_first: bool,
    pub(super) standing: Standing,
}

impl<'r> Trail<'r> {
    pub(super) fn new(context: &'r Context, wanted: &'r Wanted) -> Self {
        Self {
            context,
            wanted,
            redirects: Vec::new(),
            spent: Duration::ZERO,
        }
    }

    /// To the end: the first answer that is no redirect.
    pub(super) async fn follow(&mut self) -> Result<Answer, Failure> {
        let first = Address::parse(&self.wanted.request.url)?;
        let mut body = self.wanted.request.body.as_deref();
        let mut address = first.clone();
        loop {
            let answer = self.step(&address, body).await?;
            let Some(location) = &answer.location else {
                return Ok(answer);
            };
            address = self.next(&first, address.redirected(location)?)?;
            if answer.status == SEE_OTHER {
                body = None;
            }
        }
    }

    async fn step(&mut self, address: &Address, body: Option<&[u8]>) -> Result<Answer, Failure> {
        let (url, server, standing) = (address.as_str(), address.server(), self.wanted.standing);
        let _turn = self.context.turn(&server).await;
        self.context.hanging.admit(url, &server, standing)?;
        let is_first = self.redirects.is_empty();
        let begun = Instant::now();
        let question = Question {
            address,
            body,
            most: self.context.limits.size(self.wanted.request.purpose),
            end: begun + self.context.limits.timeout.saturating_sub(self.spent),
            is_first,
            standing,
        };
        let answer = ask(self.context, &question).await;
        self.spent += begun.elapsed();
        let is_late = matches!(&answer, Err(failure) if failure.step == FetchStep::Time);
        if is_first || !is_late {
            self.context.hanging.note(url, &server, is_late);
        }
        answer
    }

    /// Enters a redirect, unless it is one too many or leads to where it was before.
    fn next(&mut self, first: &Address, to: Address) -> Result<Address, Failure> {
        let seen = |url: &String| url == to.as_str();
        let reason = if first == &to || self.redirects.iter().any(seen) {
            format!(
                "redirected in a circle, back to {}",
                words::printable(to.as_str().as_bytes())
            )
        } else if self.redirects.len() == MOST_REDIRECTS {
            format!(
                "redirected more than {MOST_REDIRECTS} times, at last to {}",
                words::printable(to.as_str().as_bytes())
            )
        } else {
            self.redirects.push(to.as_str().to_owned());
            return Ok(to);
        };
        Err(Failure::new(FetchStep::Redirect, reason))
    }
}
