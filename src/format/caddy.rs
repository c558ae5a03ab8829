//! Caddy 2's access log in JSON, one object a line, written when the request
//! was handled.
//!
//! Directive: `log` in a site of the Caddyfile; logger `http.log.access`.
//! Specification: <https://caddyserver.com/docs/caddyfile/directives/log>.
//!
//! ```abnf
//! caddy   = [console] object
//! console = iso HTAB *OCTET HTAB "handled request" HTAB  ; encoder `console`
//! ```
//!
//! `remote_ip` is the peer (before 2.5, `remote_addr` with its port);
//! `client_ip` (2.7) is what `trusted_proxies` made of the headers, and
//! `X-Forwarded-For` what the client and the proxies wrote: both are kept as
//! forwarded. Caddy takes the leftmost element unless told to be strict, which
//! the client may have written, so the list is read before `client_ip`. `size` counts
//! body bytes. A line of the logger `http.log.error` repeats a request that
//! the access log holds too, and is refused. Status 0 means that no handler
//! wrote one.

use memchr::memmem;

use super::json::{self, Found, Key, Objects};
use super::token::{self, iso, without_port};
use super::{BytesMeaning, Card, Format, Miss, Quick, Sample, Scratch, State, TimeMeaning};
use crate::record::{Escape, Record, Request, Role, Time};

/// Caddy 2's access log.
pub struct Caddy;

const MSG: usize = 0;
const TS: usize = 1;
const REMOTE: usize = 2;
const CLIENT: usize = 3;
const METHOD: usize = 4;
const HOST: usize = 5;
const URI: usize = 6;
const PROTO: usize = 7;
const AGENT: usize = 8;
const REFERER: usize = 9;
const FORWARDED: usize = 10;
const USER: usize = 11;
const DURATION: usize = 12;
const SIZE: usize = 13;
const STATUS: usize = 14;
const LOGGER: usize = 15;

static KEYS: &[Key] = &[
    Key { path: &["msg"], place: MSG },
    Key { path: &["ts"], place: TS },
    Key { path: &["logger"], place: LOGGER },
    Key { path: &["request", "remote_ip"], place: REMOTE },
    Key { path: &["request", "remote_addr"], place: REMOTE },
    Key { path: &["request", "client_ip"], place: CLIENT },
    Key { path: &["request", "method"], place: METHOD },
    Key { path: &["request", "host"], place: HOST },
    Key { path: &["request", "uri"], place: URI },
    Key { path: &["request", "proto"], place: PROTO },
    Key { path: &["request", "headers", "User-Agent"], place: AGENT },
    Key { path: &["request", "headers", "Referer"], place: REFERER },
    Key { path: &["request", "headers", "X-Forwarded-For"], place: FORWARDED },
    Key { path: &["user_id"], place: USER },
    Key { path: &["duration"], place: DURATION },
    Key { path: &["size"], place: SIZE },
    Key { path: &["status"], place: STATUS },
];

