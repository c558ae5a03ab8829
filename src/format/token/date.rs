//! The bricks of time: the dates of the Common Log Format, ISO 8601, and the
//! odd ones, each with or without a zone.
//!
//! A date is read as it stands. Which moment it was, and what a missing zone
//! means, is not for a brick.

use memchr::memchr;

use super::{Read, fault, number};
use crate::format::year::ANY;
use crate::record::time::civil_seconds;
use crate::record::{Instant, Time, Zone};

mod usual;
mod wide;

use usual::usual_date;
pub use wide::{any, bracketed_time};

/// ```abnf
/// date = 2DIGIT "/" month "/" 4DIGIT (":" / SP) 2DIGIT ":" 2DIGIT ":" 2DIGIT
///        [("." / ",") 1*DIGIT] [zone]
/// month = "Jan" / "Feb" / … / "Dec"      ; any case
/// ```
/// The space between day and hour is Python's `http.server`. A day that does
/// not exist is refused.
pub fn date(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like 10/Oct/2000:13:55:36 -0700";
    let [d1, d2, b'/', m1, m2, m3, b'/', y1, y2, y3, y4, b':' | b' ', rest @ ..] = input else {
        return fault(input, wanted);
    };
    let year = year_of([*y1, *y2, *y3, *y4]);
    match (two(*d1, *d2), short_month([*m1, *m2, *m3]), year) {
        (Some(day), Some(month), Some(year)) => timed((year, month, day), rest),
        _ => fault(input, wanted),
    }
}

/// ```abnf
/// iso = 4DIGIT ("-" / "/") 2DIGIT ("-" / "/") 2DIGIT ("T" / SP) 2DIGIT ":" 2DIGIT ":" 2DIGIT
///       [("." / ",") 1*DIGIT] [zone]
/// ```
/// ISO 8601 as logs write it (RFC 3339, and Go's `2006/01/02 15:04:05`).
pub fn iso(input: &[u8]) -> Read<'_, Time> {
    let (rest, day) = iso_day(input)?;
    match rest {
        [b'T' | b't' | b' ', rest @ ..] => timed(day, rest),
        _ => fault(rest, "a time of day"),
    }
}

/// `iso-day = 4DIGIT ("-" / "/") 2DIGIT ("-" / "/") 2DIGIT`
pub fn iso_day(input: &[u8]) -> Read<'_, (i32, u32, u32)> {
    let wanted = "a date like 2000-10-31";
    let [y1, y2, y3, y4, b'-' | b'/', m1, m2, b'-' | b'/', d1, d2, rest @ ..] = input else {
        return fault(input, wanted);
    };
    let year = year_of([*y1, *y2, *y3, *y4]);
    match (year, two(*m1, *m2), two(*d1, *d2)) {
        (Some(year), Some(month), Some(day)) => Ok((rest, (year, month, day))),
        _ => fault(input, wanted),
    }
}

/// ```abnf
/// numeric-date = 2DIGIT "/" 2DIGIT "/" 4DIGIT ":" 2DIGIT ":" 2DIGIT ":" 2DIGIT [zone]
/// ```
/// Month before day: `cpsrvd`, the web server of cPanel's own pages.
pub fn numeric_date(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like 10/31/2000:13:55:36 -0000";
    let [m1, m2, b'/', d1, d2, b'/', y1, y2, y3, y4, b':', rest @ ..] = input else {
        return fault(input, wanted);
    };
    let year = year_of([*y1, *y2, *y3, *y4]);
    match (year, two(*m1, *m2), two(*d1, *d2)) {
        (Some(year), Some(month), Some(day)) => timed((year, month, day), rest),
        _ => fault(input, wanted),
    }
}

