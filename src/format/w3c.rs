//! The W3C extended log format, as IIS writes it since version 4 (also
//! Exchange, SharePoint, WSUS, HTTP.sys's `httperr`), and other writers of the
//! same draft: Oracle Web Cache, WebLogic, Blue Coat, Incapsula.
//!
//! Directive: IIS Manager, Logging, format W3C.
//! Specification: <https://www.w3.org/TR/WD-logfile.html>,
//! <https://learn.microsoft.com/windows/win32/http/w3c-logging>.
//!
//! ```abnf
//! header = "#" ("Fields" / "Date" / "Version" / …) ":" *OCTET
//! record = column *(BLANKS column)       ; as many as the last #Fields names
//! column = word / DQUOTE *OCTET DQUOTE
//! ```
//!
//! * `#Fields` is a running state: it comes again after every restart and
//!   every change. A line with another number of columns is read only if it
//!   has, column by column, the shape of what IIS writes, which also serves a
//!   file that has lost its head.
//! * Time is UTC and is when the entry was made, so the end of the request
//!   (`#GMT-Offset`, Oracle's, moves it). Without a date column the day is
//!   `#Date`'s, and a step back of half a day or more is midnight.
//! * A space inside a column is written `+` and cannot be told from a plus.
//!   The path is logged decoded, the query raw; they are joined again here.
//! * A quote begins a quoted column only where the plain cut does not give the
//!   right number of columns: IIS escapes nothing.

use super::quick;
use super::token::{self, clock, iso_day, number, present, without_port};
use super::{BytesMeaning, Card, Format, Miss, Quick, Sample, Scratch, State, TimeMeaning};
use crate::record::time::civil_seconds;
use crate::record::{Ending, Escape, Instant, Record, Request, Role, Time, Zone};

mod columns;
mod headless;

use columns::{Code, Columns, MOST, SHAPES, cut, cut_quoted};

/// The W3C extended log format.
pub struct W3c;

const FIELDS: &[u8] = b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";

