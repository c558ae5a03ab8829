//! Combined, and then the virtual host: `%v` or `$host`, bare or quoted.
//!
//! Directive: `LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\"
//! \"%{User-Agent}i\" %v"`.
//! Specification: <https://httpd.apache.org/docs/2.4/logs.html#virtualhost>.
//!
//! ```abnf
//! host-last = core SP quoted SP quoted SP (vhost / DQUOTE vhost DQUOTE)
//! ```

use super::clf::{plain_core, texts};
use super::plain::Plain;
use super::quick::Clf;
use super::token::{Read, fault, is_host_name, quoted, space, without_port, word};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Combined, then the virtual host.
pub static HOST_LAST: Plain =
    Plain { card: &CARD, grammar: host_last, quick: Some(&Clf::HostLast) };

static CARD: Card = Card {
    name: "host-last",
    title: "combined, then the virtual host",
    directive: r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %v""#,
    reference: "https://httpd.apache.org/docs/2.4/logs.html#virtualhost",
    grammar: "host-last = core SP quoted SP quoted SP (vhost / DQUOTE vhost DQUOTE)",
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, first on the line",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"1.2.3.4 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "curl" www.example.com"#,
            reads: "peer=1.2.3.4 time=2012-02-10T21:42:07Z GET / 301 368 host=www.example.com agent=curl",
        },
        Sample {
            preamble: &[],
            line: br#"1.2.3.4 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "curl" "www.example.com:8443""#,
            reads: "peer=1.2.3.4 time=2012-02-10T21:42:07Z GET / 301 368 host=www.example.com agent=curl",
        },
    ],
    refusals: &[
        br#"1.2.3.4 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "curl""#,
        br#"1.2.3.4 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "curl" 1.2.3.4"#,
        br#"1.2.3.4 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "curl" www.example.com 5"#,
    ],
};

/// `host-last = core SP quoted SP quoted SP (vhost / DQUOTE vhost DQUOTE)`
fn host_last(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, core) = plain_core(input)?;
    let (rest, (referer, agent)) = texts(rest)?;
    last_host(rest, Record { referer, agent, ..core.record() })
}

/// `last-host = SP (vhost / DQUOTE vhost DQUOTE)`
fn last_host<'a>(input: &'a [u8], record: Record<'a>) -> Read<'a, Record<'a>> {
    let (field, ()) = space(input)?;
    let (rest, vhost) = if field.starts_with(b"\"") { quoted(field)? } else { word(field)? };
    if !is_host_name(vhost) {
        return fault(field, "a host name");
    }
    Ok((rest, Record { host: Some(without_port(vhost)), ..record }))
}
