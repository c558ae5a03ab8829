//! Small readings that several formats share: addresses, instants, hosts and the escapes of a log.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::{Role, SlowRecord};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The canonical text of an IP address written in any of the ways logs write one.
///
/// Accepted are a port, brackets, a zone, and a port glued to a bare IPv6 address as AWS load balancers write
/// it; the last is only tried when the whole is no address, and only behind all eight groups, as behind `::` a
/// port looks like a group. `[ip](link)` is what a copy through a chat or an issue tracker makes of an address.
pub fn ip(text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '\t']);
    if let Some(inner) = text.strip_prefix('[') {
        let (inside, after) = inner.split_once(']')?;
        return if after.is_empty() || is_port(after) || after.starts_with('(') {
            ip(inside)
        } else {
            None
        };
    }
    let without_zone = match text.split_once('%') {
        Some((before, zone)) if before.contains(':') && !zone.is_empty() => before,
        _ => text,
    };
    if let Ok(address) = without_zone.parse::<IpAddr>() {
        return Some(address.to_canonical().to_string());
    }
    let (before, after) = without_zone.rsplit_once(':')?;
    if !is_port(&format!(":{after}")) || !matches!(before.split(':').count(), 1 | 8) {
        return None;
    }
    let address = before.parse::<IpAddr>().ok()?;
    Some(address.to_canonical().to_string())
}

/// Whether this is a colon and a port.
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some(digits) => {
            !digits.is_empty()
                && digits.bytes().all(|b| b.is_ascii_digit())
                && digits.parse::<u16>().is_ok()
        }
        None => false,
    }
}

/// Adds what one place for addresses holds, element by element: an address, or else a name. Quotes of either
/// kind round the list or round one address are no part of it.
pub fn add_addresses(record: &mut SlowRecord, role: Role, list: &str) {
    for element in list.split(',') {
        let element = element.trim_matches([' ', '\t', '"', '\'']);
        if element.is_empty() || element == "-" {
            continue;
        }
        let text = ip(element).unwrap_or_else(|| element.to_lowercase());
        if !record.addresses.contains(&(role, text.clone())) {
            record.addresses.push((role, text));
        }
    }
}

/// Whether a comma list holds at least one IP address.
pub fn holds_ip(list: &str) -> bool {
    list.split(',').any(|element| ip(element).is_some())
}

/// Whether a word can only be a host name: letters, digits, hyphens and dots, ending in a label of letters.
///
/// The last label keeps `TLSv1.2`, `0.050` and addresses out; a host without a dot is not recognised.
pub fn is_host_name(word: &str) -> bool {
    let name = without_port(word);
    let labels: Vec<&str> = name.split('.').collect();
    let last = labels[labels.len() - 1];
    labels.len() >= 2
        && last.len() >= 2
        && (last.bytes().all(|b| b.is_ascii_alphabetic()) || last.starts_with("xn--"))
        && labels.iter().all(|label| !label.is_empty())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || b == b'_')
}

/// A host in lower case, without its port; `None` for what stands for no host.
pub fn host(word: &str) -> Option<String> {
    let name = without_port(word);
    if name.is_empty() || name == "-" || name == "_" { None } else { Some(name.to_lowercase()) }
}

fn without_port(word: &str) -> &str {
    match word.rfind(':') {
        Some(at)
            if is_port(&word[at..]) && (!word[..at].contains(':') || word[..at].ends_with(']')) =>
        {
            &word[..at]
        }
        _ => word,
    }
}

/// The text of a field, or `None` when it is empty or `-`.
pub fn present(field: &[u8]) -> Option<&[u8]> {
    if field.is_empty() || field == b"-" { None } else { Some(field) }
}

/// Undoes the escapes of Apache (`\"`, `\\`, C escapes, `\xhh`) and of nginx (`\xHH`).
///
/// A backslash before anything else is kept, as old servers that escape nothing wrote it.
pub fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut at = 0;
    while at < field.len() {
        let next = if field[at] == b'\\' { field.get(at + 1).copied() } else { None };
        let single = match next {
            Some(b'"') => Some(b'"'),
            Some(b'\\') => Some(b'\\'),
            Some(b'b') => Some(0x08),
            Some(b'f') => Some(0x0C),
            Some(b'n') => Some(b'\n'),
            Some(b'r') => Some(b'\r'),
            Some(b't') => Some(b'\t'),
            Some(b'v') => Some(0x0B),
            _ => None,
        };
        if let Some(byte) = single {
            plain.push(byte);
            at += 2;
        } else if let (Some(b'x'), Some(byte)) = (next, hex_pair(field, at + 2)) {
            plain.push(byte);
            at += 4;
        } else {
            plain.push(field[at]);
            at += 1;
        }
    }
    plain
}