static CARD: Card = Card {
    name: "w3c",
    title: "W3C extended: IIS, Exchange, SharePoint, HTTP.sys and others",
    directive: "IIS Manager, Logging, format W3C",
    reference: "https://learn.microsoft.com/windows/win32/http/w3c-logging",
    grammar: "record = column *(BLANKS column)       ; as many as the last #Fields names",
    time: TimeMeaning::End,
    zone: "UTC by definition, unless #GMT-Offset says otherwise",
    bytes: BytesMeaning::Wire,
    client: "the peer (c-ip); columns such as X-Forwarded-For are forwarded",
    folds_case: true,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[b"#Software: Microsoft Internet Information Services 10.0", FIELDS],
            line: b"2022-03-10 17:26:30 ::1 GET /iisstart.png - 80 - ::1 Mozilla/5.0+(Windows+NT+10.0)+like+Gecko http://localhost/ 200 0 0 18",
            reads: "peer=::1 time=2022-03-10T17:26:30Z GET /iisstart.png 200 referer=http://localhost/ agent=Mozilla/5.0+(Windows+NT+10.0)+like+Gecko took=18000us",
        },
        // The same set, its head lost.
        Sample {
            preamble: &[],
            line: b"2018-01-01 08:09:10 127.0.0.1 GET /a q=100 80 CORP\\bob 85.181.35.98 - - 404 0 2 123",
            reads: "peer=85.181.35.98 time=2018-01-01T08:09:10Z GET /a?q=100 404 user=CORP\\bob took=123000us",
        },
        // IIS 6, its head lost.
        Sample {
            preamble: &[],
            line: b"2006-05-01 00:00:13 W3SVC1 10.0.0.1 GET /x.asp - 80 - 203.0.113.4 Mozilla/4.0 200 0 0",
            reads: "peer=203.0.113.4 time=2006-05-01T00:00:13Z GET /x.asp 200 agent=Mozilla/4.0",
        },
        // IIS 8.5 with a custom column, behind a balancer; a host with a port.
        Sample {
            preamble: &[b"#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs-host sc-status sc-bytes X-Forwarded-For"],
            line: b"2019-03-06 18:43:17 GET /export/p.csv id=1&x=%20 10.0.140.2 www.example.com:8443 200 88500 203.0.113.5,+10.0.0.7",
            reads: "peer=10.0.140.2 forwarded=203.0.113.5, 10.0.0.7 time=2019-03-06T18:43:17Z GET /export/p.csv?id=1&x=%20 200 88500 host=www.example.com",
        },
        // No date column, tabs, and HTTP/0.9's five columns of IIS 5.
        Sample {
            preamble: &[b"#Date: 2001-05-02 17:42:15", b"#Fields: time c-ip cs-method cs-uri-stem sc-status"],
            line: b"17:42:15\t172.16.255.255\tGET\t/default.htm\t200",
            reads: "peer=172.16.255.255 time=2001-05-02T17:42:15Z GET /default.htm 200",
        },
        // IIS behind a balancer, its head lost: cookie, sizes and a custom column.
        Sample {
            preamble: &[],
            line: b"2026-07-06 18:36:16 10.177.11.164 POST /apps/a.aspx id=1 443 ann@example.com 10.177.2.242 Mozilla/5.0 a=b;+c=d https://example.com/ 200 0 0 20123 36264 597 203.0.113.10",
            reads: "peer=10.177.2.242 forwarded=203.0.113.10 time=2026-07-06T18:36:16Z POST /apps/a.aspx?id=1 200 20123 user=ann@example.com referer=https://example.com/ agent=Mozilla/5.0 took=597000us",
        },
        // IIS 5, its head lost.
        Sample {
            preamble: &[],
            line: b"2002-05-24 20:18:01 172.224.24.114 - 206.73.118.24 80 GET /Default.htm - 200 7930 248 31 Mozilla/4.0 http://64.224.24.114/",
            reads: "peer=172.224.24.114 time=2002-05-24T20:18:01Z GET /Default.htm 200 7930 referer=http://64.224.24.114/ agent=Mozilla/4.0 took=31000us",
        },
        // IIS Advanced Logging: local time, quotes.
        Sample {
            preamble: &[b"#Fields: date-local time-local s-ip cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs(Host) sc-status TimeTakenMS"],
            line: br#"2012-08-15 17:00:00.363 10.10.28.140 GET /Products/a - "70.95.0.0" "Mozilla/5.0 (X11)" "a.example" 200 109"#,
            reads: "peer=70.95.0.0 time=2012-08-15T17:00:00.363 GET /Products/a 200 host=a.example agent=Mozilla/5.0 (X11) took=109000us",
        },
        // SHOUTcast.
        Sample {
            preamble: &[b"#Fields: c-ip c-dns date time cs-uri-stem c-status cs(User-Agent) sc-bytes x-duration avgbandwidth"],
            line: b"203.0.113.4 203.0.113.4 2015-12-07 10:37:05 /stream?title=A 200 NSPlayer%2F10.0 65580 12 524640",
            reads: "peer=203.0.113.4 time=2015-12-07T10:37:05Z - /stream?title=A 200 65580 agent=NSPlayer%2F10.0 took=12000000us",
        },
        // HTTP.sys's own errors: the request is in one column.
        Sample {
            preamble: &[b"#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename"],
            line: b"2024-01-01 00:00:01 1.2.3.4 5555 10.0.0.1 80 HTTP/1.1 GET /x?y=1 400 - Hostname -",
            reads: "peer=1.2.3.4 time=2024-01-01T00:00:01Z GET /x?y=1 400",
        },
        // The same, its head lost.
        Sample {
            preamble: &[],
            line: b"2024-01-01 00:00:01 1.2.3.4 5555 10.0.0.1 80 HTTP/1.1 GET /x?y=1 400 - Hostname -",
            reads: "peer=1.2.3.4 time=2024-01-01T00:00:01Z GET /x?y=1 400",
        },
        // Blue Coat.
        Sample {
            preamble: &[b"#Fields: date time time-taken c-ip cs-username sc-status cs-method cs-host cs-uri-path cs-uri-query cs(User-Agent) sc-bytes"],
            line: br#"2005-04-12 21:03:45 74603 192.16.170.46 - 503 GET www.yahoo.com / ?q=a "Mozilla/4.0 (compatible; MSIE 6.0)" 1736"#,
            reads: "peer=192.16.170.46 time=2005-04-12T21:03:45Z GET /?q=a 503 1736 host=www.yahoo.com agent=Mozilla/4.0 (compatible; MSIE 6.0) took=74603000us",
        },
        // Incapsula: every column in quotes.
        Sample {
            preamble: &[b"#Fields: date time cs(User-Agent) cs-uri cs-version cs(Referrer) cs-method sc-status s-xff c-ip"],
            line: br#""2017-02-01" "13:00:14" "curl/7 x" "www.example.com/a.csv" "HTTP" "" "GET" "200" "203.0.113.9" "198.51.100.2""#,
            reads: "peer=198.51.100.2 forwarded=203.0.113.9 time=2017-02-01T13:00:14Z GET http://www.example.com/a.csv 200 agent=curl/7 x",
        },
        // Oracle Web Cache: local to an offset.
        Sample {
            preamble: &[b"#GMT-Offset: -0800", b"#Fields: date time c-ip cs-method cs-uri-stem sc-status bytes"],
            line: b"2001-05-02\t17:42:15\t192.0.2.7\tGET\t/a.htm\t200\t512",
            reads: "peer=192.0.2.7 time=2001-05-03T01:42:15Z GET /a.htm 200 512",
        },
    ],
    refusals: &[
        FIELDS,
        b"2022-03-10 17:26:30 ::1 GET /iisstart.png - 80 - ::1 - - 200 0 0",
        b"2022-02-30 17:26:30 ::1 GET /iisstart.png - 80 - ::1 - - 200 0 0 18",
        b"2022-03-10 17:26:30 ::1 GET /iis start.png - 80 - ::1 - - 200 0 0 18",
        b"2022-03-10 17:26:30 a name GET /iisstart.png - 80 - ::1 - - 200 0 0 18",
    ],
};

