//! The access logs of AWS Elastic Load Balancing: the Application Load
//! Balancer, the classic one, and the Network Load Balancer's TLS listeners.
//!
//! Directive: the balancer's attribute `access_logs.s3.enabled`.
//! Specification:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html>.
//!
//! ```abnf
//! aws-alb         = type SP iso SP elb SP ported SP ported SP 3(delay SP) status SP status SP
//!                   bytes SP bytes SP quoted SP quoted *(BLANKS (quoted / word))
//! type            = "http" / "https" / "h2" / "grpcs" / "ws" / "wss"
//! aws-elb-classic = iso SP elb SP ported SP ported SP 3(delay SP) status SP status SP
//!                   bytes SP bytes SP quoted [SP quoted *(SP word)]
//! aws-nlb         = "tls" SP version SP iso SP elb SP listener SP ported SP ported SP number SP
//!                   number SP bytes SP bytes *(BLANKS (quoted / word))
//! ported          = address ":" 1*DIGIT / "-"
//! delay           = 1*DIGIT ["." 1*DIGIT] / "-1" / "-"
//! ```
//!
//! * The port stands behind every address, IPv6 too, without brackets.
//! * The leading time of an application balancer is when the answer was
//!   generated; `request_creation_time`, eighth behind the user agent, is when
//!   the request came, and the difference is the duration. New columns are
//!   appended: any tail is accepted, an older line stops earlier.
//! * The classic balancer's time is when the request came; its byte counts are
//!   bodies. A TCP listener, and a request that was none, is `"- - - "`.
//! * A malformed request is `"- http://host:80- -"`: nothing was asked for.
//! * A network balancer sees no HTTP: its lines prove contact, not a path.

use memchr::memchr;

use super::clf::whole;
use super::token::{
    self, Read, blanks, bytes, cell, fault, iso, number, ported, present, quoted, seconds, space,
    status, word,
};
use super::{BytesMeaning, Card, Format, Miss, Sample, Scratch, State, TimeMeaning};
use crate::record::{Addresses, Escape, Record, Request, Role, Time, Zone};

/// The Application Load Balancer.
pub struct AwsAlb;
/// The classic load balancer.
pub struct AwsElbClassic;
/// TLS listeners of the Network Load Balancer.
pub struct AwsNlb;

static ALB: Card = Card {
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
    samples: &[
        Sample {
            preamble: &[],
            line: br#"https 2023-04-26T12:23:00.186641Z app/a/490d68edf04676fe 192.168.1.11:44740 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/robots.txt HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:x "Root=1-5" "www.example.com" "arn:aws:acm" 1 2023-04-26T12:22:58.186000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_12 "-" "-" "-""#,
            reads: "peer=192.168.1.11 upstream=10.0.0.1 time=2023-04-26T12:23:00.186641Z GET https://www.example.com:443/robots.txt 200 57 agent=curl/7.46.0 took=2000641us",
        },
        // Ports glued to IPv6; a line of before 2018, without a tail.
        Sample {
            preamble: &[],
            line: br#"h2 2021-03-16T20:20:00.135052Z app/a/a32a5528b8fdaa6b 2601:6bbc::9dad:50599 fd6d:6bbc:c529:6::face:ed83:f46:80 0.001 0.052 0.000 200 200 589 2084 "POST https://a.example:443/x?y=1 HTTP/2.0" "User \x221.0\x22" ECDHE TLSv1.2"#,
            reads: r"peer=2601:6bbc::9dad upstream=fd6d:6bbc:c529:6::face:ed83:f46 time=2021-03-16T20:20:00.135052Z POST https://a.example:443/x?y=1 200 2084 agent=User \x221.0\x22 took=53000us",
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

impl Format for AwsAlb {
    fn card(&self) -> &'static Card {
        &ALB
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, alb(line))
    }
}

static CLASSIC: Card = Card {
    name: "aws-elb-classic",
    title: "AWS classic load balancer",
    directive: "AccessLog { Enabled = true }",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html",
    grammar: "aws-elb-classic = iso SP elb SP ported SP ported SP 3(delay SP) status SP status SP bytes SP bytes SP quoted [SP quoted *(SP word)]",
    time: TimeMeaning::Start,
    bytes: BytesMeaning::Body,
    samples: &[
        // Before 2014: no user agent.
        Sample {
            preamble: &[],
            line: br#"2014-02-15T23:39:43.945958Z my-test-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1""#,
            reads: "peer=192.168.131.39 upstream=10.0.0.1 time=2014-02-15T23:39:43.945958Z GET http://www.example.com:80/ 200 29 took=1178us",
        },
        Sample {
            preamble: &[],
            line: br#"2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 - -1 -1 -1 504 0 0 0 "GET https://www.example.com:443/a HTTP/1.1" "curl/7.38.0 (#56-0ef1d4a5)" DHE-RSA-AES128-SHA TLSv1.2"#,
            reads: "peer=192.168.131.39 time=2015-05-13T23:39:43.945958Z GET https://www.example.com:443/a 504 0 agent=curl/7.38.0 (#56-0ef1d4a5)",
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
    ..ALB
};

impl Format for AwsElbClassic {
    fn card(&self) -> &'static Card {
        &CLASSIC
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, classic(line))
    }
}

static NLB: Card = Card {
    name: "aws-nlb",
    title: "AWS Network Load Balancer, TLS listeners: contact, no request",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
    grammar: r#"aws-nlb = "tls" SP version SP iso SP elb SP listener SP ported SP ported SP number SP number SP bytes SP bytes *(BLANKS (quoted / word))"#,
    zone: "UTC by definition",
    bytes: BytesMeaning::Wire,
    samples: &[Sample {
        preamble: &[],
        line: br#"tls 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-2:671290407336:certificate/2 - ECDHE-RSA-AES128-SHA tlsv12 - my-lb.example.com - - - 2018-12-20T02:59:30"#,
        reads: "peer=72.21.218.154 upstream=172.100.100.185 time=2018-12-20T02:59:40Z bytes=246 took=5000us",
    }],
    refusals: &[
        b"tls 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98",
        b"http 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246",
    ],
    ..ALB
};

impl Format for AwsNlb {
    fn card(&self) -> &'static Card {
        &NLB
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, nlb(line))
    }
}

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
    let agent = present(agent);
    Ok((rest, Record { time: Some(time), request, agent, took, ..record }))
}