/// ```abnf
/// asctime = 3ALPHA SP month SP (SP / DIGIT) DIGIT SP clock SP 4DIGIT
/// ```
/// C's `asctime`, `Sun Mar 13 22:49:12 2016`, always local: uWSGI, PHP.
pub fn asctime(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like Sun Mar 13 22:49:12 2016";
    let [_, _, _, b' ', m1, m2, m3, b' ', d1, d2, b' ', rest @ ..] = input else {
        return fault(input, wanted);
    };
    let day = two(if *d1 == b' ' { b'0' } else { *d1 }, *d2);
    let (rest, (clock, nanos, digits)) = clock(rest)?;
    let [b' ', y1, y2, y3, y4, rest @ ..] = rest else { return fault(rest, "a year") };
    let year = year_of([*y1, *y2, *y3, *y4]);
    let (Some(day), Some(month), Some(year)) = (day, short_month([*m1, *m2, *m3]), year) else {
        return fault(input, wanted);
    };
    match civil_seconds((year, month, day), clock) {
        Some(seconds) => {
            let reading = Instant { seconds, nanos };
            Ok((rest, Time { reading, digits, zone: Zone::Local }))
        }
        None => fault(input, "a day and time that exist"),
    }
}

/// ```abnf
/// date-without-year = month SP (SP / DIGIT) DIGIT SP clock
/// ```
/// RFC 3164 section 4.1.2: in some leap year, until the year is counted.
pub fn date_without_year(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like Jan  5 07:41:35";
    let [m1, m2, m3, b' ', d1, d2, b' ', rest @ ..] = input else { return fault(input, wanted) };
    let day = two(if *d1 == b' ' { b'0' } else { *d1 }, *d2);
    let (rest, (clock, nanos, digits)) = clock(rest)?;
    let (Some(day), Some(month)) = (day, short_month([*m1, *m2, *m3])) else {
        return fault(input, wanted);
    };
    match civil_seconds((ANY, month, day), clock) {
        Some(seconds) => {
            let reading = Instant { seconds, nanos };
            Ok((rest, Time { reading, digits, zone: Zone::Yearless }))
        }
        None => fault(input, "a day and time that exist"),
    }
}

/// Says whether a line begins with a time without a year, a priority of
/// syslog's before it or not, or has one behind its first bracket.
pub fn shows_no_year(line: &[u8]) -> bool {
    if let Some(at) = memchr(b'[', line)
        && date_without_year(&line[at + 1..]).is_ok()
    {
        return true;
    }
    let behind = line.strip_prefix(b"<").and_then(|rest| {
        let end = memchr(b'>', rest.get(..4.min(rest.len()))?)?;
        rest.get(end + 1..)
    });
    date_without_year(behind.unwrap_or(line)).is_ok()
}

/// `epoch = 1*DIGIT ["." 1*DIGIT]`: a whole text as the time since 1970, UTC, in
/// seconds, milliseconds, microseconds or nanoseconds, told by its size.
pub fn epoch(text: &[u8]) -> Option<Time> {
    match memchr(b'.', text) {
        Some(dot) => epoch_of(number(&text[..dot])?, &text[dot + 1..]),
        None => epoch_of(number(text)?, b""),
    }
}

/// A number and its decimals as the time since 1970. A unit is too small for
/// the number where that would be beyond the year 5138.
pub fn epoch_of(number: u64, decimals: &[u8]) -> Option<Time> {
    let (unit, mut digits) = match number {
        0..100_000_000_000 => (1, 0_u8),
        100_000_000_000..100_000_000_000_000 => (1_000, 3),
        100_000_000_000_000..100_000_000_000_000_000 => (1_000_000, 6),
        _ => (1_000_000_000_u64, 9),
    };
    if !decimals.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut scale = 1_000_000_000 / unit;
    let mut nanos = (number % unit) * scale;
    for byte in decimals {
        scale /= 10;
        if scale == 0 {
            break;
        }
        nanos += u64::from(byte - b'0') * scale;
        digits += 1;
    }
    let seconds = i64::try_from(number / unit).ok()?;
    Some(Time { reading: Instant { seconds, nanos: nanos as u32 }, digits, zone: Zone::Implied })
}