impl Format for W3c {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// `header = "#" name ":" *OCTET`
    fn header(&self, state: &mut State, line: &[u8]) -> bool {
        let Some((name, value)) = columns::directive(line) else { return false };
        if name.eq_ignore_ascii_case(b"Fields") {
            if columns::is_of_others(value) {
                return false;
            }
            columns::compile(state, value);
            state.header.clear();
            state.header.extend_from_slice(line);
        } else if name.eq_ignore_ascii_case(b"Date") || name.eq_ignore_ascii_case(b"Start-Date") {
            if let Ok((_, day)) = iso_day(value)
                && let Some(seconds) = civil_seconds(day, (0, 0, 0))
            {
                state.day = Some(seconds.div_euclid(86_400));
                columns::forget_clock(state);
            }
        } else if name.eq_ignore_ascii_case(b"GMT-Offset")
            && let Ok((_, Zone::Logged(east))) = token::zone(value)
        {
            columns::set_offset(state, east);
        }
        true
    }

    fn read<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let first = line.first().copied().unwrap_or(b'#');
        if first != b'"' && !first.is_ascii_digit() {
            return Err(Miss { at: 0, wanted: "a date or a time" });
        }
        let mut cells = [&b""[..]; MOST];
        let n_cells = cut(line, &mut cells);
        let Some(columns) = Columns::of(state) else {
            return by_shape(state, &cells[..n_cells.min(MOST)], n_cells, line, scratch);
        };
        let n_columns = columns.len();
        if n_cells != n_columns {
            let n_quoted = cut_quoted(line, &mut cells);
            if n_quoted != n_columns {
                let n_cells = cut(line, &mut cells);
                return by_shape(state, &cells[..n_cells.min(MOST)], n_cells, line, scratch);
            }
        }
        if n_columns > MOST {
            return Err(Miss { at: 0, wanted: "at most 96 columns" });
        }
        row(state, None, &cells[..n_columns], line, scratch)
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(&quick::Columns { of: columns::swept, escape: Escape::Plus })
    }
}

/// A line without a `#Fields` that fits: read where it has the shape of one of
/// IIS's own sets in every column.
fn by_shape<'a>(
    state: &mut State,
    cells: &[&'a [u8]],
    n_cells: usize,
    line: &'a [u8],
    scratch: &'a mut Scratch,
) -> Result<Record<'a>, Miss> {
    let fits = |shape: &&&[Code]| {
        shape.len() == n_cells && shape.iter().zip(cells).all(|(code, cell)| code.fits(cell))
    };
    if let Some(shape) = SHAPES.iter().find(fits) {
        return row(state, Some(shape), cells, line, scratch);
    }
    let mut codes = [Code::Other; MOST];
    match headless::codes(cells, &mut codes) {
        Some(codes) if cells.len() == n_cells => row(state, Some(codes), cells, line, scratch),
        _ => Err(Miss { at: 0, wanted: "as many columns as #Fields names" }),
    }
}

