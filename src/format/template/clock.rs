//! How a field writes a time: a date whole, an epoch, or parts that a
//! `strftime` or `SimpleDateFormat` pattern names and several fields may
//! share.

use super::super::token::{self, Read, asctime, bracketed_date, date, fault, iso, number};
use crate::record::time::civil_seconds;
use crate::record::{Instant, Time, Zone};

/// How a time is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Clock {
    /// In any way that the logs we know write a whole time.
    Any,
    /// `10/Oct/2000:13:55:36 -0700`, in brackets or not.
    Clf,
    /// Seconds since 1970 with decimals: nginx's `$msec`.
    Decimal,
    /// A whole number since 1970, of units of so many nanoseconds.
    Epoch(u64),
    /// The decimals of a second, so many of them.
    Fraction(u8),
    /// RFC 3339.
    Iso,
    /// The parts of a pattern.
    Parts(Vec<Part>),
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// `AM` or `PM`.
    AmPm,
    /// The hundreds of the year.
    Century,
    /// The day of the month, one or two digits, a blank before one.
    Day,
    /// Decimals of a second, as many as there are.
    Fraction,
    /// 0 to 23.
    Hour,
    /// 1 to 12.
    Hour12,
    /// A text that stands there.
    Literal(Vec<u8>),
    /// A point and decimals of a second, or nothing.
    MaybeFraction,
    /// The minute.
    Minute,
    /// The month, one or two digits.
    Month,
    /// The month by its English name, short or long.
    MonthName,
    /// Seconds since 1970.
    Seconds,
    /// The second.
    Second,
    /// Digits that say nothing more.
    SomeDigits,
    /// Letters that say nothing more: the day of the week.
    SomeLetters,
    /// Nothing is written; the pattern's zone is UTC.
    Utc,
    /// The year in four digits.
    Year,
    /// The year in two.
    Year2,
    /// The day of the year.
    YearDay,
    /// An offset, or a name: `UTC`, `Z`.
    Zone,
}

/// What the fields of a line say of one moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Civil {
    whole: Option<Time>,
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    year_day: Option<u32>,
    hour: Option<u32>,
    minute: Option<u32>,
    second: Option<u32>,
    afternoon: Option<bool>,
    fraction: Option<(u32, u8)>,
    zone: Option<Zone>,
}

impl Clock {
    /// What would be right where it is not found.
    pub fn wanted(&self) -> &'static str {
        match self {
            Clock::Any => "a time",
            Clock::Clf => "a date like 10/Oct/2000:13:55:36 -0700",
            Clock::Decimal | Clock::Epoch(_) => "a time as a number since 1970",
            Clock::Fraction(_) => "decimals of a second",
            Clock::Iso => "a date like 2000-10-31T13:55:36+00:00",
            Clock::Parts(_) => "a time as the pattern writes it",
        }
    }

    /// Reads a time, or a part of one, into `civil`.
    pub fn read<'a>(&self, input: &'a [u8], civil: &mut Civil) -> Read<'a, ()> {
        match self {
            Clock::Any => any(input, civil),
            Clock::Clf => {
                let (rest, time) = match input {
                    [b'[', ..] => bracketed_date(input)?,
                    _ => date(input)?,
                };
                civil.put(time);
                Ok((rest, ()))
            }
            Clock::Iso => {
                let (rest, time) = iso(input)?;
                civil.put(time);
                Ok((rest, ()))
            }
            Clock::Epoch(unit) => {
                let (rest, whole) = digits(input, 20)?;
                civil.number_of(input, epoch(whole, b"", *unit))?;
                Ok((rest, ()))
            }
            Clock::Decimal => {
                let (rest, whole) = digits(input, 20)?;
                let (rest, part) = match rest {
                    [b'.', part @ ..] if part.first().is_some_and(u8::is_ascii_digit) => {
                        digits(part, usize::MAX)?
                    }
                    _ => (rest, &b""[..]),
                };
                civil.number_of(input, epoch(whole, part, 1_000_000_000))?;
                Ok((rest, ()))
            }
            Clock::Fraction(most) => {
                let (rest, text) = digits(input, usize::from(*most))?;
                civil.decimals(text);
                Ok((rest, ()))
            }
            Clock::Parts(parts) => {
                let bare = pattern(parts, input, civil);
                match input {
                    // Some writers put brackets round whatever the pattern.
                    [b'[', inside @ ..] if bare.is_err() => match pattern(parts, inside, civil)? {
                        ([b']', rest @ ..], ()) => Ok((rest, ())),
                        (rest, ()) => fault(rest, "a closing bracket"),
                    },
                    _ => bare,
                }
            }
        }
    }
}

