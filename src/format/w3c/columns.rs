//! The columns of W3C extended: what `#Fields` names, how it is kept in the
//! [`State`], and how a line is cut.
//!
//! The state's `columns` are a mark that they are ours, the `#GMT-Offset` in
//! quarters of an hour, the quarter of an hour of the last line
//! without a date, and then a
//! code for each column.

use memchr::memchr2;

use super::super::State;
use super::super::quick::Column;
use super::super::token::{clock, is_ip, iso_day, number};

/// More columns than any writer knows; a line with more is refused.
pub const MOST: usize = 96;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// `cs(User-Agent)`.
    Agent,
    /// `sc-bytes`.
    Bytes,
    /// `c-ip`.
    Client,
    /// `time-local`: a time of day in the server's zone.
    Clock,
    /// `date`.
    Date,
    /// `sc-win32-status`: how the sending ended.
    Ended,
    /// A custom column with a list of addresses.
    Forwarded,
    /// `cs-host`, `cs(Host)`.
    Host,
    /// `cs-method`.
    Method,
    /// Any number we do not need: port, sub-status.
    Number,
    /// Anything else.
    Other,
    /// `cs-uri-query`.
    Query,
    /// `cs(Referer)`.
    Referer,
    /// `x-duration`: whole seconds.
    Seconds,
    /// `s-ip`: the server's own address, which is nobody's who fetched.
    Server,
    /// `s-sitename`.
    Service,
    /// `sc-status`.
    Status,
    /// `cs-uri-stem`, `cs-uri`.
    Stem,
    /// `time`.
    Time,
    /// `time-taken`.
    Took,
    /// `cs-username`.
    User,
    /// `cs-version`.
    Version,
}

use Code::{
    Agent, Bytes, Client, Clock, Date, Ended, Forwarded, Host, Method, Number, Other, Query,
    Referer, Seconds, Server, Service, Status, Stem, Time, Took, User, Version,
};

/// Every code, at the place of its number.
const CODES: [Code; 22] = [
    Agent, Bytes, Client, Clock, Date, Ended, Forwarded, Host, Method, Number, Other, Query,
    Referer, Seconds, Server, Service, Status, Stem, Time, Took, User, Version,
];

/// The names of the columns that we read, in lower case.
static NAMES: &[(&str, Code)] = &[
    ("cs(user-agent)", Agent),
    ("sc-bytes", Bytes),
    ("bytes", Bytes),
    ("c-ip", Client),
    ("date", Date),
    ("x-forwarded-for", Forwarded),
    // Incapsula.
    ("s-xff", Forwarded),
    ("cs(referrer)", Referer),
    // Blue Coat's proxies.
    ("cs-uri-path", Stem),
    ("cs(x-forwarded-for)", Forwarded),
    ("x-client-ip", Forwarded),
    ("cs(x-client-ip)", Forwarded),
    ("x-real-ip", Forwarded),
    ("cs(x-real-ip)", Forwarded),
    ("originalip", Forwarded),
    ("true-client-ip", Forwarded),
    ("cf-connecting-ip", Forwarded),
    ("cs-host", Host),
    ("cs(host)", Host),
    ("cs-method", Method),
    ("cs-uri-query", Query),
    ("cs(referer)", Referer),
    ("s-ip", Server),
    ("s-sitename", Service),
    ("sc-status", Status),
    ("sc-win32-status", Ended),
    ("cs-uri-stem", Stem),
    ("cs-uri", Stem),
    ("time", Time),
    ("time-taken", Took),
    ("cs-username", User),
    ("cs-version", Version),
    // IIS's Advanced Logging.
    ("date-utc", Date),
    ("date-local", Date),
    ("time-utc", Time),
    ("time-local", Clock),
    ("timetakenms", Took),
    // SHOUTcast and Windows Media.
    ("c-status", Status),
    ("x-duration", Seconds),
];

/// The sets whose `#Fields` may be lost, beside those of IIS since 6, which
/// [`headless`](super::headless) tells: HTTP.sys's errors, and IIS 5.
pub static SHAPES: &[&[Code]] = &[
    &[
        Date, Time, Client, Number, Server, Number, Version, Method, Stem, Status, Other, Other,
        Other,
    ],
    &[
        Date, Time, Client, User, Server, Number, Method, Stem, Query, Status, Bytes, Number, Took,
        Agent, Referer,
    ],
];

impl Code {
    /// Says whether a cell has the shape of this column beyond doubt.
    pub fn fits(self, cell: &[u8]) -> bool {
        match self {
            Bytes | Ended | Number | Seconds | Took => number(cell).is_some(),
            Client | Server => is_ip(cell),
            Date => matches!(iso_day(cell), Ok(([], _))),
            Method => {
                !cell.is_empty()
                    && cell.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
            }
            Service => cell.starts_with(b"W3SVC"),
            Status => cell.len() == 3 && number(cell).is_some(),
            Stem => cell.starts_with(b"/") || cell == b"*",
            Clock | Time => matches!(clock(cell), Ok(([], _))),
            Version => cell.starts_with(b"HTTP/"),
            Agent | Forwarded | Host | Other | Query | Referer | User => true,
        }
    }
}

/// `directive = "#" name ":" *OCTET`: name and value of a line that is one.
pub fn directive(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = line.strip_prefix(b"#")?;
    let colon = inside.iter().take(20).position(|&byte| byte == b':')?;
    let name = &inside[..colon];
    let known: [&[u8]; 10] = [
        b"Fields",
        b"Date",
        b"Version",
        b"Software",
        b"Start-Date",
        b"End-Date",
        b"Remark",
        b"GMT-Offset",
        b"Log-type",
        b"UserInfo",
    ];
    known
        .iter()
        .any(|one| one.eq_ignore_ascii_case(name))
        .then(|| (name, inside[colon + 1..].trim_ascii()))
}