/// The values of one line, as far as they need more than a slice.
#[derive(Default)]
struct Row<'a> {
    day: Option<(i32, u32, u32)>,
    clock: Option<((u32, u32, u32), u32, u8)>,
    method: Option<&'a [u8]>,
    stem: Option<&'a [u8]>,
    query: Option<&'a [u8]>,
    version: Option<&'a [u8]>,
    forwarded: Option<&'a [u8]>,
    peer: Option<&'a [u8]>,
    has_path: bool,
    /// Whether the time is that of the server's zone.
    local: bool,
}

/// `record = column *(BLANKS column)`: `shape` or else the columns of the
/// state say what each is.
fn row<'a>(
    state: &mut State,
    shape: Option<&[Code]>,
    cells: &[&'a [u8]],
    line: &'a [u8],
    scratch: &'a mut Scratch,
) -> Result<Record<'a>, Miss> {
    let mut row = Row::default();
    let mut record = Record { escape: Escape::Plus, ..Record::default() };
    for (place, &cell) in cells.iter().enumerate() {
        let code = match shape {
            Some(shape) => shape.get(place).copied().unwrap_or(Code::Other),
            None => columns::code(state, place),
        };
        let cell = unquoted(cell);
        let at = (cell.as_ptr() as usize).saturating_sub(line.as_ptr() as usize).min(line.len());
        let miss = |wanted| Miss { at, wanted };
        match code {
            Code::Agent => record.agent = present(cell),
            Code::Bytes => record.bytes = number(cell),
            Code::Client => row.peer = present(cell),
            Code::Date => match iso_day(cell) {
                Ok(([], day)) => row.day = Some(day),
                _ => return Err(miss("a date like 2018-01-31")),
            },
            Code::Forwarded => row.forwarded = row.forwarded.or(present(cell)),
            Code::Host => record.host = present(cell).map(without_port),
            Code::Method => row.method = present(cell),
            Code::Query => row.query = present(cell),
            Code::Referer => record.referer = present(cell),
            Code::Status => match number(cell) {
                Some(status) if status < 1000 => record.status = Some(status as u16),
                None if cell == b"-" => {}
                _ => return Err(miss("a status of three digits")),
            },
            Code::Stem => {
                row.stem = present(cell);
                row.has_path = true;
            }
            Code::Seconds => record.took = number(cell).and_then(|s| s.checked_mul(1_000_000)),
            Code::Clock | Code::Time => match clock(cell) {
                Ok(([] | [b'Z'], time)) => {
                    row.clock = Some(time);
                    row.local = code == Code::Clock;
                }
                _ => return Err(miss("a time like 08:09:10")),
            },
            Code::Took => record.took = took(cell),
            Code::Ended => record.delivery.ending = ending(cell),
            Code::User => record.user = present(cell),
            Code::Version => row.version = present(cell),
            Code::Number | Code::Other | Code::Server | Code::Service => {}
        }
    }
    if !row.has_path {
        return Err(Miss { at: 0, wanted: "a column with the path" });
    }
    record.time =
        Some(time(state, &row).ok_or(Miss { at: 0, wanted: "a day and time that exist" })?);
    finish(row, record, scratch)
}

/// What `sc-win32-status` says of the end: ERROR_NETNAME_DELETED,
/// ERROR_OPERATION_ABORTED, ERROR_CONNECTION_ABORTED and the same of Winsock
/// mean that the client was gone before all was sent, whatever `sc-bytes` says.
pub(in crate::format) fn ending(win32: &[u8]) -> Option<Ending> {
    matches!(win32, b"64" | b"995" | b"1236" | b"10053" | b"10054").then_some(Ending::Cut)
}

