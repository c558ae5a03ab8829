//! Traefik's default access log.
//!
//! Directive: `accessLog.format: common`.
//! Specification: <https://doc.traefik.io/traefik/observability/access-logs/>;
//! `pkg/middlewares/accesslog/logger_formatters.go`.
//!
//! ```abnf
//! traefik-clf = client SP "-" SP user SP "[" date "]" SP answer SP text SP text SP count SP
//!               text SP text SP 1*DIGIT "ms"
//! client      = host / host *("," [SP] host)
//! text        = quoted / "-"
//! count       = 1*DIGIT / "-"
//! ```
//!
//! * `ClientHost` is the whole `X-Forwarded-For` where the entry point trusts
//!   the sender's, else the peer: a list was forwarded; one address alone is
//!   taken for the peer.
//! * The date is `StartUTC`. `-` for status and size means that they are not
//!   known, not that nothing was sent.
//! * The two texts behind the count are the router (v1: the frontend) and the
//!   URL of the server that was asked.
//! * `genericCLF` ends behind the user agent and is plain combined.

use memchr::memmem;

use super::clf::core_after_ident;
use super::plain::Plain;
use super::quick::Clf;
use super::token::{Read, fault, host, is_ip, is_ip_list, number, present, quoted, space, word};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Addresses, Record, Role};

/// Traefik's common format.
pub static TRAEFIK_CLF: Plain = Plain { card: &CARD, grammar: traefik, quick: Some(&Clf::Traefik) };

static CARD: Card = Card {
    name: "traefik-clf",
    title: "Traefik, accessLog.format common",
    directive: "accessLog: { format: common }",
    reference: "https://doc.traefik.io/traefik/observability/access-logs/",
    grammar: r#"traefik-clf = client SP "-" SP user SP "[" date "]" SP answer SP text SP text SP count SP text SP text SP 1*DIGIT "ms""#,
    time: TimeMeaning::Start,
    zone: "logged as an offset, +0000",
    bytes: BytesMeaning::Body,
    client: "the peer, or X-Forwarded-For where the entry point trusts it",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"172.17.1.2 - - [24/Nov/2024:13:38:04 +0000] "GET /birthday HTTP/2" 200 352 "-" "Nikto" 244 "test@docker -> leaf@docker" "http://172.17.0.3:80" 42ms"#,
            reads: "peer=172.17.1.2 upstream=172.17.0.3:80 time=2024-11-24T13:38:04Z GET /birthday 200 352 agent=Nikto took=42000us",
        },
        // Version 1.
        Sample {
            preamble: &[],
            line: br#"10.0.0.2 - username [18/Nov/2018:21:34:34 +0000] "GET /dashboard/ HTTP/2.0" 401 17 - "Mozilla/5.0" 72 "Auth for frontend-Host-traefik-0" "/dashboard/" 3ms"#,
            reads: "peer=10.0.0.2 time=2018-11-18T21:34:34Z GET /dashboard/ 401 17 user=username agent=Mozilla/5.0 took=3000us",
        },
        Sample {
            preamble: &[],
            line: br#"203.0.113.5, 10.0.0.7 - - [28/Sep/2022:13:38:04 +0000] "GET /a.csv HTTP/1.1" - - "-" "-" 45640 "-" "-" 0ms"#,
            reads: "forwarded=203.0.113.5, 10.0.0.7 time=2022-09-28T13:38:04Z GET /a.csv took=0us",
        },
    ],
    refusals: &[
        br#"172.17.1.2 - - [24/Nov/2024:13:38:04 +0000] "GET / HTTP/2" 200 352 "-" "Nikto""#,
        br#"172.17.1.2 - - [24/Nov/2024:13:38:04 +0000] "GET / HTTP/2" 200 352 "-" "Nikto" 244 "t" "http://172.17.0.3:80" 42"#,
        br#"172.17.1.2 - - [24/Nov/2024:13:38:04 +0000] "GET / HTTP/2" 200 352 "-" "Nikto" 244 "t" "http://172.17"#,
    ],
};

/// ```abnf
/// traefik-clf = client SP "-" SP user SP "[" date "]" SP answer SP text SP text SP count SP
///               text SP text SP 1*DIGIT "ms"
/// ```
fn traefik(input: &[u8]) -> Read<'_, Record<'_>> {
    // Most lines of the family end otherwise.
    if !input.ends_with(b"ms") {
        return fault(input, "a line that ends in a duration in ms");
    }
    let (rest, addresses) = client(input)?;
    let (rest, core) = core_after_ident(rest, b"-")?;
    let record = core.record();
    let (rest, referer) = text(rest)?;
    let (rest, agent) = text(rest)?;
    let (count_at, ()) = space(rest)?;
    let (rest, count) = word(count_at)?;
    if count != b"-" && number(count).is_none() {
        return fault(count_at, "a count of requests");
    }
    let (rest, _router) = text(rest)?;
    let (rest, server) = text(rest)?;
    let (took_at, ()) = space(rest)?;
    let (rest, took) = word(took_at)?;
    let Some(took) = took.strip_suffix(b"ms").and_then(number) else {
        return fault(took_at, "a duration in ms");
    };
    let mut record = Record {
        addresses,
        referer: present(referer),
        agent: present(agent),
        took: took.checked_mul(1000),
        no_body: record.bytes == Some(0),
        ..record
    };
    if let Some(at) = memmem::find(server, b"://") {
        let authority = &server[at + 3..];
        let end = authority.iter().position(|byte| *byte == b'/').unwrap_or(authority.len());
        if is_ip(&authority[..end]) {
            record.addresses.push(Role::Upstream, &authority[..end]);
        }
    }
    Ok((rest, record))
}

/// `client = host / host *("," [SP] host)`, and the ident, always `-`.
fn client(input: &[u8]) -> Read<'_, Addresses<'_>> {
    let Some(end) = memmem::find(input, b" - ") else { return fault(input, "a client and -") };
    let (rest, text) = (&input[end + 3..], &input[..end]);
    let mut addresses = Addresses::default();
    if text.contains(&b',') && is_ip_list(text) {
        addresses.push(Role::Forwarded, text);
    } else {
        let (after, _) = host(text)?;
        super::token::end(after)?;
        addresses.push(Role::Peer, text);
    }
    Ok((rest, addresses))
}

/// `SP (quoted / "-")`
fn text(input: &[u8]) -> Read<'_, &[u8]> {
    let (rest, ()) = space(input)?;
    match rest {
        [b'-', rest @ ..] => Ok((rest, b"-")),
        _ => quoted(rest),
    }
}
