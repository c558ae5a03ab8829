//! Finds the date in the name of a rotated file.

use super::calendar::{Date, MONTHS, Style, civil_from_days};

/// A date found in a name, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scanned {
    pub(super) date: Date,
    pub(super) style: Style,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The name is one that an object store gives.
    pub(super) is_store: bool,
    /// The date is one word with what stands before it (`u_ex240131`).
    pub(super) is_glued: bool,
}

/// The names IIS gives: W3C, native, NCSA, and the same in UTF-8. The longest come first.
const IIS: [&str; 6] = ["u_ex", "u_in", "u_nc", "ex", "in", "nc"];

/// Finds the date in a name that has no compression ending any more: the first, unless a plainer style is met first.
pub(super) fn scan(name: &str) -> Option<Scanned> {
    if let Some(found) = IIS.iter().find_map(|prefix| iis(name, prefix)) {
        return Some(found);
    }
    let bytes = name.as_bytes();
    (0..bytes.len()).find_map(|start| {
        let is_word = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
        let is_number =
            bytes[start].is_ascii_digit() && (start == 0 || !bytes[start - 1].is_ascii_digit());
        if is_number {
            parted(name, start).or_else(|| compact(name, start))
        } else if is_word {
            month_name(name, start)
        } else {
            None
        }
    })
}

/// `u_ex240131.log`, `u_ex24013107_x.log`, `u_ex2401.log`.
fn iis(name: &str, prefix: &str) -> Option<Scanned> {
    let rest = name
        .get(..prefix.len())
        .filter(|start| start.eq_ignore_ascii_case(prefix))
        .map(|_| &name[prefix.len()..])?;
    let digits = n_digits(rest, 0);
    let year = 2000 + number(rest, 0, 2)?;
    let (date, style) = match digits {
        4 => (Date::new(year, number(rest, 2, 2)?, 1, None)?, Style::IisMonth),
        6 => (Date::new(year, number(rest, 2, 2)?, number(rest, 4, 2)?, None)?, Style::Iis),
        8 => (
            Date::new(year, number(rest, 2, 2)?, number(rest, 4, 2)?, Some(number(rest, 6, 2)?))?,
            Style::Iis,
        ),
        _ => return None,
    };
    let (start, end) = (prefix.len(), prefix.len() + digits);
    matches!(name.as_bytes().get(end), None | Some(b'.' | b'_')).then_some(Scanned {
        date,
        style,
        start,
        end,
        is_store: false,
        is_glued: true,
    })
}

/// `2024-01-31`, `2024_01_31`, `2024-01-31-07`, `2024-01-31_07-30-00`, `2024-01`.
fn parted(name: &str, start: usize) -> Option<Scanned> {
    let bytes = name.as_bytes();
    let year = number(name, start, 4).filter(|_| n_digits(name, start) == 4)?;
    let c = char_at(name, start + 4).filter(|c| matches!(c, '-' | '_' | '.'))?;
    let month = number(name, start + 5, 2).filter(|_| n_digits(name, start + 5) == 2)?;
    if char_at(name, start + 7) != Some(c) || n_digits(name, start + 8) != 2 {
        let date = Date::new(year, month, 1, None).filter(|_| c != '.')?;
        let is_free = !bytes.get(start + 7).is_some_and(u8::is_ascii_alphanumeric);
        return is_free.then_some(Scanned {
            date,
            style: Style::PartedMonth(c),
            start,
            end: start + 7,
            is_store: false,
            is_glued: false,
        });
    }
    let day = number(name, start + 8, 2)?;
    let mut end = start + 10;
    let scanned = |date, end, before_hour, is_store| {
        Some(Scanned {
            date,
            style: Style::Parted(c, before_hour),
            start,
            end,
            is_store,
            is_glued: false,
        })
    };
    let date = Date::new(year, month, day, None)?;
    // Behind a dot stands a sequence (logback's `%i`), not an hour.
    let Some(before_hour) = char_at(name, end).filter(|c| matches!(c, '-' | '_' | 'T')) else {
        return scanned(date, end, '-', false);
    };
    let hour = number(name, end + 1, 2).filter(|_| n_digits(name, end + 1) == 2);
    let Some(date) = hour.and_then(|hour| Date::new(year, month, day, Some(hour))) else {
        return scanned(date, end, '-', false);
    };
    end += 3;
    let mut is_exact = false;
    for _ in 0..2 {
        if char_at(name, end).is_some_and(|c| matches!(c, '-' | '_' | ':'))
            && n_digits(name, end + 1) == 2
        {
            end += 3;
            is_exact = true;
        }
    }
    let rest = &bytes[end..];
    // S3: `2024-01-31-07-30-00-79A59DF900B949E5`; CloudFront: `E2EXAMPLE.2024-01-31-07.a1b2c3d4`.
    let is_hex = rest.len() == 17 && rest[0] == b'-' && rest[1..].iter().all(u8::is_ascii_hexdigit);
    let is_hash = rest.len() == 9
        && rest[0] == b'.'
        && rest[1..].iter().all(u8::is_ascii_alphanumeric)
        && rest.iter().any(u8::is_ascii_digit);
    // What names a minute follows no step that a name could tell, and is treated like a store's.
    scanned(
        date,
        if is_hex || is_hash { name.len() } else { end },
        before_hour,
        is_hex || is_hash || is_exact,
    )
}

