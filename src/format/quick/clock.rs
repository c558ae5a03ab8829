//! The dates of lines, read as few times as can be.

use crate::format::token::{self, bracketed_date, iso_day};
use crate::record::Zone;
use crate::record::time::civil_seconds;

/// How long `[10/Oct/2000:13:55:36 -0700] ` is.
pub const DATE: usize = 29;

/// Reads dates, and remembers the last day, hour and zone: within an hour only
/// minutes and seconds are read.
#[derive(Debug, Default)]
pub struct Clock {
    /// `[dd/Mon/yyyy:HH` of the last date, in two words that overlap, and
    /// ` ±hhmm] `; no date has a word of nothing but zeros. They are no array,
    /// because that is compared by way of memory.
    day: u64,
    hour_text: u64,
    zone: u64,
    /// The instant at which that hour began, in seconds since the epoch.
    hour: i64,
}

impl Clock {
    /// `[dd/Mon/yyyy:HH:MM:SS ±hhmm] ` in seconds since the epoch.
    #[inline(always)]
    pub fn read(&mut self, date: &[u8; DATE]) -> Option<i64> {
        let within = within_hour(word(date, 14))?;
        let (day, hour, zone) = (word(date, 0), word(date, 7), word(date, 21));
        if day != self.day || hour != self.hour_text || zone != self.zone {
            self.turn(date, within)?;
        }
        Some(self.hour + within)
    }

    /// Remembers another hour or zone, which the grammar reads.
    #[cold]
    fn turn(&mut self, date: &[u8; DATE], within: i64) -> Option<()> {
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
        (self.day, self.hour_text, self.zone) = (word(date, 0), word(date, 7), word(date, 21));
        self.hour = time.reading.seconds - within;
        Some(())
    }
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
        if day != self.day || hour != self.hour_text {
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
    let digit = |at: u32| (digits >> (8 * at) & 0xff) as i64;
    Some((digit(2) * 10 + digit(3)) * 60 + digit(5) * 10 + digit(6))
}

/// Eight bytes of a date from a place on.
#[inline(always)]
fn word(date: &[u8], at: usize) -> u64 {
    date[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
