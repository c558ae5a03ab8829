//! The dates of lines, read as few times as can be.

use crate::format::token::{self, bracketed_date, iso_day};
use crate::record::time::civil_seconds;
use crate::record::{Time, Zone};
use crate::source::index::{Form, Look};

/// How long `[10/Oct/2000:13:55:36 -0700] ` is.
pub const DATE: usize = 29;

/// Reads dates, and remembers the last day, hour and zone: within an hour only
/// minutes and seconds are read.
#[derive(Debug)]
pub struct Clock {
    /// Dates of the hour and the zone of the last one.
    form: Form,
    /// The instant at which that hour began, in seconds since the epoch.
    hour: i64,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { form: hour_of(b"[01/Jan/1970:00:00:00 +0000] "), hour: 0 }
    }
}

impl Clock {
    /// `[dd/Mon/yyyy:HH:MM:SS ±hhmm] ` in seconds since the epoch; whatever the
    /// last bytes of the window are.
    #[inline(always)]
    pub fn read(&mut self, look: impl Look, date: &[u8; 32]) -> Option<i64> {
        if !look.fits(date, &self.form) {
            self.turn(date.first_chunk()?)?;
        }
        Some(self.hour + seconds(word(date, 14) & 0x000f_0f00_0f0f_0000))
    }

    /// Remembers another hour or zone, which the grammar reads.
    #[cold]
    fn turn(&mut self, date: &[u8; DATE]) -> Option<()> {
        let within = within_hour(word(date, 14))?;
        let (rest, time) = bracketed_date(date).ok()?;
        let plain = rest == b" "
            && date[12] == b':'
            && date[21] == b' '
            && matches!(date[22], b'+' | b'-')
            && matches!(time.zone, Zone::Logged(_))
            && time.digits == 0;
        if !plain {
            return None;
        }
        *self = Clock { form: hour_of(date), hour: time.reading.seconds - within };
        Some(())
    }
}

/// Dates of the same hour: minutes and seconds may be any.
fn hour_of(date: &[u8; DATE]) -> Form {
    let mut form = Form { like: [0; 32], within: [0; 32] };
    form.like[..DATE].copy_from_slice(date);
    form.within[DATE..].fill(u8::MAX);
    for (at, most) in [(16, 5), (17, 9), (19, 5), (20, 9)] {
        (form.like[at], form.within[at]) = (b'0', most);
    }
    form
}

/// How long `2000-10-31` and `2000-10-31 20:55:36` are.
pub const DAY: usize = 10;
pub const ISO: usize = 19;

/// The same for `2000-10-31 20:55:36`, in UTC; whatever stands between day and
/// time.
#[derive(Debug, Default)]
pub struct IsoClock {
    /// `2000-10-31 20:` of the last date, in two words that overlap.
    day: u64,
    hour_text: u64,
    hour: i64,
}

impl IsoClock {
    /// `2000-10-31 20:55:36` in seconds since the epoch.
    #[inline(always)]
    pub fn read(&mut self, date: &[u8; ISO]) -> Option<i64> {
        // The last byte is the last of the seconds; a space is wanted behind it.
        let within = within_hour(word(date, 11) >> 8 | 0x20 << 56)?;
        let (day, hour) = (word(date, 0), word(date, 6));
        if (day ^ self.day) | (hour ^ self.hour_text) != 0 {
            self.turn(date, within)?;
        }
        Some(self.hour + within)
    }

    /// Remembers another hour, which the bricks read.
    #[cold]
    fn turn(&mut self, date: &[u8; ISO], within: i64) -> Option<()> {
        let (day, time) = (iso_day(&date[..DAY]), token::clock(&date[DAY + 1..]));
        let (Ok(([], day)), Ok(([], (clock, _, 0)))) = (day, time) else { return None };
        self.hour = civil_seconds(day, clock)? - within;
        (self.day, self.hour_text) = (word(date, 0), word(date, 6));
        Some(())
    }
}

/// The same for a time in a text of its own, with a fraction and a zone or
/// without: `2000-10-31T20:55:36.123Z`, `31/Oct/2000:20:55:36 +0100`.
#[derive(Debug, Default)]
pub struct TextClock {
    /// What stood before the minutes and behind the fraction of the last text.
    before: Vec<u8>,
    behind: Vec<u8>,
    has_fraction: bool,
    /// Its time as it would be without minutes, seconds and fraction.
    hour: Option<Time>,
}

