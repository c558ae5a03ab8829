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
#[derive(Debug)]
pub struct TextClock {
    /// What stood before the minutes and behind the fraction of the last text.
    before: Vec<u8>,
    behind: Vec<u8>,
    /// How many digits its fraction had.
    n_digits: usize,
    /// Its time as it would be without minutes, seconds and fraction.
    hour: Option<Time>,
    /// Texts that differ from it in digits alone, and how long they are; none
    /// that are longer than a window.
    form: Form,
    length: Option<usize>,
}

impl Default for TextClock {
    fn default() -> TextClock {
        let (before, behind, n_digits, hour, length) = Default::default();
        let form = Form { like: [0; 32], within: [0; 32] };
        TextClock { before, behind, n_digits, hour, form, length }
    }
}

impl TextClock {
    /// The time of a text, which begins a window where there is one, and is read
    /// `slowly` where the hour or the zone is another than before.
    #[inline(always)]
    pub fn read(
        &mut self,
        look: impl Look,
        text: &[u8],
        window: Option<&[u8; 32]>,
        slowly: fn(&[u8]) -> Option<Time>,
    ) -> Option<Time> {
        if let Some(window) = window
            && self.length == Some(text.len())
            && look.fits(window, &self.form)
        {
            let within = seconds(word(window, self.before.len() - 2) & 0x000f_0f00_0f0f_0000);
            let fraction = &text[text.len() - self.behind.len() - self.n_digits..];
            return self.time(within, &fraction[..self.n_digits]);
        }
        self.read_otherwise(text, slowly)
    }

    /// The same of a text in which more than digits may differ.
    #[inline(never)]
    fn read_otherwise(&mut self, text: &[u8], slowly: fn(&[u8]) -> Option<Time>) -> Option<Time> {
        self.length = None;
        // Behind the hour and its colon.
        let at = match text.get(4)? {
            b'-' => b"2000-10-31T20:".len(),
            _ => b"31/Oct/2000:20:".len(),
        };
        let bytes = text.get(at - 3..)?.first_chunk()?;
        let within = within_hour(u64::from_le_bytes(*bytes) >> 8 | 0x20 << 56)?;
        let rest = &text[at + 5..];
        let n_digits = match rest.strip_prefix(b".") {
            Some(rest) => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
            None => 0,
        };
        let (fraction, behind) = match n_digits {
            0 => (&rest[..0], rest),
            _ => (&rest[1..=n_digits], &rest[n_digits + 1..]),
        };
        let had_fraction = self.n_digits > 0;
        let is_same =
            self.before == text[..at] && self.behind == behind && had_fraction == (n_digits > 0);
        self.n_digits = n_digits;
        if !is_same {
            self.before.clear();
            self.before.extend_from_slice(&text[..at]);
            self.behind.clear();
            self.behind.extend_from_slice(behind);
            self.hour = slowly(text);
            let read = self.hour.map(|time| (time.reading.nanos, time.digits));
            let expected = self.time(within, fraction);
            if read != expected.map(|time| (time.reading.nanos, time.digits)) {
                self.hour = None;
            }
            if let Some(time) = &mut self.hour {
                time.reading.seconds -= within;
            }
        }
        let time = self.time(within, fraction)?;
        self.remember(text, at);
        Some(time)
    }

    /// Remembers the form of a text, whose minutes begin at a place.
    fn remember(&mut self, text: &[u8], at: usize) {
        let Form { like, within } = &mut self.form;
        let Some(bytes) = like.get_mut(..text.len()) else { return };
        bytes.copy_from_slice(text);
        within.fill(u8::MAX);
        within[..text.len()].fill(0);
        let fraction = text.len() - self.behind.len() - self.n_digits..;
        let fraction = fraction.take(self.n_digits).map(|at| (at, 9));
        for (at, most) in
            [(at, 5), (at + 1, 9), (at + 3, 5), (at + 4, 9)].into_iter().chain(fraction)
        {
            (like[at], within[at]) = (b'0', most);
        }
        self.length = Some(text.len());
    }

    /// The time of so many seconds within the hour, and a fraction; `None` where
    /// it has more than nine digits.
    #[inline(always)]
    fn time(&self, within: i64, fraction: &[u8]) -> Option<Time> {
        let scale = 10_u64.pow(9_u32.checked_sub(fraction.len() as u32)?);
        let nanos = fraction.iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0')) * scale;
        let mut time = self.hour?;
        time.reading.seconds += within;
        time.reading.nanos = nanos as u32;
        time.digits = fraction.len() as u8;
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
    use crate::source::index::Usual;
    use proptest::prelude::{prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn texts_are_read_as_they_are_slowly(
            texts in proptest::collection::vec(
                "(2000-10-31[T ]|31/Oct/2000:|1/Oct/2000:)(20|7|24):[0-6]?[0-9]:[0-6][0-9]\
                 ([.,][0-9]{0,10})?(Z| ?[+-]01:?00|)[x5]?", 1..8),
        ) {
            let (mut clock, mut without) = (TextClock::default(), TextClock::default());
            for text in texts {
                let padded = format!("{text}{}", "0".repeat(32));
                let window = padded.as_bytes().first_chunk();
                let text = text.as_bytes();
                let time = clock.read(Usual, text, window, json::time);
                if let Some(time) = time {
                    prop_assert_eq!(json::time(text), Some(time), "{}", padded);
                }
                prop_assert_eq!(without.read(Usual, text, None, json::time), time, "{}", padded);
            }
        }
    }

    #[test]
    fn an_hour_is_read_once() {
        let mut clock = TextClock::default();
        let mut read = |text: &[u8], slowly| clock.read(Usual, text, text.first_chunk(), slowly);
        let first = read(b"2000-10-31T20:55:36.5Z", json::time).unwrap();
        let again = read(b"2000-10-31T20:56:36.25Z", |_| None).unwrap();
        assert_eq!(again.reading.seconds - first.reading.seconds, 60);
        assert_eq!((again.reading.nanos, again.digits), (250_000_000, 2));
        assert_eq!(read(b"2000-10-31T21:56:36.25Z", |_| None), None);
    }
}