/// A time in any way that we know: a whole field.
fn any<'a>(input: &'a [u8], civil: &mut Civil) -> Read<'a, ()> {
    let text = input.trim_ascii();
    let end =
        |read: Read<'a, Time>| read.ok().and_then(|(rest, time)| rest.is_empty().then_some(time));
    let dot = memchr::memchr(b'.', text);
    let (whole, part) =
        dot.map_or((text, &b""[..]), |at| (&text[..at], text.get(at + 1..).unwrap_or_default()));
    let unit = match whole.len() {
        0..=11 => 1_000_000_000,
        12..=14 => 1_000_000,
        15..=17 => 1_000,
        _ => 1,
    };
    let time = end(bracketed_date(text))
        .or(end(date(text)))
        .or(end(iso(text)))
        .or(end(asctime(text)))
        .or_else(|| epoch(whole, part, unit));
    match time {
        Some(time) => {
            civil.put(time);
            Ok((&input[input.len()..], ()))
        }
        None => fault(input, "a time"),
    }
}

/// A number of units of so many nanoseconds since 1970.
fn epoch(whole: &[u8], part: &[u8], unit: u64) -> Option<Time> {
    let mut nanos = u128::from(number(whole)?) * u128::from(unit);
    let mut scale = unit;
    let mut digits = match unit {
        1_000_000_000 => 0,
        1_000_000 => 3,
        1_000 => 6,
        _ => 9,
    };
    for byte in part {
        if !byte.is_ascii_digit() {
            return None;
        }
        scale /= 10;
        if scale > 0 {
            nanos += u128::from(byte - b'0') * u128::from(scale);
            digits += 1;
        }
    }
    let seconds = i64::try_from(nanos / 1_000_000_000).ok()?;
    // Year 9999: beyond it no log is, and a date could not be written.
    (seconds < 253_402_300_800).then_some(Time {
        reading: Instant { seconds, nanos: (nanos % 1_000_000_000) as u32 },
        digits,
        zone: Zone::Implied,
    })
}

/// `digits = 1*most DIGIT`
fn digits(input: &[u8], most: usize) -> Read<'_, &[u8]> {
    let end = input.iter().take(most).position(|byte| !byte.is_ascii_digit());
    let end = end.unwrap_or(input.len().min(most));
    if end == 0 { fault(input, "digits") } else { Ok((&input[end..], &input[..end])) }
}

/// `value = 1*most DIGIT`
fn value(input: &[u8], most: usize) -> Read<'_, u32> {
    let (rest, text) = digits(input, most)?;
    Ok((rest, text.iter().fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'))))
}

fn letters(input: &[u8]) -> (&[u8], &[u8]) {
    let end = input.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(input.len());
    (&input[end..], &input[..end])
}

const MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];

/// The parts of a pattern, one behind the other.
fn pattern<'a>(parts: &[Part], input: &'a [u8], civil: &mut Civil) -> Read<'a, ()> {
    let mut rest = input;
    for part in parts {
        rest = match part {
            Part::Literal(text) => match rest.strip_prefix(text.as_slice()) {
                Some(rest) => rest,
                None => return fault(rest, "a time as the pattern writes it"),
            },
            Part::SomeLetters => match letters(rest) {
                (_, []) => return fault(rest, "the name of a day"),
                (rest, _) => rest,
            },
            Part::SomeDigits => digits(rest.strip_prefix(b" ").unwrap_or(rest), 4)?.0,
            Part::AmPm => match rest {
                [a, b'm' | b'M', after @ ..] if matches!(a, b'a' | b'A' | b'p' | b'P') => {
                    civil.afternoon = Some(matches!(a, b'p' | b'P'));
                    after
                }
                _ => return fault(rest, "AM or PM"),
            },
            Part::MonthName => {
                let (after, name) = letters(rest);
                let is = |month: &&[u8]| {
                    name.len() >= 3
                        && month.len() >= name.len()
                        && month[..name.len()].eq_ignore_ascii_case(name)
                };
                match MONTHS.iter().position(is) {
                    Some(month) => civil.month = Some(month as u32 + 1),
                    None => return fault(rest, "the English name of a month"),
                }
                after
            }
            Part::Zone => {
                let (after, zone) = zone(rest)?;
                civil.zone = Some(zone);
                after
            }
            Part::Fraction => {
                let (after, text) = digits(rest, usize::MAX)?;
                civil.decimals(text);
                after
            }
            Part::Seconds => {
                let (after, text) = digits(rest, 20)?;
                match epoch(text, b"", 1_000_000_000) {
                    Some(time) => civil.put(time),
                    None => return fault(rest, "seconds since 1970"),
                }
                after
            }
            Part::Year => {
                let (after, year) = value(rest, 4)?;
                civil.year = Some(year as i32);
                after
            }
            Part::Year2 => {
                let (after, year) = value(rest, 2)?;
                // POSIX: 69 to 99 are of the last century.
                civil.year = Some(year as i32 + if year < 69 { 2000 } else { 1900 });
                after
            }
            Part::Century => value(rest, 2)?.0,
            Part::MaybeFraction => match rest {
                [b'.', part @ ..] if part.first().is_some_and(u8::is_ascii_digit) => {
                    let (after, text) = digits(part, usize::MAX)?;
                    civil.decimals(text);
                    after
                }
                _ => rest,
            },
            Part::Utc => {
                civil.zone = Some(Zone::Implied);
                rest
            }
            _ => {
                let width = if *part == Part::YearDay { 3 } else { 2 };
                let (after, number) = value(rest.strip_prefix(b" ").unwrap_or(rest), width)?;
                civil.number(part, number);
                after
            }
        };
    }
    Ok((rest, ()))
}

