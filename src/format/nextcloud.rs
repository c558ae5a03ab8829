//! Nextcloud's (and ownCloud's) own log, `nextcloud.log` and that of the app
//! `admin_audit`.
//!
//! Directive: `'logfile' => '…/nextcloud.log'`; `'logfile_audit' => '…/audit.log'`.
//! Specification:
//! <https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html>.
//!
//! ```abnf
//! nextcloud = object
//! ```
//!
//! A line is an event and not a request: a request may have none or several, and
//! no status or size is logged. It is evidence that the request reached the
//! application, as whom, and, in the message of `admin_audit`, which file it
//! opened. `remoteAddr` is the peer, or what `trusted_proxies` made of it. An event
//! that no request caused (a job, the command line) has the message for a request.

use super::json::{
    self, AGENT, Found, METHOD, PEER, RAW, Shape, TARGET, TIME, USER, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Nextcloud's own log.
pub static NEXTCLOUD: Shape = Shape {
    card: &CARD,
    tells: &[&["reqId"], &["remoteAddr"], &["url", "app"]],
    keys: &[
        at(PEER, &["remoteAddr"]),
        at(TIME, &["time"]),
        at(METHOD, &["method"]),
        at(TARGET, &["url"]),
        at(RAW, &["message"]),
        at(AGENT, &["userAgent"]),
        at(USER, &["user"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: nobody,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "nextcloud",
    title: "Nextcloud and ownCloud log, and admin_audit",
    directive: "'log_type' => 'file', 'logfile' => '/var/log/nextcloud.log'",
    reference: "https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html",
    grammar: "nextcloud = object",
    time: TimeMeaning::Unknown,
    zone: "logged as an offset; local in old versions",
    bytes: BytesMeaning::Unknown,
    client: "the peer, or what trusted_proxies made of it (remoteAddr)",
    folds_case: false,
    best_effort: false,
    samples: &[
        // A share link.
        Sample {
            preamble: &[],
            line: br#"{"reqId":"X1Pb2","level":1,"time":"2024-02-24T12:34:56+01:00","remoteAddr":"203.0.113.5","user":"--","app":"admin_audit","method":"GET","url":"/index.php/s/Ab12/download?path=%2F\u0026files=patients.csv","message":"The share with the token \"Ab12\" has been accessed","userAgent":"curl/8.5","version":"27.1.2.1"}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T11:34:56Z GET /index.php/s/Ab12/download?path=%2F&files=patients.csv agent=curl/8.5",
        },
        // A job.
        Sample {
            preamble: &[],
            line: br#"{"reqId":"y","level":3,"time":"2024-02-24T12:34:56+00:00","remoteAddr":"","user":"--","app":"cron","method":"","url":"--","message":"job failed","userAgent":"--","version":"27.1.2.1"}"#,
            reads: "time=2024-02-24T12:34:56Z raw=<job failed>",
        },
    ],
    refusals: &[
        br#"{"reqId":"y","level":3,"remoteAddr":"203.0.113.5","user":"bob","app":"core","method":"GET","url":"/","message":"x"}"#,
        br#"{"level":1,"time":"2024-02-24T12:34:56+01:00","remoteAddr":"203.0.113.5","method":"GET","url":"/"}"#,
    ],
};

/// Nextcloud writes `--` for nothing.
fn nobody(found: &mut Found<'_>) {
    for place in [METHOD, TARGET, AGENT, USER] {
        if found.text(place) == Some(b"--") {
            found.clear(place);
        }
    }
}