/// The byte that two hexadecimal digits at `at` write.
pub fn hex_pair(text: &[u8], at: usize) -> Option<u8> {
    let high = (*text.get(at)? as char).to_digit(16)?;
    let low = (*text.get(at + 1)? as char).to_digit(16)?;
    Some((high * 16 + low) as u8)
}

/// The instant of a date and time: `None` when it is none, `Some(None)` when it does not say its zone.
///
/// Read are `10/Oct/2000:13:55:36 -0700` (Common Log; Python's server writes a space for the first colon),
/// `06/10/2021:11:19:31 -0000` (cPanel, month first) and ISO 8601, each with an optional fraction, which is
/// dropped, and an optional zone. A month's name means that month in any letter case.
pub fn instant(text: &str) -> Option<Option<i64>> {
    let text = &usual(text.trim());
    if !text.is_ascii() || text.len() < 19 {
        return None;
    }
    let (day, month, year, clock) = if text.as_bytes()[4] == b'-' {
        let date: Vec<&str> = text[..10].split('-').collect();
        if date.len() != 3 || !matches!(text.as_bytes()[10], b'T' | b' ') {
            return None;
        }
        (number(date[2], 2)?, number(date[1], 2)?, number(date[0], 4)?, &text[11..])
    } else {
        let (date, clock) = text.split_once([':', ' '])?;
        let date: Vec<&str> = date.split('/').collect();
        if date.len() != 3 {
            return None;
        }
        match MONTHS.iter().position(|name| name.eq_ignore_ascii_case(date[1])) {
            Some(month) => (number(date[0], 2)?, month as i64 + 1, number(date[2], 4)?, clock),
            None => (number(date[1], 2)?, number(date[0], 2)?, number(date[2], 4)?, clock),
        }
    };
    let seconds = seconds_of_day(clock.get(..8)?)?;
    let mut rest = &clock[8..];
    if rest.starts_with('.') || rest.starts_with(',') {
        let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        rest = &rest[1 + digits..];
    }
    let local = days_since_1970(year, month, day)? * 86_400 + seconds;
    match rest.trim() {
        "" => Some(None),
        zone => Some(Some(local - zone_seconds(zone)?)),
    }
}

/// A date with other marks between its parts, without a zero before its day or hour, or with a month of
/// another language, as Common Log writes it; any other text as it is.
fn usual(text: &str) -> String {
    static SHAPE: LazyLock<regex::Regex> = LazyLock::new(|| {
        let shape = r"^(\d\d?)[/ -]([^/ -]{3,12})[/ -](\d{4})[: T](\d\d?)(:\d\d:\d\d.*)$";
        regex::Regex::new(shape).unwrap()
    });
    let Some(found) = SHAPE.captures(text) else { return text.to_string() };
    let month = match found[2].to_lowercase().as_str() {
        "okt" | "ott" | "out" => "Oct",
        _ => &found[2],
    };
    format!("{:0>2}/{month}/{}:{:0>2}{}", &found[1], &found[3], &found[4], &found[5])
}

/// The seconds of a `HH:MM:SS`; a leap second is allowed.
fn seconds_of_day(clock: &str) -> Option<i64> {
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() != 3 {
        return None;
    }
    let (hour, minute, second) = (number(parts[0], 2)?, number(parts[1], 2)?, number(parts[2], 2)?);
    if hour > 23 || minute > 59 || second > 60 {
        None
    } else {
        Some(hour * 3600 + minute * 60 + second)
    }
}

/// The seconds east of UTC of `Z`, `+hhmm` or `+hh:mm`.
fn zone_seconds(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = zone[1..].replace(':', "");
    let hhmm = number(&digits, 4)?;
    if hhmm / 100 > 23 || hhmm % 100 > 59 {
        None
    } else {
        Some(sign * (hhmm / 100 * 3600 + hhmm % 100 * 60))
    }
}

/// A number of exactly this many digits.
fn number(digits: &str, width: usize) -> Option<i64> {
    if digits.len() != width || !digits.bytes().all(|b| b.is_ascii_digit()) {
        None
    } else {
        digits.parse().ok()
    }
}

/// Counts the days of the years and months before, one by one, in the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 || day > days_of_month(year, month) {
        return None;
    }
    let length = |year: i64| if is_leap(year) { 366 } else { 365 };
    let years = (1970..year).map(length).sum::<i64>() - (year..1970).map(length).sum::<i64>();
    let months: i64 = (1..month).map(|before| days_of_month(year, before)).sum();
    Some(years + months + day - 1)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