/// `zone = ("+" / "-") 2DIGIT [":"] 2DIGIT / "Z" / 1*ALPHA`: a name other than
/// `UTC` and `GMT` is a wall clock that has no offset of its own.
fn zone(input: &[u8]) -> Read<'_, Zone> {
    match input {
        [b'+' | b'-', ..] => match token::zone(input)? {
            (rest, Zone::Logged(east)) => Ok((rest, Zone::Logged(east))),
            _ => fault(input, "a zone like +0200"),
        },
        _ => match letters(input) {
            (_, []) => fault(input, "a zone like +0200 or UTC"),
            (rest, b"UTC" | b"GMT" | b"Z" | b"UCT") => Ok((rest, Zone::Logged(0))),
            (rest, _) => Ok((rest, Zone::Local)),
        },
    }
}

impl Civil {
    /// A whole time; of two, the finer one.
    fn put(&mut self, time: Time) {
        if self.whole.is_none_or(|before| before.digits < time.digits) {
            self.whole = Some(time);
        }
    }

    /// A time that was a number, if there is such a time.
    fn number_of<'a>(&mut self, input: &'a [u8], time: Option<Time>) -> Read<'a, ()> {
        match time {
            Some(time) => self.put(time),
            None => return fault(input, "a time as a number since 1970"),
        }
        Ok((input, ()))
    }

    fn number(&mut self, part: &Part, number: u32) {
        let into = match part {
            Part::Day => &mut self.day,
            Part::Hour | Part::Hour12 => &mut self.hour,
            Part::Minute => &mut self.minute,
            Part::Month => &mut self.month,
            Part::Second => &mut self.second,
            Part::YearDay => &mut self.year_day,
            _ => return,
        };
        *into = Some(number);
    }

    /// The digits behind the point of a second.
    fn decimals(&mut self, text: &[u8]) {
        let kept = text.len().min(9);
        let value = text[..kept].iter().fold(0_u32, |sum, byte| sum * 10 + u32::from(byte - b'0'));
        self.fraction = Some((value * 10_u32.pow(9 - kept as u32), kept as u8));
    }

    /// The time that the parts make; `None` where they make none, or one
    /// that does not exist.
    pub fn time(&self) -> Option<Time> {
        let mut time = match self.whole {
            Some(whole) => whole,
            None => self.civil()?,
        };
        if let Some((nanos, digits)) = self.fraction
            && time.digits == 0
        {
            (time.reading.nanos, time.digits) = (nanos, digits);
        }
        // A zone in a field of its own.
        if let (Zone::Local, Some(zone)) = (time.zone, self.zone) {
            let east = if let Zone::Logged(east) = zone { i64::from(east) } else { 0 };
            time.reading.seconds -= east;
            time.zone = zone;
        }
        Some(time)
    }

    /// The time of day and date, as if they were UTC.
    fn civil(&self) -> Option<Time> {
        let hour = match (self.hour?, self.afternoon) {
            (12, Some(false)) => 0,
            (hour @ 0..12, Some(true)) => hour + 12,
            // Java's `k` counts to 24.
            (24, None) => 0,
            (hour, _) => hour,
        };
        let clock = (hour, self.minute.unwrap_or(0), self.second.unwrap_or(0));
        let year = self.year?;
        let seconds = match (self.month, self.day, self.year_day) {
            (Some(month), Some(day), _) => civil_seconds((year, month, day), clock)?,
            (_, _, Some(day @ 1..=366)) => {
                civil_seconds((year, 1, 1), clock)? + i64::from(day - 1) * 86_400
            }
            _ => return None,
        };
        Some(Time { reading: Instant::at(seconds), digits: 0, zone: Zone::Local })
    }
}
