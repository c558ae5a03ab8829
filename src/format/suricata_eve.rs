//! Suricata's `eve.json`: the events of the type `http`.
//!
//! Directive: `outputs: - eve-log: types: - http`.
//! Specification: <https://docs.suricata.io/en/latest/output/eve/eve-json-format.html#event-type-http>.
//!
//! ```abnf
//! suricata-eve = object               ; with "event_type":"http"
//! ```
//!
//! What a sensor on the network saw, useful where the server kept nothing: what
//! was encrypted is not in it. `src_ip` is the other end of the connection to the
//! server, `http.xff` the header. Events of other types repeat the same request
//! (`alert`, `fileinfo`) and are no records. `length` is that of the body as seen.

use super::json::{
    self, AGENT, BYTES, FORWARDED, HOST, METHOD, OWN, PEER, PROTO, Picked, REFERER, STATUS, Shape,
    TARGET, TIME, UPSTREAM, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// Suricata's HTTP events.
pub static SURICATA_EVE: Shape = Shape {
    card: &CARD,
    tells: &[&["event_type"], &["src_ip"], &["http"]],
    keys: &[
        at(PEER, &["src_ip"]),
        at(FORWARDED, &["http", "xff"]),
        at(FORWARDED, &["xff"]),
        at(UPSTREAM, &["dest_ip"]),
        at(TIME, &["timestamp"]),
        at(METHOD, &["http", "http_method"]),
        at(TARGET, &["http", "url"]),
        at(PROTO, &["http", "protocol"]),
        at(STATUS, &["http", "status"]),
        at(BYTES, &["http", "length"]),
        at(HOST, &["http", "hostname"]),
        at(REFERER, &["http", "http_refer"]),
        at(AGENT, &["http", "http_user_agent"]),
        at(TYPE, &["event_type"]),
    ],
    unit: json::SECONDS,
    utc: false,
    before: as_it_stands,
    after: of_type_http,
};

/// The type of the event.
const TYPE: usize = OWN;

static CARD: Card = Card {
    name: "suricata-eve",
    title: "Suricata eve.json, event type http",
    directive: "outputs: [{ eve-log: { types: [http] } }]",
    reference: "https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
    grammar: "suricata-eve = object",
    time: TimeMeaning::Unknown,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "the peer (src_ip), and X-Forwarded-For",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"{"timestamp":"2021-05-01T10:00:00.123456+0200","flow_id":1421574,"in_iface":"eth0","event_type":"http","src_ip":"203.0.113.5","src_port":51234,"dest_ip":"10.0.0.7","dest_port":80,"proto":"TCP","tx_id":0,"http":{"hostname":"files.example.org","url":"/export/patients.csv?x=1","http_user_agent":"curl/8.5","http_content_type":"text/csv","http_refer":"http://a.example/","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":88123,"xff":"198.51.100.9"}}"#,
            reads: "peer=203.0.113.5 forwarded=198.51.100.9 upstream=10.0.0.7 time=2021-05-01T08:00:00.123456Z GET /export/patients.csv?x=1 200 88123 host=files.example.org referer=http://a.example/ agent=curl/8.5",
        },
        // 2.x; the answer was not seen.
        Sample {
            preamble: &[],
            line: br#"{"timestamp":"2015-05-01T10:00:00.123456-0700","event_type":"http","src_ip":"2001:db8::1","dest_ip":"2001:db8::2","http":{"hostname":"a.example","url":"\/","http_method":"HEAD","length":0}}"#,
            reads: "peer=2001:db8::1 upstream=2001:db8::2 time=2015-05-01T17:00:00.123456Z HEAD / bytes=0 host=a.example",
        },
    ],
    refusals: &[
        br#"{"timestamp":"2021-05-01T10:00:00.123456+0200","event_type":"alert","src_ip":"203.0.113.5","dest_ip":"10.0.0.7","alert":{"signature":"x"},"http":{"hostname":"a","url":"/a","http_method":"GET","status":200}}"#,
        br#"{"timestamp":"2021-05-01T10:00:00.123456+0200","event_type":"http","src_ip":"203.0.113.5","http":{"hostname":"a"}}"#,
    ],
};

/// Only events of one type are requests.
fn of_type_http<'a>(picked: &Picked<'a>, _: &mut Record<'a>) -> Result<(), &'static str> {
    if picked.text(TYPE) == Some(b"http") { Ok(()) } else { Err("an event of the type http") }
}
