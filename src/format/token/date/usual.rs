//! The date as nearly every server writes it, read all at once: what takes a
//! digit from a line at a time is a good part of reading it.

use super::short_month;
use crate::record::time::civil_seconds;
use crate::record::{Instant, Time, Zone};

/// `usual-date = 2DIGIT "/" month "/" 4DIGIT 3(":" 2DIGIT) SP ("+" / "-") 4DIGIT "]"`:
/// how nearly every server writes it, all of it read at once; what is behind
/// the bracket, and what [`super::date`] reads of the same.
#[inline]
pub(super) fn usual_date(input: &[u8]) -> Option<(&[u8], Time)> {
    let (text, rest) = input.split_first_chunk::<27>()?;
    let word = |at: usize| text[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    // The letters of the month, and the sign of the zone, stand apart.
    let day = pairs(word(0), *b"00/\0\0\0/\0")?;
    let year = pairs(word(7), *b"0000:00:")?;
    let clock = pairs(word(13), *b"0:00:00 ")?;
    let zone = pairs(word(19), *b"0 \x000000]")?;
    let east = match text[21] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let at = |pairs: u64, place: u32| (pairs >> (8 * place) & 0xff) as u32;
    let (hours, minutes) = (at(zone, 3), at(zone, 5));
    if hours > 23 || minutes > 59 {
        return None;
    }
    let month = short_month([text[3], text[4], text[5]])?;
    let day = ((at(year, 0) * 100 + at(year, 2)) as i32, month, at(day, 0));
    let seconds = civil_seconds(day, (at(year, 5), at(clock, 2), at(clock, 5)))?;
    let east = (hours * 3600 + minutes * 60) as i32 * east;
    let reading = Instant { seconds: seconds - i64::from(east), nanos: 0 };
    Some((rest, Time { reading, digits: 0, zone: Zone::Logged(east) }))
}

/// The numbers that pairs of digits are, each where its first digit stood, in
/// eight bytes that look like a sample: a digit where it has a zero, anything
/// where it has a NUL, and else what it has.
#[inline(always)]
fn pairs(text: u64, like: [u8; 8]) -> Option<u64> {
    // Where nothing is known nothing is left, and what is over is over 127.
    let known = like.map(|byte| if byte == 0 { 0 } else { 0xff });
    let most = like.map(|byte| if byte == b'0' { 0x7f - 9 } else { 0x7f });
    let digits = (text ^ u64::from_le_bytes(like)) & u64::from_le_bytes(known);
    let over = (digits & LOW).wrapping_add(u64::from_le_bytes(most)) | digits;
    (over & !LOW == 0).then(|| digits.wrapping_mul(10).wrapping_add(digits >> 8))
}

/// All bits of a byte but the highest, of each of eight.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::token::{bracketed_date, date};
    use proptest::prelude::{prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn the_usual_date_is_read_as_any(
            text in "[0-3/][0-9/]/(Jan|feb|MAR|Sep|Okt|Dec)/[0-9][0-9][0-9][0-9:][: ][0-2][0-9]:[0-6][0-9]\
                     :[0-6][0-9][ .][+-][0-2][0-9:][0-6][0-9][] x]?x?",
        ) {
            if let Some((rest, time)) = usual_date(text.as_bytes()) {
                let behind = [b"]", rest].concat();
                prop_assert_eq!(date(text.as_bytes()), Ok((behind.as_slice(), time)), "{}", text);
            }
        }
    }

    #[test]
    fn the_usual_date_is_usual() {
        for text in ["10/Oct/2000:13:55:36 -0700] x", "29/Feb/2024:23:59:60 +2359]"] {
            let (rest, time) = usual_date(text.as_bytes()).unwrap();
            assert_eq!(bracketed_date(format!("[{text}").as_bytes()), Ok((rest, time)));
            assert_eq!(date(text.as_bytes()).unwrap().1, time);
        }
    }
}
