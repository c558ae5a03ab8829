//! The access log of Atlassian's Bitbucket Server (once Stash).
//!
//! Directive: none; `log/atlassian-bitbucket-access.log`.
//! Specification: <https://confluence.atlassian.com/bitbucketserver/how-to-read-the-bitbucket-server-log-formats-779171668.html>.
//!
//! ```abnf
//! bitbucket = list BAR protocol BAR id BAR user BAR iso BAR action BAR headers BAR
//!             [status BAR bytes BAR bytes BAR] labels BAR milliseconds BAR session BAR
//! BAR       = " | "                 ; at the end of the line without its last space
//! action    = quoted / *OCTET       ; a request line, or what SSH was asked for
//! headers   = quoted SP quoted / "-"
//! ```
//!
//! * The first field is the whole `X-Forwarded-For` with the peer behind it.
//! * Stash 2 and 1 had no status and no bytes.
//! * A request is logged when it comes (its id begins with `i` and it has no
//!   status) and when it is answered (`o`). Both are read: the first may be all
//!   that there is. The bytes are those read, then those written.
//! * The time is local and has no zone.

use super::plain::Plain;
use super::token::{self, Read, bare_quoted, fault, is_forwarded, is_ip, iso, number, present};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Request, Role};

/// Bitbucket Server's access log.
pub static BITBUCKET: Plain = Plain { card: &CARD, grammar: bitbucket, quick: None };

static CARD: Card = Card {
    name: "bitbucket",
    title: "Atlassian Bitbucket Server",
    directive: "log/atlassian-bitbucket-access.log",
    reference: "https://confluence.atlassian.com/bitbucketserver/how-to-read-the-bitbucket-server-log-formats-779171668.html",
    grammar: "bitbucket = list BAR protocol BAR id BAR user BAR iso BAR action BAR headers BAR [status BAR bytes BAR bytes BAR] labels BAR milliseconds BAR session BAR",
    time: TimeMeaning::Unknown,
    zone: "none: the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "X-Forwarded-For and the peer behind it",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"63.246.22.199,172.16.1.187 | https | o@9K7Z3NNx6x3112x1 | ann | 2012-10-29 00:06:26,838 | "GET /git/a.git/info/refs HTTP/1.1" | "http://a.example/" "git/1.7.4.1" | 200 | 0 | 13 | refs, cache:hit | 101 | tmpqqw | "#,
            reads: "peer=172.16.1.187 forwarded=63.246.22.199 time=2012-10-29T00:06:26.838 GET /git/a.git/info/refs 200 13 user=ann referer=http://a.example/ agent=git/1.7.4.1 took=101000us",
        },
        // What SSH was asked for, and a request that is not answered yet.
        Sample {
            preamble: &[],
            line: b"172.5.1.1 | ssh | o@1QGGCWQx626x45680x0 | ann | 2020-08-13 10:26:37,907 | SSH - git-upload-pack '/a/b.git' | - | 0 | 161 | 1436 | push | 1397 | vlumts |",
            reads: "peer=172.5.1.1 time=2020-08-13T10:26:37.907 raw=<SSH - git-upload-pack '/a/b.git'> bytes=1436 user=ann took=1397000us",
        },
        Sample {
            preamble: &[],
            line: br#"0:0:0:0:0:0:0:1 | http | i@1APC3V1x930x1x2 | - | 2020-07-21 15:30:52,815 | "GET /rest/api/latest/diff HTTP/1.1" | "" "git/2.38.1" | - | - | - | - | - | - |"#,
            reads: "peer=0:0:0:0:0:0:0:1 time=2020-07-21T15:30:52.815 GET /rest/api/latest/diff agent=git/2.38.1",
        },
        // Stash, as it was first called.
        Sample {
            preamble: &[],
            line: br#"172.26.24.201,127.0.0.1 | https | o1167x35420x10 | ann | 2013-06-13 19:27:27,302 | "POST /scm/a.git/git-upload-pack HTTP/1.1" | "" "git/1.7.8.2" | clone, cache:hit | 3499 | 8wovkm | "#,
            reads: "peer=127.0.0.1 forwarded=172.26.24.201 time=2013-06-13T19:27:27.302 POST /scm/a.git/git-upload-pack user=ann agent=git/1.7.8.2 took=3499000us",
        },
    ],
    refusals: &[
        br#"10.229.31.65 | grpc | o@1GGG0Q5Kx420x106x2 | @5XDWX5x420x2768x0 | admin | 2022-04-12 07:09:18,086 | "HostingService/HttpBackend" | - | 0 | 2 | 141583 | 18951 | 3826461940 | - | 508028 |"#,
        br#"10.229.31.65 | https | o@1 | ann | 2012-10-29 00:06:26,838 | "GET / HTTP/1.1" | "" "git/1.7.4.1" | 200 | 0 | 13"#,
        br#"someone | https | o@1 | ann | 2012-10-29 00:06:26,838 | "GET / HTTP/1.1" | "" "x" | 200 | 0 | 13 | - | 1 | - |"#,
    ],
};

