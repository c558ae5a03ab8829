//! Apache's `ssl_request_log`: who spoke which TLS, and what was asked; no
//! status.
//!
//! Directive: `CustomLog logs/ssl_request_log "%t %h %{SSL_PROTOCOL}x
//! %{SSL_CIPHER}x \"%r\" %b"`.
//! Specification: <https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#logformats>.
//!
//! ```abnf
//! ssl-request = "[" date "]" SP host SP protocol SP word SP quoted SP bytes
//! protocol    = "TLS" *OCTET / "SSL" *OCTET / "-"
//! ```
//!
//! The outcome of such a request is unknown: it proves that it was made, not
//! that it was answered.

use super::clf::with_peer;
use super::plain::Plain;
use super::token::{Read, bracketed_time, bytes, fault, host, quoted, request, space, word};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Escape, Record};

/// Apache's TLS request log.
pub static SSL_REQUEST: Plain = Plain { card: &CARD, grammar: ssl_request, quick: None };

static CARD: Card = Card {
    name: "ssl-request",
    title: "Apache ssl_request_log: TLS version, cipher, request, no status",
    directive: r#"CustomLog logs/ssl_request_log "%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x \"%r\" %b""#,
    reference: "https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#logformats",
    grammar: r#"ssl-request = "[" date "]" SP host SP protocol SP word SP quoted SP bytes"#,
    time: TimeMeaning::Start,
    zone: "logged as an offset",
    bytes: BytesMeaning::Planned,
    client: "the peer",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: br#"[10/Aug/2018:09:45:56 +0200] 172.30.0.119 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 "GET /nagiosxi/ajaxhelper.php?cmd=x HTTP/1.1" 200"#,
        reads: "peer=172.30.0.119 time=2018-08-10T07:45:56Z GET /nagiosxi/ajaxhelper.php?cmd=x bytes=200",
    }],
    refusals: &[
        br#"[10/Aug/2018:09:45:56 +0200] 172.30.0.119 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 "GET / HTTP/1.1" 200 1375"#,
        br#"[10/Aug/2018:09:45:56 +0200] 172.30.0.119 - frank "GET / HTTP/1.1" 200 x"#,
    ],
};

/// `ssl-request = "[" date "]" SP host SP protocol SP word SP quoted SP bytes`
fn ssl_request(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = bracketed_time(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, peer) = host(rest)?;
    let (rest, ()) = space(rest)?;
    let (after, protocol) = word(rest)?;
    if !(protocol.starts_with(b"TLS") || protocol.starts_with(b"SSL") || protocol == b"-") {
        return fault(rest, "a TLS version");
    }
    let (rest, ()) = space(after)?;
    let (rest, _cipher) = word(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, line) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, bytes) = bytes(rest)?;
    let record = Record {
        time: Some(time),
        request: request(line),
        bytes,
        escape: Escape::Backslash,
        ..Record::default()
    };
    Ok((rest, with_peer(record, peer)))
}
