//! The Common Log Format of NCSA httpd: Apache's `common`, Tomcat, Jetty,
//! Python and Go servers, many appliances.
//!
//! Directive: `LogFormat "%h %l %u %t \"%r\" %>s %b" common`.
//! Specification: <https://httpd.apache.org/docs/2.4/logs.html#common>.
//!
//! ```abnf
//! common = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes
//! ```

use super::clf::{Core, plain_core, whole};
use super::quick::Clf;
use super::{BytesMeaning, Card, Format, Miss, Quick, Sample, Scratch, State, TimeMeaning};
use crate::record::Record;

/// The Common Log Format.
pub struct Common;

static CARD: Card = Card {
    name: "common",
    title: "Common Log Format: Apache common, Tomcat, Jetty, Python, Go",
    directive: r#"LogFormat "%h %l %u %t \"%r\" %>s %b" common"#,
    reference: "https://httpd.apache.org/docs/2.4/logs.html#common",
    grammar: r#"common = host SP ident SP user SP "[" date "]" SP quoted SP status SP bytes"#,
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; where it is missing, the server's local time",
    bytes: BytesMeaning::Unknown,
    client: "the peer, or what mod_remoteip made of it",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326"#,
            reads: "peer=127.0.0.1 time=2000-10-10T20:55:36Z GET /apache_pb.gif 200 2326 user=frank",
        },
        // NASA, 1995: a host name, and a request without a version.
        Sample {
            preamble: &[],
            line: br#"in24.inetnebr.com - - [01/Aug/1995:00:00:01 -0400] "GET /shuttle/missions/sts-68/news/sts-68-mcc-05.txt" 200 1839"#,
            reads: "peer=in24.inetnebr.com time=1995-08-01T04:00:01Z GET /shuttle/missions/sts-68/news/sts-68-mcc-05.txt 200 1839",
        },
        // Python's http.server: a space before the hour, no zone.
        Sample {
            preamble: &[],
            line: br#"127.0.0.1 - - [01/Jan/2024 12:00:00] "GET /dump.sql HTTP/1.1" 200 -"#,
            reads: "peer=127.0.0.1 time=2024-01-01T12:00:00 GET /dump.sql 200",
        },
        // A client that sent nothing before Apache's timeout.
        Sample {
            preamble: &[],
            line: br#"2001:db8::7 - - [01/Jan/2024:12:00:00 +0530] "-" 408 -"#,
            reads: "peer=2001:db8::7 time=2024-01-01T06:30:00Z 408",
        },
    ],
    refusals: &[
        br#"127.0.0.1 - frank [31/Feb/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#,
        br#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "-""#,
        br#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0 200 2326"#,
        br#"127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 23127.0.0.1 - - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.0" 200 2326"#,
        br#"127.0.0.1 - - [10/Oct/2000:13:5127.0.0.1 - - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.0" 200 2326"#,
        br#"www.example.com 127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326"#,
    ],
};

impl Format for Common {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, plain_core(line)).map(Core::record)
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(&Clf::Common)
    }
}
