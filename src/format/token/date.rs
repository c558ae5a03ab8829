//! The bricks of time: the dates of the Common Log Format, ISO 8601, and the
//! odd ones, each with or without a zone.
//!
//! A date is read as it stands. Which moment it was, and what a missing zone
//! means, is not for a brick.

use memchr::memchr;

use super::{Read, fault, number};
use crate::record::time::civil_seconds;
use crate::record::{Instant, Time, Zone};

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
    let day = two(*d1, *d2);
    let year = two(*y1, *y2).zip(two(*y3, *y4)).map(|(high, low)| high * 100 + low);
    let (Some(day), Some(month), Some(year)) = (day, month([*m1, *m2, *m3]), year) else {
        return fault(input, wanted);
    };
    timed((year as i32, month, day), rest)
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
    let year = two(*y1, *y2).zip(two(*y3, *y4)).map(|(high, low)| high * 100 + low);
    match (year, two(*m1, *m2), two(*d1, *d2)) {
        (Some(year), Some(month), Some(day)) => Ok((rest, (year as i32, month, day))),
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
    let year = two(*y1, *y2).zip(two(*y3, *y4)).map(|(high, low)| high * 100 + low);
    match (year, two(*m1, *m2), two(*d1, *d2)) {
        (Some(year), Some(month), Some(day)) => timed((year as i32, month, day), rest),
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
    let year = two(*y1, *y2).zip(two(*y3, *y4)).map(|(high, low)| high * 100 + low);
    let (Some(day), Some(month), Some(year)) = (day, month([*m1, *m2, *m3]), year) else {
        return fault(input, wanted);
    };
    match civil_seconds((year as i32, month, day), clock) {
        Some(seconds) => {
            let reading = Instant { seconds, nanos };
            Ok((rest, Time { reading, digits, zone: Zone::Local }))
        }
        None => fault(input, "a day and time that exist"),
    }
}

/// `epoch = 1*DIGIT ["." 1*DIGIT]`: a whole text as seconds since 1970, UTC.
pub fn epoch(text: &[u8]) -> Option<Time> {
    let (whole, part) = match memchr(b'.', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b""[..]),
    };
    let seconds = i64::try_from(number(whole)?).ok()?;
    let (rest, (nanos, digits)) = fraction(part);
    // Year 9999: beyond it no log is, and a date could not be written.
    (rest.is_empty() && seconds < 253_402_300_800).then_some(Time {
        reading: Instant { seconds, nanos },
        digits,
        zone: Zone::Implied,
    })
}

/// `clock = 2DIGIT ":" 2DIGIT ":" 2DIGIT [("." / ",") 1*DIGIT]`: hours,
/// minutes, seconds, nanoseconds and how many digits the fraction has.
pub fn clock(input: &[u8]) -> Read<'_, ((u32, u32, u32), u32, u8)> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = input else {
        return fault(input, "a time of day");
    };
    let (Some(hour), Some(minute), Some(second)) = (two(*h1, *h2), two(*m1, *m2), two(*s1, *s2))
    else {
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
    let (rest, time) = date(inside)?;
    match rest {
        [b']', rest @ ..] => Ok((rest, time)),
        _ => fault(rest, "a closing bracket"),
    }
}

/// The rest of a time behind its day: `clock [zone]`.
fn timed(day: (i32, u32, u32), input: &[u8]) -> Read<'_, Time> {
    let (rest, (clock, nanos, digits)) = clock(input)?;
    let Some(seconds) = civil_seconds(day, clock) else {
        return fault(input, "a day and time that exist");
    };
    let (rest, zone) = zone(rest)?;
    let east = if let Zone::Logged(east) = zone { i64::from(east) } else { 0 };
    Ok((rest, Time { reading: Instant { seconds: seconds - east, nanos }, digits, zone }))
}

/// ```abnf
/// zone = [SP] (("+" / "-") 2DIGIT [":"] 2DIGIT / "Z" / "UTC" / "GMT") / [SP]
/// ```
/// A missing zone is a local wall clock: Python's servers, HAProxy, and
/// Apache formats written with `%{…}t`. A dash that no digit follows begins
/// another field.
pub fn zone(input: &[u8]) -> Read<'_, Zone> {
    let rest = input.strip_prefix(b" ").unwrap_or(input);
    let (sign, rest) = match rest {
        [sign @ (b'+' | b'-'), rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => {
            (*sign, rest)
        }
        [b'Z', rest @ ..] | [b'U', b'T', b'C', rest @ ..] | [b'G', b'M', b'T', rest @ ..] => {
            return Ok((rest, Zone::Logged(0)));
        }
        [b']', ..] => return Ok((rest, Zone::Local)),
        _ => return Ok((input, Zone::Local)),
    };
    let (hours, minutes, rest) = match rest {
        [h1, h2, b':', m1, m2, rest @ ..] | [h1, h2, m1, m2, rest @ ..] => {
            (two(*h1, *h2), two(*m1, *m2), rest)
        }
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

/// The number of an English month name in three letters.
pub fn month(name: [u8; 3]) -> Option<u32> {
    let number = match &name.map(|byte| byte | 0x20) {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    };
    Some(number)
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
        check("10/Oct/2000:13:55:36Z", Some(("2000-10-10T13:55:36Z", Zone::Logged(0))));
        check("10/Oct/2000:13:55:36 ]", Some(("2000-10-10T13:55:36Z", Zone::Local)));
        check("10/Oct/2000 13:55:36]", Some(("2000-10-10T13:55:36Z", Zone::Local)));
        check("31/Feb/2000:13:55:36 +0000", None);
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
        assert_eq!(read("1525344856899000"), None);
        assert_eq!(read("15253x"), None);
    }
}
