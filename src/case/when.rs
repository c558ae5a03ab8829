//! When, as users write it: times with or without an offset, days, spans.
//!
//! A time without an offset could be hours away from what is meant, so it is
//! refused unless the case says which clock it follows. A day is all of it:
//! its first instant as a beginning, the first instant of the next day as an
//! end, because windows are half open.

use chrono::{NaiveDate, NaiveDateTime};

use crate::error::Error;
use crate::record::{Instant, WallClock};

/// Reads a bound of a window: RFC 3339 with an offset, or, where `zone` says
/// which clock is meant, a local time or a day. `end` where it is the end of
/// something: of an hour that the clock shows twice the later one, of a day
/// the first instant of the next.
pub fn parse_bound(text: &str, zone: Option<WallClock>, end: bool) -> Result<Instant, Error> {
    bound(text, zone, end).map_err(Error::Question)
}

/// As [`parse_bound`]; the error is the sentence without a place.
pub(super) fn bound(text: &str, zone: Option<WallClock>, end: bool) -> Result<Instant, String> {
    let text = text.trim();
    if let Some(at) = with_offset(text) {
        return Ok(at);
    }
    let (local, is_day) = match (local_time(text), day(text)) {
        (Some(time), _) => (time, false),
        (None, Some(day)) => {
            let day = if end { day.succ_opt() } else { Some(day) };
            let midnight = day.and_then(|day| day.and_hms_opt(0, 0, 0));
            (midnight.ok_or_else(|| unreadable(text))?, true)
        }
        (None, None) => return Err(unreadable(text)),
    };
    let Some(zone) = zone else { return Err(zoneless(text, local, is_day)) };
    let reading = Instant {
        seconds: local.and_utc().timestamp(),
        nanos: local.and_utc().timestamp_subsec_nanos(),
    };
    let first = zone.earliest(reading);
    Ok(if end { latest(zone, reading, first) } else { first })
}

/// The last instant at which a clock shows what it shows at `first`: clocks
/// are put back by half an hour or one, seldom by more.
fn latest(zone: WallClock, reading: Instant, first: Instant) -> Instant {
    let shows = |at: Instant| at.plus_seconds(i64::from(zone.offset_at(at))) == reading;
    let later = [7200, 3600, 1800].map(|seconds| first.plus_seconds(seconds));
    later.into_iter().find(|at| shows(*at)).unwrap_or(first)
}

fn with_offset(text: &str) -> Option<Instant> {
    if let Some(at) = Instant::parse(text) {
        return Some(at);
    }
    // Seconds may be left out, and the offset may be written without its
    // colon, which RFC 3339 does not allow but leaves no doubt.
    let zulu = text.strip_suffix(['Z', 'z']).map(|text| format!("{text}+0000"));
    let text = zulu.as_deref().unwrap_or(text).replacen(' ', "T", 1);
    let forms = ["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%.f%z"];
    let time = forms.iter().find_map(|form| chrono::DateTime::parse_from_str(&text, form).ok())?;
    Some(Instant { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos() })
}

fn local_time(text: &str) -> Option<NaiveDateTime> {
    let text = text.replacen([' ', 't'], "T", 1);
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    forms.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}

fn unreadable(text: &str) -> String {
    format!(
        "\"{text}\" is not a time; write \"2021-06-29T00:00:00Z\", \"2021-06-29T00:00:00+02:00\" or a day such as \"2021-06-29\""
    )
}

fn zoneless(text: &str, local: NaiveDateTime, is_day: bool) -> String {
    let local = local.format("%Y-%m-%dT%H:%M:%S%.f");
    let what = if is_day { "a day in no zone" } else { "a time without an offset" };
    format!(
        "\"{text}\" is {what}, which can be read as \"{local}Z\" (UTC) or, two hours earlier, as \"{local}+02:00\" (such as Europe/Paris in summer); write the one that is meant, or name the clock by --zone or [case] input_zone"
    )
}

