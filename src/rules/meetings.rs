//! Will Webex Meetings Server accept its certificate.

pub(super) mod wildcard_not_in_cn;
