//! The access log of the AWS classic load balancer.
//!
//! Directive: `AccessLog { Enabled = true }`.
//! Specification:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html>.
//!
//! ```abnf
//! aws-elb-classic = iso SP exchange SP quoted [SP quoted *(SP word)]
//! ```
//!
//! Its time is when the request came; its byte counts are bodies. A TCP
//! listener, and a request that was none, is `"- - - "`.

use super::aws_elb::{asked_of, exchange, request, tail};
use super::plain::Plain;
use super::token::{Read, iso, present, quoted, space};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::Record;

/// The classic load balancer.
pub static AWS_ELB_CLASSIC: Plain = Plain { card: &CARD, grammar: classic, quick: None };

static CARD: Card = Card {
    name: "aws-elb-classic",
    title: "AWS classic load balancer",
    directive: "AccessLog { Enabled = true }",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html",
    grammar: "aws-elb-classic = iso SP elb SP ported SP ported SP 3(delay SP) status SP status SP bytes SP bytes SP quoted [SP quoted *(SP word)]",
    time: TimeMeaning::Start,
    zone: "logged as Z",
    bytes: BytesMeaning::Body,
    client: "the balancer's peer; an edge in front of it, where there is one",
    folds_case: false,
    best_effort: true,
    samples: &[
        // Before 2014: no user agent.
        Sample {
            preamble: &[],
            line: br#"2014-02-15T23:39:43.945958Z my-test-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1""#,
            reads: "peer=192.168.131.39 upstream=10.0.0.1 time=2014-02-15T23:39:43.945958Z GET http://www.example.com:80/ 200 29 host=www.example.com took=1178us",
        },
        Sample {
            preamble: &[],
            line: br#"2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 - -1 -1 -1 504 0 0 0 "GET https://www.example.com:443/a HTTP/1.1" "curl/7.38.0 (#56-0ef1d4a5)" DHE-RSA-AES128-SHA TLSv1.2"#,
            reads: "peer=192.168.131.39 time=2015-05-13T23:39:43.945958Z GET https://www.example.com:443/a 504 0 host=www.example.com agent=curl/7.38.0 (#56-0ef1d4a5)",
        },
        // A TCP listener.
        Sample {
            preamble: &[],
            line: br#"2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -"#,
            reads: "peer=192.168.131.39 upstream=10.0.0.1 time=2015-05-13T23:39:43.945958Z bytes=305 took=1138us",
        },
    ],
    refusals: &[
        br#"2014-02-15T23:39:43.945958Z my-test-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP"#,
        br#"2014-02-15T23:39:43.945958Z my-test-loadbalancer 192.168.131.39 10.0.0.1:80 x 0.001048 0.000057 200 200 0 29 "GET / HTTP/1.1""#,
    ],
};

/// `aws-elb-classic = iso SP exchange SP quoted [SP quoted *(SP word)]`
fn classic(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = iso(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, record) = exchange(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, line) = quoted(rest)?;
    let request = request(line);
    let host = asked_of(request);
    let record = Record { time: Some(time), request, host, ..record };
    if rest.is_empty() {
        return Ok((rest, record));
    }
    let (rest, ()) = space(rest)?;
    let (rest, agent) = quoted(rest)?;
    let (rest, _) = tail(rest)?;
    Ok((rest, Record { agent: present(agent), ..record }))
}
