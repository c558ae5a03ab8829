//! Amazon CloudFront standard logs, version 1, and version 2 in its W3C form.
//!
//! Directive: the distribution's `Logging { Bucket … }`.
//! Specification:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>.
//!
//! ```abnf
//! header = "#Version:" *OCTET / "#Fields:" 1*(SP name)
//! record = value *(HTAB value) / value *(1*SP value)  ; as many as #Fields names
//! ```
//!
//! * Values are tab-separated; copies often have spaces instead, which is as
//!   good, because CloudFront percent-encodes spaces (before 2019 twice).
//! * A line without a `#Fields` that fits is read in CloudFront's own order if
//!   its first nine values have the shapes of that order. Old logs stop after
//!   12, 15, 18, 19, 23, 24 or 26 columns; 33 are known.
//! * The query has a column of its own, without its question mark; it is joined
//!   again here. The visitor's host is `x-host-header`; `cs(Host)` is the
//!   distribution. A list of forwarded addresses is written `a,%20b`.
//! * Time is UTC and is when the edge had answered. Status `000` is a viewer
//!   who left before that.

use super::quick::{self, Columns};
use super::token::{
    clock, epoch, is_host_name, is_ip, iso_day, number, present, seconds, without_port,
};
use super::{BytesMeaning, Card, Format, Miss, Quick, Sample, Scratch, State, TimeMeaning};
use crate::record::path::hex;
use crate::record::time::civil_seconds;
use crate::record::{Escape, Instant, Range, Record, Request, Role, Time, Zone};

/// The standard log of CloudFront.
pub struct CloudFront;

const FIELDS: &[u8] = b"#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for";

static CARD: Card = Card {
    name: "cloudfront",
    title: "Amazon CloudFront standard log",
    directive: "Logging { Bucket = … }",
    reference: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html",
    grammar: "record = value *(HTAB value) / value *(1*SP value)  ; as many as #Fields names",
    time: TimeMeaning::End,
    zone: "UTC by definition",
    bytes: BytesMeaning::Wire,
    client: "the viewer's peer (c-ip); x-forwarded-for is forwarded",
    folds_case: false,
    best_effort: true,
    samples: &[
        Sample {
            preamble: &[FIELDS],
            line: b"2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0%20(Windows%20NT%2010.0)\tq=1\t-\tHit\tSOX4==\twww.example.com\thttps\t23\t0.001\t203.0.113.9,%20198.51.100.2",
            reads: "peer=192.0.2.100 forwarded=203.0.113.9, 198.51.100.2 time=2019-12-04T21:02:31Z GET /index.html?q=1 200 392 host=www.example.com agent=Mozilla/5.0%20(Windows%20NT%2010.0) took=1000us",
        },
        // As most lines are: no proxy in front of the edge.
        Sample {
            preamble: &[FIELDS],
            line: b"2019-12-04\t21:02:32\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/a.csv\t200\thttps://a.example/\tcurl/8.5\tq=1\t-\tHit\tSOX4==\twww.example.com\thttps\t23\t0.001\t-",
            reads: "peer=192.0.2.100 time=2019-12-04T21:02:32Z GET /a.csv?q=1 200 392 host=www.example.com referer=https://a.example/ agent=curl/8.5 took=1000us",
        },
        // No header, spaces for tabs, and the twelve columns of 2011.
        Sample {
            preamble: &[],
            line: b"2011-05-01 01:02:03 IAD53 0 192.0.2.9 GET d2.cloudfront.net /a%2520b.pdf 000 http://a.example/ curl -",
            reads: "peer=192.0.2.9 time=2011-05-01T01:02:03Z GET /a%2520b.pdf 000 0 host=d2.cloudfront.net referer=http://a.example/ agent=curl",
        },
        // Columns chosen by the customer, version 2.
        Sample {
            preamble: &[b"#Fields: timestamp(ms) x-edge-location c-ip cs-method cs-uri-stem sc-status"],
            line: b"1575493351123\tCDG50-P2\t2001:db8::9\tHEAD\t/a.csv\t403",
            reads: "peer=2001:db8::9 time=2019-12-04T21:02:31.123Z HEAD /a.csv 403",
        },
    ],
    refusals: &[
        FIELDS,
        b"2011-05-01 01:02:03 IAD53 0 192.0.2.9 GET d2.cloudfront.net /a b.pdf 000 - curl -",
        b"2011-05-01 01:02:03 IAD53 0 192.0.2.9 GET d2.cloudfront.net /a.pdf 200 - curl",
        b"2022-03-10 17:26:30 ::1 GET /iisstart.png - 80 - ::1 - - 200 0 0 18",
    ],
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Agent,
    Bytes,
    Client,
    Clock,
    Date,
    Epoch,
    Forwarded,
    Host,
    Method,
    Millis,
    Other,
    Query,
    RangeEnd,
    RangeStart,
    Referer,
    Status,
    Stem,
    Took,
    Version,
    Visited,
}

