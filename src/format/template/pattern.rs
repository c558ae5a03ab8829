//! The two languages in which servers' configurations write a time: C's
//! `strftime` (POSIX; Apache, HAProxy) and Java's `SimpleDateFormat` and
//! `DateTimeFormatter` (Tomcat, Jetty).

use super::clock::Part;

/// Adds a byte of literal text.
fn literal(parts: &mut Vec<Part>, byte: u8) {
    match parts.last_mut() {
        Some(Part::Literal(text)) => text.push(byte),
        _ => parts.push(Part::Literal(vec![byte])),
    }
}

/// The parts of a `strftime` pattern. What we do not know is refused with its
/// offset.
///
/// # Errors
/// The offset of the conversion that is not known.
pub fn strftime(pattern: &[u8]) -> Result<Vec<Part>, usize> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(&byte) = pattern.get(at) {
        if byte != b'%' {
            literal(&mut parts, byte);
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        // `%-d`, `%_d`, `%3N` (GNU), `%Ey` and `%Od` (POSIX).
        while matches!(pattern.get(at), Some(b'-' | b'_' | b'^' | b'#' | b'0'..=b'9' | b'E' | b'O'))
        {
            at += 1;
        }
        let Some(&letter) = pattern.get(at) else { return Err(start) };
        at += 1;
        let nested: Option<&[u8]> = match letter {
            b'c' => Some(b"%a %b %e %H:%M:%S %Y"),
            b'D' | b'x' => Some(b"%m/%d/%y"),
            b'F' => Some(b"%Y-%m-%d"),
            b'r' => Some(b"%I:%M:%S %p"),
            b'R' => Some(b"%H:%M"),
            b'T' | b'X' => Some(b"%H:%M:%S"),
            b'+' => Some(b"%a %b %e %H:%M:%S %Z %Y"),
            _ => None,
        };
        if let Some(nested) = nested {
            for part in strftime(nested)? {
                match part {
                    Part::Literal(text) => text.iter().for_each(|byte| literal(&mut parts, *byte)),
                    part => parts.push(part),
                }
            }
            continue;
        }
        parts.push(match letter {
            b'a' | b'A' => Part::SomeLetters,
            b'b' | b'B' | b'h' => Part::MonthName,
            b'C' => Part::Century,
            b'd' | b'e' => Part::Day,
            b'f' | b'L' | b'N' => Part::Fraction,
            b'g' | b'G' | b'u' | b'U' | b'V' | b'w' | b'W' => Part::SomeDigits,
            b'H' | b'k' => Part::Hour,
            b'I' | b'l' => Part::Hour12,
            b'j' => Part::YearDay,
            b'm' => Part::Month,
            b'M' => Part::Minute,
            b'p' | b'P' => Part::AmPm,
            b's' => Part::Seconds,
            b'S' => Part::Second,
            b'y' => Part::Year2,
            b'Y' => Part::Year,
            b'z' | b'Z' => Part::Zone,
            b'n' | b't' | b'%' => {
                let byte = match letter {
                    b'n' => b'\n',
                    b't' => b'\t',
                    other => other,
                };
                literal(&mut parts, byte);
                continue;
            }
            _ => return Err(start),
        });
    }
    Ok(parts)
}

/// A text in single quotes, in which two of them are one; where it ends.
fn quoted(pattern: &[u8], at: usize, parts: &mut Vec<Part>) -> Option<usize> {
    if pattern.get(at + 1) == Some(&b'\'') {
        literal(parts, b'\'');
        return Some(at + 2);
    }
    let mut at = at + 1;
    loop {
        match &pattern[at..] {
            [b'\'', b'\'', ..] => {
                literal(parts, b'\'');
                at += 2;
            }
            [b'\'', ..] => return Some(at + 1),
            [byte, ..] => {
                literal(parts, *byte);
                at += 1;
            }
            [] => return None,
        }
    }
}

