//! A virtual host, then common: `vhost-combined` without referer and agent.
//!
//! Directive: `LogFormat "%v %h %l %u %t \"%r\" %>s %b" vhost_common`.
//! Specification: <https://httpd.apache.org/docs/2.4/logs.html#virtualhost>.
//!
//! ```abnf
//! vhost-common = vhost SP core
//! ```

use super::clf::vhost_core;
use super::plain::Plain;
use super::quick::Clf;
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Virtual host first, then common.
pub static VHOST_COMMON: Plain =
    Plain { card: &CARD, grammar: vhost_core, quick: Some(&Clf::VhostCommon) };

static CARD: Card = Card {
    name: "vhost-common",
    title: "virtual host, then common",
    directive: r#"LogFormat "%v %h %l %u %t \"%r\" %>s %b" vhost_common"#,
    reference: "https://httpd.apache.org/docs/2.4/logs.html#virtualhost",
    grammar: "vhost-common = vhost SP core",
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, second on the line",
    folds_case: false,
    best_effort: false,
    samples: &[Sample {
        preamble: &[],
        line: br#"www.example.com 1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 368"#,
        reads: "peer=1.2.3.4 time=2012-02-10T21:42:07Z GET / 301 368 user=theuser host=www.example.com",
    }],
    refusals: &[
        br#"1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 368"#,
        br#"www.example.com 1.2.3.4 - theuser [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 3681.2.3.4"#,
    ],
};
