//! nginx's access log as one JSON object a line.
//!
//! Directive: `log_format json escape=json '{"time":"$time_iso8601",…}';`
//! Specification: <https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format>.
//!
//! ```abnf
//! nginx-json = object
//! ```
//!
//! The names are the site's, mostly those of the variables; one of nginx's own
//! must be among them. Numbers may stand in quotes. The template is plain text, so
//! an empty variable without quotes breaks the object (`"upstream_status":,`): such
//! a line is no JSON and is not read. `$time_local`, `$time_iso8601` and `$msec` are
//! when the line was written, at the end of the request. `$remote_addr` is the peer
//! or what `ngx_http_realip` made of it; under a name that says only "client" it
//! may be a header, and is kept as forwarded. `$uri` is decoded and rewritten, so
//! the request line and `$request_uri` go before it. `$bytes_sent` counts headers
//! too and is not taken for a size of the body. An empty request, of a client
//! that spoke no HTTP, has a status alone.

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, Found, HOST, METHOD, OWN, PEER, PROTO, QUERY, REFERER,
    REQUEST, STATUS, Shape, TARGET, TIME, TOOK, UPSTREAM, USER, at, nothing_more,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};

/// nginx's access log in JSON, under names that a site chose.
pub static NGINX_JSON: Shape = Shape {
    card: &CARD,
    tells: &[
        &[
            "request_uri",
            "body_bytes_sent",
            "time_local",
            "time_iso8601",
            "http_user_agent",
            "http_referer",
            "http_referrer",
            "http_host",
            "request_time",
            "upstream_response_time",
            "upstream_addr",
            "remote_user",
            "idsite",
        ],
        &["status", "request", "request_uri", "time_local", "time_iso8601", "msec"],
    ],
    keys: &[
        at(PEER, &["realip_remote_addr"]),
        at(REMOTE, &["remote_addr"]),
        at(REMOTE, &["remote_ip"]),
        at(FORWARDED, &["http_x_forwarded_for"]),
        at(FORWARDED, &["x_forwarded_for"]),
        at(FORWARDED, &["x-forwarded-for"]),
        at(FORWARDED, &["xff"]),
        at(CLIENT, &["proxy_protocol_addr"]),
        at(CLIENT, &["client_ip"]),
        at(CLIENT, &["clientip"]),
        at(CLIENT, &["client"]),
        at(CLIENT, &["ip"]),
        at(CLIENT, &["http_x_real_ip"]),
        at(CLIENT, &["x_real_ip"]),
        at(UPSTREAM, &["upstream_addr"]),
        at(UPSTREAM, &["upstream"]),
        at(UPSTREAM, &["upstreamhost"]),
        at(TIME, &["time_iso8601"]),
        at(TIME, &["time_local"]),
        at(TIME, &["msec"]),
        at(TIME, &["timestamp"]),
        at(TIME, &["time"]),
        at(TIME, &["ts"]),
        at(TIME, &["date"]),
        at(TIME, &["datetime"]),
        at(TIME, &["@timestamp"]),
        at(REQUEST, &["request"]),
        at(METHOD, &["request_method"]),
        at(METHOD, &["method"]),
        at(METHOD, &["verb"]),
        at(TARGET, &["request_uri"]),
        at(TARGET, &["url"]),
        at(TARGET, &["path"]),
        at(TARGET, &["uri"]),
        at(QUERY, &["args"]),
        at(QUERY, &["query_string"]),
        at(PROTO, &["server_protocol"]),
        at(PROTO, &["protocol"]),
        at(STATUS, &["status"]),
        at(STATUS, &["status_code"]),
        at(STATUS, &["response"]),
        at(BYTES, &["body_bytes_sent"]),
        at(BYTES, &["bytes"]),
        at(BYTES, &["size"]),
        at(BYTES, &["length"]),
        at(HOST, &["http_host"]),
        at(HOST, &["host"]),
        at(HOST, &["server_name"]),
        at(REFERER, &["http_referer"]),
        at(REFERER, &["http_referrer"]),
        at(REFERER, &["referer"]),
        at(REFERER, &["referrer"]),
        at(AGENT, &["http_user_agent"]),
        at(AGENT, &["user_agent"]),
        at(AGENT, &["agent"]),
        at(AGENT, &["useragent"]),
        at(USER, &["remote_user"]),
        at(USER, &["user"]),
        at(TOOK, &["request_time"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: peer,
    after: nothing_more,
};

/// nginx's `$remote_addr`.
const REMOTE: usize = OWN;

static CARD: Card = Card {
    name: "nginx-json",
    title: "nginx JSON access log, names chosen by the site",
    directive: r#"log_format json escape=json '{"time":"$time_iso8601","remote_addr":"$remote_addr","request":"$request","status":$status,"body_bytes_sent":$body_bytes_sent}';"#,
    reference: "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
    grammar: "nginx-json = object",
    time: TimeMeaning::End,
    zone: "logged as an offset, or an epoch",
    bytes: BytesMeaning::Body,
    client: "the peer, or what ngx_http_realip made of it; X-Forwarded-For where it is logged",
    folds_case: false,
    best_effort: false,
    samples: &[
        // As most tutorials have it.
        Sample {
            preamble: &[],
            line: br#"{"time_local":"24/Feb/2024:12:34:56 +0100","remote_addr":"10.0.0.7","remote_user":"","request":"GET /export/patients.csv?x=\"1\" HTTP/1.1","status": "200","body_bytes_sent":"88123","request_time":"0.012","http_referrer":"","http_user_agent":"curl/8.5","http_x_forwarded_for":"203.0.113.5, 10.0.0.9","upstream_addr":"127.0.0.1:8000"}"#,
            reads: r#"peer=10.0.0.7 forwarded=203.0.113.5, 10.0.0.9 upstream=127.0.0.1:8000 time=2024-02-24T11:34:56Z GET /export/patients.csv?x="1" 200 88123 agent=curl/8.5 took=12000us"#,
        },
        // As it is made for Logstash.
        Sample {
            preamble: &[],
            line: br#"{"@timestamp":"2024-02-24T12:34:56+01:00","clientip":"203.0.113.5","size":571,"responsetime":0.004,"upstreamhost":"-","http_host":"a.example:443","url":"/index.html","agent":"Mozilla/5.0","status":"304","request_method":"HEAD"}"#,
            reads: "forwarded=203.0.113.5 time=2024-02-24T11:34:56Z HEAD /index.html 304 571 host=a.example agent=Mozilla/5.0",
        },
        // A client that spoke no HTTP.
        Sample {
            preamble: &[],
            line: br#"{"msec": "1708778096.123", "connection": "7", "remote_addr": "203.0.113.5", "request": "", "request_uri": "", "status": "400", "bytes_sent": "157", "body_bytes_sent": "0", "http_host": ""}"#,
            reads: "peer=203.0.113.5 time=2024-02-24T12:34:56.123Z 400 0",
        },
        // Behind a proxy that is trusted, and with the default escaping.
        Sample {
            preamble: &[],
            line: br#"{"time_iso8601":"2024-02-24T12:34:56+01:00","realip_remote_addr":"10.0.0.7","remote_addr":"203.0.113.5","request_method":"GET","uri":"/a","args":"x=1","status":499,"body_bytes_sent":0,"request_time":3.5,"http_user_agent":"\xe9\x22"}"#,
            reads: r#"peer=10.0.0.7 forwarded=203.0.113.5 time=2024-02-24T11:34:56Z GET /a?x=1 499 0 agent=�" took=3500000us"#,
        },
        // As Matomo asks for it.
        Sample {
            preamble: &[],
            line: br#"{"idsite":1,"ip": "1.2.3.4","host": "www.piwik.org","path": "/piwik.php?idsite=1","status": "200","referrer": "http://clearcode.cc/","user_agent": "Mozilla/5.0","length": 192,"generation_time_milli": 0.008,"date": "2013-10-10T16:52:00+02:00"}"#,
            reads: "forwarded=1.2.3.4 time=2013-10-10T14:52:00Z - /piwik.php?idsite=1 200 192 host=www.piwik.org referer=http://clearcode.cc/ agent=Mozilla/5.0",
        },
    ],
    refusals: &[
        br#"{"time_iso8601":"2024-02-24T12:34:56+01:00","remote_addr":"203.0.113.5","request":"GET /a HTTP/1.1","status":200,"body_bytes_sent":5,"upstream_response_time":,"upstream_status":}"#,
        br#"{"remote_addr":"203.0.113.5","request":"GET /a HTTP/1.1","status":200,"body_bytes_sent":5}"#,
        br#"{"time":"2024-02-24T12:34:56+01:00","level":"info","status":"ok","request":"GET /a HTTP/1.1"}"#,
    ],
};

/// `$remote_addr` is the peer, unless `$realip_remote_addr` says who that was.
fn peer(found: &mut Found<'_>) {
    if found.holds(PEER) && found.holds(REMOTE) {
        found.clear(CLIENT);
        found.or(CLIENT, REMOTE);
    } else {
        found.or(PEER, REMOTE);
    }
}