/// Joins what must be joined, in the scratch, and fills the record.
fn finish<'a>(
    row: Row<'a>,
    mut record: Record<'a>,
    scratch: &'a mut Scratch,
) -> Result<Record<'a>, Miss> {
    let into = &mut scratch.bytes;
    into.clear();
    if let Some(stem) = row.stem {
        // Blue Coat's query has its question mark, and a whole `cs-uri` its
        // query; Incapsula's `cs-uri` begins with the host.
        let query = row.query.filter(|_| !stem.contains(&b'?'));
        let hosted =
            stem[0] != b'/' && stem.contains(&b'/') && memchr::memmem::find(stem, b"://").is_none();
        if hosted || query.is_some() {
            into.extend_from_slice(if hosted { b"http://" } else { b"" });
            into.extend_from_slice(stem);
        }
        if let Some(query) = query {
            into.push(b'?');
            into.extend_from_slice(query.strip_prefix(b"?").unwrap_or(query));
        }
    }
    let n_target = into.len();
    // A list's spaces are written as pluses too.
    if let Some(list) = row.forwarded.filter(|list| list.contains(&b'+')) {
        Escape::Plus.undo(list, into);
    }
    let (target, list) = scratch.bytes.split_at(n_target);
    let target = if target.is_empty() { row.stem } else { Some(target) };
    if let Some(list) = if list.is_empty() { row.forwarded } else { Some(list) } {
        record.addresses.push(Role::Forwarded, list);
    }
    if let Some(peer) = row.peer {
        record.addresses.push(Role::Peer, peer);
    }
    record.request = match (row.method, target) {
        // The column may be left out; then the method is not known.
        (method, Some(target)) => {
            Request::Line { method: method.unwrap_or(b"-"), target, version: row.version }
        }
        (method, None) => Request::Raw(method),
    };
    Ok(record)
}

/// The time of a line: its own date, or the running day of `#Date`.
fn time(state: &mut State, row: &Row<'_>) -> Option<Time> {
    let (clock, nanos, digits) = row.clock?;
    let seconds = match row.day {
        Some(day) => civil_seconds(day, clock)?,
        None => {
            let within = civil_seconds((1970, 1, 1), clock)?;
            columns::running_day(state, clock)? * 86_400 + within
        }
    };
    let east = columns::offset(state);
    let zone = match east {
        0 if row.local => Zone::Local,
        0 => Zone::Implied,
        east => Zone::Logged(east),
    };
    Some(Time { reading: Instant { seconds: seconds - i64::from(east), nanos }, digits, zone })
}

/// `time-taken` in microseconds: IIS writes whole milliseconds, the W3C draft
/// seconds with a point.
fn took(cell: &[u8]) -> Option<u64> {
    if cell.contains(&b'.') { token::seconds(cell) } else { number(cell)?.checked_mul(1000) }
}

/// A cell without the quotes round it.
fn unquoted(cell: &[u8]) -> &[u8] {
    match cell {
        [b'"', inside @ .., b'"'] => inside,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::super::summary::summary;
    use super::*;

    #[test]
    fn fields_run_and_a_day_rolls_past_midnight() {
        let mut state = State::default();
        for line in
            [&b"#Date: 2001-12-31 22:00:00"[..], b"#Fields: time c-ip cs-uri-stem cs(Cookie)"]
        {
            assert!(W3c.header(&mut state, line));
        }
        let mut check = |line: &[u8], expected: &str| {
            let mut scratch = Scratch::default();
            let record = W3c.read(&mut state, line, &mut scratch).unwrap();
            assert_eq!(summary(&record), expected);
        };
        check(b"23:59:59 192.0.2.1 /a -", "peer=192.0.2.1 time=2001-12-31T23:59:59Z - /a");
        check(b"00:00:01 192.0.2.1 /a \"a b; c\"", "peer=192.0.2.1 time=2002-01-01T00:00:01Z - /a");
        check(b"23:59:58 192.0.2.1 /a -", "peer=192.0.2.1 time=2001-12-31T23:59:58Z - /a");
        check(b"00:00:02 192.0.2.1 /a -", "peer=192.0.2.1 time=2002-01-01T00:00:02Z - /a");
        assert!(W3c.header(&mut state, b"#GMT-Offset: -0800"));
        let mut scratch = Scratch::default();
        let record = W3c.read(&mut state, b"00:00:02 192.0.2.1 /a -", &mut scratch).unwrap();
        assert_eq!(summary(&record), "peer=192.0.2.1 time=2002-01-01T08:00:02Z - /a");
        let bytes = serde_json::to_vec(&state).unwrap();
        assert_eq!(serde_json::from_slice::<State>(&bytes).unwrap(), state);
    }

    #[test]
    fn other_headers_are_left_to_others() {
        let mut state = State::default();
        assert!(!W3c.header(&mut state, b"#Fields: date time x-edge-location sc-bytes c-ip"));
        assert!(!W3c.header(&mut state, b"# Note: x"));
        assert!(!W3c.header(&mut state, b"#include <x>"));
        assert_eq!(state, State::default());
    }
}
