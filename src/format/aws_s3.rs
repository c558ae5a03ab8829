//! Amazon S3 server access logs.
//!
//! Directive: `aws s3api put-bucket-logging` (`LoggingEnabled`).
//! Specification: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>.
//!
//! ```abnf
//! aws-s3    = owner SP bucket SP "[" date "]" SP client SP requester SP id SP operation SP key SP
//!             request SP status SP error SP bytes SP bytes SP bytes SP bytes SP
//!             referer SP agent *(SP word)
//! request   = "-" / DQUOTE *OCTET DQUOTE     ; ends before a space and a status
//! operation = service "." verb *("." word)   ; REST.GET.OBJECT, REST.COPY.OBJECT_GET
//! agent     = DQUOTE *OCTET DQUOTE           ; ends at the last quote of the line
//! ```
//!
//! * Quotes in the request and the user agent are written as they are. Nothing
//!   behind the user agent is quoted, so the last quote of the line ends it.
//! * The tail has grown over the years: the version id, the host, TLS. The
//!   host header is the sixth word of it; without one the host is known only of
//!   a website, whose bucket has its name.
//! * Lines that the service wrote for itself (the source of a copy, a batch, a
//!   lifecycle rule) have no request. Their target is `/` and the key, their
//!   method what the operation says: `REST.COPY.OBJECT_GET` read the object.
//! * The target is the request's path, which begins with the bucket where it
//!   was addressed by path, and is encoded once more than the key. Bucket and
//!   key are kept beside it.
//! * Delivery is best effort: a line that is missing proves nothing.

use memchr::{memchr_iter, memrchr};

use super::quick::S3;
use super::token::{
    self, Read, bracketed_date, bytes, cell, fault, is_host_name, is_ip, number, present, space,
    status, without_port,
};
use super::{BytesMeaning, Card, Format, Miss, Quick, Sample, Scratch, State, TimeMeaning};
use crate::record::{Addresses, Delivery, Object, Record, Request, Role};

/// The access log of an S3 bucket.
pub struct AwsS3;

