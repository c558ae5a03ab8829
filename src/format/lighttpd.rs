//! A virtual host where the ident stands elsewhere: lighttpd's default, and the
//! web hosting of OVH.
//!
//! Directive: `accesslog.format = "%h %V %u %t \"%r\" %>s %b \"%{Referer}i\"
//! \"%{User-Agent}i\""`.
//! Specification: <https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_accesslog>.
//!
//! ```abnf
//! lighttpd = host SP vhost SP user SP "[" date "]" SP answer [SP quoted SP last-quoted]
//! ```

use super::clf::{core_after_ident, last_headers};
use super::plain::Plain;
use super::token::{Read, fault, host, is_host_name, space, without_port};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Virtual host second.
pub static LIGHTTPD: Plain = Plain { card: &CARD, grammar: lighttpd, quick: None };

static CARD: Card = Card {
    name: "lighttpd",
    title: "virtual host second: lighttpd's default, OVH web hosting",
    directive: r#"accesslog.format = "%h %V %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"""#,
    reference: "https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_accesslog",
    grammar: r#"lighttpd = host SP vhost SP user SP "[" date "]" SP answer [SP quoted SP last-quoted]"#,
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, first on the line",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"1.2.3.4 www.example.com theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "Mozilla/5.0 (X11; Linux x86_64)""#,
            reads: "peer=1.2.3.4 time=2012-02-10T21:42:07Z GET / 301 368 user=theuser host=www.example.com agent=Mozilla/5.0 (X11; Linux x86_64)",
        },
        Sample {
            preamble: &[],
            line: br#"2001:db8::4 www.example.com - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368"#,
            reads: "peer=2001:db8::4 time=2012-02-10T21:42:07Z GET / 301 368 host=www.example.com",
        },
    ],
    refusals: &[
        br#"1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "-""#,
        br#"www.example.com 1.2.3.4 - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "-""#,
        br#"1.2.3.4 www.example.com - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "-" 5"#,
    ],
};

/// `lighttpd = host-second [SP quoted SP last-quoted]`
fn lighttpd(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, record) = host_second(input)?;
    if rest.is_empty() { Ok((rest, record)) } else { last_headers(rest, record) }
}

/// `host-second = host SP vhost SP user SP "[" date "]" SP answer`
fn host_second(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, peer) = host(input)?;
    let (rest, ()) = space(rest)?;
    let (after, vhost) = host(rest)?;
    if !is_host_name(vhost) {
        return fault(rest, "a host name");
    }
    let (rest, ()) = space(after)?;
    let (rest, core) = core_after_ident(rest, peer)?;
    Ok((rest, Record { host: Some(without_port(vhost)), ..core.record() }))
}
