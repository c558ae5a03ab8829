//! Traefik's access log in JSON.
//!
//! Directive: `accessLog: {format: json}` (`--accesslog.format=json`).
//! Specification: <https://doc.traefik.io/traefik/observability/access-logs/>.
//!
//! ```abnf
//! traefik-json = object
//! ```
//!
//! `ClientAddr` is the peer with its port. `ClientHost` is its address too, until
//! a request carries `X-Forwarded-For`: then it is that whole header
//! (`accesslog/logger.go`), a list that the client may have begun. `StartUTC` is
//! when the request came in, `time` when the line was written, so the latter is
//! no substitute. `Duration` is in nanoseconds; `RequestPath` has the query since
//! Traefik 2. Fields may be dropped or redacted by the site; a header is there
//! only where the site keeps it.

use super::json::{
    self, AGENT, BYTES, CLIENT, FORWARDED, HOST, METHOD, PEER, PROTO, Picked, REFERER, STATUS,
    Shape, TARGET, TIME, TOOK, UPSTREAM, USER, as_it_stands, at,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Addresses, Client, Record};

/// Traefik's access log in JSON.
pub static TRAEFIK_JSON: Shape = Shape {
    card: &CARD,
    tells: &[&["RequestMethod"], &["RequestPath"]],
    keys: &[
        at(PEER, &["ClientAddr"]),
        at(FORWARDED, &["ClientHost"]),
        at(CLIENT, &["request_X-Forwarded-For"]),
        at(CLIENT, &["request_X-Real-Ip"]),
        at(UPSTREAM, &["ServiceAddr"]),
        at(TIME, &["StartUTC"]),
        at(TIME, &["StartLocal"]),
        at(METHOD, &["RequestMethod"]),
        at(TARGET, &["RequestPath"]),
        at(PROTO, &["RequestProtocol"]),
        at(STATUS, &["DownstreamStatus"]),
        at(BYTES, &["DownstreamContentSize"]),
        at(HOST, &["RequestHost"]),
        at(HOST, &["RequestAddr"]),
        at(REFERER, &["request_Referer"]),
        at(AGENT, &["request_User-Agent"]),
        at(USER, &["ClientUsername"]),
        at(TOOK, &["Duration"]),
    ],
    unit: json::NANOSECONDS,
    utc: false,
    before: as_it_stands,
    after: peer_once,
};

static CARD: Card = Card {
    name: "traefik-json",
    title: "Traefik JSON access log",
    directive: "accessLog: { format: json }",
    reference: "https://doc.traefik.io/traefik/observability/access-logs/",
    grammar: "traefik-json = object",
    time: TimeMeaning::Start,
    zone: "UTC (StartUTC), or an offset (StartLocal)",
    bytes: BytesMeaning::Body,
    client: "the peer (ClientAddr), and ClientHost where it is the X-Forwarded-For header",
    folds_case: false,
    best_effort: false,
    samples: &[
        // Version 3, behind a CDN.
        Sample {
            preamble: &[],
            line: br#"{"ClientAddr":"172.71.122.85:11029","ClientHost":"192.168.1.100,10.0.0.50","ClientPort":"11029","ClientUsername":"-","DownstreamContentSize":0,"DownstreamStatus":204,"Duration":2337877,"OriginStatus":0,"RequestAddr":"example.com","RequestHost":"example.com","RequestMethod":"OPTIONS","RequestPath":"/_matrix/client/v3/sync","RequestPort":"-","RequestProtocol":"HTTP/2.0","RequestScheme":"https","RouterName":"matrix@docker","ServiceAddr":"172.16.16.25:8008","StartLocal":"2025-11-28T09:21:55.645779561Z","StartUTC":"2025-11-28T09:21:55.645779561Z","entryPointName":"web-secure","level":"info","msg":"","time":"2025-11-28T09:21:55Z"}"#,
            reads: "peer=172.71.122.85:11029 forwarded=192.168.1.100,10.0.0.50 upstream=172.16.16.25:8008 time=2025-11-28T09:21:55.645779561Z OPTIONS /_matrix/client/v3/sync 204 0 host=example.com took=2338us",
        },
        // Version 2, with headers kept and `StartUTC` dropped.
        Sample {
            preamble: &[],
            line: br#"{"ClientAddr":"172.17.0.1:39496","ClientHost":"172.17.0.1","ClientPort":"39496","ClientUsername":"bob","DownstreamContentSize":357,"DownstreamStatus":200,"Duration":357313,"RequestAddr":"test.docker.localhost","RequestHost":"test.docker.localhost","RequestMethod":"GET","RequestPath":"/594VAEoi.save?a=\u0026b","RequestProtocol":"HTTP/1.1","ServiceURL":{"Scheme":"http","User":null,"Host":"172.17.0.3:80"},"StartLocal":"2021-12-08T14:02:43.587782192+01:00","level":"info","msg":"","request_User-Agent":"Nikto","request_X-Real-Ip":"172.17.0.1","time":"2021-12-08T14:02:43Z"}"#,
            reads: "peer=172.17.0.1:39496 time=2021-12-08T13:02:43.587782192Z GET /594VAEoi.save?a=&b 200 357 user=bob host=test.docker.localhost agent=Nikto took=357us",
        },
    ],
    refusals: &[
        br#"{"level":"info","msg":"Configuration loaded from file: /etc/traefik/traefik.yml","time":"2021-12-08T14:02:43Z"}"#,
        br#"{"ClientAddr":"172.17.0.1:39496","DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/a","time":"2021-12-08T14:02:43Z"}"#,
        br#"{"ClientAddr":"172.17.0.1:39496","DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/a","StartUTC":"2021-12-08T14:02"#,
    ],
};

/// Leaves out a `ClientHost` that only repeats the peer.
fn peer_once<'a>(picked: &Picked<'a>, record: &mut Record<'a>) -> Result<(), &'static str> {
    let (Some(peer), Some(host)) = (picked.text(PEER), picked.text(FORWARDED)) else {
        return Ok(());
    };
    if Client::read(peer) == Client::read(host) {
        let mut addresses = Addresses::default();
        record.addresses.fields().filter(|(_, field)| *field != host).for_each(|(role, field)| {
            addresses.push(role, field);
        });
        record.addresses = addresses;
    }
    Ok(())
}