static CARD: Card = Card {
    name: "aws-s3",
    title: "Amazon S3 server access log",
    directive: "LoggingEnabled",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html",
    grammar: r#"aws-s3 = owner SP bucket SP "[" date "]" SP client SP requester SP id SP operation SP key SP request SP status SP error SP bytes SP bytes SP bytes SP bytes SP referer SP agent *(SP word)"#,
    time: TimeMeaning::Start,
    zone: "logged as an offset, +0000",
    bytes: BytesMeaning::Body,
    client: "the peer; - where the service asked for itself",
    folds_case: false,
    best_effort: true,
    samples: &[
        Sample {
            preamble: &[],
            line: br#"79a5be awsexamplebucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - A1206F460EXAMPLE REST.GET.OBJECT backup/patients%2B2019.csv "GET /awsexamplebucket/backup/patients%252B2019.csv HTTP/1.1" 200 - 297123 297123 38 12 "-" "curl/7.64" - BNaBs= - ECDHE-RSA-AES128-GCM-SHA256 - awsexamplebucket.s3.amazonaws.com TLSv1.2 - -"#,
            reads: "peer=192.0.2.3 time=2019-02-06T00:00:38Z GET /awsexamplebucket/backup/patients%252B2019.csv 200 297123 host=awsexamplebucket.s3.amazonaws.com agent=curl/7.64 took=38000us bucket=awsexamplebucket key=backup/patients%2B2019.csv",
        },
        // Asked by its bucket's own host.
        Sample {
            preamble: &[],
            line: br#"79a5be leak [06/Feb/2019:00:00:39 +0000] 192.0.2.3 - B1206F460EXAMPLE REST.GET.OBJECT backup/p.csv "GET /backup/p.csv?versionId=1 HTTP/1.1" 200 - 512 512 38 12 "https://a.example/" "curl/7.64" - BNaBs= - ECDHE-RSA-AES128-GCM-SHA256 - leak.s3.amazonaws.com TLSv1.2 - -"#,
            reads: "peer=192.0.2.3 time=2019-02-06T00:00:39Z GET /backup/p.csv?versionId=1 200 512 host=leak.s3.amazonaws.com referer=https://a.example/ agent=curl/7.64 took=38000us bucket=leak key=backup/p.csv",
        },
        // A website's bucket, 2012: the line ends behind the user agent.
        Sample {
            preamble: &[],
            line: br#"b659b5 www.example.com [10/Feb/2012:16:42:07 -0500] 1.2.3.4 arn:aws:iam::1:user/boss EB3502676500C6BE WEBSITE.GET.OBJECT index "GET /index HTTP/1.1" 200 - 368 368 10 9 "-" "Mozilla/5.0 "x" (X11)""#,
            reads: r#"peer=1.2.3.4 time=2012-02-10T21:42:07Z GET /index 200 368 user=arn:aws:iam::1:user/boss host=www.example.com agent=Mozilla/5.0 "x" (X11) took=10000us bucket=www.example.com key=index"#,
        },
        // The source of a copy: a read without a request.
        Sample {
            preamble: &[],
            line: br#"79a5be bucket [06/Feb/2019:00:01:57 +0000] 192.0.2.3 79a5be 3E57427F3EXAMPLE REST.COPY.OBJECT_GET a/p.csv - 200 - - 4406583 - - - - - 10S6= - - - - - - -"#,
            reads: "peer=192.0.2.3 time=2019-02-06T00:01:57Z GET /a/p.csv 200 user=79a5be bucket=bucket key=a/p.csv",
        },
        // A read whose request is not logged.
        Sample {
            preamble: &[],
            line: br#"79a5be bucket [06/Feb/2019:00:01:57 +0000] 192.0.2.3 - 3E57427F3EXAMPLE REST.GET.OBJECT a/p%2520q.csv - 200 - 512 512 9 8 "-" "-" - 10S6= - - - bucket.s3.amazonaws.com - - -"#,
            reads: "peer=192.0.2.3 time=2019-02-06T00:01:57Z GET /a/p%2520q.csv 200 512 host=bucket.s3.amazonaws.com took=9000us bucket=bucket key=a/p%2520q.csv",
        },
        // One of a batch.
        Sample {
            preamble: &[],
            line: br#"79a5be bucket [06/Feb/2019:00:01:57 +0000] 192.0.2.3 arn:aws:iam::1:user/boss 3E57427F3EXAMPLE BATCH.DELETE.OBJECT a/p.csv - 204 - - 4406583 - - - - - 10S6= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bucket.s3.amazonaws.com TLSv1.2 - -"#,
            reads: "peer=192.0.2.3 time=2019-02-06T00:01:57Z DELETE /a/p.csv 204 user=arn:aws:iam::1:user/boss host=bucket.s3.amazonaws.com bucket=bucket key=a/p.csv",
        },
        // A lifecycle rule: nobody asked.
        Sample {
            preamble: &[],
            line: br#"8fddbe bucket [15/Nov/2021:00:00:00 +0000] - AmazonS3 3A0F S3.EXPIRE.OBJECT k.txt "-" - - - 10 - - "-" "-" v1 h= - - - - -"#,
            reads: "time=2021-11-15T00:00:00Z EXPIRE /k.txt user=AmazonS3 bucket=bucket key=k.txt",
        },
    ],
    refusals: &[
        br#"79a5be b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - A12 REST.GET.OBJECT k "GET /b/k HTTP/1.1" 200 - 297123 297123 38 12 "-" "curl/7"#,
        br#"79a5be b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - A12 REST.GET.OBJECT k "GET /b/k HTTP/1.1" 200 - 297123 29"#,
        br#"79a5be b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - A12 REST.GET.OBJECT k "GET /b/k HTTP/1.1" 200 - 1 1 38 12 "-" "curl" - 79a5be b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - A12 REST.GET.OBJECT k "GET /b/l HTTP/1.1" 200 - 1 1 38 12 "-" "curl" -"#,
        br#"10.0.0.1 192.0.2.3 - - [26/Dec/2016:16:22:14 +0000] "GET / HTTP/1.1" 200 1 "-" "-""#,
    ],
};

/// A line, as far as its target may have to be made up.
struct Parts<'a> {
    record: Record<'a>,
    operation: &'a [u8],
}

impl Format for AwsS3 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        let (rest, parts) = aws_s3(line).map_err(|error| token::miss(line, error))?;
        token::end(rest).map_err(|error| token::miss(line, error))?;
        let Parts { mut record, operation } = parts;
        // What the store copied for a client went to the copy, not over the
        // wire: no count is no sign of an empty body.
        if method(operation) == b"GET" && operation.starts_with(b"REST.COPY.") {
            record.no_body = false;
        }
        if let (Request::Raw(None), Some(object)) = (record.request, record.object) {
            scratch.bytes.clear();
            scratch.bytes.push(b'/');
            scratch.bytes.extend_from_slice(object.key);
            record.request =
                Request::Line { method: method(operation), target: &scratch.bytes, version: None };
        }
        Ok(record)
    }

    fn quick(&self) -> Option<&dyn Quick> {
        Some(&S3)
    }
}