/// `aws-elb-classic = iso SP exchange SP quoted [SP quoted *(SP word)]`
fn classic(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, time) = iso(input)?;
    let (rest, ()) = space(rest)?;
    let (rest, record) = exchange(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, line) = quoted(rest)?;
    let record = Record { time: Some(time), request: request(line), ..record };
    if rest.is_empty() {
        return Ok((rest, record));
    }
    let (rest, ()) = space(rest)?;
    let (rest, agent) = quoted(rest)?;
    let (rest, _) = tail(rest)?;
    Ok((rest, Record { agent: present(agent), ..record }))
}

/// `aws-nlb = "tls" SP version SP iso SP elb SP listener SP pair number SP number SP sizes tail`
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
    let (rest, _) = tail(rest)?;
    let record = Record {
        addresses,
        time: Some(Time { zone, ..time }),
        bytes: sent,
        no_body: sent == Some(0),
        took: open.checked_mul(1000),
        ..Record::default()
    };
    Ok((rest, record))
}

/// `exchange = elb SP pair 3(delay SP) status SP status SP sizes`
fn exchange(input: &[u8]) -> Read<'_, Record<'_>> {
    let (rest, _elb) = cell(input)?;
    let (rest, addresses) = pair(rest)?;
    let mut took = Some(0_u64);
    let mut rest = rest;
    for _ in 0..3 {
        let at = rest;
        let text;
        (rest, text) = cell(at)?;
        let one = seconds(text);
        if one.is_none() && !matches!(text, b"-1" | b"-") {
            return fault(at, "seconds, or -1");
        }
        took = took.zip(one).and_then(|(sum, one)| sum.checked_add(one));
    }
    let (rest, status) = status(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, _of_target) = cell(rest)?;
    let (rest, sent) = sizes(rest)?;
    let record = Record {
        addresses,
        status,
        bytes: sent,
        no_body: sent == Some(0),
        took,
        escape: Escape::Backslash,
        ..Record::default()
    };
    Ok((rest, record))
}

/// `pair = ported SP ported SP`: the client, and the target that was asked.
fn pair(input: &[u8]) -> Read<'_, Addresses<'_>> {
    let (rest, client) = cell(input)?;
    if client != b"-" && memchr(b':', client).is_none() {
        return fault(input, "an address with its port");
    }
    let (rest, target) = cell(rest)?;
    let mut addresses = Addresses::default();
    addresses.push(Role::Peer, ported(client));
    addresses.push(Role::Upstream, ported(target));
    Ok((rest, addresses))
}

/// `sizes = bytes SP bytes`: received, and sent.
fn sizes(input: &[u8]) -> Read<'_, Option<u64>> {
    let (rest, _received) = bytes(input)?;
    let (rest, ()) = space(rest)?;
    bytes(rest)
}

/// `tail = *(BLANKS (quoted / word))`: the time in its eighth column, which is
/// when the request came. A balancer's name in it is another record.
fn tail(input: &[u8]) -> Read<'_, Option<Time>> {
    let mut rest = input;
    let mut came = None;
    let mut place = 0;
    while !rest.is_empty() {
        let (at, ()) = blanks(rest)?;
        if at.is_empty() {
            return Ok((at, came));
        }
        let text;
        (rest, text) = if at.starts_with(b"\"") { quoted(at)? } else { word(at)? };
        place += 1;
        if !at.starts_with(b"\"") && (text.starts_with(b"app/") || text.contains(&b'"')) {
            return fault(at, "one record, not two fused into one line");
        }
        if place == 8
            && let Ok(([], time)) = iso(text)
        {
            came = Some(time);
        }
    }
    Ok((rest, came))
}

/// A request as the balancers write it; `"- - - "` is none.
fn request(line: &[u8]) -> Request<'_> {
    if line.starts_with(b"- - -") { Request::Raw(None) } else { token::request(line) }
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
