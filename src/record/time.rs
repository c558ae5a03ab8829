//! When: the time of a line, its zone, and the instants and wall clocks they
//! are turned into.
//!
//! A line's time is kept as the line says it ([`Time`]) until the zone is
//! known; only an [`Instant`] can be compared with a window.

use std::fmt;

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time, UTC, to the nanosecond; ordered by time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    pub seconds: i64,
    /// Nanoseconds within the second, 0 to 999,999,999.
    pub nanos: u32,
}

impl Instant {
    /// The instant at whole seconds since the epoch.
    pub const fn at(seconds: i64) -> Instant {
        Instant { seconds, nanos: 0 }
    }

    /// This instant moved by a signed number of microseconds.
    pub fn plus_micros(self, micros: i64) -> Instant {
        let nanos = i128::from(self.seconds) * 1_000_000_000
            + i128::from(self.nanos)
            + i128::from(micros) * 1_000;
        let seconds = nanos.div_euclid(1_000_000_000);
        Instant {
            seconds: i64::try_from(seconds).unwrap_or(if seconds < 0 {
                i64::MIN
            } else {
                i64::MAX
            }),
            nanos: nanos.rem_euclid(1_000_000_000) as u32,
        }
    }

    /// This instant moved by a signed number of whole seconds.
    pub fn plus_seconds(self, seconds: i64) -> Instant {
        Instant { seconds: self.seconds.saturating_add(seconds), nanos: self.nanos }
    }

    /// Its year in UTC.
    pub fn year(self) -> i64 {
        civil(self).map_or(0, |time| i64::from(time.year()))
    }

    /// The instant as RFC 3339 text in UTC with exactly `digits` digits of
    /// its fraction (none without a point).
    pub fn text(self, digits: u8) -> String {
        let Some(utc) = DateTime::<Utc>::from_timestamp(self.seconds, 0) else {
            return format!("@{}", self.seconds);
        };
        let mut text = String::with_capacity("2000-10-10T13:55:36.000000000Z".len());
        match u32::try_from(utc.year()) {
            Ok(year @ 0..=9999) => {
                two(&mut text, None, year / 100);
                two(&mut text, None, year % 100);
                two(&mut text, Some('-'), utc.month());
                two(&mut text, Some('-'), utc.day());
                two(&mut text, Some('T'), utc.hour());
                two(&mut text, Some(':'), utc.minute());
                two(&mut text, Some(':'), utc.second());
            }
            // A year of another length has a sign, which is chrono's to know.
            _ => text.push_str(&utc.format("%Y-%m-%dT%H:%M:%S").to_string()),
        }
        if digits > 0 {
            let fraction = format!("{:09}", self.nanos);
            text.push('.');
            text.push_str(&fraction[..usize::from(digits.min(9))]);
        }
        text.push('Z');
        text
    }

    /// Reads RFC 3339 text with an offset.
    pub fn parse(text: &str) -> Option<Instant> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Instant { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos() })
    }
}

/// Writes a number below a hundred with two digits, behind what parts it off.
fn two(text: &mut String, before: Option<char>, number: u32) {
    text.extend(before);
    text.extend([number / 10, number % 10].map(|digit| char::from(b'0' + digit as u8)));
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, the fraction only where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = 9;
        let mut nanos = self.nanos;
        while digits > 0 && nanos.is_multiple_of(10) {
            nanos /= 10;
            digits -= 1;
        }
        f.write_str(&self.text(if self.nanos == 0 { 0 } else { digits }))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.seconds, self.nanos).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Instant::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
        } else {
            let (seconds, nanos) = Deserialize::deserialize(deserializer)?;
            Ok(Instant { seconds, nanos })
        }
    }
}

/// An instant with the precision that its line has; ordered by time, then by
/// precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Instant,
    /// How many digits of a fraction the line writes, 0 to 9.
    pub digits: u8,
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC with the fraction as logged, or with more where the
    /// server's clock was set right by less than that.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (logged, exact) = (self.at.text(self.digits), self.at.to_string());
        f.write_str(if logged.len() < exact.len() { &exact } else { &logged })
    }
}

/// A time as one line says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Where the time [is local](Time::is_local): the local reading as if it were UTC.
    /// Otherwise the instant itself.
    pub reading: Instant,
    /// How many digits of a fraction the line writes, 0 to 9.
    pub digits: u8,
    /// What the line says of its zone.
    pub zone: Zone,
}

