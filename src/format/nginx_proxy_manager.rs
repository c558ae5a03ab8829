//! nginx-proxy-manager: the log of its proxy hosts and of everything else.
//!
//! Directive: `log_format proxy '[$time_local] $upstream_cache_status
//! $upstream_status $status - $request_method $scheme $host "$request_uri"
//! [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to
//! $server] "$http_user_agent" "$http_referer"';`, and `standard`, which has
//! `$status` alone and no `[Sent-to …]`.
//! Specification: <https://github.com/NginxProxyManager/nginx-proxy-manager>
//! (`docker/rootfs/etc/nginx/conf.d/include/log-proxy.conf`).
//!
//! ```abnf
//! npm     = "[" date "]" SP [cache SP status *(("," / ":") SP status) SP] status SP "-" SP
//!           method SP scheme SP vhost SP quoted SP "[Client " host "]" SP "[Length " bytes "]" SP
//!           "[Gzip " word "]" [SP "[Sent-to " word "]"] SP quoted SP quoted
//! ```
//!
//! The user agent stands **before** the referer. A request that nginx could not
//! read has `-` for its method and target.

use memchr::memmem;

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{
    Read, bracketed_date, cell, fault, is_ip, number, present, quoted, space, without_port,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Escape, Record, Request, Role};

/// The log of nginx-proxy-manager.
pub static NGINX_PROXY_MANAGER: Plain = Plain { card: &CARD, grammar: npm, quick: None };

static CARD: Card = Card {
    name: "nginx-proxy-manager",
    title: "nginx-proxy-manager",
    directive: r#"log_format proxy '[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to $server] "$http_user_agent" "$http_referer"';"#,
    reference: "https://github.com/NginxProxyManager/nginx-proxy-manager",
    grammar: r#"npm = "[" date "]" SP [cache SP status SP] status SP "-" SP method SP scheme SP vhost SP quoted SP "[Client " host "]" SP "[Length " bytes "]" SP "[Gzip " word "]" [SP "[Sent-to " word "]"] SP quoted SP quoted"#,
    time: TimeMeaning::End,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "the peer, or what ngx_http_realip made of it",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"[01/Oct/2025:14:32:15 +0000] HIT 502, 200 200 - GET https example.com "/api/users?a=1" [Client 192.168.1.100] [Length 1543] [Gzip 2.45] [Sent-to 10.0.0.15:8080] "Mozilla/5.0 (Windows NT 10.0)" "https://example.com/dashboard""#,
            reads: "peer=192.168.1.100 upstream=10.0.0.15:8080 time=2025-10-01T14:32:15Z GET /api/users?a=1 200 1543 host=example.com referer=https://example.com/dashboard agent=Mozilla/5.0 (Windows NT 10.0)",
        },
        Sample {
            preamble: &[],
            line: br#"[24/Jan/2022:16:51:02 +0000] - 404 200 - GET http a.local "/x" [Client 1.2.3.4] [Length 192] [Gzip 3.10] [Sent-to openresty] "curl" "-""#,
            reads: "peer=1.2.3.4 time=2022-01-24T16:51:02Z GET /x 200 192 host=a.local agent=curl",
        },
        // The standard log, and a request that was none.
        Sample {
            preamble: &[],
            line: br#"[24/Jan/2022:13:40:19 +0000] 400 - - http localhost "-" [Client 207.32.219.89] [Length 154] [Gzip -] "-" "-""#,
            reads: "peer=207.32.219.89 time=2022-01-24T13:40:19Z 400 154 host=localhost",
        },
    ],
    refusals: &[
        br#"[24/Jan/2022:13:40:19 +0000] 444 - GET https 4.3.2.1 "/.env" [Client 207.32.219.89] [Length 0] [Gzip -] "Moz"#,
        br#"[24/Jan/2022:13:40:19 +0000] 444 - GET https 4.3.2.1 "/.env" [Client 207.32.219.89] [Gzip -] "x" "-""#,
        br#"[10/Feb/2024:21:23:49 +0100] 127.0.0.1 127.0.0.1 0.002 "GET /api/ HTTP/2.0" 200 61 333 - curl/8.6.0"#,
    ],
};

/// ```abnf
/// npm = "[" date "]" SP statuses SP "-" SP method SP scheme SP vhost SP quoted SP
///       "[Client " host "]" SP "[Length " bytes "]" SP "[Gzip " word "]"
///       [SP "[Sent-to " word "]"] SP quoted SP quoted
/// ```
fn npm(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = bracketed_date(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, status) = statuses(rest)?;
    let (rest, method) = cell(rest)?;
    let (rest, _scheme) = cell(rest)?;
    let (rest, vhost) = cell(rest)?;
    let (rest, target) = quoted(rest)?;
    let (rest, peer) = named(rest, b" [Client ")?;
    let (length_at, length) = named(rest, b" [Length ")?;
    let sent = number(length);
    if sent.is_none() && length != b"-" {
        return fault(rest, "a length");
    }
    let (rest, _ratio) = named(length_at, b" [Gzip ")?;
    let (rest, server) = match named(rest, b" [Sent-to ") {
        Ok((rest, server)) => (rest, Some(server)),
        Err(_) => (rest, None),
    };
    let (rest, ()) = space(rest)?;
    let (rest, agent) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, referer) = quoted(rest)?;
    let request = match (present(method), present(target)) {
        (Some(method), Some(target)) => Request::Line { method, target, version: None },
        (_, target) => Request::Raw(target),
    };
    let record = Record {
        time: Some(time),
        request,
        status: Some(status),
        bytes: sent,
        no_body: sent == Some(0),
        host: present(vhost).map(without_port),
        referer: present(referer),
        agent: present(agent),
        escape: Escape::Backslash,
        ..Record::default()
    };
    let mut record = with_peer(record, peer);
    if let Some(server) = server.filter(|server| is_ip(server)) {
        record.addresses.push(Role::Upstream, server);
    }
    Ok((rest, record))
}

/// `statuses = [cache SP status *(("," / ":") SP status) SP] status SP "-" SP`: the
/// status before the dash is what the client was sent.
fn statuses(input: &[u8]) -> Read<'_, u16> {
    let own = |at: &usize| {
        let before = &input[..*at];
        let from = before.iter().rposition(|byte| *byte == b' ').map_or(0, |space| space + 1);
        let text = &before[from..];
        number(text).filter(|_| text.len() == 3)
    };
    let mut dashes = memmem::find_iter(&input[..input.len().min(200)], b" - ");
    match dashes.find_map(|at| own(&at).map(|status| (at, status))) {
        Some((at, status)) => Ok((&input[at + 3..], status as u16)),
        None => fault(input, "a status and a dash"),
    }
}

/// `named = name *OCTET "]"`: the value behind a name that opens a bracket.
fn named<'a>(input: &'a [u8], name: &'static [u8]) -> Read<'a, &'a [u8]> {
    let Some(inside) = input.strip_prefix(name) else {
        return fault(input, "[Client …], [Length …] or [Gzip …]");
    };
    match memchr::memchr(b']', inside) {
        Some(end) => Ok((&inside[end + 1..], &inside[..end])),
        None => fault(inside, "a closing bracket"),
    }
}
