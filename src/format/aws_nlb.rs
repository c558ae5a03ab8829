//! The access log of the TLS listeners of the AWS Network Load Balancer.
//!
//! Directive: the balancer's attribute `access_logs.s3.enabled`.
//! Specification:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html>.
//!
//! ```abnf
//! aws-nlb = "tls" SP version SP iso SP elb SP listener SP pair number SP number SP sizes
//!           *(SP word)              ; `"h2","http/1.1"` is one word
//! ```
//!
//! A network balancer sees no HTTP: its lines prove contact, not a path.

use super::aws_elb::{pair, sizes};
use super::plain::Plain;
use super::token::{Read, cell, fault, iso, number, space};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Time, Zone};

/// TLS listeners of the Network Load Balancer.
pub static AWS_NLB: Plain = Plain { card: &CARD, grammar: nlb, quick: None };

static CARD: Card = Card {
    name: "aws-nlb",
    title: "AWS Network Load Balancer, TLS listeners: contact, no request",
    directive: "access_logs.s3.enabled = true",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
    grammar: r#"aws-nlb = "tls" SP version SP iso SP elb SP listener SP ported SP ported SP number SP number SP bytes SP bytes *(SP word)"#,
    time: TimeMeaning::End,
    zone: "UTC by definition",
    bytes: BytesMeaning::Wire,
    client: "the balancer's peer; an edge in front of it, where there is one",
    folds_case: false,
    best_effort: true,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"tls 2.0 2020-04-01T08:51:42 net/my-network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - - - ECDHE-RSA-AES128-SHA tlsv12 - my-lb.example.com h2 h2 "h2","http/1.1" 2020-04-01T08:51:20"#,
            reads: "peer=72.21.218.154 upstream=172.100.100.185 time=2020-04-01T08:51:42Z bytes=246 took=5000us",
        },
        Sample {
        preamble: &[],
        line: br#"tls 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-2:671290407336:certificate/2 - ECDHE-RSA-AES128-SHA tlsv12 - my-lb.example.com - - - 2018-12-20T02:59:30"#,
        reads: "peer=72.21.218.154 upstream=172.100.100.185 time=2018-12-20T02:59:40Z bytes=246 took=5000us",
    },
    ],
    refusals: &[
        b"tls 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98",
        b"http 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246",
    ],
};

/// `aws-nlb = "tls" SP version SP iso SP elb SP listener SP pair number SP number SP sizes *(SP word)`
fn nlb(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, kind) = cell(input)?;
    if kind != b"tls" {
        return fault(input, "tls");
    }
    let (rest, _version) = cell(rest)?;
    let (rest, time) = iso(rest)?;
    let zone = if time.zone == Zone::Local { Zone::Implied } else { time.zone };
    let (rest, ()) = space(rest)?;
    let (rest, _elb) = cell(rest)?;
    let (rest, _listener) = cell(rest)?;
    let (took_at, addresses) = pair(rest)?;
    let (rest, open) = cell(took_at)?;
    let (rest, _handshake) = cell(rest)?;
    let Some(open) = number(open) else { return fault(took_at, "milliseconds") };
    let (rest, sent) = sizes(rest)?;
    let mut words = rest.split(|byte| *byte == b' ');
    if let Some(text) = words.find(|text| text.starts_with(b"net/")) {
        return fault(text, "one record, not two fused into one line");
    }
    let record = Record {
        addresses,
        time: Some(Time { zone, ..time }),
        bytes: sent,
        no_body: sent == Some(0),
        took: open.checked_mul(1000),
        ..Record::default()
    };
    Ok((&rest[rest.len()..], record))
}