impl Time {
    /// Says whether the time is that of a clock on a wall, its zone not being
    /// said.
    pub fn is_local(self) -> bool {
        matches!(self.zone, Zone::Local | Zone::Yearless)
    }

    /// The month as the line gives it, 1 to 12.
    pub fn month(self) -> u32 {
        civil(self.reading).map_or(1, |reading| reading.month())
    }

    /// The same day and time in another year; `None` where that has no such
    /// day.
    pub fn in_year(self, year: i32) -> Option<Time> {
        let moved = civil(self.reading)?.with_year(year)?.and_utc().timestamp();
        Some(Time { reading: Instant { seconds: moved, ..self.reading }, ..self })
    }

    /// The instant of this time. `wall` is the clock that lines without a
    /// zone follow; without one they are read as UTC, and the report says so.
    pub fn instant(self, wall: Option<WallClock>) -> Instant {
        match (self.zone, wall) {
            (Zone::Local | Zone::Yearless, Some(wall)) => wall.earliest(self.reading),
            _ => self.reading,
        }
    }
}

/// What a line says of the zone of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The format itself fixes the zone (IIS W3C: UTC; an epoch).
    Implied,
    /// Nothing says the zone: a local wall clock.
    Local,
    /// The line gives its offset, in seconds east of UTC.
    Logged(i32),
    /// A local wall clock, and not even the year is said: that of the reading
    /// was counted on from the lines before.
    Yearless,
}

/// A clock on a wall: how local times without an offset are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WallClock {
    /// An IANA zone, such as `Europe/Paris`.
    Named(chrono_tz::Tz),
    /// A fixed offset, in seconds east of UTC.
    Offset(i32),
}

impl WallClock {
    /// Reads `UTC`, `Z`, `+02:00`, `+0200`, `-03` or an IANA name.
    pub fn parse(text: &str) -> Option<WallClock> {
        let text = text.trim();
        if matches!(text, "Z" | "z" | "UTC" | "utc" | "GMT") {
            return Some(WallClock::Offset(0));
        }
        if let Some(digits) = text.strip_prefix(['+', '-']) {
            let digits = digits.replace(':', "");
            if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let (hours, minutes) = match digits.len() {
                2 => (digits.as_str(), "0"),
                4 => digits.split_at(2),
                _ => return None,
            };
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            return Some(WallClock::Offset(if text.starts_with('-') { -seconds } else { seconds }));
        }
        text.parse().ok().map(WallClock::Named)
    }

    /// The instant at which this clock shows `reading`. In the hour that a
    /// clock shows twice the earlier instant is meant; a reading that the
    /// clock skips is taken with the offset before the change.
    pub fn earliest(self, reading: Instant) -> Instant {
        match self {
            WallClock::Offset(offset) => reading.plus_seconds(-i64::from(offset)),
            WallClock::Named(zone) => {
                let Some(local) = civil(reading) else { return reading };
                let seconds = match zone.from_local_datetime(&local) {
                    LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.timestamp(),
                    LocalResult::None => {
                        let before = local - chrono::Duration::hours(3);
                        match zone.from_local_datetime(&before) {
                            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => {
                                time.timestamp() + 3 * 3600
                            }
                            LocalResult::None => reading.seconds,
                        }
                    }
                };
                Instant { seconds, nanos: reading.nanos }
            }
        }
    }

    /// Says whether this clock showed `reading` twice, when it was set back:
    /// then two instants may be meant.
    pub fn shows_twice(self, reading: Instant) -> bool {
        let WallClock::Named(zone) = self else { return false };
        civil(reading).is_some_and(|local| {
            matches!(zone.from_local_datetime(&local), LocalResult::Ambiguous(..))
        })
    }

    /// The offset of this clock at an instant, in seconds east of UTC.
    pub fn offset_at(self, instant: Instant) -> i32 {
        match self {
            WallClock::Offset(offset) => offset,
            WallClock::Named(zone) => civil(instant).map_or(0, |utc| {
                use chrono::Offset;
                zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
            }),
        }
    }

    /// The instant as this clock shows it, with its offset.
    pub fn show(self, instant: Instant) -> String {
        let offset = self.offset_at(instant);
        let local = instant.plus_seconds(i64::from(offset)).text(0);
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.abs() / 60;
        format!("{}{sign}{:02}:{:02}", local.trim_end_matches('Z'), minutes / 60, minutes % 60)
    }
}

