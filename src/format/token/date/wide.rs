//! The writings of time that servers use where an operator, a language or a
//! C library chose one: `%{…}t` with any pattern of `strftime`, Java's locales,
//! the dates of HTTP headers, epochs.
//!
//! These are tried where the usual writing of a format does not stand. Each is
//! read only if it cannot mean two dates: a day and a month in digits, parted
//! by slashes, are left to the format that knows their order.

use super::{
    clock, date_without_year, epoch, fraction, iso, placed, short_month, timed, two, year_of, zone,
};
use crate::format::token::{Read, fault, number};
use crate::record::Time;

/// `bracketed-time = "[" any "]"`
pub fn bracketed_time(input: &[u8]) -> Read<'_, Time> {
    let [b'[', inside @ ..] = input else { return fault(input, "a date in brackets") };
    let (rest, time) = any(inside)?;
    match rest {
        [b']', rest @ ..] => Ok((rest, time)),
        _ => fault(rest, "a closing bracket"),
    }
}

/// ```abnf
/// any = loose / iso / basic / dotted / http-date / c-time / spelt / date-without-year /
///       long-epoch
/// ```
pub fn any(input: &[u8]) -> Read<'_, Time> {
    match input {
        [b'0'..=b'9', ..] => loose(input)
            .or_else(|_| iso(input))
            .or_else(|_| basic(input))
            .or_else(|_| dotted(input))
            .or_else(|_| long_epoch(input)),
        [b'A'..=b'Z' | b'a'..=b'z', ..] => http_date(input)
            .or_else(|_| c_time(input))
            .or_else(|_| spelt(input))
            .or_else(|_| date_without_year(input)),
        _ => fault(input, "a date"),
    }
}

/// ```abnf
/// loose = 1*2DIGIT ("/" / "-" / SP) name ("/" / "-" / SP) 4DIGIT (":" / SP / "T")
///         1*2DIGIT ":" 2DIGIT ":" 2DIGIT [("." / ",") 1*DIGIT] [[SP] ("AM" / "PM")] [zone]
/// name  = 3*12OCTET                 ; a month in a language of Western Europe
/// ```
/// Java writes months in the language of its host, shortened or whole, with or
/// without a point, in UTF-8 or Latin-1: `août`, `déc.`, `Mai`.
pub fn loose(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like 10/Oct/2000:13:55:36 -0700";
    let part = |byte: &u8| matches!(byte, b'/' | b'-' | b' ');
    let Some((day, [first, rest @ ..])) = small(input) else { return fault(input, wanted) };
    let Some(end) = rest.iter().take(LONGEST + 1).position(part) else {
        return fault(input, wanted);
    };
    let (name, rest) = rest.split_at(end);
    let (Some(month), true, [_, y1, y2, y3, y4, b':' | b' ' | b'T', rest @ ..]) =
        (named_month(name), part(first), rest)
    else {
        return fault(input, wanted);
    };
    match year_of([*y1, *y2, *y3, *y4]) {
        Some(year) => timed((year, month, day), rest),
        None => fault(input, wanted),
    }
}

/// The longest name of a month with its point, `septiembre.`, in bytes.
const LONGEST: usize = 12;

/// `basic = 8DIGIT "T" 6DIGIT [("." / ",") 1*DIGIT] [zone]`: ISO 8601's basic
/// form.
fn basic(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like 20001010T135536Z";
    let [y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, rest @ ..] = input else {
        return fault(input, wanted);
    };
    let day = year_of([*y1, *y2, *y3, *y4]).zip(two(*m1, *m2)).zip(two(*d1, *d2));
    let clock = two(*h1, *h2).zip(two(*n1, *n2)).zip(two(*s1, *s2));
    let Some((((year, month), day), ((hour, minute), second))) = day.zip(clock) else {
        return fault(input, wanted);
    };
    let (rest, (nanos, digits)) = match rest {
        [b'.' | b',', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
            fraction(digits)
        }
        _ => (rest, (0, 0)),
    };
    placed((year, month, day), ((hour, minute, second), nanos, digits), rest, input)
}

