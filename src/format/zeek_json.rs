//! Zeek's (formerly Bro's) `http.log` in JSON.
//!
//! Directive: `redef LogAscii::use_json = T;`
//! Specification: <https://docs.zeek.org/en/master/logs/http.html>.
//!
//! ```abnf
//! zeek-http-json = object
//! ```
//!
//! What a sensor on the network saw. The names have dots in them. `ts` is when the
//! request began, an epoch with decimals or ISO 8601. `id.orig_h` is the other end
//! of the connection to the server; `proxied` has the headers of proxies.

use super::json::{
    self, AGENT, BYTES, FORWARDED, Found, HOST, METHOD, PEER, PROTO, REFERER, STATUS, Shape,
    TARGET, TIME, UPSTREAM, USER, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// Zeek's http.log in JSON.
pub static ZEEK_JSON: Shape = Shape {
    card: &CARD,
    tells: &[&["id.orig_h"], &["uri", "status_code"], &["trans_depth", "uri"]],
    keys: &[
        at(PEER, &["id.orig_h"]),
        at(FORWARDED, &["proxied"]),
        at(UPSTREAM, &["id.resp_h"]),
        at(TIME, &["ts"]),
        at(METHOD, &["method"]),
        at(TARGET, &["uri"]),
        at(PROTO, &["version"]),
        at(STATUS, &["status_code"]),
        at(BYTES, &["response_body_len"]),
        at(HOST, &["host"]),
        at(REFERER, &["referrer"]),
        at(AGENT, &["user_agent"]),
        at(USER, &["username"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: proxied,
    after: nothing_more,
};

static CARD: Card = Card {
    name: "zeek-http-json",
    title: "Zeek http.log, JSON",
    directive: "redef LogAscii::use_json = T;",
    reference: "https://docs.zeek.org/en/master/logs/http.html",
    grammar: "zeek-http-json = object",
    time: TimeMeaning::Start,
    zone: "an epoch, or Z",
    bytes: BytesMeaning::Body,
    client: "the peer (id.orig_h), and X-Forwarded-For (proxied)",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"ts":1591367999.305988,"uid":"C5bLoe2Mvxqhawzqqd","id.orig_h":"192.168.4.76","id.orig_p":46378,"id.resp_h":"31.3.245.133","id.resp_p":80,"trans_depth":1,"method":"GET","host":"testmyids.com","uri":"/a.csv?x=1","version":"1.1","user_agent":"curl/7.47.0","request_body_len":0,"response_body_len":39,"status_code":200,"status_msg":"OK","tags":[],"proxied":["X-FORWARDED-FOR -> 203.0.113.5, 10.0.0.7"],"resp_fuids":["FEEsZS1w0Z0VJIb5x4"]}"#,
            reads: "peer=192.168.4.76 forwarded=203.0.113.5, 10.0.0.7 upstream=31.3.245.133 time=2020-06-05T14:39:59.305988Z GET /a.csv?x=1 200 39 host=testmyids.com agent=curl/7.47.0",
        },
        // With the times in ISO 8601; no answer was seen.
        Sample {
            preamble: &[],
            line: br#"{"ts":"2020-06-05T14:39:59.305988Z","id.orig_h":"2001:db8::1","id.resp_h":"2001:db8::2","trans_depth":1,"method":"POST","uri":"/","proxied":["VIA -> 1.1 proxy"],"response_body_len":0}"#,
            reads: "peer=2001:db8::1 upstream=2001:db8::2 time=2020-06-05T14:39:59.305988Z POST / bytes=0",
        },
    ],
    refusals: &[
        br#"{"ts":1591367999.305988,"uid":"C5","id.orig_h":"192.168.4.76","id.resp_h":"31.3.245.133","proto":"tcp","service":"http","conn_state":"SF"}"#,
        br#"{"uid":"C5","id.orig_h":"192.168.4.76","trans_depth":1,"method":"GET","uri":"/","status_code":200}"#,
    ],
};

/// `X-FORWARDED-FOR -> 203.0.113.5`: the value alone. Other headers of proxies
/// do not say an address.
fn proxied(found: &mut Found<'_>) {
    found.behind(FORWARDED, b"X-FORWARDED-FOR -> ");
}