impl fmt::Display for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WallClock::Named(zone) => f.write_str(zone.name()),
            WallClock::Offset(0) => f.write_str("UTC"),
            WallClock::Offset(offset) => {
                let sign = if *offset < 0 { '-' } else { '+' };
                let minutes = offset.abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

fn civil(reading: Instant) -> Option<NaiveDateTime> {
    DateTime::<Utc>::from_timestamp(reading.seconds, 0).map(|time| time.naive_utc())
}

/// Seconds since the epoch of a civil date and time read as UTC; `None` where
/// there is no such day or time. Second 60, which servers print for a leap second,
/// is the first of the next minute, as in POSIX.
pub fn civil_seconds(date: (i32, u32, u32), time: (u32, u32, u32)) -> Option<i64> {
    let (hour, minute, second) = time;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days(date)?;
    Some(days * 86_400 + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar; `None` where there is
/// no such day.
///
/// Of the years that logs are of this is counted here, because each line has
/// a day: the years begin in March, so that a leap day is the last of its own.
fn days((year, month, day): (i32, u32, u32)) -> Option<i64> {
    if !(0..=9_999).contains(&year) {
        return NaiveDate::from_ymd_opt(year, month, day).map(|day| day.to_epoch_days().into());
    }
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > longest {
        return None;
    }
    // Counted from the year -400, so that none is below zero.
    let years = year as u32 + 400 - u32::from(month < 3);
    let months = if month < 3 { month + 9 } else { month - 3 };
    let leaps = years / 4 - years / 100 + years / 400;
    let days = years * 365 + leaps + (months * 153 + 2) / 5 + day - 1;
    Some(i64::from(days) - 865_565)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let years = (-1..=2_500).chain(9_990..=10_001);
        for (year, month) in years.flat_map(|year| (0..=13).map(move |month| (year, month))) {
            for day in 0..=32 {
                let date = NaiveDate::from_ymd_opt(year, month, day);
                let expected = date.map(|date| i64::from(date.to_epoch_days()));
                assert_eq!(days((year, month, day)), expected, "{year}-{month}-{day}");
            }
        }
    }

    #[test]
    fn instants_are_written_and_read_back() {
        let check = |text: &str, written: &str| {
            assert_eq!(Instant::parse(text).map(|time| time.to_string()).as_deref(), Some(written));
        };
        check("2021-06-29T00:00:00+02:00", "2021-06-28T22:00:00Z");
        check("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.25Z");
        assert_eq!(Instant { seconds: 0, nanos: 120_000_000 }.text(3), "1970-01-01T00:00:00.120Z");
        assert_eq!(Instant::at(i64::MAX).to_string(), format!("@{}", i64::MAX));
    }

    #[test]
    fn wall_clocks_know_summer_time() {
        let paris = WallClock::parse("Europe/Paris").unwrap();
        let check = |local: &str, utc: &str| {
            let reading = Instant::parse(local).unwrap();
            assert_eq!(paris.earliest(reading).to_string(), utc, "{local}");
        };
        check("2021-07-01T12:00:00Z", "2021-07-01T10:00:00Z");
        check("2021-12-01T12:00:00Z", "2021-12-01T11:00:00Z");
        check("2021-10-31T02:30:00Z", "2021-10-31T00:30:00Z");
        check("2021-03-28T02:30:00Z", "2021-03-28T01:30:00Z");
        let twice = |local: &str| paris.shows_twice(Instant::parse(local).unwrap());
        assert!(twice("2021-10-31T02:30:00Z") && twice("2021-10-31T02:00:00Z"));
        assert!(!twice("2021-10-31T03:00:00Z") && !twice("2021-03-28T02:30:00Z"));
        assert!(!WallClock::Offset(3600).shows_twice(Instant::at(0)));
        assert_eq!(paris.show(Instant::at(0)), "1970-01-01T01:00:00+01:00");
        assert_eq!(WallClock::parse("-0330"), Some(WallClock::Offset(-12_600)));
        assert_eq!(WallClock::parse("Nowhere/Else"), None);
        assert_eq!(WallClock::parse("+99:00"), None);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(civil_seconds((1970, 1, 2), (0, 0, 1)), Some(86_401));
        assert_eq!(civil_seconds((2021, 2, 29), (0, 0, 0)), None);
        assert_eq!(civil_seconds((2021, 2, 28), (24, 0, 0)), None);
        assert_eq!(civil_seconds((2016, 12, 31), (23, 59, 60)), Some(1_483_228_800));
    }
}
