//! Envoy's default text log, and Istio's, which is longer.
//!
//! Directive: `envoy.access_loggers.file` without a `log_format`; Istio's
//! `meshConfig.accessLogFile` without an `accessLogFormat`.
//! Specification:
//! <https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage>,
//! <https://istio.io/latest/docs/tasks/observability/logs/access-log/>.
//!
//! ```abnf
//! envoy = "[" iso "]" SP text SP number SP flags SP [why] number SP number SP duration SP
//!         upstream-time SP text SP text SP text SP text SP text [mesh]
//! why   = word SP [word SP] text SP         ; Istio: details, termination, transport failure
//! mesh  = SP cluster SP local SP local SP remote SP name [SP route]
//! text  = DQUOTE *(%x00-21 / %x23-FF) DQUOTE
//! ```
//!
//! * The time is when the request began, in UTC. Bytes are of the body.
//! * Nothing is escaped: a quote that a client sent breaks its line, which is
//!   then refused.
//! * The default format has **no peer**. Its only address is the whole
//!   `X-Forwarded-For`, whose last element Envoy appended where
//!   `use_remote_address` is set. Istio writes the peer near the end.
//! * Status 0 is a client that left, or a connection that was no HTTP (then the
//!   request is `- - -`).

use super::plain::Plain;
use super::token::{
    self, Read, bare_quoted, cell, fault, iso, number, ported, present, space, without_port, word,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request, Role};

/// Envoy's and Istio's text log.
pub static ENVOY: Plain = Plain { card: &CARD, grammar: envoy, quick: None };

static CARD: Card = Card {
    name: "envoy",
    title: "Envoy and Istio, default text format",
    directive: r#"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% …"#,
    reference: "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage",
    grammar: r#"envoy = "[" iso "]" SP text SP number SP flags SP [why] number SP number SP duration SP upstream-time SP text SP text SP text SP text SP text [mesh]"#,
    time: TimeMeaning::Start,
    zone: "logged as Z",
    bytes: BytesMeaning::Body,
    client: "X-Forwarded-For only; Istio also writes the peer",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "203.0.113.1, 10.0.35.28" "nsq2http" "cc21d9b0" "locations:8000" "tcp://10.0.2.1:80""#,
            reads: "forwarded=203.0.113.1, 10.0.35.28 upstream=10.0.2.1:80 time=2016-04-15T20:17:00.31Z POST /api/v1/locations 204 0 host=locations agent=nsq2http took=226000us",
        },
        Sample {
            preamble: &[],
            line: br#"[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 3 1 "-" "curl/7.73.0" "84961386" "httpbin:8000" "10.44.1.27:80" outbound|8000||httpbin.foo.svc.cluster.local 10.44.1.23:37652 10.0.45.184:8000 10.44.1.23:46520 - default"#,
            reads: "peer=10.44.1.23 upstream=10.44.1.27:80 time=2020-11-25T21:26:18.409Z GET /status/418 418 135 host=httpbin agent=curl/7.73.0 took=3000us",
        },
        // Istio before 1.2: no details, no route.
        Sample {
            preamble: &[],
            line: br#"[2019-03-06T09:31:27.354Z] "GET /status/418 HTTP/1.1" 418 - "-" 0 135 11 10 "-" "curl/7.60.0" "d209e46f" "httpbin:8000" "172.30.146.73:80" outbound|8000||httpbin.default.svc.cluster.local - 172.21.13.94:8000 172.30.146.82:60290 -"#,
            reads: "peer=172.30.146.82 upstream=172.30.146.73:80 time=2019-03-06T09:31:27.354Z GET /status/418 418 135 host=httpbin agent=curl/7.60.0 took=11000us",
        },
        // A TCP proxy, and the Istio of 2019.
        Sample {
            preamble: &[],
            line: br#"[2019-04-08T16:50:12.533Z] "- - -" 0 - "-" 87 254 4 - "-" "-" "-" "-" "172.27.0.2:80""#,
            reads: "upstream=172.27.0.2:80 time=2019-04-08T16:50:12.533Z 000 254 took=4000us",
        },
    ],
    refusals: &[
        br#"[2019-04-08T16:16:55.931Z] "GET /service/1 HTTP/1.1" 200 - 0 89 5 4 "-" "curl"#,
        br#"[2019-04-08T16:16:55.931Z] "GET /a"b HTTP/1.1" 200 - 0 89 5 4 "-" "curl" "c" "h" "172.27.0.3:80""#,
        br#"[10/Feb/2024:21:23:49 +0100] 127.0.0.1 127.0.0.1 0.002 "GET /api/ HTTP/2.0" 200 61 333 - curl/8.6.0"#,
    ],
};