/// Reads a span such as `7d`, `1h`, `30m`, `90s` or `1h30m`, in seconds.
pub(super) fn span(text: &str) -> Result<i64, String> {
    let wrong = || {
        format!(
            "\"{text}\" is not a span of time; write a number with its unit: \"7d\", \"1h\", \"30m\" or \"90s\""
        )
    };
    let mut rest = text.trim();
    let mut seconds = 0i64;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(wrong)?;
        let number: i64 = rest[..digits].parse().map_err(|_| wrong())?;
        let mut letters = rest[digits..].chars();
        let unit = match letters.next() {
            Some('w') => 604_800,
            Some('d') => 86_400,
            Some('h') => 3_600,
            Some('m') => 60,
            Some('s') => 1,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(unit).ok_or_else(wrong)?;
        seconds = seconds.checked_add(part).ok_or_else(wrong)?;
        rest = letters.as_str();
    }
    if text.trim().is_empty() { Err(wrong()) } else { Ok(seconds) }
}

/// Refuses an interval that ends before it begins, or where it begins.
pub(super) fn in_order(from: Instant, to: Instant) -> Result<(), String> {
    match from.cmp(&to) {
        std::cmp::Ordering::Less => Ok(()),
        std::cmp::Ordering::Equal => Err(format!(
            "begins and ends at {from}, so it holds no instant; windows are half open, write the first instant after it as its end"
        )),
        std::cmp::Ordering::Greater => Err(format!(
            "ends before it begins: from {from}, to {to}; exchange them or correct one"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_as_meant() {
        let check = |text: &str, zone: Option<&str>, end: bool, expected: &str| {
            let zone = zone.map(|zone| WallClock::parse(zone).unwrap());
            let found = parse_bound(text, zone, end).unwrap().to_string();
            assert_eq!(found, expected, "{text} {zone:?} {end}");
        };
        let paris = Some("Europe/Paris");
        check("2021-06-29T00:00:00Z", None, false, "2021-06-29T00:00:00Z");
        check("2021-06-29 00:00:00+02:00", None, true, "2021-06-28T22:00:00Z");
        check("2021-06-29T00:00Z", paris, false, "2021-06-29T00:00:00Z");
        check("2021-06-29T00:00:00.5+0200", paris, false, "2021-06-28T22:00:00.5Z");
        check("2021-06-29T12:00:00", paris, false, "2021-06-29T10:00:00Z");
        check("2021-06-29 12:00", paris, true, "2021-06-29T10:00:00Z");
        check("2021-06-29", paris, false, "2021-06-28T22:00:00Z");
        check("2021-06-29", paris, true, "2021-06-29T22:00:00Z");
        check("2021-12-31", Some("UTC"), true, "2022-01-01T00:00:00Z");
        // The hour that the clock shows twice.
        check("2021-10-31T02:30:00", paris, false, "2021-10-31T00:30:00Z");
        check("2021-10-31T02:30:00", paris, true, "2021-10-31T01:30:00Z");
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused_with_both() {
        let check = |text: &str, expected: &[&str]| {
            let error = parse_bound(text, None, false).unwrap_err().to_string();
            for part in expected {
                assert!(error.contains(part), "{error}");
            }
        };
        let both = ["2021-06-29T00:00:00Z", "2021-06-29T00:00:00+02:00", "--zone", "input_zone"];
        check("2021-06-29", &both);
        check("2021-06-29T00:00:00", &both);
        check("29/06/2021", &["is not a time"]);
        check("2021-02-29", &["is not a time"]);
        check("12:00", &["is not a time"]);
    }

    #[test]
    fn spans_have_units() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(span(text).ok(), expected, "{text}");
        };
        check("7d", Some(604_800));
        check("1h", Some(3600));
        check("30m", Some(1800));
        check("90s", Some(90));
        check("1h30m", Some(5400));
        check("90", None);
        check("", None);
        check("-1h", None);
        check("h", None);
        check("99999999999999999999d", None);
    }

    #[test]
    fn intervals_hold_at_least_an_instant() {
        assert!(in_order(Instant::at(1), Instant::at(2)).is_ok());
        assert!(in_order(Instant::at(1), Instant::at(1)).unwrap_err().contains("no instant"));
        assert!(in_order(Instant::at(2), Instant::at(1)).unwrap_err().contains("before it begins"));
    }
}