/// ```abnf
/// aws-s3 = owner SP bucket SP "[" date "]" SP client SP requester SP id SP operation SP key SP
///          request SP status SP error SP bytes SP bytes SP bytes SP bytes SP
///          referer SP agent *(SP word)
/// ```
fn aws_s3(input: &[u8]) -> Read<'_, Parts<'_>> {
    let (rest, _owner) = cell(input)?;
    let (rest, bucket) = cell(rest)?;
    let (rest, time) = bracketed_date(rest)?;
    let (client_at, ()) = space(rest)?;
    let (rest, client) = cell(client_at)?;
    if client != b"-" && !is_ip(client) {
        return fault(client_at, "an address or -");
    }
    let (rest, requester) = cell(rest)?;
    let (operation_at, _id) = cell(rest)?;
    let (rest, operation) = cell(operation_at)?;
    let is_letter =
        |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'.' | b'_' | b'0'..=b'9');
    if !operation.contains(&b'.') || !operation.iter().all(is_letter) {
        return fault(operation_at, "an operation like REST.GET.OBJECT");
    }
    let (rest, key) = cell(rest)?;
    let (rest, request) = request(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, status) = status(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, _error) = cell(rest)?;
    let (rest, sent) = bytes(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, size) = cell(rest)?;
    let (rest, took) = cell(rest)?;
    let (rest, _turn_around) = cell(rest)?;
    let (rest, referer) = referer(rest)?;
    let (rest, ()) = space(rest)?;
    let (rest, agent) = agent(rest)?;
    let (rest, host) = tail(rest)?;
    let is_website = operation.starts_with(b"WEBSITE.") && is_host_name(bucket);
    let website = is_website.then_some(bucket);
    let mut addresses = Addresses::default();
    addresses.push(Role::Peer, client);
    let record = Record {
        addresses,
        time: Some(time),
        request,
        status,
        bytes: sent,
        // `-` is written for zero.
        no_body: sent.unwrap_or(0) == 0,
        host: host.or(website).map(without_port),
        referer: present(referer),
        agent: present(agent),
        user: present(requester),
        took: number(took).and_then(|ms| ms.checked_mul(1000)),
        delivery: Delivery { whole: number(size), ..Delivery::default() },
        object: Object::new(present(bucket), present(key)),
        ..Record::default()
    };
    Ok((rest, Parts { record, operation }))
}

/// `request = "-" / DQUOTE *OCTET DQUOTE`: ends before a space and a status.
fn request(input: &[u8]) -> Read<'_, Request<'_>> {
    if let Some(rest) = input.strip_prefix(b"-") {
        return Ok((rest, Request::Raw(None)));
    }
    let Some(inside) = input.strip_prefix(b"\"") else {
        return fault(input, "a quoted request or -");
    };
    let ends = |at: &usize| matches!(inside.get(at + 1..), Some([b' ', rest @ ..]) if status(rest).is_ok());
    match memchr_iter(b'"', inside).find(ends) {
        Some(at) => Ok((&inside[at + 1..], token::request(&inside[..at]))),
        None => fault(&inside[inside.len()..], "a closing quote and a status"),
    }
}

/// `referer = "-" / DQUOTE *OCTET DQUOTE`: ends before a space and a quote.
fn referer(input: &[u8]) -> Read<'_, &[u8]> {
    if let [b'-', rest @ ..] = input {
        return Ok((rest, b"-"));
    }
    let Some(inside) = input.strip_prefix(b"\"") else {
        return fault(input, "a quoted referer or -");
    };
    match memchr_iter(b'"', inside).find(|at| inside[at + 1..].starts_with(b" \"")) {
        Some(at) => Ok((&inside[at + 1..], &inside[..at])),
        None => fault(&inside[inside.len()..], "a closing quote and a user agent"),
    }
}

/// `agent = "-" / DQUOTE *OCTET DQUOTE`: ends at the last quote of the line.
/// A date in brackets inside is another record.
fn agent(input: &[u8]) -> Read<'_, &[u8]> {
    if let [b'-', rest @ ..] = input {
        return Ok((rest, b"-"));
    }
    let Some(inside) = input.strip_prefix(b"\"") else {
        return fault(input, "a quoted user agent or -");
    };
    let Some(end) = memrchr(b'"', inside) else {
        return fault(&inside[inside.len()..], "a closing quote");
    };
    let agent = &inside[..end];
    if memchr_iter(b'[', agent).any(|at| bracketed_date(&agent[at..]).is_ok()) {
        return fault(input, "one record, not two fused into one line");
    }
    Ok((&inside[end + 1..], agent))
}

/// `tail = *(SP word)`: the host header is its sixth word.
fn tail(input: &[u8]) -> Read<'_, Option<&[u8]>> {
    if !input.is_empty() {
        space(input)?;
    }
    if input.contains(&b'"') || input.contains(&b'[') {
        return fault(input, "one record, not two fused into one line");
    }
    let host = input.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).nth(5);
    Ok((&input[input.len()..], host.and_then(present)))
}

/// The method that an operation amounts to.
fn method(operation: &[u8]) -> &[u8] {
    let verb = operation.split(|byte| *byte == b'.').nth(1).unwrap_or(operation);
    // `REST.COPY.OBJECT_GET` and `REST.COPY.PART_GET` are reads of the source.
    if verb == b"COPY" && operation.ends_with(b"_GET") {
        &operation[operation.len() - 3..]
    } else {
        verb
    }
}
