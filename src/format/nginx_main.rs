//! nginx's packaged `main`: combined with the `X-Forwarded-For` header last.
//! The usual hand-made Apache format behind a balancer looks the same.
//!
//! Directive: `log_format main '$remote_addr - $remote_user [$time_local]
//! "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"
//! "$http_x_forwarded_for"';`
//! Specification: <https://nginx.org/en/docs/http/ngx_http_log_module.html>.
//!
//! ```abnf
//! nginx-main = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes
//!              SP quoted SP quoted SP quoted       ; referer, user agent, addresses
//! ```
//!
//! The last field must be empty, `-` or a list of addresses; any other text
//! (a cookie, a request id, a header that the client made up) leaves the line
//! to `extended`.

use super::clf::{plain_core, texts, whole};
use super::quick::Clf;
use super::token::{Read, fault, is_forwarded, present, quoted, space};
use super::{BytesMeaning, Card, Format, Miss, Quick, Sample, Scratch, State, TimeMeaning};
use crate::record::{Record, Role};

/// nginx's packaged `main`.
pub struct NginxMain;

static CARD: Card = Card {
    name: "nginx-main",
    title: "nginx main: combined, then X-Forwarded-For",
    directive: r#"log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';"#,
    reference: "https://nginx.org/en/docs/http/ngx_http_log_module.html",
    grammar: r#"nginx-main = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes SP quoted SP quoted SP quoted"#,
    time: TimeMeaning::End,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "the peer first; the list that proxies appended to, last",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"10.0.0.1 - - [20/Jan/2015:19:53:28 +0100] "GET /export/patients.csv HTTP/1.1" 200 88123 "-" "curl/8.5" "203.0.113.5, 10.0.0.7""#,
            reads: "peer=10.0.0.1 forwarded=203.0.113.5, 10.0.0.7 time=2015-01-20T18:53:28Z GET /export/patients.csv 200 88123 agent=curl/8.5",
        },
        Sample {
            preamble: &[],
            line: br#"7.8.9.10 - root [20/Jan/2015:01:17:07 +0100] "CONNECT 123.123.123.123 HTTP/1.1" 400 162 "-" "-" "-""#,
            reads: "peer=7.8.9.10 time=2015-01-20T00:17:07Z CONNECT 123.123.123.123 400 162 user=root",
        },
        // The client wrote the left end of the list.
        Sample {
            preamble: &[],
            line: br#"10.0.0.1 - - [20/Jan/2015:19:53:28 +0100] "GET / HTTP/1.1" 200 5 "-" "-" "' OR 1=1, 203.0.113.5""#,
            reads: "peer=10.0.0.1 forwarded=' OR 1=1, 203.0.113.5 time=2015-01-20T18:53:28Z GET / 200 5",
        },
        Sample {
            preamble: &[],
            line: br#"unix: - - [20/Jan/2015:01:17:07 +0100] "GET / HTTP/2.0" 499 0 "-" "-" "2001:db8::5""#,
            reads: "peer=unix: forwarded=2001:db8::5 time=2015-01-20T00:17:07Z GET / 499 0",
        },
    ],
    refusals: &[
        br#"1.2.3.4 - - [20/Jan/2015:19:53:28 +0100] "GET / HTTP/1.1" 400 47 "-" "-""#,
        br#"1.2.3.4 - - [20/Jan/2015:19:53:28 +0100] "GET / HTTP/1.1" 400 47 "-" "-" "session=5""#,
        br#"1.2.3.4 - - [20/Jan/2015:19:53:28 +0100] "GET / HTTP/1.1" 400 47 "-" "-" "203.0.113.5"#,
        br#"1.2.3.4 - - [20/Jan/2015:19:53:28 +0100] "GET / HTTP/1.1" 400 47 "-" "-" "-" 0.003"#,
    ],
};

impl Format for NginxMain {
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
            let (rest, (referer, agent)) = texts(rest)?;
            forwarded(rest, Record { referer, agent, ..core.record() })
        });
        whole(line, read)
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(&Clf::Main)
    }
}

/// `forwarded = SP DQUOTE [ "-" / *(anything ",") address ] DQUOTE`
fn forwarded<'a>(input: &'a [u8], mut record: Record<'a>) -> Read<'a, Record<'a>> {
    let (field, ()) = space(input)?;
    let (rest, list) = quoted(field)?;
    if let Some(list) = present(list) {
        if !is_forwarded(list) {
            return fault(field, "a list of addresses");
        }
        record.addresses.push(Role::Forwarded, list);
    }
    Ok((rest, record))
}
