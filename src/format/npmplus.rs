//! NPMplus, the fork of nginx-proxy-manager: date first, nothing quoted but
//! the request.
//!
//! Directive: `log_format main '[$time_local] $host $remote_addr $request_time
//! "$request" $status $body_bytes_sent $bytes_sent $http_referer
//! $http_user_agent';`
//! Specification: <https://github.com/ZoeyVid/NPMplus> (its `nginx.conf`).
//!
//! ```abnf
//! npmplus = "[" date "]" SP host SP host SP seconds SP quoted SP status SP bytes
//!           SP 1*DIGIT SP word SP *OCTET
//! ```
//!
//! The user agent is the rest of the line, so nothing in it can be told from
//! another field; a second date with a quote behind it is refused.

use super::clf::{answer, holds_anchor, with_peer};
use super::plain::Plain;
use super::token::{
    Read, bracketed_date, fault, host, number, present, seconds, space, without_port, word,
};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// The access log of NPMplus.
pub static NPMPLUS: Plain = Plain { card: &CARD, grammar: npmplus, quick: None };

static CARD: Card = Card {
    name: "npmplus",
    title: "NPMplus (nginx-proxy-manager plus)",
    directive: r#"log_format main '[$time_local] $host $remote_addr $request_time "$request" $status $body_bytes_sent $bytes_sent $http_referer $http_user_agent';"#,
    reference: "https://github.com/ZoeyVid/NPMplus",
    grammar: r#"npmplus = "[" date "]" SP host SP host SP seconds SP quoted SP status SP bytes SP 1*DIGIT SP word SP *OCTET"#,
    time: TimeMeaning::End,
    zone: "logged as an offset",
    bytes: BytesMeaning::Body,
    client: "the peer, or what ngx_http_realip made of it",
    folds_case: false,
    best_effort: false,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"[10/Feb/2024:21:23:49 +0100] 127.0.0.1 127.0.0.1 0.002 "GET /api/ HTTP/2.0" 200 61 333 - curl/8.6.0"#,
            reads: "peer=127.0.0.1 time=2024-02-10T20:23:49Z GET /api/ 200 61 host=127.0.0.1 agent=curl/8.6.0 took=2000us",
        },
        Sample {
            preamble: &[],
            line: br#"[10/Feb/2024:21:25:15 +0100] booking.example.org 192.168.1.103 0.156 "GET /dashboard HTTP/1.1" 200 2048 2156 https://search.example.com/results?q=booking Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"#,
            reads: "peer=192.168.1.103 time=2024-02-10T20:25:15Z GET /dashboard 200 2048 host=booking.example.org referer=https://search.example.com/results?q=booking agent=Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) took=156000us",
        },
    ],
    refusals: &[
        br#"[10/Feb/2024:21:23:49 +0100] 127.0.0.1 127.0.0.1 0.002 "GET /api/ HTTP/2.0" 200 61"#,
        br#"[10/Feb/2024:21:23:49 +0100] 127.0.0.1 127.0.0.1 0.002 "GET /api/ HTTP/2.0" 200 61 333 - cu[10/Feb/2024:21:23:49 +0100] "GET"#,
        br#"[10/Aug/2018:09:45:56 +0200] 172.30.0.119 TLSv1.2 AES128 "GET / HTTP/1.1" 200 13 5 - x"#,
    ],
};

/// ```abnf
/// npmplus = "[" date "]" SP host SP host SP seconds SP answer SP 1*DIGIT SP word SP *OCTET
/// ```
fn npmplus(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = bracketed_date(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, vhost) = host(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, peer) = host(rest)?;
    let (took_at, ()) = space(rest)?;
    let (rest, text) = word(took_at)?;
    let Some(took) = seconds(text) else { return fault(took_at, "seconds with decimals") };
    let (rest, ()) = space(rest)?;
    let (rest, record) = answer(rest)?;
    let (sent, ()) = space(rest)?;
    let (rest, text) = word(sent)?;
    if number(text).is_none() {
        return fault(sent, "the bytes sent");
    }
    let (rest, ()) = space(rest)?;
    let (rest, referer) = word(rest)?;
    let (agent, ()) = space(rest)?;
    if holds_anchor(agent) {
        return fault(agent, "one record, not two fused into one line");
    }
    let record = Record {
        time: Some(time),
        host: present(vhost).map(without_port),
        referer: present(referer),
        agent: present(agent),
        took: Some(took),
        ..record
    };
    Ok((&agent[agent.len()..], with_peer(record, peer)))
}
