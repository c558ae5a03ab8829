//! The year of lines that give none: RFC 3164's `Jan  5 07:41:35`.
//!
//! A log is written in order, so one year stands for the whole of it, and
//! goes up where December gives way to January. Which year the first line is
//! of has to come from elsewhere; that it was taken from there is told.

use serde::{Deserialize, Serialize};

use super::{Reader, Reading};
use crate::record::{Instant, Time, Zone};
use crate::source::split_lines;

/// The running year, and the third of it that was reached. Thirds, because
/// what is carried from line to line should seldom change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// January to April, May to August, September to December: 0 to 2.
    third: u32,
}

impl Year {
    /// A log that begins in a month (1 to 12) of a year.
    pub fn from(year: i32, month: u32) -> Year {
        Year { year, third: (month.max(1) - 1) / 4 }
    }

    /// The year of the next line, which is of `month`.
    ///
    /// A month of an earlier third is of the next year, but for the last one
    /// of the third before: lines near to each other may change places.
    pub fn of(&mut self, month: u32) -> i32 {
        let third = (month.max(1) - 1) / 4;
        match (self.third, month) {
            (0, 12) => return self.year - 1,
            (1, 4) | (2, 8) => return self.year,
            _ if third < self.third => self.year += 1,
            _ => {}
        }
        self.third = third;
        self.year
    }
}

/// What the head of a log says of the year of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The first line without a year, in a year of its own.
    first: Time,
    /// The first time with a year.
    dated: Option<Instant>,
}

impl Head {
    /// Looks for lines without a year, with a reader of the source; `None`
    /// where there are none. Only what seems to show such a time is looked at.
    pub fn of(head: &[u8], mut reader: Reader) -> Option<Head> {
        let lines = || split_lines(head);
        lines().find(|line| super::token::shows_no_year(line))?;
        reader.state.year = Some(Year::from(ANY, 1));
        let (mut first, mut dated) = (None, None);
        for line in lines() {
            if let Reading::Read(_, record) = reader.read(line.strip_suffix(b"\r").unwrap_or(line))
                && let Some(time) = record.time
            {
                match time.zone {
                    Zone::Yearless => first = first.or(Some(time)),
                    _ => dated = dated.or(Some(time.reading)),
                }
            }
            if first.is_some() && dated.is_some() {
                break;
            }
        }
        first.map(|first| Head { first, dated })
    }

    /// The year of the first line by a line near it that says its own.
    pub fn by_line(self) -> Option<Year> {
        self.nearest(self.dated?)
    }

    /// The year in which the first line is nearest to an instant.
    pub fn nearest(self, to: Instant) -> Option<Year> {
        let near = |year: i32| (i64::from(year) - to.year()).abs() <= 4;
        let from = i32::try_from(to.year()).ok()?;
        let years = (from - 4..=from + 4).filter(|year| near(*year));
        let each = years.filter_map(|year| Some((year, self.first.in_year(year)?)));
        let best = each.min_by_key(|(_, time)| (time.reading.seconds - to.seconds).abs())?;
        Some(Year::from(best.0, self.first.month()))
    }

    /// The last year in which the first line is not later than an instant; a
    /// day is allowed for the zone.
    pub fn not_after(self, end: Instant) -> Option<Year> {
        let from = i32::try_from(end.year()).ok()?;
        let fits = |year: &i32| {
            let time = self.first.in_year(*year);
            time.is_some_and(|time| time.reading <= end.plus_seconds(86_400))
        };
        let year = (from - 8..=from + 1).rev().find(fits)?;
        Some(Year::from(year, self.first.month()))
    }
}

/// A leap year, so that every day of a year is in it.
pub const ANY: i32 = 1972;

/// A time with its year: as it is, or the running year's.
#[inline]
pub fn dated(year: &mut Option<Year>, time: Time) -> Option<Time> {
    match time.zone {
        Zone::Yearless => in_year(year.as_mut()?, time),
        _ => Some(time),
    }
}

#[cold]
fn in_year(year: &mut Year, time: Time) -> Option<Time> {
    time.in_year(year.of(time.month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_ends_where_months_begin_again() {
        let check = |months: &[u32], expected: &[i32]| {
            let mut year = Year::from(2020, months[0]);
            let years: Vec<i32> = months.iter().map(|month| year.of(*month)).collect();
            assert_eq!(years, expected, "{months:?}");
        };
        check(&[11, 12, 1, 1, 2], &[2020, 2020, 2021, 2021, 2021]);
        // Lines that changed places at New Year, and at other borders.
        check(&[12, 1, 12, 1, 2], &[2020, 2021, 2020, 2021, 2021]);
        check(&[4, 5, 4, 5, 9, 8, 9], &[2020; 7]);
        check(&[1, 3, 10, 12], &[2020; 4]);
        check(&[6, 12, 6, 12, 2], &[2020, 2020, 2021, 2021, 2022]);
        check(&[5, 3, 3], &[2020, 2021, 2021]);
    }

    #[test]
    fn the_first_year_is_taken_from_what_says_one() {
        let head = |text: &str| Head::of(text.as_bytes(), Reader::new(&[], false));
        let yearless =
            r#"Feb 29 07:41:35 web1 uvicorn[5]: INFO:     192.0.2.7:5 - "GET /x HTTP/1.1" 200 OK"#;
        let line = head(yearless).unwrap();
        let year = |year: Option<Year>| year.map(|year| year.year);
        let at = |text: &str| Instant::parse(text).unwrap();
        assert_eq!(line.by_line(), None);
        assert_eq!(year(line.not_after(at("2024-03-01T00:00:00Z"))), Some(2024));
        assert_eq!(year(line.not_after(at("2024-02-28T12:00:00Z"))), Some(2024));
        assert_eq!(year(line.not_after(at("2024-02-27T00:00:00Z"))), Some(2020));
        assert_eq!(year(line.nearest(at("2023-06-01T00:00:00Z"))), Some(2024));
        let dated = r#"192.0.2.7 - - [01/Mar/2016:09:45:56 +0200] "GET / HTTP/1.1" 200 5"#;
        let line = head(&format!("{yearless}\n{dated}\n")).unwrap();
        assert_eq!(year(line.by_line()), Some(2016));
        let own = r#"192.0.2.7 - - [Mar  2 09:45:56] "GET / HTTP/1.1" 200 5"#;
        let line = head(&format!("{own}\n{dated}\n")).unwrap();
        assert_eq!(year(line.by_line()), Some(2016));
        assert_eq!(head(dated), None);
        // The content says its own time: no year is needed.
        assert_eq!(head(&format!("Feb 29 07:41:35 web1 nginx: {dated}")), None);
    }
}
