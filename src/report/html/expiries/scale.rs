//! The span of time that is drawn, and drawing in it. Places are percentages, so that bars grow with the page.

use maud::{Markup, html};
use time::{Date, Month, OffsetDateTime};

use crate::report::html::sheet::Standing;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// What is drawn before today: only that something ended.
const PAST: f64 = 6.0;
/// Not less than half a year is drawn, and not more than three.
const SHORTEST: i64 = 183 * DAY;
const LONGEST: i64 = 3 * 366 * DAY;
/// Labels that fit side by side.
const MOST_TICKS: i64 = 6;

/// From today on.
pub(super) struct Scale {
    at: i64,
    length: i64,
}

impl Scale {
    pub(super) fn of(at: i64, ends: impl Iterator<Item = i64>) -> Self {
        let last = ends.max().unwrap_or(at);
        let length = last.saturating_sub(at).clamp(SHORTEST, LONGEST);
        Self { at, length }
    }

    /// Where a moment lies, from 0 to 100.
    fn place(&self, unix: i64) -> f64 {
        let left = unix.saturating_sub(self.at);
        if left < 0 {
            return PAST / 2.0;
        }
        // Both are far below the 2^52 that a float holds exactly.
        #[allow(clippy::cast_precision_loss)]
        let part = left.min(self.length) as f64 / self.length as f64;
        PAST + part * (97.0 - PAST)
    }

    /// Today, and a label for each tick.
    pub(super) fn axis(&self) -> Markup {
        html! {
            svg class="axis" width="100%" height="18" aria-hidden="true" focusable="false" {
                @for (unix, label) in self.ticks() {
                    text x=(percent(self.place(unix))) y="13" { (label) }
                }
            }
        }
    }

    /// What is left until `end`, the warning window and today's line. As high as its row, so that lines run on from one row to
    /// the next.
    pub(super) fn bar(&self, end: i64, standing: Standing, window: i64) -> Markup {
        let (today, stop) = (self.place(self.at), self.place(end));
        let (from, length) = (today.min(stop), (stop - today).abs());
        let beyond = end.saturating_sub(self.at) > self.length;
        let band = self.place(self.at.saturating_add(window)) - today;
        html! {
            svg class={ "life " (standing.class()) } width="100%" height="100%" aria-hidden="true" focusable="false" {
                rect class="window" x=(percent(today)) y="0" width=(percent(band)) height="100%" {}
                @for (unix, _) in self.ticks() {
                    line class="tick" x1=(percent(self.place(unix))) x2=(percent(self.place(unix))) y1="0" y2="100%" {}
                }
                rect class="left" x=(percent(from)) y="50%" width=(percent(length.max(0.4))) height="8" rx="2" transform="translate(0 -4)" {}
                @if beyond {
                    svg x=(percent(stop)) y="50%" overflow="visible" { polygon points="0,-7 10,0 0,7" {} }
                }
                line class="today" x1=(percent(today)) x2=(percent(today)) y1="0" y2="100%" {}
            }
        }
    }

    /// First days of months, evenly, with "2027-01".
    fn ticks(&self) -> Vec<(i64, String)> {
        let months = self.length / (30 * DAY);
        let step = [1, 2, 3, 6, 12]
            .into_iter()
            .find(|step| months / step <= MOST_TICKS);
        let step = i32::try_from(step.unwrap_or(12)).unwrap_or(12);
        let Ok(today) = OffsetDateTime::from_unix_timestamp(self.at) else {
            return Vec::new();
        };
        let first = today.year() * 12 + i32::from(u8::from(today.month()) - 1);
        let firsts = (first + 1..=first + 40).filter(|month| month % step == 0);
        firsts
            .filter_map(first_day)
            .filter(|(unix, _)| *unix < self.at + self.length - self.length / 12)
            .collect()
    }
}

/// The first day of a month, counted from the year 0.
fn first_day(month: i32) -> Option<(i64, String)> {
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
    let name = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let day = Date::from_calendar_date(year, name, 1).ok()?;
    let label = format!("{year:04}-{:02}", month + 1);
    Some((day.midnight().assume_utc().unix_timestamp(), label))
}

fn percent(place: f64) -> String {
    format!("{place:.2}%")
}

#[cfg(test)]
mod tests {
    use super::{DAY, Scale};

    const AT: i64 = 1_795_287_600;

    #[test]
    fn places_grow_with_time_and_end_at_the_edge() {
        let scale = Scale::of(AT, [AT + 400 * DAY, i64::MAX].into_iter());
        let places =
            [AT - DAY, AT, AT + DAY, AT + 400 * DAY, i64::MAX].map(|unix| scale.place(unix));
        assert!(places.is_sorted(), "{places:?}");
        assert!(places[4] < 100.0);
    }

    #[test]
    fn ticks_are_months_that_follow_the_day() {
        let half_a_year: Vec<String> = Scale::of(AT, std::iter::empty())
            .ticks()
            .into_iter()
            .map(|(_, label)| label)
            .collect();
        assert_eq!(
            half_a_year,
            [
                "2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05"
            ]
        );
        let long = Scale::of(AT, [AT + 3000 * DAY].into_iter()).ticks();
        assert!((2..=6).contains(&long.len()), "{long:?}");
        assert!(Scale::of(i64::MAX, [0].into_iter()).ticks().is_empty());
    }
}