/// `clock = 1*2DIGIT ":" 2DIGIT ":" 2DIGIT [("." / ",") 1*DIGIT]`: hours,
/// minutes, seconds, nanoseconds and how many digits the fraction has.
pub fn clock(input: &[u8]) -> Read<'_, ((u32, u32, u32), u32, u8)> {
    let (hour, rest) = match input {
        [h1, h2, b':', rest @ ..] => (two(*h1, *h2), rest),
        // `strftime` and Java can both leave the zero out.
        [h, b':', rest @ ..] => (two(b'0', *h), rest),
        _ => return fault(input, "a time of day"),
    };
    let [m1, m2, b':', s1, s2, rest @ ..] = rest else { return fault(input, "a time of day") };
    let (Some(hour), Some(minute), Some(second)) = (hour, two(*m1, *m2), two(*s1, *s2)) else {
        return fault(input, "a time of day");
    };
    let (rest, (nanos, digits)) = match rest {
        [b'.' | b',', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
            fraction(digits)
        }
        _ => (rest, (0, 0)),
    };
    Ok((rest, ((hour, minute, second), nanos, digits)))
}

/// `bracketed-date = "[" date "]"`
pub fn bracketed_date(input: &[u8]) -> Read<'_, Time> {
    let [b'[', inside @ ..] = input else { return fault(input, "a date in brackets") };
    if let Some(read) = usual_date(inside) {
        return Ok(read);
    }
    let (rest, time) = date(inside)?;
    match rest {
        [b']', rest @ ..] => Ok((rest, time)),
        _ => fault(rest, "a closing bracket"),
    }
}

/// The rest of a time behind its day: `clock [[SP] ("AM" / "PM")] [zone]`.
#[inline]
fn timed(day: (i32, u32, u32), input: &[u8]) -> Read<'_, Time> {
    let (rest, (clock, nanos, digits)) = clock(input)?;
    let (rest, clock) = match halved(rest) {
        Some((rest, is_late)) => match clock {
            (hour @ 1..=12, minute, second) => {
                (rest, (hour % 12 + if is_late { 12 } else { 0 }, minute, second))
            }
            _ => return fault(input, "an hour from 1 to 12"),
        },
        None => (rest, clock),
    };
    placed(day, (clock, nanos, digits), rest, input)
}

/// Half a day: what stands behind `AM` or `PM`, and whether it is the latter.
#[inline]
fn halved(input: &[u8]) -> Option<(&[u8], bool)> {
    let text = input.strip_prefix(b" ").unwrap_or(input);
    let [half @ (b'A' | b'P' | b'a' | b'p'), b'M' | b'm', rest @ ..] = text else { return None };
    let ends = !rest.first().is_some_and(u8::is_ascii_alphanumeric);
    ends.then_some((rest, matches!(half, b'P' | b'p')))
}

/// A day and a time of day, the zone still to come, as an instant.
#[inline]
fn placed<'a>(
    day: (i32, u32, u32),
    (clock, nanos, digits): ((u32, u32, u32), u32, u8),
    rest: &'a [u8],
    input: &'a [u8],
) -> Read<'a, Time> {
    let Some(seconds) = civil_seconds(day, clock) else {
        return fault(input, "a day and time that exist");
    };
    let (rest, zone) = zone(rest)?;
    let east = if let Zone::Logged(east) = zone { i64::from(east) } else { 0 };
    Ok((rest, Time { reading: Instant { seconds: seconds - east, nanos }, digits, zone }))
}