use Column::{
    Agent, Bytes, Client, Clock, Date, Epoch, Forwarded, Host, Method, Millis, Other, Query,
    RangeEnd, RangeStart, Referer, Status, Stem, Took, Version, Visited,
};

/// The columns by name; a state keeps the places in this table.
static NAMES: [(&str, Column); 20] = [
    ("", Other),
    ("date", Date),
    ("time", Clock),
    ("timestamp", Epoch),
    ("timestamp(ms)", Millis),
    ("sc-bytes", Bytes),
    ("c-ip", Client),
    ("cs-method", Method),
    ("cs(host)", Host),
    ("cs-uri-stem", Stem),
    ("sc-status", Status),
    ("cs(referer)", Referer),
    ("cs(user-agent)", Agent),
    ("cs-uri-query", Query),
    ("x-host-header", Visited),
    ("time-taken", Took),
    ("x-forwarded-for", Forwarded),
    ("cs-protocol-version", Version),
    ("sc-range-start", RangeStart),
    ("sc-range-end", RangeEnd),
];

/// CloudFront's own order, for lines that have lost their head.
static ORDER: [Column; 33] = [
    Date, Clock, Other, Bytes, Client, Method, Host, Stem, Status, Referer, Agent, Query, Other,
    Other, Other, Visited, Other, Other, Took, Forwarded, Other, Other, Other, Version, Other,
    Other, Other, Other, Other, Other, Other, RangeStart, RangeEnd,
];

/// The fewest columns that CloudFront has written.
const FEWEST: usize = 12;
/// More columns than a customer can choose.
const MOST: usize = 96;
/// The mark that the columns of a state are of this format.
const OURS: u8 = b'C';

impl Format for CloudFront {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// `header = "#Fields:" 1*(SP name)`; only a line that
    /// names an edge is ours.
    fn header(&self, state: &mut State, line: &[u8]) -> bool {
        let Some(fields) = line.strip_prefix(b"#Fields:") else { return false };
        if memchr::memmem::find(fields, b"x-edge-").is_none() {
            return false;
        }
        state.header.clear();
        state.header.extend_from_slice(line);
        state.columns.clear();
        state.columns.push(OURS);
        for name in fields.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty()) {
            let is_it = |(known, _): &(&str, _)| known.as_bytes().eq_ignore_ascii_case(name);
            state.columns.push(NAMES.iter().position(is_it).unwrap_or(0) as u8);
        }
        true
    }

    fn read<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        if !line.first().is_some_and(u8::is_ascii_digit) {
            return Err(Miss { at: 0, wanted: "a date or a time" });
        }
        let mut cells = [&b""[..]; MOST];
        let n_cells = cut(line, &mut cells);
        let cells = &cells[..n_cells.min(MOST)];
        let named = match state.columns.as_slice() {
            [OURS, codes @ ..] if codes.len() == n_cells => Some(codes),
            _ => None,
        };
        if let Some(codes) = named {
            let column =
                |place: usize| NAMES.get(usize::from(codes[place])).map_or(Other, |one| one.1);
            return row(column, cells, line, scratch);
        }
        if !(FEWEST..=ORDER.len()).contains(&n_cells) || !is_ours(cells) {
            return Err(Miss { at: 0, wanted: "as many columns as #Fields names" });
        }
        row(|place| ORDER[place], cells, line, scratch)
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(&Columns { of: swept, escape: Escape::None })
    }
}

/// What the columns of a state are to a sweep; none where the time is written
/// otherwise than as day and time.
fn swept(state: &State, into: &mut Vec<quick::Column>) {
    let [OURS, codes @ ..] = state.columns.as_slice() else { return };
    for code in codes.iter().filter(|_| codes.len() <= MOST) {
        into.push(match NAMES.get(usize::from(*code)).map_or(Other, |one| one.1) {
            Bytes => quick::Column::Bytes,
            Client => quick::Column::Client,
            Clock => quick::Column::Time,
            Date => quick::Column::Date,
            Epoch | Millis => return into.clear(),
            Forwarded => quick::Column::Forwarded,
            Method => quick::Column::Method,
            Query => quick::Column::Query,
            Referer => quick::Column::Referer,
            Status => quick::Column::Status,
            Stem => quick::Column::Stem,
            _ => quick::Column::Other,
        });
    }
}

/// Cuts a line at its tabs or, where it has none, at its spaces; answers how
/// many cells there are, even if that is more than fit.
fn cut<'a>(line: &'a [u8], cells: &mut [&'a [u8]; MOST]) -> usize {
    let mut count = 0;
    let mut put = |cell: &'a [u8]| {
        if let Some(slot) = cells.get_mut(count) {
            *slot = cell;
        }
        count += 1;
    };
    if memchr::memchr(b'\t', line).is_some() {
        line.split(|byte| *byte == b'\t').for_each(&mut put);
    } else {
        line.split(|byte| *byte == b' ').filter(|cell| !cell.is_empty()).for_each(&mut put);
    }
    count
}

