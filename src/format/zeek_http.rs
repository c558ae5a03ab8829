//! Zeek's `http.log` as tab-separated text: what a sensor saw on the wire.
//!
//! Directive: Zeek's default `LogAscii` writer.
//! Specification: <https://docs.zeek.org/en/master/logs/http.html>,
//! <https://docs.zeek.org/en/master/log-formats.html>.
//!
//! ```abnf
//! header = "#" ("separator" / "set_separator" / "empty_field" / "unset_field" / "path" / "open" /
//!          "close" / "fields" / "types") *OCTET
//! record = value *(HTAB value)             ; as many as the last #fields names
//! ```
//!
//! * `ts` is when the request was seen. `-` is unset, `(empty)` empty. Bytes that
//!   are not printable are written `\xHH`, and a backslash as `\x5c` or `\\`.
//! * `response_body_len` counts what the sensor saw, so packets that it lost are
//!   missing from it. `proxied` names the headers of proxies.

use memchr::memmem;

use super::token::{epoch, number, present, without_port};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Escape, Record, Request, Role};

/// Zeek's `http.log`.
pub struct ZeekHttp;

const FIELDS: &[u8] = b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\tversion\tuser_agent\torigin\trequest_body_len\tresponse_body_len\tstatus_code\tstatus_msg\tinfo_code\tinfo_msg\ttags\tusername\tpassword\tproxied";

static CARD: Card = Card {
    name: "zeek-http",
    title: "Zeek http.log, tab-separated",
    directive: "http.log",
    reference: "https://docs.zeek.org/en/master/logs/http.html",
    grammar: "record = value *(HTAB value)             ; as many as the last #fields names",
    time: TimeMeaning::Start,
    zone: "an epoch, UTC",
    bytes: BytesMeaning::Body,
    client: "the peer as the sensor saw it (id.orig_h); proxied is forwarded",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[b"#separator \\x09", b"#path\thttp", FIELDS],
            line: b"1700000000.123456\tCx1\t10.0.0.7\t51234\t192.0.2.1\t80\t1\tGET\ta.example:8080\t/a\\x22b.csv\thttp://a.example/\t1.1\tcurl/8.5\t-\t0\t1024\t200\tOK\t-\t-\t(empty)\tbob\t-\tX-FORWARDED-FOR -> 203.0.113.5",
            reads: r"peer=10.0.0.7 forwarded=203.0.113.5 time=2023-11-14T22:13:20.123456Z GET /a\x22b.csv 200 1024 user=bob host=a.example referer=http://a.example/ agent=curl/8.5",
        },
        Sample {
            preamble: &[b"#fields\tts\tid.orig_h\tmethod\turi\tstatus_code\tresponse_body_len"],
            line: b"1700000000.5\t2001:db8::1\tGET\t/a.csv\t-\t0",
            reads: "peer=2001:db8::1 time=2023-11-14T22:13:20.5Z GET /a.csv bytes=0",
        },
    ],
    refusals: &[
        FIELDS,
        b"1700000000.123456\tCx1\t10.0.0.7\t51234\t192.0.2.1\t80\t1\tGET\ta.example\t/a",
    ],
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Agent,
    Bytes,
    Host,
    Method,
    Other,
    Peer,
    Proxied,
    Referer,
    Status,
    Target,
    Time,
    User,
    Version,
}

use Column::{
    Agent, Bytes, Host, Method, Other, Peer, Proxied, Referer, Status, Target, Time, User, Version,
};

/// The columns by name; a state keeps the places in this table.
static NAMES: [(&[u8], Column); 13] = [
    (b"", Other),
    (b"ts", Time),
    (b"id.orig_h", Peer),
    (b"method", Method),
    (b"host", Host),
    (b"uri", Target),
    (b"referrer", Referer),
    (b"version", Version),
    (b"user_agent", Agent),
    (b"response_body_len", Bytes),
    (b"status_code", Status),
    (b"username", User),
    (b"proxied", Proxied),
];

/// The mark that the columns of a state are of this format.
const OURS: u8 = b'Z';

impl Format for ZeekHttp {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// `header = "#" name *OCTET`
    fn header(&self, state: &mut State, line: &[u8]) -> bool {
        let Some(inside) = line.strip_prefix(b"#") else { return false };
        if let Some(fields) = inside.strip_prefix(b"fields\t") {
            state.header.clear();
            state.header.extend_from_slice(line);
            state.columns.clear();
            state.columns.push(OURS);
            for name in fields.split(|byte| *byte == b'\t') {
                let place = NAMES.iter().position(|(known, _)| *known == name);
                state.columns.push(place.unwrap_or(0) as u8);
            }
            return true;
        }
        let names: [&[u8]; 8] = [
            b"separator ",
            b"set_separator\t",
            b"empty_field\t",
            b"unset_field\t",
            b"path\t",
            b"open\t",
            b"close\t",
            b"types\t",
        ];
        names.iter().any(|name| inside.starts_with(name))
    }

    fn read<'a>(
        &self,
        state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let [OURS, codes @ ..] = state.columns.as_slice() else {
            return Err(Miss { at: 0, wanted: "#fields before it" });
        };
        let mut record = Record { escape: Escape::Backslash, ..Record::default() };
        let (mut method, mut target, mut version) = (None, None, None);
        let mut values = line.split(|byte| *byte == b'\t');
        for code in codes {
            let Some(value) = values.next() else {
                return Err(Miss { at: line.len(), wanted: "as many columns as #fields names" });
            };
            let at = (value.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
            let miss = |wanted| Miss { at: at.min(line.len()), wanted };
            let field = present(value).filter(|value| *value != b"(empty)");
            match NAMES.get(usize::from(*code)).map_or(Other, |one| one.1) {
                Agent => record.agent = field,
                Bytes => {
                    record.bytes = number(value);
                    record.no_body = record.bytes == Some(0);
                }
                Host => record.host = field.map(without_port),
                Method => method = field,
                Other => {}
                Peer => record.addresses.push(Role::Peer, value),
                Proxied => {
                    if let Some(list) = field.and_then(forwarded) {
                        record.addresses.push(Role::Forwarded, list);
                    }
                }
                Referer => record.referer = field,
                Status => match number(value) {
                    Some(status) if status < 1000 => record.status = Some(status as u16),
                    None if field.is_none() => {}
                    _ => return Err(miss("a status of three digits")),
                },
                Target => target = field,
                Time => match epoch(value) {
                    Some(time) => record.time = Some(time),
                    None => return Err(miss("seconds since 1970")),
                },
                User => record.user = field,
                Version => version = field,
            }
        }
        if values.next().is_some() {
            return Err(Miss { at: line.len(), wanted: "as many columns as #fields names" });
        }
        if record.time.is_none() || !codes.contains(&TARGET) {
            return Err(Miss { at: 0, wanted: "columns ts and uri" });
        }
        record.request = match target {
            Some(target) => Request::Line { method: method.unwrap_or(b"-"), target, version },
            None => Request::Raw(method),
        };
        Ok(record)
    }
}

/// The place of `uri` in [`NAMES`].
const TARGET: u8 = 5;

/// `X-FORWARDED-FOR -> LIST`, up to the next header.
fn forwarded(text: &[u8]) -> Option<&[u8]> {
    let name = b"X-FORWARDED-FOR -> ";
    let list = &text[memmem::find(text, name)? + name.len()..];
    let end = memmem::find(list, b" -> ").map_or(list.len(), |next| {
        list[..next].iter().rposition(|byte| *byte == b',').unwrap_or(next)
    });
    Some(&list[..end])
}
