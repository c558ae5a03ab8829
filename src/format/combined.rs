//! Apache's and nginx's `combined`, also written by LiteSpeed, Plesk, cPanel's
//! domain logs, gunicorn, Caddy 1, and whatever imitates them.
//!
//! Directives: `LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\"
//! \"%{User-Agent}i\"" combined` (Debian ships it with `%O`, bytes with
//! headers, where `%b` stood); nginx's predefined `combined`.
//! Specification: <https://httpd.apache.org/docs/2.4/logs.html#combined>,
//! <https://nginx.org/en/docs/http/ngx_http_log_module.html>.
//!
//! ```abnf
//! combined = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes
//!            SP quoted SP last-quoted       ; referer, user agent
//! ```
//!
//! Apache stamps the start of a request and nginx its end, and the line does
//! not tell which wrote it: the card says unknown. A user agent with raw
//! quotes is read only where it is the last thing on the line and nothing
//! else can be meant (see [`last_texts`]).

use super::clf::{last_texts, plain_core, whole};
use super::quick::Clf;
use super::{BytesMeaning, Card, Format, Miss, Quick, Sample, Scratch, State, TimeMeaning};
use crate::record::Record;

/// The combined format.
pub struct Combined;

static CARD: Card = Card {
    name: "combined",
    title: "combined: Apache, nginx, LiteSpeed, gunicorn and many others",
    directive: r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" combined"#,
    reference: "https://httpd.apache.org/docs/2.4/logs.html#combined",
    grammar: r#"combined = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes SP quoted SP last-quoted"#,
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, or what mod_remoteip or ngx_http_realip made of it",
    folds_case: false,
    best_effort: false,
    samples: &[
        // A user that begins a date, as nginx logs whatever a client says.
        Sample {
            preamble: &[],
            line: br#"127.0.0.1 - mallory [01/Jan/1990 [21/Nov/2026:12:57:30 +0530] "GET /private/small.csv HTTP/1.1" 401 179 "-" "curl/8.5""#,
            reads: "peer=127.0.0.1 time=2026-11-21T07:27:30Z GET /private/small.csv 401 179 user=mallory [01/Jan/1990 agent=curl/8.5",
        },
        Sample {
            preamble: &[],
            line: br#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)""#,
            reads: "peer=127.0.0.1 time=2000-10-10T20:55:36Z GET /apache_pb.gif 200 2326 user=frank referer=http://www.example.com/start.html agent=Mozilla/4.08 [en] (Win98; I ;Nav)",
        },
        // Apache 2.4: backslash escapes.
        Sample {
            preamble: &[],
            line: br#"198.51.100.7 - - [06/Feb/2020:10:00:00 +0000] "GET /a\"b\xc3\xa9.csv HTTP/1.1" 200 5120 "-" "ua \\ \"quoted\"""#,
            reads: r#"peer=198.51.100.7 time=2020-02-06T10:00:00Z GET /a\"b\xc3\xa9.csv 200 5120 agent=ua \\ \"quoted\""#,
        },
        // nginx: a TLS handshake on a plain port.
        Sample {
            preamble: &[],
            line: br#"192.168.1.1 - - [29/Jul/2023:10:26:07 -0700] "\x16\x03\x01\x00t\x01\x00\x00p\x03\x01YF}\xF6\x7F" 400 157 "-" "-""#,
            reads: r"peer=192.168.1.1 time=2023-07-29T17:26:07Z raw=<\x16\x03\x01\x00t\x01\x00\x00p\x03\x01YF}\xF6\x7F> 400 157",
        },
        // An empty request and an empty user agent.
        Sample {
            preamble: &[],
            line: br#"192.0.2.9 - - [12/Apr/2018:09:48:40 +0200] "" 400 0 "-" """#,
            reads: "peer=192.0.2.9 time=2018-04-12T07:48:40Z 400 0",
        },
        // Spaces in the target.
        Sample {
            preamble: &[],
            line: br#"2001:db8::1 - - [06/Aug/2024:21:01:59 +0200] "GET /a b/c  HTTP/2.0" 403 39 "-" "curl/8.5.0""#,
            reads: "peer=2001:db8::1 time=2024-08-06T19:01:59Z GET /a b/c 403 39 agent=curl/8.5.0",
        },
        // nginx with escape=none: raw quotes in the last field.
        Sample {
            preamble: &[],
            line: br#"192.0.2.9 - - [12/Apr/2018:09:48:40 +0200] "GET / HTTP/1.1" 200 12 "-" "Mozilla/5.0 ("odd") x""#,
            reads: r#"peer=192.0.2.9 time=2018-04-12T07:48:40Z GET / 200 12 agent=Mozilla/5.0 ("odd") x"#,
        },
    ],
    refusals: &[
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl"#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "cu"rl\""#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "cu"rl" 0.1 "5.6.7.8""#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl" "-""#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl""#,
        br#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "cu1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl""#,
        br#"1.2.3.4, 10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl""#,
        br#"www.example.com:443 1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl""#,
    ],
};

impl Format for Combined {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let read = plain_core(line).and_then(|(rest, core)| {
            let (rest, texts) = last_texts(rest)?;
            Ok((rest, (core, texts)))
        });
        let (core, (referer, agent)) = whole(line, read)?;
        Ok(Record { referer, agent, ..core.record() })
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(&Clf::Combined)
    }
}
