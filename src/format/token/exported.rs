//! Times as consoles show them, and so as their exports write them.

use super::date::{clock, short_month, two};
use super::number;
use crate::record::time::civil_seconds;
use crate::record::{Instant, Time, Zone};

/// A whole text as a time that a console writes; its zone is that of whoever
/// looked, unless the name of the column says another.
///
/// ```abnf
/// kibana = month SP 1*2DIGIT "," SP 4DIGIT SP "@" SP clock    ; Jan 31, 2024 @ 12:34:56.789
/// azure  = 1*2DIGIT "/" 1*2DIGIT "/" 4DIGIT [","] SP clock [SP ("AM" / "PM")]   ; month first
/// ```
/// A clock of `azure` may have an hour of one digit.
pub fn exported(text: &[u8]) -> Option<Time> {
    kibana(text).or_else(|| azure(text))
}

fn kibana(text: &[u8]) -> Option<Time> {
    let [m1, m2, m3, b' ', rest @ ..] = text else { return None };
    let month = short_month([*m1, *m2, *m3])?;
    let comma = memchr::memchr(b',', rest.get(..3)?)?;
    let day = u32::try_from(number(&rest[..comma])?).ok()?;
    let [b' ', y1, y2, y3, y4, b' ', b'@', b' ', rest @ ..] = &rest[comma + 1..] else {
        return None;
    };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let (rest, (clock, nanos, digits)) = clock(rest).ok()?;
    rest.is_empty().then(|| local((year, month, day), clock, nanos, digits)).flatten()
}

fn azure(text: &[u8]) -> Option<Time> {
    let mut parts = text.splitn(3, |byte| *byte == b'/');
    let small = |part: &[u8]| number(part).filter(|_| part.len() <= 2);
    let (month, day) = (small(parts.next()?)?, small(parts.next()?)?);
    let [y1, y2, y3, y4, rest @ ..] = parts.next()? else { return None };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let rest = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?;
    let mut padded = [0; 32];
    let short = usize::from(rest.get(1) == Some(&b':'));
    padded[0] = b'0';
    padded.get_mut(short..short + rest.len())?.copy_from_slice(rest);
    let (rest, ((hour, minute, second), nanos, digits)) =
        clock(&padded[..short + rest.len()]).ok()?;
    let hour = match (rest.strip_prefix(b" ").unwrap_or(rest), hour) {
        (b"", hour) => hour,
        (b"AM", hour @ 1..=12) => hour % 12,
        (b"PM", hour @ 1..=12) => hour % 12 + 12,
        _ => return None,
    };
    local((year, month as u32, day as u32), (hour, minute, second), nanos, digits)
}

fn local(
    (year, month, day): (u32, u32, u32),
    clock: (u32, u32, u32),
    nanos: u32,
    digits: u8,
) -> Option<Time> {
    let seconds = civil_seconds((year as i32, month, day), clock)?;
    Some(Time { reading: Instant { seconds, nanos }, digits, zone: Zone::Local })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_consoles_are_read() {
        let check = |text: &str, expected: Option<&str>| {
            let time = exported(text.as_bytes()).map(|time| time.reading.to_string());
            assert_eq!(time.as_deref(), expected, "{text}");
        };
        check("Jan 31, 2024 @ 12:34:56.789", Some("2024-01-31T12:34:56.789Z"));
        check("Feb 1, 2024 @ 02:34:56", Some("2024-02-01T02:34:56Z"));
        check("1/31/2024, 2:34:56.789 PM", Some("2024-01-31T14:34:56.789Z"));
        check("01/31/2024 12:00:00 AM", Some("2024-01-31T00:00:00Z"));
        check("1/31/2024 13:34:56", Some("2024-01-31T13:34:56Z"));
        check("31/1/2024 13:34:56", None);
        check("1/31/2024 13:34:56 PM", None);
        check("Jan 31, 2024", None);
        check("1/31", None);
        check("", None);
    }
}