/// `20240131`, `2024013107`, `20240131-073000`, `20240131T0730Z`, `1706659200`.
fn compact(name: &str, start: usize) -> Option<Scanned> {
    let digits = n_digits(name, start);
    let mut end = start + digits;
    if let Some(date) = (digits == 10).then(|| number(name, start, 10)).flatten().and_then(epoch) {
        let is_exact = number(name, start, 10).is_some_and(|seconds| seconds % 3600 != 0);
        return Some(Scanned {
            date,
            style: Style::Epoch,
            start,
            end,
            is_store: is_exact,
            is_glued: false,
        });
    }
    let hour = if digits == 10 { Some(number(name, start + 8, 2)?) } else { None };
    let mut date = Date::new(
        number(name, start, 4)?,
        number(name, start + 4, 2)?,
        number(name, start + 6, 2)?,
        hour,
    )
    .filter(|_| matches!(digits, 8 | 10))?;
    let mut is_store = false;
    let n_time = n_digits(name, end + 1);
    if digits == 8
        && char_at(name, end).is_some_and(|c| matches!(c, 'T' | '-' | '_'))
        && matches!(n_time, 4 | 6)
    {
        let is_utc =
            char_at(name, end) == Some('T') && char_at(name, end + 1 + n_time) == Some('Z');
        if is_utc || n_time == 6 {
            date.hour = number(name, end + 1, 2).filter(|hour| *hour < 24).map(|hour| hour as u8);
            end += 1 + n_time + usize::from(is_utc);
            is_store = true;
        }
    }
    if is_store && char_at(name, end).is_some_and(|c| c == '_') {
        end = name.len();
    }
    let is_free = !name.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
    is_free.then_some(Scanned {
        date,
        style: Style::Compact,
        start,
        end,
        is_store,
        is_glued: false,
    })
}

/// `Jan-2024`.
fn month_name(name: &str, start: usize) -> Option<Scanned> {
    let text = name.get(start..start + 3)?;
    let month = MONTHS.iter().position(|month| *month == text)? as u64 + 1;
    let year = number(name, start + 4, 4)
        .filter(|_| char_at(name, start + 3) == Some('-') && n_digits(name, start + 4) == 4)?;
    let date = Date::new(year, month, 1, None)?;
    Some(Scanned {
        date,
        style: Style::MonthName,
        start,
        end: start + 8,
        is_store: false,
        is_glued: false,
    })
}

/// Ten digits that are seconds of this age: the years 2001 to 2033, which no date in ten digits can be.
fn epoch(seconds: u64) -> Option<Date> {
    if !(1_000_000_000..1_990_000_000).contains(&seconds) {
        return None;
    }
    let (year, month, day) = civil_from_days((seconds / 86_400) as i64);
    Date::new(year as u64, month as u64, day as u64, Some(seconds / 3600 % 24))
}

fn n_digits(text: &str, start: usize) -> usize {
    text.as_bytes()
        .get(start..)
        .map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

fn number(text: &str, start: usize, length: usize) -> Option<u64> {
    let digits = text.as_bytes().get(start..start + length)?;
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.as_bytes().get(at).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_does_not_exist_is_none() {
        for name in [
            "a-20240230",
            "a-2023-02-29",
            "a-18990101",
            "u_ex241301.log",
            "access.log.2024013124",
            "v1.2024",
            "10.0.20.24",
        ] {
            assert!(scan(name).is_none(), "{name}");
        }
    }
}