/// ```abnf
/// zone = [SP] (("+" / "-") 2DIGIT [":"] 2DIGIT / zone-name) / ("+" / "-") 2DIGIT / [SP]
/// ```
/// A missing zone is a local wall clock: Python's servers, HAProxy, and
/// Apache formats written with `%{…}t`. A dash that no digit follows begins
/// another field.
pub fn zone(input: &[u8]) -> Read<'_, Zone> {
    let rest = match input {
        // Blanks doubled everywhere, by what a line was copied through.
        [b' ', b' ', b'+' | b'-', _, _, _, _, b']', ..] => &input[2..],
        [b' ', rest @ ..] => rest,
        _ => input,
    };
    let (sign, digits) = match rest {
        [sign @ (b'+' | b'-'), rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => {
            (*sign, rest)
        }
        [b'A'..=b'Z', ..] => return Ok(zone_name(rest).unwrap_or((input, Zone::Local))),
        [b']', ..] => return Ok((rest, Zone::Local)),
        _ => return Ok((input, Zone::Local)),
    };
    let (hours, minutes, rest) = match digits {
        [h1, h2, b':', m1, m2, rest @ ..] | [h1, h2, m1, m2, rest @ ..] if m1.is_ascii_digit() => {
            (two(*h1, *h2), two(*m1, *m2), rest)
        }
        // Hours alone, as PostgreSQL prints them; a space before would make
        // it another field.
        [h1, h2, behind @ ..] if rest.len() == input.len() => (two(*h1, *h2), Some(0), behind),
        _ => return fault(input, "a zone like +0200"),
    };
    match (hours, minutes) {
        (Some(hours), Some(minutes)) if hours < 24 && minutes < 60 => {
            let east = (hours * 3600 + minutes * 60) as i32;
            Ok((rest, Zone::Logged(if sign == b'-' { -east } else { east })))
        }
        _ => fault(input, "a zone like +0200"),
    }
}

/// The zones whose abbreviation is one zone's alone, in hours east of UTC.
/// `EST`, `CST`, `IST`, `BST` and their like are several zones', and say
/// nothing.
const ZONES: [(&[u8], i32); 21] = [
    (b"Z", 0),
    (b"UTC", 0),
    (b"GMT", 0),
    (b"UT", 0),
    (b"WET", 0),
    (b"WEST", 1),
    (b"CET", 1),
    (b"MEZ", 1),
    (b"CEST", 2),
    (b"MESZ", 2),
    (b"EET", 2),
    (b"EEST", 3),
    (b"MSK", 3),
    (b"JST", 9),
    (b"AEST", 10),
    (b"AEDT", 11),
    (b"NZST", 12),
    (b"NZDT", 13),
    (b"EDT", -4),
    (b"MDT", -6),
    (b"PDT", -7),
];

/// A zone by its abbreviation. One of several zones is stepped over where a
/// bracket ends it, and leaves the time local.
fn zone_name(rest: &[u8]) -> Option<(&[u8], Zone)> {
    let end = rest.iter().position(|byte| !byte.is_ascii_uppercase()).unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    if behind.first().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        // Only `Z` may be glued to what follows.
        return None;
    }
    match ZONES.iter().find(|(each, _)| *each == name) {
        Some((_, hours)) => Some((behind, Zone::Logged(hours * 3600))),
        None if (3..=5).contains(&name.len()) && behind.starts_with(b"]") => {
            Some((behind, Zone::Local))
        }
        None => None,
    }
}