/// Says whether these fields are those of another format that has its own
/// file: CloudFront names its edges.
pub fn is_of_others(fields: &[u8]) -> bool {
    memchr::memmem::find(fields, b"x-edge-").is_some()
}

/// The mark that the columns of a state are of this format.
const OURS: u8 = b'W';
/// The quarter of an hour when none was seen yet.
const NOTHING: u8 = u8::MAX;
/// Where the codes begin.
const CODES_FROM: usize = 3;

/// Makes the state's columns ours.
fn own(state: &mut State) {
    if state.columns.first() != Some(&OURS) || state.columns.len() < CODES_FROM {
        state.columns.clear();
        state.columns.extend_from_slice(&[OURS, 0, NOTHING]);
    }
}

/// Keeps what `#Fields` names.
pub fn compile(state: &mut State, fields: &[u8]) {
    own(state);
    state.columns.truncate(CODES_FROM);
    for name in fields.split(|byte| matches!(byte, b' ' | b'\t')).filter(|name| !name.is_empty()) {
        let code = NAMES
            .iter()
            .find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))
            .map_or(Other, |(_, code)| *code);
        state.columns.push(code as u8);
    }
    forget_clock(state);
}

/// Keeps a `#GMT-Offset`.
pub fn set_offset(state: &mut State, east: i32) {
    own(state);
    state.columns[1] = (east / 900) as i8 as u8;
}

/// The offset of the times, in seconds east of UTC.
pub fn offset(state: &State) -> i32 {
    match state.columns.as_slice() {
        [OURS, quarters, _, ..] => i32::from(*quarters as i8) * 900,
        _ => 0,
    }
}

/// A new `#Date` or `#Fields`: no line came before the next.
pub fn forget_clock(state: &mut State) {
    own(state);
    state.columns[2] = NOTHING;
}

/// The day of a line that has none of its own, in days since 1970. Where the
/// clock stepped back by half a day or more it is the next; a line of the last
/// quarter of an hour among those of the first is late, and of the day before.
pub fn running_day(state: &mut State, clock: (u32, u32, u32)) -> Option<i64> {
    let day = state.day?;
    own(state);
    let quarter = (clock.0 * 4 + clock.1 / 15) as u8;
    let last = state.columns[2];
    if last == 0 && quarter == 95 {
        return Some(day - 1);
    }
    let day = if last != NOTHING && last >= quarter + 48 { day + 1 } else { day };
    state.columns[2] = quarter;
    state.day = Some(day);
    Some(day)
}

/// How many columns the last `#Fields` named.
pub struct Columns(usize);

impl Columns {
    /// The columns of a state, if they are ours and there are some.
    pub fn of(state: &State) -> Option<Columns> {
        let ours = state.columns.first() == Some(&OURS) && state.columns.len() > CODES_FROM;
        ours.then(|| Columns(state.columns.len() - CODES_FROM))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0
    }
}

/// What the columns of a state are to a sweep; none where the times are not in
/// UTC.
pub fn swept(state: &State, into: &mut Vec<Column>) {
    let n_columns = Columns::of(state).filter(|_| offset(state) == 0).map_or(0, |all| all.len());
    if n_columns > MOST {
        return;
    }
    for place in 0..n_columns {
        into.push(match code(state, place) {
            Bytes => Column::Bytes,
            Client => Column::Client,
            Clock => return into.clear(),
            Date => Column::Date,
            Forwarded => Column::Forwarded,
            Method => Column::Method,
            Query => Column::Query,
            Referer => Column::Referer,
            Status => Column::Status,
            Stem => Column::Stem,
            Time => Column::Time,
            _ => Column::Other,
        });
    }
}

/// What the column at a place is.
pub fn code(state: &State, place: usize) -> Code {
    let number = state.columns.get(CODES_FROM + place).copied().unwrap_or(u8::MAX);
    CODES.get(usize::from(number)).copied().unwrap_or(Other)
}

/// Cuts a line at its blanks; answers how many cells there are, even if that
/// is more than fit.
pub fn cut<'a>(line: &'a [u8], cells: &mut [&'a [u8]; MOST]) -> usize {
    let mut rest = line;
    let mut count = 0;
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return count;
        }
        let end = memchr2(b' ', b'\t', rest).unwrap_or(rest.len());
        if let Some(cell) = cells.get_mut(count) {
            *cell = &rest[..end];
        }
        count += 1;
        rest = &rest[end..];
    }
}

/// The same, where a cell that begins with a quote ends with one; a quote
/// inside is doubled.
pub fn cut_quoted<'a>(line: &'a [u8], cells: &mut [&'a [u8]; MOST]) -> usize {
    let mut rest = line;
    let mut count = 0;
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return count;
        }
        let end = match rest {
            [b'"', inside @ ..] => closing(inside).map_or(rest.len(), |at| at + 2),
            _ => memchr2(b' ', b'\t', rest).unwrap_or(rest.len()),
        };
        if let Some(cell) = cells.get_mut(count) {
            *cell = &rest[..end];
        }
        count += 1;
        rest = &rest[end..];
    }
}

/// Where the quote is that ends a cell: before a blank or the line's end.
fn closing(inside: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'"', inside)
        .find(|at| matches!(inside.get(at + 1), None | Some(b' ' | b'\t')))
}
