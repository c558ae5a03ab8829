//! A virtual host, then combined: Debian's `vhost_combined` in
//! `other_vhosts_access.log`, Apache's `%v %h …`, nginx's
//! `$host $remote_addr - $remote_user [$time_local] …`.
//!
//! Directive: `LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\"
//! \"%{User-Agent}i\"" vhost_combined`.
//! Specification: <https://httpd.apache.org/docs/2.4/logs.html#virtualhost>.
//!
//! ```abnf
//! vhost-combined = vhost SP core SP quoted SP last-quoted
//! ```
//!
//! What the first two words are is decided by their shape: host first needs
//! an address as its second word, or a first word that is no address and an
//! ident of `-`. Two addresses without a port (`10.0.0.1 192.0.2.3 - - [`) may
//! as well be a forwarded client and its proxy, so they are left to
//! `extended`, which keeps both as addresses.

use super::clf::{last_headers, vhost_core};
use super::plain::Plain;
use super::quick::Clf;
use super::token::Read;
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Virtual host first, then combined.
pub static VHOST_COMBINED: Plain =
    Plain { card: &CARD, grammar: vhost_combined, quick: Some(&Clf::VhostCombined) };

static CARD: Card = Card {
    name: "vhost-combined",
    title: "virtual host, then combined: Debian's other_vhosts_access.log, nginx $host",
    directive: r#"LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined"#,
    reference: "https://httpd.apache.org/docs/2.4/logs.html#virtualhost",
    grammar: "vhost-combined = vhost SP core SP quoted SP last-quoted",
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, second on the line",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"vhost1.example.fr:443 192.168.33.2 - - [26/Dec/2016:16:22:14 +0000] "GET /hello HTTP/1.1" 404 499 "-" "Mozilla/5.0""#,
            reads: "peer=192.168.33.2 time=2016-12-26T16:22:14Z GET /hello 404 499 host=vhost1.example.fr agent=Mozilla/5.0",
        },
        Sample {
            preamble: &[],
            line: br#"10.0.0.1:443 192.0.2.3 - bob [26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 200 1 "http://a.example/" "-""#,
            reads: "peer=192.0.2.3 time=2016-12-26T16:22:14Z GET / 200 1 user=bob host=10.0.0.1 referer=http://a.example/",
        },
        // HostnameLookups On.
        Sample {
            preamble: &[],
            line: br#"www.example.com client.isp.net - - [26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 200 1 "-" "x""#,
            reads: "peer=client.isp.net time=2016-12-26T16:22:14Z GET / 200 1 host=www.example.com agent=x",
        },
    ],
    refusals: &[
        br#"192.0.2.3 - - [26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 200 1 "-" "-""#,
        br#"10.0.0.1 192.0.2.3 - - [26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 200 1 "-" "-""#,
        br#"192.0.2.3 www.example.com bob [26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 200 1 "-" "-""#,
        br#"www.example.com 192.0.2.3 - - [26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 200 1 "-" "-"#,
    ],
};

/// `vhost-combined = vhost SP core SP quoted SP last-quoted`
fn vhost_combined(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, record) = vhost_core(input)?;
    last_headers(rest, record)
}