/// ```abnf
/// envoy = "[" iso "]" SP text SP number SP flags SP [why] number SP number SP duration SP
///         upstream-time SP text SP text SP text SP text SP text [mesh]
/// ```
fn envoy(input: &[u8]) -> Read<'_, Record<'_>> {
    let Some(inside) = input.strip_prefix(b"[") else { return fault(input, "a date in brackets") };
    let (rest, time) = iso(inside)?;
    let Some(rest) = rest.strip_prefix(b"] ") else { return fault(rest, "a closing bracket") };
    let (rest, line) = bare_quoted(rest)?;
    let (status_at, ()) = space(rest)?;
    let (rest, status) = counted(status_at)?;
    if status > 999 {
        return fault(status_at, "a status");
    }
    let (rest, _flags) = cell(rest)?;
    let rest = behind_why(rest)?;
    let (rest, _received) = counted(rest)?;
    let (rest, sent) = counted(rest)?;
    let (rest, took) = counted(rest)?;
    let (rest, _upstream_time) = cell(rest)?;
    let (rest, forwarded) = bare_quoted(rest)?;
    let (rest, agent) = text(rest)?;
    let (rest, _id) = text(rest)?;
    let (rest, authority) = text(rest)?;
    let (rest, upstream) = text(rest)?;
    let mut record = Record {
        time: Some(time),
        request: if line == b"- - -" { Request::Raw(None) } else { token::request(line) },
        status: Some(status as u16),
        bytes: Some(sent),
        no_body: sent == 0,
        host: present(authority).map(without_port),
        agent: present(agent),
        took: took.checked_mul(1000),
        ..Record::default()
    };
    let (rest, peer) = mesh(rest)?;
    if let Some(peer) = peer {
        record.addresses.push(Role::Peer, peer);
    }
    record.addresses.push(Role::Forwarded, forwarded);
    record.addresses.push(Role::Upstream, upstream.strip_prefix(b"tcp://").unwrap_or(upstream));
    Ok((rest, record))
}

/// `counted = 1*DIGIT SP`
fn counted(input: &[u8]) -> Read<'_, u64> {
    let (rest, text) = cell(input)?;
    match number(text) {
        Some(number) => Ok((rest, number)),
        None => fault(input, "a number"),
    }
}

/// `why = word SP [word SP] text SP`, or nothing: up to the first number.
fn behind_why(input: &[u8]) -> Result<&[u8], nom::Err<token::Fault<'_>>> {
    let mut rest = input;
    for _ in 0..3 {
        if rest.first().is_some_and(u8::is_ascii_digit) {
            break;
        }
        rest = if rest.starts_with(b"\"") {
            let (after, _) = bare_quoted(rest)?;
            space(after)?.0
        } else {
            cell(rest)?.0
        };
    }
    Ok(rest)
}

/// `SP text`
fn text(input: &[u8]) -> Read<'_, &[u8]> {
    let (rest, ()) = space(input)?;
    bare_quoted(rest)
}

/// `mesh = SP cluster SP local SP local SP remote SP name [SP route]`: the peer.
/// Envoy's own default has none of it.
fn mesh(input: &[u8]) -> Read<'_, Option<&[u8]>> {
    if input.is_empty() {
        return Ok((input, None));
    }
    let (rest, ()) = space(input)?;
    let (rest, _cluster) = cell(rest)?;
    let (rest, _local) = cell(rest)?;
    let (rest, _local) = cell(rest)?;
    let (rest, remote) = cell(rest)?;
    let (mut rest, _name) = word(rest)?;
    if !rest.is_empty() {
        let (route_at, ()) = space(rest)?;
        (rest, _) = word(route_at)?;
    }
    Ok((rest, Some(ported(remote))))
}