static CARD: Card = Card {
    name: "caddy",
    title: "Caddy 2 JSON access log",
    directive: "log { format json }",
    reference: "https://caddyserver.com/docs/caddyfile/directives/log",
    grammar: r#"caddy = [iso HTAB *OCTET HTAB "handled request" HTAB] object"#,
    time: TimeMeaning::End,
    zone: "an epoch, or as the time is written; a `wall` time is local",
    bytes: BytesMeaning::Body,
    client: "the peer (remote_ip), client_ip where it differs, and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"level":"info","ts":1693840791.7564995,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"172.17.0.1","remote_port":"44790","client_ip":"127.0.0.1","proto":"HTTP/1.0","method":"GET","host":"127.0.0.1:8080","uri":"/","headers":{"User-Agent":["curl/7.74.0"],"Accept":["*/*"],"X-Forwarded-For":["127.0.0.1"]}},"bytes_read":0,"user_id":"","duration":0.000002701,"size":0,"status":0,"resp_headers":{"Server":["Caddy"]}}"#,
            reads: "peer=172.17.0.1 forwarded=127.0.0.1 forwarded=127.0.0.1 time=2023-09-04T15:19:51.7564995Z GET / 000 0 host=127.0.0.1 agent=curl/7.74.0 took=3us",
        },
        // Before 2.5: address and port in one, and a copy in CLF.
        Sample {
            preamble: &[],
            line: br#"{"level":"info","ts":1604300000,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_addr":"203.0.113.4:51234","proto":"HTTP/2.0","method":"GET","host":"a.example","uri":"/a\u0026b \"c\"","headers":{"Referer":["https://a.example/"],"User-Agent":["x"]}},"common_log":"203.0.113.4 - - [02/Nov/2020:06:53:20 +0000] \"GET /a&b HTTP/2.0\" 200 12","duration":0.5,"size":12,"status":200}"#,
            reads: r#"peer=203.0.113.4:51234 time=2020-11-02T06:53:20Z GET /a&b "c" 200 12 host=a.example referer=https://a.example/ agent=x took=500000us"#,
        },
        Sample {
            preamble: &[],
            line: br#"{"level":"error","ts":"2024-03-29T19:49:58.039Z","msg":"handled request","request":{"remote_ip":"127.0.0.1","client_ip":"127.0.0.1","method":"GET","host":"[::1]:80","uri":"/x","headers":{"X-Forwarded-For":["203.0.113.5, 10.0.0.1","10.0.0.2"]}},"user_id":"bob","duration":"1.5ms","size":1,"status":401}"#,
            reads: "peer=127.0.0.1 forwarded=203.0.113.5, 10.0.0.1, 10.0.0.2 time=2024-03-29T19:49:58.039Z GET /x 401 1 user=bob host=[::1] took=1500us",
        },
        // The encoder `console`.
        Sample {
            preamble: &[],
            line: b"2023/12/23 23:17:54.815\tinfo\thttp.log.access\thandled request\t{\"request\": {\"remote_ip\": \"1.2.3.4\", \"method\": \"GET\", \"host\": \"a.example\", \"uri\": \"/\"}, \"duration\": 0.001, \"size\": 5, \"status\": 200}",
            reads: "peer=1.2.3.4 time=2023-12-23T23:17:54.815 GET / 200 5 host=a.example took=1000us",
        },
    ],
    refusals: &[
        br#"{"level":"info","ts":1693840791.75,"msg":"serving initial configuration"}"#,
        br#"{"level":"error","ts":1693840791.75,"logger":"http.log.error","msg":"dial tcp: refused","request":{"remote_ip":"1.2.3.4","method":"GET","uri":"/"},"status":502}"#,
        br#"{"level":"info","ts":1693840791.75,"msg":"handled request","request":{"remote_ip":"1.2.3.4","method":"GET","uri":"/"},"status":200"#,
    ],
};

impl Format for Caddy {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let (before, time) = match console(line) {
            Some((before, time)) => (before, Some(time)),
            None => (0, None),
        };
        let found = json::find(&line[before..], KEYS, scratch)
            .map_err(|miss| Miss { at: miss.at + before, ..miss })?;
        record(found, time).map_err(|wanted| Miss { at: before, wanted })
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(self)
    }
}

impl Objects for Caddy {
    fn tells(&self) -> &'static [&'static [&'static str]] {
        &[]
    }

    fn keys(&self) -> &'static [Key] {
        KEYS
    }

    fn clocks(&self) -> (usize, usize) {
        (TS, DURATION)
    }

    fn finish<'a>(&self, found: Found<'a>, _length: usize) -> Result<Record<'a>, Miss> {
        record(found, None).map_err(|wanted| Miss { at: 0, wanted })
    }
}

/// The record of the values found, or what would have to be among them; `time`
/// stands before the object.
fn record<'a>(found: Found<'a>, time: Option<Time>) -> Result<Record<'a>, &'static str> {
    let picked = found.done();
    if time.is_none() && picked.text(MSG) != Some(b"handled request")
        || picked.text(LOGGER).is_some_and(|name| name.starts_with(b"http.log.error"))
    {
        return Err("the message \"handled request\"");
    }
    let (Some(method), Some(target)) = (picked.text(METHOD), picked.text(URI)) else {
        return Err("a request with method and uri");
    };
    let time = match time.or_else(|| picked.time(TS)) {
        Some(time) => time,
        None => return Err("a time in ts"),
    };
    let mut record = Record {
        time: Some(time),
        request: Request::Line { method, target, version: picked.text(PROTO) },
        status: picked.status(STATUS),
        bytes: picked.whole(SIZE),
        no_body: picked.whole(SIZE) == Some(0),
        host: picked.text(HOST).map(without_port),
        referer: picked.text(REFERER),
        agent: picked.text(AGENT),
        user: picked.text(USER),
        took: picked.duration(DURATION),
        escape: Escape::None,
        ..Record::default()
    };
    let remote = picked.text(REMOTE);
    if let Some(list) = picked.text(FORWARDED) {
        record.addresses.push(Role::Forwarded, list);
    }
    if let Some(client) = picked.text(CLIENT).filter(|client| Some(*client) != remote) {
        record.addresses.push(Role::Forwarded, client);
    }
    if let Some(remote) = remote {
        record.addresses.push(Role::Peer, remote);
    }
    Ok(record)
}

/// `console = iso HTAB *OCTET HTAB "handled request" HTAB`: where the object
/// begins, and the time.
fn console(line: &[u8]) -> Option<(usize, Time)> {
    let (rest, time) = iso(line).ok()?;
    let mark = b"\thandled request\t{";
    let at = memmem::find(rest, mark)?;
    let before = line.len() - rest.len() + at + mark.len() - 1;
    token::space(rest).is_err().then_some((before, time))
}
