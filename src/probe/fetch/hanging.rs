//! Servers that let questions run out of time: so that they are not waited for again and again.
//!
//! Where no connection comes about, that holds for every URL of the server, and is told of each. Where a connection comes about and
//! no answer, that is the matter of one URL, and others of the server may be fine: they are asked, the first few of each chain in
//! any case, and what is then not asked is said to be so.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::failure::Failure;
use super::queue::Standing;

/// Questions in a row that have to run out of time. As many are sent to a server at once.
const ENOUGH: usize = 2;

/// What ran out of time.
#[derive(Default)]
pub(super) struct Hanging {
    /// Questions in a row without an answer: by URL, and by server.
    unanswered: Mutex<HashMap<String, usize>>,
    /// Attempts to connect, by server, and how the last one failed.
    unconnected: Mutex<HashMap<String, (usize, Failure)>>,
}

impl Hanging {
    /// Why a URL is not asked; nothing when it is.
    pub(super) fn admit(&self, url: &str, server: &str, standing: Standing) -> Result<(), Failure> {
        if self.unconnected(server).is_some() {
            return Ok(()); // Connecting fails at once.
        }
        let unanswered = self.unanswered.lock();
        let unanswered = unanswered.unwrap_or_else(PoisonError::into_inner);
        let hangs = |place: &str| unanswered.get(place).is_some_and(|count| *count >= ENOUGH);
        if hangs(url) {
            let reason = "other questions to this URL ran out of time";
            return Err(Failure::unasked(reason));
        }
        if standing.before_at_server >= ENOUGH && hangs(server) {
            let reason = "questions to other URLs of this server ran out of time";
            return Err(Failure::unasked(reason));
        }
        Ok(())
    }

    /// A question that had the whole deadline for itself was answered or ran out of time.
    pub(super) fn note(&self, url: &str, server: &str, is_late: bool) {
        let unanswered = self.unanswered.lock();
        let mut unanswered = unanswered.unwrap_or_else(PoisonError::into_inner);
        for place in [url, server] {
            if is_late {
                *unanswered.entry(place.to_owned()).or_default() += 1;
            } else {
                unanswered.remove(place);
            }
        }
    }

    /// How connecting to a server fails; nothing where it may succeed.
    pub(super) fn unconnected(&self, server: &str) -> Option<Failure> {
        let unconnected = self.unconnected.lock();
        let unconnected = unconnected.unwrap_or_else(PoisonError::into_inner);
        let (count, failure) = unconnected.get(server)?;
        (*count >= ENOUGH).then(|| failure.clone())
    }

    /// An attempt that had the whole deadline for itself failed so, or succeeded.
    pub(super) fn note_connection(&self, server: &str, failure: Option<&Failure>) {
        let unconnected = self.unconnected.lock();
        let mut unconnected = unconnected.unwrap_or_else(PoisonError::into_inner);
        match failure {
            Some(failure) => {
                let new = || (0, failure.clone());
                let (count, last) = unconnected.entry(server.to_owned()).or_insert_with(new);
                (*count, *last) = (*count + 1, failure.clone());
            }
            None => {
                unconnected.remove(server);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Standing = Standing {
        before: 0,
        before_at_server: 0,
    };
    const THIRD: Standing = Standing {
        before: 2,
        before_at_server: 2,
    };

    #[test]
    fn the_first_urls_of_a_chain_are_asked_whatever_others_of_the_server_do() {
        let hanging = Hanging::default();
        hanging.note("http://a/1", "a", true);
        assert_eq!(hanging.admit("http://a/1", "a", THIRD), Ok(()));
        hanging.note("http://a/2", "a", true);
        assert_eq!(hanging.admit("http://a/3", "a", FIRST), Ok(()));
        assert_eq!(hanging.admit("http://b/3", "b", THIRD), Ok(()));
        let refused = hanging.admit("http://a/3", "a", THIRD);
        assert!(refused.is_err_and(|failure| failure.reason.contains("other URLs of this server")));
        hanging.note("http://a/4", "a", false);
        assert_eq!(hanging.admit("http://a/3", "a", THIRD), Ok(()));
    }

    #[test]
    fn a_url_that_answers_no_body_is_left() {
        let hanging = Hanging::default();
        hanging.note("http://a/ocsp", "a", true);
        hanging.note("http://a/ocsp", "a", true);
        assert!(hanging.admit("http://a/ocsp", "a", FIRST).is_err());
        hanging.note("http://a/ocsp", "a", false);
        assert!(hanging.admit("http://a/ocsp", "a", FIRST).is_ok());
    }

    #[test]
    fn two_attempts_to_connect_speak_for_all() {
        let hanging = Hanging::default();
        let failure = Failure::own();
        hanging.note_connection("a:80", Some(&failure));
        assert_eq!(hanging.unconnected("a:80"), None);
        hanging.note_connection("a:80", Some(&failure));
        assert_eq!(hanging.unconnected("a:80"), Some(failure));
        assert_eq!(hanging.unconnected("a:81"), None);
        hanging.note_connection("a:80", None);
        assert_eq!(hanging.unconnected("a:80"), None);
    }
}