/// The parts of one of Java's patterns: runs of a letter, text in single
/// quotes, and everything else as it stands.
///
/// # Errors
/// The offset of the letter that is not known, or of a quote that is not
/// closed.
pub fn java(pattern: &[u8]) -> Result<Vec<Part>, usize> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(&letter) = pattern.get(at) {
        if letter == b'\'' {
            at = quoted(pattern, at, &mut parts).ok_or(at)?;
            continue;
        }
        if !letter.is_ascii_alphabetic() {
            literal(&mut parts, letter);
            at += 1;
            continue;
        }
        let run = pattern[at..].iter().take_while(|byte| **byte == letter).count();
        parts.push(match (letter, run) {
            (b'a', _) => Part::AmPm,
            (b'd', _) => Part::Day,
            (b'D', _) => Part::YearDay,
            (b'E', _) => Part::SomeLetters,
            (b'h' | b'K', _) => Part::Hour12,
            (b'H' | b'k', _) => Part::Hour,
            (b'm', _) => Part::Minute,
            (b'M' | b'L', 1 | 2) => Part::Month,
            (b'M' | b'L', _) => Part::MonthName,
            (b's', _) => Part::Second,
            (b'S' | b'n', _) => Part::Fraction,
            (b'F' | b'w' | b'W', _) | (b'u', 1) => Part::SomeDigits,
            (b'y' | b'Y' | b'u', 2) => Part::Year2,
            (b'y' | b'Y' | b'u', _) => Part::Year,
            (b'z' | b'Z' | b'X' | b'x' | b'O' | b'V', _) => Part::Zone,
            _ => return Err(at),
        });
        at += run;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::super::clock::{Civil, Clock};
    use super::*;
    use crate::record::Zone;

    #[track_caller]
    fn check(parts: Vec<Part>, text: &str, expected: Option<&str>) {
        let mut civil = Civil::default();
        let read = Clock::Parts(parts).read(text.as_bytes(), &mut civil).ok();
        let time = read.filter(|(rest, ())| rest.is_empty()).and_then(|_| civil.time());
        let shown = time.map(|time| {
            let shown = time.reading.text(time.digits);
            if time.zone == Zone::Local { shown.replace('Z', "") } else { shown }
        });
        assert_eq!(shown.as_deref(), expected, "{text}");
    }

    #[test]
    fn strftime_is_read() {
        let c = |pattern: &str, text, expected| {
            check(strftime(pattern.as_bytes()).unwrap(), text, Some(expected));
        };
        c("%d/%b/%Y:%H:%M:%S %z", "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z");
        c("%Y-%m-%d %T", "2000-10-10 13:55:36", "2000-10-10T13:55:36");
        c("%FT%T%z", "2000-10-10T13:55:36+02:00", "2000-10-10T11:55:36Z");
        c("%FT%TZ", "2000-10-10T13:55:36Z", "2000-10-10T13:55:36");
        c("%a %b %e %r %Z %Y", "Tue Oct  3 01:55:36 PM UTC 2000", "2000-10-03T13:55:36Z");
        c("%A, %d-%B-%y %I%p", "Tuesday, 03-October-70 12AM", "1970-10-03T00:00:00");
        c("%s", "971211336", "2000-10-10T20:55:36Z");
        c("%Y%m%d%H%M%S", "20001010135536", "2000-10-10T13:55:36");
        c("%Y %j %R", "2000 284 13:55", "2000-10-10T13:55:00");
        c("%c", "Tue Oct 10 13:55:36 2000", "2000-10-10T13:55:36");
        c("%F%%%n%T.%3N", "2000-10-10%\n13:55:36.250", "2000-10-10T13:55:36.250");
        check(strftime(b"%F %T").unwrap(), "2000-02-30 13:55:36", None);
        check(strftime(b"%F %T").unwrap(), "2000-02-3x 13:55:36", None);
        assert_eq!(strftime(b"%Y %Q"), Err(3));
        assert_eq!(strftime(b"%Y %"), Err(3));
    }

    #[test]
    fn java_is_read() {
        let c = |pattern: &str, text, expected| {
            check(java(pattern.as_bytes()).unwrap(), text, Some(expected));
        };
        c(
            "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "2000-10-10T13:55:36.250+02:00",
            "2000-10-10T11:55:36.250Z",
        );
        c("dd/MMM/yyyy:HH:mm:ss ZZZ", "10/Oct/2000:13:55:36 +0000", "2000-10-10T13:55:36Z");
        c("EEE, d MMMM yy h:mm:ss a z", "Tue, 3 October 00 1:55:36 PM GMT", "2000-10-03T13:55:36Z");
        c("[yyyy/M/d H 'o''clock']", "[2000/1/3 7 o'clock]", "2000-01-03T07:00:00");
        c("yyyyMMddHHmmss", "20001010135536", "2000-10-10T13:55:36");
        c("yyyy-MM-dd HH:mm:ss", "[2000-10-10 13:55:36]", "2000-10-10T13:55:36");
        assert_eq!(java(b"yyyy b"), Err(5));
        assert_eq!(java(b"yyyy 'b"), Err(5));
    }
}