impl TextClock {
    /// The time of a text, which is read `slowly` where the hour or the zone is
    /// another than before.
    #[inline(always)]
    pub fn read(&mut self, text: &[u8], slowly: fn(&[u8]) -> Option<Time>) -> Option<Time> {
        // Behind the hour and its colon.
        let at = match text.get(4)? {
            b'-' => b"2000-10-31T20:".len(),
            _ => b"31/Oct/2000:20:".len(),
        };
        let bytes = text.get(at - 3..)?.first_chunk()?;
        let within = within_hour(u64::from_le_bytes(*bytes) >> 8 | 0x20 << 56)?;
        let rest = &text[at + 5..];
        let digits = match rest.strip_prefix(b".") {
            Some(rest) => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
            None => 0,
        };
        let (fraction, behind) = match digits {
            0 => (&rest[..0], rest),
            _ => (&rest[1..=digits], &rest[digits + 1..]),
        };
        let scale = 10_u64.pow(9_u32.checked_sub(digits as u32)?);
        let nanos = fraction.iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0')) * scale;
        let is_same =
            self.before == text[..at] && self.behind == behind && self.has_fraction == (digits > 0);
        if !is_same {
            self.before.clear();
            self.before.extend_from_slice(&text[..at]);
            self.behind.clear();
            self.behind.extend_from_slice(behind);
            self.has_fraction = digits > 0;
            self.hour = slowly(text)
                .filter(|time| (time.reading.nanos, time.digits) == (nanos as u32, digits as u8));
            if let Some(time) = &mut self.hour {
                time.reading.seconds -= within;
            }
        }
        let mut time = self.hour?;
        time.reading.seconds += within;
        time.reading.nanos = nanos as u32;
        time.digits = digits as u8;
        Some(time)
    }
}

/// `within-hour = OCTET ":" %x30-35 DIGIT ":" %x30-35 DIGIT SP`: the seconds of
/// its minute and second, all eight bytes looked at together.
#[inline(always)]
fn within_hour(text: u64) -> Option<i64> {
    let digits = (text ^ u64::from_le_bytes(*b"\0:00:00 ")) & !0xff;
    // What is more than 0, 5 or 9 in its place comes to 128 or more; so does
    // what is 128 or more itself, whatever it carries.
    let most = u64::from_le_bytes([0, 0x7f, 0x7a, 0x76, 0x7f, 0x7a, 0x76, 0x7f]);
    if (digits.wrapping_add(most) | digits) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    Some(seconds(digits))
}

/// The seconds of a minute and a second whose digits are in the third and
/// fourth and in the sixth and seventh byte of a word, as values.
#[inline(always)]
fn seconds(digits: u64) -> i64 {
    // Of two digits side by side the number stands where the first did.
    let numbers = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let number = |at: u32| (numbers >> (8 * at) & 0xff) as i64;
    number(2) * 60 + number(5)
}

/// Eight bytes of a date from a place on.
#[inline(always)]
fn word(date: &[u8], at: usize) -> u64 {
    date[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::json;
    use proptest::prelude::{prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn texts_are_read_as_they_are_slowly(
            texts in proptest::collection::vec(
                "(2000-10-31[T ]|31/Oct/2000:|1/Oct/2000:)(20|7|24):[0-6]?[0-9]:[0-6][0-9]\
                 ([.,][0-9]{0,10})?(Z| ?[+-]01:?00|)[x5]?", 1..8),
        ) {
            let mut clock = TextClock::default();
            for text in texts {
                if let Some(time) = clock.read(text.as_bytes(), json::time) {
                    prop_assert_eq!(json::time(text.as_bytes()), Some(time), "{}", text);
                }
            }
        }
    }

    #[test]
    fn an_hour_is_read_once() {
        let mut clock = TextClock::default();
        let first = clock.read(b"2000-10-31T20:55:36.5Z", json::time).unwrap();
        let again = clock.read(b"2000-10-31T20:56:36.25Z", |_| None).unwrap();
        assert_eq!(again.reading.seconds - first.reading.seconds, 60);
        assert_eq!((again.reading.nanos, again.digits), (250_000_000, 2));
        assert_eq!(clock.read(b"2000-10-31T21:56:36.25Z", |_| None), None);
    }
}