/// ```abnf
/// bitbucket = list BAR protocol BAR id BAR user BAR iso BAR action BAR headers BAR
///             [answer] labels BAR milliseconds BAR session BAR
/// ```
fn bitbucket(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, list) = column(input)?;
    if !(is_ip(list) || is_forwarded(list)) {
        return fault(input, "a list of addresses");
    }
    let (rest, _protocol) = column(rest)?;
    let (user_at, id) = column(rest)?;
    if !matches!(id, [b'i' | b'o', b'@' | b'0'..=b'9', ..]) {
        return fault(rest, "a request id like o@1x2x3x4");
    }
    let (time_at, user) = column(user_at)?;
    let (rest, time) = iso(time_at)?;
    let (action_at, ()) = bar(rest)?;
    let (rest, request) = action(action_at)?;
    let (rest, (referer, agent)) = headers(rest)?;
    // Stash, whose ids had no `@`, wrote three columns fewer.
    let (rest, (status, sent)) = if id[1] == b'@' { answer(rest)? } else { (rest, (None, None)) };
    let (took_at, _labels) = column(rest)?;
    let (rest, took) = column(took_at)?;
    if took != b"-" && number(took).is_none() {
        return fault(took_at, "milliseconds");
    }
    let (rest, _session) = column(rest)?;
    let mut record = Record {
        time: Some(time),
        request,
        status,
        bytes: sent,
        no_body: sent == Some(0),
        referer,
        agent,
        user: present(user),
        took: number(took).and_then(|ms| ms.checked_mul(1000)),
        ..Record::default()
    };
    // The last of the list is the peer.
    let comma = memchr::memrchr(b',', list);
    if let Some(comma) = comma {
        record.addresses.push(Role::Forwarded, &list[..comma]);
    }
    let peer = comma.map_or(list, |comma| list[comma + 1..].trim_ascii_start());
    record.addresses.push(Role::Peer, peer);
    Ok((rest.trim_ascii_start(), record))
}

/// A status and the bytes written.
type Answer = (Option<u16>, Option<u64>);

/// `answer = status BAR bytes BAR bytes BAR`: the bytes read, then those written.
fn answer(input: &[u8]) -> Read<'_, Answer> {
    let (received_at, status) = column(input)?;
    let status = number(status).filter(|status| (100..1000).contains(status));
    let (rest, _received) = column(received_at)?;
    let (rest, sent) = column(rest)?;
    Ok((rest, (status.map(|status| status as u16), number(sent))))
}

/// `BAR = " | "`, or without its last space at the end of the line.
fn bar(input: &[u8]) -> Read<'_, ()> {
    match input {
        [b' ', b'|', b' ', rest @ ..] => Ok((rest, ())),
        [b' ', b'|'] => Ok((&input[2..], ())),
        _ => fault(input, "a bar"),
    }
}

/// `column = *OCTET BAR`
fn column(input: &[u8]) -> Read<'_, &[u8]> {
    let Some(end) = memchr::memmem::find(input, b" |") else {
        return fault(input, "a bar");
    };
    let (rest, ()) = bar(&input[end..])?;
    Ok((rest, &input[..end]))
}

/// `action = (quoted / *OCTET) BAR`
fn action(input: &[u8]) -> Read<'_, Request<'_>> {
    if !input.starts_with(b"\"") {
        let (rest, text) = column(input)?;
        return Ok((rest, Request::Raw(present(text))));
    }
    let (rest, line) = bare_quoted(input)?;
    let (rest, ()) = bar(rest)?;
    Ok((rest, token::request(line)))
}

/// Referer and user agent.
type Headers<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// `headers = (quoted SP quoted / "-") BAR`
fn headers(input: &[u8]) -> Read<'_, Headers<'_>> {
    if !input.starts_with(b"\"") {
        let (rest, _) = column(input)?;
        return Ok((rest, (None, None)));
    }
    let (rest, referer) = bare_quoted(input)?;
    let (rest, ()) = token::space(rest)?;
    let (rest, agent) = bare_quoted(rest)?;
    let (rest, ()) = bar(rest)?;
    Ok((rest, (present(referer), present(agent))))
}
