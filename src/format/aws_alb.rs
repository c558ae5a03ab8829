//! The access log of the AWS Application Load Balancer.
//!
//! Directive: the balancer's attribute `access_logs.s3.enabled`.
//! Specification:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>.
//!
//! ```abnf
//! aws-alb = type SP iso SP exchange SP quoted SP quoted tail
//! type    = "http" / "https" / "h2" / "grpcs" / "ws" / "wss"
//! ```
//!
//! * The leading time is when the answer was generated;
//!   `request_creation_time`, eighth behind the user agent, is when the
//!   request came, and the difference is the duration. New columns are
//!   appended: any tail is accepted, an older line stops earlier.
//! * A malformed request is `"- http://host:80- -"`: nothing was asked for.

use super::aws_elb::{asked_of, exchange, request, tail};
use super::plain::Plain;
use super::quick::Alb;
use super::token::{Read, cell, fault, iso, present, quoted, space};
use super::{BytesMeaning, Card, Sample, TimeMeaning};
use crate::record::{Record, Time};

/// The Application Load Balancer.
pub static AWS_ALB: Plain = Plain { card: &CARD, grammar: alb, quick: Some(&Alb) };

static CARD: Card = Card {
    name: "aws-alb",
    title: "AWS Application Load Balancer",
    directive: "access_logs.s3.enabled = true",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
    grammar: "aws-alb = type SP iso SP elb SP ported SP ported SP 3(delay SP) status SP status SP bytes SP bytes SP quoted SP quoted *(BLANKS (quoted / word))",
    time: TimeMeaning::End,
    zone: "logged as Z",
    bytes: BytesMeaning::Wire,
    client: "the balancer's peer; an edge in front of it, where there is one",
    folds_case: false,
    best_effort: true,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"https 2023-04-26T12:23:00.186641Z app/a/490d68edf04676fe 192.168.1.11:44740 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/robots.txt HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:x "Root=1-5" "www.example.com" "arn:aws:acm" 1 2023-04-26T12:22:58.186000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_12 "-" "-" "-""#,
            reads: "peer=192.168.1.11 upstream=10.0.0.1 time=2023-04-26T12:23:00.186641Z GET https://www.example.com:443/robots.txt 200 57 host=www.example.com agent=curl/7.46.0 took=2000641us",
        },
        // Ports glued to IPv6; a line of before 2018, without a tail.
        Sample {
            preamble: &[],
            line: br#"h2 2021-03-16T20:20:00.135052Z app/a/a32a5528b8fdaa6b 2601:6bbc::9dad:50599 fd6d:6bbc:c529:6::face:ed83:f46:80 0.001 0.052 0.000 200 200 589 2084 "POST https://a.example:443/x?y=1 HTTP/2.0" "User \x221.0\x22" ECDHE TLSv1.2"#,
            reads: r"peer=2601:6bbc::9dad upstream=fd6d:6bbc:c529:6::face:ed83:f46 time=2021-03-16T20:20:00.135052Z POST https://a.example:443/x?y=1 200 2084 host=a.example agent=User \x221.0\x22 took=53000us",
        },
        Sample {
            preamble: &[],
            line: br#"http 2021-03-17T18:54:14.216357Z app/a/7f0dc2b05788640f 113.241.19.90:15070 - -1 -1 -1 400 - 0 272 "- http://a.amazonaws.com:80- -" "-" - - - "-" "-" "-" - 2021-03-17T18:54:13.967000Z "-""#,
            reads: "peer=113.241.19.90 time=2021-03-17T18:54:14.216357Z raw=<- http://a.amazonaws.com:80- -> 400 272 took=249357us",
        },
    ],
    refusals: &[
        br#"https 2023-04-26T12:23:00.186641Z app/a/4 192.168.1.11:44740 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/robots.txt HTTP/1.1" "curl"#,
        br#"tls 2023-04-26T12:23:00.186641Z app/a/4 192.168.1.11:44740 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/robots.txt HTTP/1.1" "curl""#,
        br#"h2 2023-04-26T12:23:00.186641Z app/a/4 192.168.1.11:44740 10.0.0.1:80 0 0 0 200 200 0 57 "GET https://a:443/ HTTP/1.1" "curl" ECDHE h2 2023-04-26T12:23:00.186641Z app/a/4 192.168.1.11:44740 10.0.0.1:80 0 0 0 200 200 0 57 "GET https://a:443/b HTTP/1.1" "curl""#,
    ],
};

/// `aws-alb = type SP iso SP exchange SP quoted SP quoted tail`
fn alb(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, kind) = cell(input)?;
    if !matches!(kind, b"http" | b"https" | b"h2" | b"grpcs" | b"ws" | b"wss") {
        return fault(input, "http, https, h2, grpcs, ws or wss");
    }
    let (rest, time) = iso(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, record) = exchange(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, line) = quoted(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, agent) = quoted(rest)?;
    let (rest, came) = tail(rest)?;
    let since = came.and_then(|came| micros_between(came, time));
    let took = record.took.max(since);
    let request = request(line);
    let host = asked_of(request);
    let agent = present(agent);
    Ok((rest, Record { time: Some(time), request, host, agent, took, ..record }))
}

/// How long it is from one time to a later one, in microseconds.
fn micros_between(from: Time, to: Time) -> Option<u64> {
    let micros = |time: Time| {
        time.reading
            .seconds
            .checked_mul(1_000_000)?
            .checked_add(i64::from(time.reading.nanos / 1000))
    };
    u64::try_from(micros(to)?.checked_sub(micros(from)?)?).ok()
}