/// Says whether the first nine cells have the shapes of [`ORDER`].
fn is_ours(cells: &[&[u8]]) -> bool {
    let [date, time, edge, bytes, client, method, host, stem, status, ..] = cells else {
        return false;
    };
    matches!(iso_day(date), Ok(([], _)))
        && matches!(clock(time), Ok(([], _)))
        && matches!(edge, [a, b, c, ..] if [a, b, c].iter().all(|byte| byte.is_ascii_uppercase()))
        && number(bytes).is_some()
        && is_ip(client)
        && method.iter().all(u8::is_ascii_uppercase)
        && is_host_name(host)
        && stem.starts_with(b"/")
        && status.len() == 3
        && number(status).is_some()
}

/// `record = value *(HTAB value)`: `column` says what each is.
fn row<'a>(
    column: impl Fn(usize) -> Column,
    cells: &[&'a [u8]],
    line: &'a [u8],
    scratch: &'a mut Scratch,
) -> Result<Record<'a>, Miss> {
    let mut record = Record::default();
    let (mut method, mut stem, mut query, mut version) = (None, None, None, None);
    let (mut forwarded, mut host, mut day, mut within) = (None, None, None, None);
    let (mut range_start, mut range_end) = (None, None);
    for (place, &cell) in cells.iter().enumerate() {
        let at = (cell.as_ptr() as usize).saturating_sub(line.as_ptr() as usize).min(line.len());
        let miss = |wanted| Miss { at, wanted };
        let cell_or_none = present(cell);
        match column(place) {
            Agent => record.agent = cell_or_none,
            Bytes => {
                record.bytes = number(cell);
                record.no_body = record.bytes == Some(0);
            }
            Client => record.addresses.push(Role::Peer, cell),
            Clock => match clock(cell) {
                Ok(([], clock)) => within = Some(clock),
                _ => return Err(miss("a time like 21:02:31")),
            },
            Date => match iso_day(cell) {
                Ok(([], date)) => day = Some(date),
                _ => return Err(miss("a date like 2019-12-04")),
            },
            Epoch => record.time = Some(epoch(cell).ok_or(miss("seconds since 1970"))?),
            Forwarded => forwarded = cell_or_none,
            Host => host = host.or(cell_or_none),
            Method => method = cell_or_none,
            Millis => record.time = Some(millis(cell).ok_or(miss("milliseconds since 1970"))?),
            Other => {}
            Query => query = cell_or_none,
            RangeEnd => range_end = number(cell),
            RangeStart => range_start = number(cell),
            Referer => record.referer = cell_or_none,
            Status => match number(cell) {
                Some(status) if status < 1000 => record.status = Some(status as u16),
                None if cell == b"-" => {}
                _ => return Err(miss("a status of three digits")),
            },
            Stem => stem = cell_or_none,
            Took => record.took = seconds(cell),
            Version => version = cell_or_none,
            Visited => host = cell_or_none.or(host),
        }
    }
    if let (Some(day), Some((clock, nanos, digits))) = (day, within) {
        let seconds =
            civil_seconds(day, clock).ok_or(Miss { at: 0, wanted: "a day and time that exist" })?;
        record.time =
            Some(Time { reading: Instant { seconds, nanos }, digits, zone: Zone::Implied });
    }
    if record.time.is_none() {
        return Err(Miss { at: 0, wanted: "a column with the time" });
    }
    record.delivery.range = range_start.map(|first| Range { first, last: range_end, whole: None });
    record.host = host.map(without_port);
    let Some(stem) = stem else {
        record.request = Request::Raw(method);
        return Ok(record);
    };
    let into = &mut scratch.bytes;
    into.clear();
    if let Some(query) = query {
        into.extend_from_slice(stem);
        into.push(b'?');
        into.extend_from_slice(query);
    }
    let n_target = into.len();
    if let Some(list) = forwarded {
        decode(list, into);
    }
    let (target, list) = scratch.bytes.split_at(n_target);
    record.addresses.push(Role::Forwarded, list);
    let target = if target.is_empty() { stem } else { target };
    record.request = Request::Line { method: method.unwrap_or(b"-"), target, version };
    Ok(record)
}

/// Milliseconds since 1970 as a time.
fn millis(text: &[u8]) -> Option<Time> {
    let millis = number(text)?;
    let seconds = i64::try_from(millis / 1000).ok()?;
    let reading = Instant { seconds, nanos: (millis % 1000) as u32 * 1_000_000 };
    (seconds < 253_402_300_800).then_some(Time { reading, digits: 3, zone: Zone::Implied })
}

/// Undoes percent-encoding, once or twice.
fn decode(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let escaped = if *first == b'%' { after.strip_prefix(b"25").unwrap_or(after) } else { b"" };
        match escaped {
            [high, low, ..] if hex(*high).is_some() && hex(*low).is_some() => {
                into.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                rest = &escaped[2..];
            }
            _ => {
                into.push(*first);
                rest = after;
            }
        }
    }
}