/// The fraction of a second as nanoseconds, and its length; digits beyond the
/// ninth are stepped over.
fn fraction(input: &[u8]) -> (&[u8], (u32, u8)) {
    let end = input.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(input.len());
    let kept = end.min(9);
    let digits = &input[..kept];
    let value = digits.iter().fold(0_u32, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    (&input[end..], (value * 10_u32.pow(9 - kept as u32), kept as u8))
}

/// The value of two decimal digits.
pub fn two(high: u8, low: u8) -> Option<u32> {
    (high.is_ascii_digit() && low.is_ascii_digit())
        .then(|| u32::from(high - b'0') * 10 + u32::from(low - b'0'))
}

/// The value of four decimal digits.
fn year_of([a, b, c, d]: [u8; 4]) -> Option<i32> {
    Some((two(a, b)? * 100 + two(c, d)?) as i32)
}

/// The number of an English month name in three letters.
pub fn short_month(name: [u8; 3]) -> Option<u32> {
    const fn word([a, b, c]: [u8; 3]) -> u32 {
        u32::from_le_bytes([a | 0x20, b | 0x20, c | 0x20, 0])
    }
    const MONTHS: [u32; 12] = [
        word(*b"jan"),
        word(*b"feb"),
        word(*b"mar"),
        word(*b"apr"),
        word(*b"may"),
        word(*b"jun"),
        word(*b"jul"),
        word(*b"aug"),
        word(*b"sep"),
        word(*b"oct"),
        word(*b"nov"),
        word(*b"dec"),
    ];
    let name = word(name);
    (1..).zip(MONTHS).find_map(|(number, month)| (month == name).then_some(number))
}

/// Seconds as text (`0.123`, `12`) in microseconds.
pub fn seconds(text: &[u8]) -> Option<u64> {
    let (whole, part) = match memchr(b'.', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b""[..]),
    };
    let whole = number(whole)?;
    if !part.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (_, (nanos, _)) = fraction(part);
    whole.checked_mul(1_000_000)?.checked_add(u64::from(nanos / 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_and_without_a_zone() {
        let check = |text: &str, expected: Option<(&str, Zone)>| {
            let read =
                date(text.as_bytes()).ok().map(|(_, time)| (time.reading.to_string(), time.zone));
            assert_eq!(
                read.as_ref().map(|(text, zone)| (text.as_str(), *zone)),
                expected,
                "{text}"
            );
        };
        check("10/Oct/2000:13:55:36 -0700", Some(("2000-10-10T20:55:36Z", Zone::Logged(-25_200))));
        check(
            "10/Oct/2000:13:55:36.25 +05:30",
            Some(("2000-10-10T08:25:36.25Z", Zone::Logged(19_800))),
        );
        check("10/Oct/2000:13:55:36 -0000", Some(("2000-10-10T13:55:36Z", Zone::Logged(0))));
        check("10/Oct/2000:13:55:36  +0000]", Some(("2000-10-10T13:55:36Z", Zone::Logged(0))));
        check("10/Oct/2000:13:55:36Z", Some(("2000-10-10T13:55:36Z", Zone::Logged(0))));
        check("10/Oct/2000:13:55:36 ]", Some(("2000-10-10T13:55:36Z", Zone::Local)));
        check("10/Oct/2000 13:55:36]", Some(("2000-10-10T13:55:36Z", Zone::Local)));
        check("31/Feb/2000:13:55:36 +0000", None);
        check("10/Oct/2000:13:55:36 CET]", Some(("2000-10-10T12:55:36Z", Zone::Logged(3600))));
        check("10/Oct/2000:13:55:36 IST]", Some(("2000-10-10T13:55:36Z", Zone::Local)));
        check("10/Oct/2000:13:55:36 GET /", Some(("2000-10-10T13:55:36Z", Zone::Local)));
        check("10/Oct/2000:1:55:36 PM +0000", Some(("2000-10-10T13:55:36Z", Zone::Logged(0))));
        check("10/Okt/2000:13:55:36 +0000", None);
        check("10/Oct/2000:24:55:36 +0000", None);
        check("10/Oct/2000:13:55:36 +2500", None);
    }

    #[test]
    fn other_writings_of_time() {
        let read =
            |text: &str| asctime(text.as_bytes()).ok().map(|(_, time)| time.reading.to_string());
        assert_eq!(read("Sun Mar 13 22:49:12 2016").as_deref(), Some("2016-03-13T22:49:12Z"));
        assert_eq!(read("Mon Jan  1 12:00:00 2024").as_deref(), Some("2024-01-01T12:00:00Z"));
        assert_eq!(read("Mon Jan 32 12:00:00 2024"), None);
        let read = |text: &str| epoch(text.as_bytes()).map(|time| time.reading.to_string());
        assert_eq!(read("1525344856.899").as_deref(), Some("2018-05-03T10:54:16.899Z"));
        assert_eq!(read("1525344856").as_deref(), Some("2018-05-03T10:54:16Z"));
        assert_eq!(read("1525344856899000").as_deref(), Some("2018-05-03T10:54:16.899Z"));
        assert_eq!(read("15253x"), None);
    }
}
