//! Is what came back from the CA what was asked for.

pub(super) mod key_differs;
pub(super) mod names_differ;
pub(super) mod usage_dropped;

use std::sync::Arc;

use crate::audit::fix::Remedy;
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::Verdict;
use crate::certificate::Certificate;

/// The CA signs again; the request is good.
const SIGN_AGAIN: Remedy = Remedy::Own {
    steps: &[
        "Send the same request to the CA again, as long as no newer one was generated on the node, and have it signed with \
         every name and usage that it asks for.",
        "Judge what comes back with `certaudit csr REQUEST --issued CERTIFICATE` before it is uploaded.",
    ],
    restart: &[],
    cautions: &[],
};

/// The certificates to compare with the request; not applicable when none was given.
fn issued<'a>(subject: &RequestSubject<'a>) -> Result<&'a [Arc<Certificate>], Verdict> {
    match &subject.view.issued {
        Some(issued) if !issued.is_empty() => Ok(issued),
        Some(_) => Err(Verdict::NotApplicable(
            "no certificate came back for this request, which issued-key-differs tells",
        )),
        None => Err(Verdict::NotApplicable(
            "no certificate was given with --issued",
        )),
    }
}
