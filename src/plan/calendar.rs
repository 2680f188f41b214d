//! When each certificate must be renewed, grouped into change windows; and how often a year, under each limit.

use super::authority::{AuthorityKind, seconds};
use super::{Authority, Line, Standing};
use crate::catalog::CertificateName;
use crate::catalog::public_authority::{DAY, LIFE_LIMITS, PRIVATE_LIFE};
use crate::certificate::warning_window;

/// Renewals that fall due within so many days of each other are done together.
const TOGETHER: i64 = 14 * DAY;
/// CallManager and TVS must not be renewed together: phones need time to fetch the new trust list (document 214231; the
/// week is ours).
const APART: i64 = 7 * DAY;
/// Days of a year.
const YEAR: i64 = 365;

/// When a certificate must be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// When it ends (unix seconds).
    pub not_after: i64,
    /// When it should be renewed at the latest (unix seconds).
    pub due: i64,
    /// It is not there yet: issued at the plan's moment, with the life that its kind of CA allows.
    pub assumed: bool,
}

/// A change window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Midnight UTC of its day (unix seconds).
    pub day: i64,
    /// Ids of the lines to renew.
    pub lines: Vec<String>,
    /// Where these lines stand in the plan, ascending.
    pub(super) places: Vec<usize>,
}

/// Renewals under a limit for public certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burden {
    /// The first moment of issue under it (unix seconds).
    pub from: i64,
    /// Days of validity.
    pub days: u32,
    /// Renewals of one public certificate in a year, at most.
    pub each: i64,
    /// Renewals in a year: public lines at this rate, private ones at theirs.
    pub planned: i64,
    /// Renewals in a year if every line came from a public CA.
    pub all_public: i64,
}

/// When what must be renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Change windows, the first first.
    pub windows: Vec<Window>,
    /// What the limits mean, the present one first.
    pub burdens: Vec<Burden>,
}

impl Renewal {
    pub(super) fn of(standing: &Standing, authority: &Authority, at: i64) -> Self {
        let life = seconds(authority.life_days);
        let (not_after, lifetime, assumed) = match standing {
            Standing::InPlace {
                not_after,
                lifetime,
                ..
            } => (*not_after, *lifetime, false),
            _ => (at + life, life, true),
        };
        Self {
            not_after,
            due: not_after - warning_window(lifetime),
            assumed,
        }
    }
}

impl Calendar {
    pub(super) fn of(lines: &[Line<'_>], at: i64) -> Self {
        let count = |kind| {
            let of_kind = lines
                .iter()
                .filter(|line| line.authority.recommended == kind);
            i64::try_from(of_kind.count()).unwrap_or(i64::MAX)
        };
        let (public, private) = (count(AuthorityKind::Public), count(AuthorityKind::Private));
        Self {
            windows: windows(lines),
            burdens: burdens(public, private, at),
        }
    }
}

/// A line, and where it stands in the plan.
type Placed<'l> = (usize, &'l Line<'l>);

fn windows(lines: &[Line<'_>]) -> Vec<Window> {
    let mut due: Vec<Placed<'_>> = lines.iter().enumerate().collect();
    due.sort_by_key(|(_, line)| line.renewal.due);
    let mut groups: Vec<Vec<Placed<'_>>> = Vec::new();
    let mut begins = i64::MIN;
    for placed in due {
        let due = placed.1.renewal.due;
        match groups.last_mut() {
            Some(group) if due - begins <= TOGETHER => group.push(placed),
            _ => {
                begins = due;
                groups.push(vec![placed]);
            }
        }
    }
    groups.iter().flat_map(|group| split(group)).collect()
}

/// TVS in a window of its own, after one with CallManager.
fn split(group: &[Placed<'_>]) -> Vec<Window> {
    let days = group.iter().map(|(_, line)| line.renewal.due);
    let day = days.min().unwrap_or(0);
    let has = |name| group.iter().any(|(_, line)| line.certificate == name);
    if !(has(CertificateName::Tvs) && has(CertificateName::CallManager)) {
        return vec![window(day, group.iter())];
    }
    let is_tvs = |placed: &&Placed<'_>| placed.1.certificate == CertificateName::Tvs;
    vec![
        window(day - APART, group.iter().filter(|placed| !is_tvs(placed))),
        window(day, group.iter().filter(is_tvs)),
    ]
}

fn window<'l>(moment: i64, lines: impl Iterator<Item = &'l Placed<'l>>) -> Window {
    let (mut places, lines): (Vec<usize>, Vec<String>) =
        lines.map(|(place, line)| (*place, line.id.clone())).unzip();
    places.sort_unstable();
    Window {
        day: moment - moment.rem_euclid(DAY),
        lines,
        places,
    }
}

/// The limit in force and those to come.
fn burdens(public: i64, private: i64, at: i64) -> Vec<Burden> {
    let past = LIFE_LIMITS.iter().filter(|limit| limit.from <= at).count();
    let private_each = a_year(PRIVATE_LIFE);
    LIFE_LIMITS
        .iter()
        .skip(past.saturating_sub(1))
        .map(|limit| {
            let each = a_year(limit.days);
            Burden {
                from: limit.from,
                days: limit.days,
                each,
                planned: public * each + private * private_each,
                all_public: (public + private) * each,
            }
        })
        .collect()
}

/// Renewals in a year at most, each done when it is due.
fn a_year(life_days: u32) -> i64 {
    let life = seconds(life_days);
    let days = ((life - warning_window(life)) / DAY).max(1);
    (YEAR + days - 1) / days
}