/// `dotted = 1*2DIGIT "." 1*2DIGIT "." 4DIGIT (SP / ":" / "T") clock [zone]`:
/// the day first, as everywhere where dates have dots.
fn dotted(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like 10.10.2000 13:55:36";
    let Some((day, [b'.', rest @ ..])) = small(input) else { return fault(input, wanted) };
    let Some((month, [b'.', y1, y2, y3, y4, b' ' | b':' | b'T', rest @ ..])) = small(rest) else {
        return fault(input, wanted);
    };
    match year_of([*y1, *y2, *y3, *y4]) {
        Some(year) => timed((year, month, day), rest),
        None => fault(input, wanted),
    }
}

/// ```abnf
/// http-date = 3*9ALPHA "," SP 1*2DIGIT (SP / "-") month (SP / "-") (4DIGIT / 2DIGIT) SP
///             clock [zone]
/// ```
/// RFC 1123 and RFC 850: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT`. Two digits of a year are POSIX's: 69 and
/// more are of the last century.
fn http_date(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like Sun, 06 Nov 1994 08:49:37 GMT";
    let letters = input.iter().take(10).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let [b',', b' ', rest @ ..] = &input[letters..] else { return fault(input, wanted) };
    let Some((day, [b' ' | b'-', m1, m2, m3, b' ' | b'-', rest @ ..])) = small(rest) else {
        return fault(input, wanted);
    };
    let (year, rest) = match rest {
        [y1, y2, y3, y4, b' ', rest @ ..] => (year_of([*y1, *y2, *y3, *y4]), rest),
        [y1, y2, b' ', rest @ ..] => {
            let year = two(*y1, *y2).map(|year| if year < 69 { 2000 + year } else { 1900 + year });
            (year.map(|year| year as i32), rest)
        }
        _ => return fault(input, wanted),
    };
    match (year, short_month([*m1, *m2, *m3])) {
        (Some(year), Some(month)) => timed((year, month, day), rest),
        _ => fault(input, wanted),
    }
}

/// ```abnf
/// c-time = 3ALPHA SP month SP [SP] 1*2DIGIT SP clock [zone] SP 4DIGIT
/// ```
/// C's `asctime`, and what `date` and Java's `Date` print.
fn c_time(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like Sun Mar 13 22:49:12 2016";
    let [_, _, _, b' ', m1, m2, m3, b' ', rest @ ..] = input else { return fault(input, wanted) };
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let Some((day, [b' ', clock_at @ ..])) = small(rest) else { return fault(input, wanted) };
    let (zone_at, clock) = clock(clock_at)?;
    let (rest, _) = zone(zone_at)?;
    let [b' ', y1, y2, y3, y4, behind @ ..] = rest else { return fault(rest, "a year") };
    match (year_of([*y1, *y2, *y3, *y4]), short_month([*m1, *m2, *m3])) {
        (Some(year), Some(month)) => {
            // The zone stands before the year.
            let between = &zone_at[..zone_at.len() - rest.len()];
            let (_, time) = placed((year, month, day), clock, between, input)?;
            Ok((behind, time))
        }
        _ => fault(input, wanted),
    }
}

/// ```abnf
/// spelt = name SP 1*2DIGIT ["," ] SP 4DIGIT [","] SP clock [[SP] ("AM" / "PM")] [zone]
/// ```
/// As an American spells it, `October 11, 2019 13:27:44`: PHP's `F d, Y H:i:s`.
fn spelt(input: &[u8]) -> Read<'_, Time> {
    let wanted = "a date like October 11, 2019 13:27:44";
    let Some(end) = input.iter().take(LONGEST + 1).position(|byte| *byte == b' ') else {
        return fault(input, wanted);
    };
    let Some((day, rest)) = small(&input[end + 1..]) else { return fault(input, wanted) };
    let [b' ', y1, y2, y3, y4, rest @ ..] = rest.strip_prefix(b",").unwrap_or(rest) else {
        return fault(input, wanted);
    };
    let (year, month) = (year_of([*y1, *y2, *y3, *y4]), named_month(&input[..end]));
    match (year, month, rest.strip_prefix(b",").unwrap_or(rest)) {
        (Some(year), Some(month), [b' ', rest @ ..]) => timed((year, month, day), rest),
        _ => fault(input, wanted),
    }
}

