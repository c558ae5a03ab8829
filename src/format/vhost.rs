//! The forms with a virtual host: first on the line, second, or last.
//!
//! * first: Debian's `vhost_combined` in `other_vhosts_access.log`
//!   (`LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\"
//!   \"%{User-Agent}i\"" vhost_combined`), Apache's `%v %h …`, nginx's
//!   `$host $remote_addr - $remote_user [$time_local] …`; with or without
//!   referer and agent;
//! * second: lighttpd's default `%h %V %u %t "%r" %>s %b …`, and the web
//!   hosting of OVH;
//! * last: `combined` and then `%v` or `$host`, bare or quoted.
//!
//! Specification: <https://httpd.apache.org/docs/2.4/logs.html#virtualhost>,
//! <https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_accesslog>.
//!
//! ```abnf
//! vhost-combined = vhost SP core SP quoted SP last-quoted
//! vhost-common   = vhost SP core
//! lighttpd       = host SP vhost SP user SP "[" date "]" SP answer [SP quoted SP last-quoted]
//! host-last      = core SP quoted SP quoted SP (vhost / DQUOTE vhost DQUOTE)
//! ```
//!
//! What the first two words are is decided by their shape: host first needs
//! an address as its second word, or a first word that is no address and an
//! ident of `-`. Two addresses without a port (`10.0.0.1 192.0.2.3 - - [`) may
//! as well be a forwarded client and its proxy, so they are left to
//! `extended`, which keeps both as addresses.

use super::clf::{core, core_after_ident, headers, last_headers, plain_core, whole, with_peer};
use super::token::{Read, fault, host, is_host_name, is_ip, quoted, space, without_port, word};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::Record;

/// Virtual host first, then combined.
pub struct VhostCombined;
/// Virtual host first, then common.
pub struct VhostCommon;
/// Virtual host where the ident stands elsewhere.
pub struct Lighttpd;
/// Combined, then the virtual host.
pub struct HostLast;

static VHOST_COMBINED: Card = Card {
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

impl Format for VhostCombined {
    fn card(&self) -> &'static Card {
        &VHOST_COMBINED
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let read = vhost_core(line).and_then(|(rest, record)| last_headers(rest, record));
        whole(line, read)
    }
}

static VHOST_COMMON: Card = Card {
    name: "vhost-common",
    title: "virtual host, then common",
    directive: r#"LogFormat "%v %h %l %u %t \"%r\" %>s %b" vhost_common"#,
    grammar: "vhost-common = vhost SP core",
    samples: &[Sample {
        preamble: &[],
        line: br#"www.example.com 1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 368"#,
        reads: "peer=1.2.3.4 time=2012-02-10T21:42:07Z GET / 301 368 user=theuser host=www.example.com",
    }],
    refusals: &[
        br#"1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 368"#,
        br#"www.example.com 1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 3681.2.3.4"#,
    ],
    ..VHOST_COMBINED
};

impl Format for VhostCommon {
    fn card(&self) -> &'static Card {
        &VHOST_COMMON
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, vhost_core(line))
    }
}

static LIGHTTPD: Card = Card {
    name: "lighttpd",
    title: "virtual host second: lighttpd's default, OVH web hosting",
    directive: r#"accesslog.format = "%h %V %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"""#,
    reference: "https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_accesslog",
    grammar: r#"lighttpd = host SP vhost SP user SP "[" date "]" SP answer [SP quoted SP last-quoted]"#,
    client: "the peer, first on the line",
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
    ..VHOST_COMBINED
};

impl Format for Lighttpd {
    fn card(&self) -> &'static Card {
        &LIGHTTPD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let read = host_second(line).and_then(|(rest, record)| {
            if rest.is_empty() { Ok((rest, record)) } else { last_headers(rest, record) }
        });
        whole(line, read)
    }
}

static HOST_LAST: Card = Card {
    name: "host-last",
    title: "combined, then the virtual host",
    directive: r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %v""#,
    grammar: "host-last = core SP quoted SP quoted SP (vhost / DQUOTE vhost DQUOTE)",
    client: "the peer, first on the line",
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
    ..VHOST_COMBINED
};

impl Format for HostLast {
    fn card(&self) -> &'static Card {
        &HOST_LAST
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let read = plain_core(line)
            .and_then(|(rest, record)| headers(rest, record))
            .and_then(|(rest, record)| last_host(rest, record));
        whole(line, read)
    }
}

/// `vhost-core = vhost SP core`, told by the shape of its first words.
fn vhost_core(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, vhost) = host(input)?;
    let (rest, ()) = space(rest)?;
    let (after, peer) = host(rest)?;
    let ported = without_port(vhost).len() < vhost.len();
    let first_is_host = vhost != b"-" && (ported || !is_ip(vhost));
    let dash_ident = after.starts_with(b" - ") && !after.starts_with(b" - [");
    if !first_is_host || !(is_ip(peer) || (dash_ident && peer != b"-")) {
        return fault(input, "a virtual host and then an address");
    }
    let (rest, record) = core(rest)?;
    Ok((rest, Record { host: Some(without_port(vhost)), ..record }))
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
    let (rest, record) = core_after_ident(rest)?;
    Ok((rest, Record { host: Some(without_port(vhost)), ..with_peer(record, peer) }))
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