/// `long-epoch = 10*19DIGIT ["." 1*DIGIT]`: seconds and finer units since 1970,
/// of 2001 and later; fewer digits may be any number.
fn long_epoch(input: &[u8]) -> Read<'_, Time> {
    let end = input.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.'));
    let (text, rest) = input.split_at(end.unwrap_or(input.len()));
    let whole = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    match epoch(text) {
        Some(time) if whole >= 10 => Ok((rest, time)),
        _ => fault(input, "seconds since 1970"),
    }
}

/// One or two digits, and what is behind them.
fn small(input: &[u8]) -> Option<(u32, &[u8])> {
    let digits = input.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    let value = number(&input[..digits])?;
    Some((u32::try_from(value).ok()?, &input[digits..]))
}

/// The number of a month by its name, shortened or whole, in Dutch, English,
/// French, German, Italian, Portuguese or Spanish. Accents are dropped first,
/// so that UTF-8 and Latin-1 are the same; no two of these languages give one
/// beginning to two months.
fn named_month(name: &[u8]) -> Option<u32> {
    let name = name.strip_suffix(b".").unwrap_or(name);
    let mut plain = [0_u8; LONGEST];
    let mut length = 0;
    let mut rest = name;
    while let [first, behind @ ..] = rest {
        let (code, behind) = match (first, behind) {
            // A letter of Latin-1 in UTF-8.
            (0xc3, [low @ 0x80..=0xbf, behind @ ..]) => (low | 0x40, behind),
            _ => (*first, behind),
        };
        let letter = match (code, &plain[..length]) {
            (b'A'..=b'Z' | b'a'..=b'z', _) => code | 0x20,
            (0xc4 | 0xe4, b"m") => b'a',
            (0xc7 | 0xe7, b"mar") => b'c',
            (0xc9 | 0xe9, b"f" | b"d") => b'e',
            (0xdb | 0xfb, b"ao") => b'u',
            _ => return None,
        };
        *plain.get_mut(length)? = letter;
        length += 1;
        rest = behind;
    }
    match plain.get(..3).filter(|_| length >= 3)? {
        b"ene" | b"gen" | b"jan" => Some(1),
        b"feb" | b"fev" => Some(2),
        b"mar" | b"mrt" | b"mrz" | b"maa" => Some(3),
        b"abr" | b"apr" | b"avr" => Some(4),
        b"mag" | b"mai" | b"may" | b"mei" => Some(5),
        b"giu" | b"jun" => Some(6),
        // French has both in one beginning.
        b"jui" if plain[3] == b'n' => Some(6),
        b"jui" if plain[3] == b'l' => Some(7),
        b"jul" | b"lug" => Some(7),
        b"ago" | b"aou" | b"aug" => Some(8),
        b"sep" | b"set" => Some(9),
        b"oct" | b"okt" | b"ott" | b"out" => Some(10),
        b"nov" => Some(11),
        b"dec" | b"dez" | b"dic" => Some(12),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Zone;

    fn check(text: &[u8], expected: Option<&str>) {
        let read = any(text).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, time)| {
            let text = time.reading.text(time.digits);
            if time.zone == Zone::Local { text.trim_end_matches('Z').to_owned() } else { text }
        });
        assert_eq!(read.as_deref(), expected, "{}", String::from_utf8_lossy(text));
    }

    #[test]
    fn months_are_named_in_many_languages() {
        check("10/août/2018:09:45:56 +0200".as_bytes(), Some("2018-08-10T07:45:56Z"));
        check(b"10/ao\xfbt/2018:09:45:56 +0200", Some("2018-08-10T07:45:56Z"));
        check("1/déc./2018:9:45:56".as_bytes(), Some("2018-12-01T09:45:56"));
        check(b"01/F\xe9vr./2018:09:45:56 Z", Some("2018-02-01T09:45:56Z"));
        check("03/März/2018:09:45:56 +0100".as_bytes(), Some("2018-03-03T08:45:56Z"));
        check(b"03/M\xe4r/2018:09:45:56 +0100", Some("2018-03-03T08:45:56Z"));
        check("03/março/2018:09:45:56 +0000".as_bytes(), Some("2018-03-03T09:45:56Z"));
        for (text, month) in [
            ("juin", 6),
            ("juil.", 7),
            ("mrt", 3),
            ("ene", 1),
            ("giu", 6),
            ("dez", 12),
            ("septiembre", 9),
            ("mei", 5),
            ("out", 10),
            ("lug", 7),
            ("AOÛT", 8),
            ("DÉCEMBRE", 12),
        ] {
            assert_eq!(named_month(text.as_bytes()), Some(month), "{text}");
        }
        for text in ["", "xyz", "ja", "jui", "\u{e9}", "januaryjanuary"] {
            assert_eq!(named_month(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn every_writing_of_time_is_read() {
        let october = Some("2018-10-10T07:45:56Z");
        check(b"10/Oct/2018:09:45:56 +0200", october);
        check(b"October 10, 2018 09:45:56 +0200", october);
        check(b"Oct 10, 2018, 9:45:56 AM+02", october);
        check(b"October 32, 2018 09:45:56", None);
        check(b"10/Okt./2018:09:45:56 +02:00", october);
        check(b"10-Oct-2018 9:45:56 +02", None);
        check(b"10-Oct-2018 9:45:56+02", october);
        check(b"10/ottobre/2018:09:45:56 CEST", october);
        check(b"10/Oct/2018:09:45:56 EST", None);
        check(b"10/Oct/2018:09:45:56 PM +0200", Some("2018-10-10T19:45:56Z"));
        check(b"10/Oct/2018 12:45:56 AM", Some("2018-10-10T00:45:56"));
        check(b"10/Oct/2018 13:45:56 PM", None);
        check(b"2018-10-10T09:45:56,123+0200", Some("2018-10-10T07:45:56.123Z"));
        check(b"2018-10-10 09:45:56.5 PM", Some("2018-10-10T21:45:56.5"));
        check(b"2018-10-10 09:45:56 MESZ", october);
        check(b"20181010T094556+0200", october);
        check(b"20181010T094556.25Z", Some("2018-10-10T09:45:56.25Z"));
        check(b"20181310T094556Z", None);
        check(b"10.10.2018 09:45:56", Some("2018-10-10T09:45:56"));
        check(b"1.2.2018 9:45:56", Some("2018-02-01T09:45:56"));
        check(b"Wed, 10 Oct 2018 07:45:56 GMT", october);
        check(b"Wednesday, 10-Oct-18 07:45:56 GMT", october);
        check(b"Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z"));
        check(b"Wed Oct 10 09:45:56 2018", Some("2018-10-10T09:45:56"));
        check(b"Mon Oct  1 09:45:56.123 CEST 2018", Some("2018-10-01T07:45:56.123Z"));
        check(b"Oct 10 09:45:56", Some("1972-10-10T09:45:56Z"));
        check(b"1539157556", october);
        check(b"1539157556.123", Some("2018-10-10T07:45:56.123Z"));
        check(b"1539157556123", Some("2018-10-10T07:45:56.123Z"));
        check(b"1539157556123.456", Some("2018-10-10T07:45:56.123456Z"));
        check(b"1539157556123456", Some("2018-10-10T07:45:56.123456Z"));
        check(b"1539157556123456789", Some("2018-10-10T07:45:56.123456789Z"));
        check(b"153915755", None);
        check(b"9939157556123456789999", None);
        check(b"10/10/2018:09:45:56 +0200", None);
        check(b"x", None);
        check(b"", None);
    }
}
